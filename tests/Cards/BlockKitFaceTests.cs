using System.Text.Json.Nodes;

namespace TrunkBot.Cards.Tests;

/// <summary>Every Block Kit face with every sample, against what Slack publishes about them.</summary>
public sealed class BlockKitFaceTests
{
    private static readonly string[] Modals = ["new-trunk-form", "reason-form", "diagnose-form"];

    public static TheoryData<string, string> Samples => Shipped.Samples;

    [Fact]
    public async Task Every_message_has_the_structure_that_Slack_publishes()
    {
        var samples = Shipped.All.ToList();

        var complaints = await Judge.CheckAsync("slack", samples.Select(s => Shipped.Blocks(Shipped.Sample(s.Name, s.Variant))));

        Assert.All(samples.Zip(complaints), s => Assert.True(s.Second.Count == 0, $"{s.First}: {string.Join('\n', s.Second)}"));
    }

    [Fact]
    public async Task Every_form_without_its_buttons_is_a_modal()
    {
        var forms = Shipped.All.Where(s => Modals.Contains(s.Name)).ToList();

        var complaints = await Judge.CheckAsync("modal", forms.Select(s => WithoutButtons(Shipped.Blocks(Shipped.Sample(s.Name, s.Variant)))));

        Assert.All(forms.Zip(complaints), s => Assert.True(s.Second.Count == 0, $"{s.First}: {string.Join('\n', s.Second)}"));
    }

    [Fact]
    public async Task The_check_against_Slacks_structure_notices_what_is_wrong()
    {
        var complaints = await Judge.CheckAsync("slack", [
            JsonNode.Parse("""[{"type":"header","text":{"type":"mrkdwn","text":"x"}}]""")!,
            JsonNode.Parse("""[{"type":"marquee"}]""")!,
            JsonNode.Parse("""[{"type":"actions","elements":[{"type":"button","action_id":"a","text":{"type":"plain_text","text":"x"},"style":"positive"}]}]""")!,
            JsonNode.Parse("""[{"type":"header","text":{"type":"plain_text","text":"x"}}]""")!,
        ]);

        Assert.NotEmpty(complaints[0]);
        Assert.Equal("blocks[0]: there is no block marquee", complaints[1][0]);
        Assert.NotEmpty(complaints[2]);
        Assert.Empty(complaints[3]);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_message_keeps_to_Slacks_limits(string name, string variant) => Assert.Empty(SlackLimits.Broken(Shipped.Blocks(Shipped.Sample(name, variant))));

    [Theory]
    [MemberData(nameof(Samples))]
    public void Nothing_is_left_out_of_a_sample(string name, string variant) =>
        Assert.DoesNotContain("does not fit", Shipped.Blocks(Shipped.Sample(name, variant)).ToJsonString(), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_message_begins_with_one_heading_and_no_value_stands_in_mrkdwn(string name, string variant)
    {
        var blocks = Shipped.Blocks(Shipped.Sample(name, variant));

        Assert.Equal("header", Shipped.TypeOf(blocks.First(b => Shipped.TypeOf(b) != "context")));
        Assert.DoesNotContain(Shipped.Elements(Shipped.Template($"slack/{name}.json")), e => Shipped.TypeOf(e) == "mrkdwn" && e["text"]!.ToString().Contains("${", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_field_is_a_block_of_its_own_id_with_a_label(string name, string variant)
    {
        foreach (var input in Shipped.Blocks(Shipped.Sample(name, variant)).Where(b => Shipped.TypeOf(b) == "input"))
        {
            Assert.Equal(input!["block_id"]!.GetValue<string>(), input["element"]!["action_id"]!.GetValue<string>());
            Assert.NotEqual("", input["label"]!["text"]!.GetValue<string>());
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Both_faces_offer_the_same_verbs_with_the_same_data(string name, string variant)
    {
        var card = Shipped.Sample(name, variant);

        var adaptive = Shipped.Elements(Shipped.AdaptiveCard(card))
            .Where(e => Shipped.TypeOf(e) is "Action.Execute" or "Action.Submit")
            .Select(a => (Verb: a["verb"]?.GetValue<string>() ?? a["data"]!["verb"]!.GetValue<string>(), Data: DataOf(a["data"]!)));
        var slack = Shipped.Elements(Shipped.Blocks(card)).Where(e => Shipped.TypeOf(e) == "button" && e["url"] is null)
            .Select(b => (Verb: b["action_id"]!.GetValue<string>().Split(':')[0], Data: DataOf(JsonNode.Parse(b["value"]!.GetValue<string>())!)));

        Assert.Equal(adaptive.Order(), slack.Order());
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Sections_of_a_rich_text_do_not_run_into_each_other(string name, string variant)
    {
        foreach (var text in Shipped.Elements(Shipped.Blocks(Shipped.Sample(name, variant))).Where(e => Shipped.TypeOf(e) == "rich_text"))
        {
            var parts = text["elements"]!.AsArray();
            Assert.DoesNotContain(parts.Zip(parts.Skip(1)), p => Shipped.TypeOf(p.First) == "rich_text_section" && Shipped.TypeOf(p.Second) == "rich_text_section"
                && !Ends(p.First!, last: true) && !Ends(p.Second!, last: false));
        }

        static bool Ends(JsonNode section, bool last)
        {
            var runs = section["elements"]!.AsArray();
            var words = (last ? runs[^1] : runs[0])!["text"]?.GetValue<string>() ?? "";
            return last ? words.EndsWith('\n') : words.StartsWith('\n');
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_dangerous_button_asks_first(string name, string variant)
    {
        foreach (var button in Shipped.Elements(Shipped.Blocks(Shipped.Sample(name, variant))).Where(e => e["style"] is JsonValue style && style.ToString() == "danger" && Shipped.TypeOf(e) == "button"))
        {
            // Reject asks for its reason in a dialog.
            Assert.True(button["confirm"] is not null || button["action_id"]!.GetValue<string>() == "reject");
        }
    }

    private static JsonArray WithoutButtons(JsonArray blocks) =>
        new([.. blocks.Where(b => b!["block_id"]?.GetValue<string>() != "form-buttons").Select(b => b!.DeepClone())]);

    private static string DataOf(JsonNode data) => string.Join(
        ' ', ((JsonObject)data).Where(m => m.Key is not ("msteams" or "verb")).OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => $"{m.Key}={m.Value}"));
}
