using System.Text.Json.Nodes;
using TrunkBot.Chat.Templates;

namespace TrunkBot.Chat.Tests.Cards;

public sealed class ShippedCardTests
{
    private static readonly CardTemplates Templates = new(Path.Combine(TestEnvironment.Root, "cards"));

    public static TheoryData<string> Names => [.. Templates.Names];

    [Fact]
    public void The_gallery_is_complete() => Assert.Equal(
        [
            "adoption", "alert", "approval", "audit", "chart", "decided", "diagnose-form", "diagnosis", "drift", "fleet", "form-open", "help", "home", "insights", "list", "message", "new-trunk-form", "overview", "plan",
            "progress", "reading", "reason-form", "route", "status", "test-call",
        ],
        Templates.Names);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_card_is_version_1_5_with_language_and_fallback_text(string name)
    {
        var card = Render(name);

        Assert.Equal("1.5", card["version"]!.GetValue<string>());
        Assert.Equal("en", card["lang"]!.GetValue<string>());
        Assert.NotEqual("", card["fallbackText"]!.GetValue<string>());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_input_has_label_and_error_message_and_every_picture_a_text(string name)
    {
        foreach (var element in Elements(Render(name)))
        {
            var type = element["type"]?.GetValue<string>() ?? "";
            if (type.StartsWith("Input.", StringComparison.Ordinal))
            {
                Assert.NotEqual("", element["label"]!.GetValue<string>());
                Assert.NotEqual("", element["errorMessage"]!.GetValue<string>());
            }

            if (type == "Image")
            {
                Assert.NotEqual("", element["altText"]!.GetValue<string>());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_card_of_a_simulated_site_says_so_and_that_of_a_real_one_does_not(string name)
    {
        var sample = Templates.SampleOf(name);
        sample.Data["simulated"] = true;
        Assert.Contains("Simulated lab", TestEnvironment.TextOf(Templates.Render(sample)), StringComparison.Ordinal);

        sample.Data["simulated"] = false;
        Assert.DoesNotContain("Simulated lab: no real network", TestEnvironment.TextOf(Templates.Render(sample)), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_toggle_points_at_an_element_of_the_card(string name)
    {
        var elements = Elements(Render(name)).ToList();
        var ids = elements.Select(e => e["id"]?.GetValue<string>()).ToHashSet();
        var targets = elements.Where(e => e["type"]?.GetValue<string>() == "Action.ToggleVisibility").SelectMany(e => e["targetElements"]!.AsArray().Select(t => t!.GetValue<string>())).ToList();

        Assert.All(targets, t => Assert.Contains(t, ids));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Text_of_people_and_devices_stands_in_TextRuns_only(string name)
    {
        var template = JsonNode.Parse(File.ReadAllText(Path.Combine(TestEnvironment.Root, "cards", name + ".json")))!;

        Assert.All(Elements(template).Where(e => e["type"]?.GetValue<string>() is "TextBlock"), e => Assert.DoesNotContain("${", e["text"]!.GetValue<string>(), StringComparison.Ordinal));
    }

    [Fact]
    public void An_unknown_card_is_an_error_that_names_its_file()
    {
        var error = Assert.Throws<TemplateException>(() => Templates.SampleOf("nope"));

        Assert.Equal("cards/nope.json, top: there is no such card", error.Message);
    }

    [Fact]
    public void A_folder_that_does_not_exist_stops_the_start()
    {
        var error = Assert.Throws<TemplateException>(() => new CardTemplates("/no/such/folder"));

        Assert.Equal("/no/such/folder, top: there is no such folder; set Chat:CardsDirectory", error.Message);
    }

    [Fact]
    public void A_template_that_does_not_fit_its_sample_stops_the_start()
    {
        var folder = Directory.CreateTempSubdirectory("cards");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "broken.json"), """{"type":"AdaptiveCard","body":[{"type":"TextBlock","text":"${title}"}]}""");
            File.WriteAllText(Path.Combine(folder.FullName, "broken.data.json"), "{}");
            File.WriteAllText(Path.Combine(folder.CreateSubdirectory("slack").FullName, "broken.json"), """{"blocks":[]}""");

            var error = Assert.Throws<TemplateException>(() => new CardTemplates(folder.FullName));

            Assert.Equal("cards/broken.json, body[0].text: ${title}: the data has no title", error.Message);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_template_without_a_sample_stops_the_start()
    {
        var folder = Directory.CreateTempSubdirectory("cards");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "lonely.json"), """{"type":"AdaptiveCard"}""");

            var error = Assert.Throws<TemplateException>(() => new CardTemplates(folder.FullName));

            Assert.EndsWith("lonely.data.json, top: the file is missing", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_card_without_its_Block_Kit_face_stops_the_start()
    {
        var folder = Directory.CreateTempSubdirectory("cards");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "half.json"), """{"type":"AdaptiveCard"}""");
            File.WriteAllText(Path.Combine(folder.FullName, "half.data.json"), "{}");

            var error = Assert.Throws<TemplateException>(() => new CardTemplates(folder.FullName));

            Assert.Equal(Path.Combine(folder.FullName, "slack", "half.json") + ", top: the file is missing", error.Message);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_Block_Kit_face_without_its_Adaptive_Card_stops_the_start()
    {
        var folder = Directory.CreateTempSubdirectory("cards");
        try
        {
            var alone = Path.Combine(folder.CreateSubdirectory("slack").FullName, "half.json");
            File.WriteAllText(alone, """{"blocks":[]}""");

            var error = Assert.Throws<TemplateException>(() => new CardTemplates(folder.FullName));

            Assert.Equal($"{alone}, top: has no Adaptive Card beside it, {Path.Combine(folder.FullName, "half.json")}", error.Message);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static JsonObject Render(string name) => Templates.Render(Templates.SampleOf(name));

    private static IEnumerable<JsonObject> Elements(JsonNode? node) => node switch
    {
        JsonObject element => element.Select(m => m.Value).SelectMany(Elements).Prepend(element),
        JsonArray items => items.SelectMany(Elements),
        _ => [],
    };
}
