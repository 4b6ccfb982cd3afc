using System.Globalization;
using System.Resources;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NJsonSchema;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.People;

namespace TrunkBot.Cards.Tests;

/// <summary>Both faces of every card in German, from <c>src/Chat/Language/Cards.de.resx</c>.</summary>
public sealed partial class GermanTests
{
    /// <summary>Words of the field, and names, that German engineers use as they are.</summary>
    private static readonly string[] Same = ["Edges", "Edges (OPTIONS)", "Jitter", "Plan", "Route", "Status", "System", "Trunk", "Trunk ${trunk}", "TrunkBot", "Trunks", "Twilio"];

    private static readonly CultureInfo German = CultureInfo.GetCultureInfo("de");

    private static readonly Dictionary<string, string> Entries = new ResourceManager("TrunkBot.Chat.Language.Cards", typeof(Localized).Assembly)
        .GetResourceSet(German, createIfNotExists: true, tryParents: false)!.Cast<System.Collections.DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string)e.Value!, StringComparer.Ordinal);

    public static TheoryData<string, string> Samples => Shipped.Samples;

    [Fact]
    public void Every_literal_that_has_words_has_its_German_and_no_entry_is_left_over()
    {
        var literals = Shipped.Templates.Names.SelectMany(n => new[] { $"{n}.json", $"slack/{n}.json" })
            .SelectMany(f => TemplateLanguage.Literals(Shipped.Template(f))).Select(l => l.Text).Where(t => Word().IsMatch(Expression().Replace(t, ""))).Distinct().ToList();

        Assert.Equal(literals.Except(Same).Order(StringComparer.Ordinal), Entries.Keys.Order(StringComparer.Ordinal));
        Assert.Empty(Same.Except(literals));
    }

    [Fact]
    public void The_German_shows_the_same_values_and_is_not_the_English() =>
        Assert.All(Entries, e =>
        {
            Assert.Equal(Values(e.Key), Values(e.Value));
            Assert.NotEqual(e.Key, e.Value);
        });

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_German_message_asks_and_offers_the_same_and_keeps_to_the_limits(string name, string variant)
    {
        var card = Shipped.Sample(name, variant);
        var (adaptive, blocks) = InGerman(() => (Shipped.AdaptiveCard(card with { Language = "de" }), Shipped.Blocks(card with { Language = "de" })));

        Assert.Equal("de", adaptive["lang"]!.GetValue<string>());
        Assert.Equal(Used(Shipped.AdaptiveCard(card)), Used(adaptive));
        Assert.Equal(Used(Shipped.Blocks(card)), Used(blocks));
        Assert.InRange(Encoding.Unicode.GetByteCount(adaptive.ToJsonString()), 100, 28_000);
        Assert.Empty(SlackLimits.Broken(blocks));
    }

    [Fact]
    public async Task Every_German_message_has_the_structure_that_Microsoft_and_Slack_publish()
    {
        var samples = Shipped.All.Select(s => Shipped.Sample(s.Name, s.Variant) with { Language = "de" }).ToList();
        var schema = await JsonSchema.FromFileAsync(Path.Combine(Shipped.Root, "tests/Cards/Schemas/adaptive-card-1.5.0.json"), TestContext.Current.CancellationToken);
        var (cards, blocks) = InGerman(() => (samples.ConvertAll(Shipped.AdaptiveCard), samples.ConvertAll(Shipped.Blocks)));

        Assert.All(cards, c => Assert.Empty(schema.Validate(c.ToJsonString())));
        Assert.All(await Judge.CheckAsync("teams", cards), Assert.Empty);
        Assert.All(await Judge.CheckAsync("slack", blocks), Assert.Empty);
    }

    [Fact]
    public void What_is_left_out_is_said_in_German()
    {
        var card = Shipped.Sample("list", "") with { Language = "de" };
        var trunks = card.Data["trunks"]!.AsArray();
        while (trunks.Count < 120)
        {
            trunks.Add(trunks[0]!.DeepClone());
        }

        var (adaptive, blocks) = InGerman(() => (Shipped.AdaptiveCard(card), Shipped.Blocks(card)));

        Assert.Contains("Mehr passt nicht in eine Nachricht.", adaptive.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("Mehr passt nicht in eine Slack-Nachricht.", blocks.ToJsonString(), StringComparison.Ordinal);
    }

    private static T InGerman<T>(Func<T> render)
    {
        Audience.Enter("de", timeZone: null);
        var rendered = render();
        Audience.Enter(Languages.Default, timeZone: null);
        return rendered;
    }

    private static IEnumerable<string> Values(string literal) => Expression().Matches(literal).Select(m => m.Value).Order(StringComparer.Ordinal);

    /// <summary>What is pressed and filled in: its type, its names and its data.</summary>
    private static List<string> Used(JsonNode face) =>
        [.. Shipped.Elements(face).Where(e => Shipped.TypeOf(e) is "button" or "input" || Shipped.TypeOf(e).StartsWith("Action.", StringComparison.Ordinal) || Shipped.TypeOf(e).StartsWith("Input.", StringComparison.Ordinal))
            .Select(e => $"{e["type"]} {e["id"]} {e["verb"]} {e["action_id"]} {e["block_id"]} {e["data"]?.ToJsonString()}")];

    [GeneratedRegex(@"\$\{[^}]*\}")]
    private static partial Regex Expression();

    [GeneratedRegex("[A-Za-z]{2}")]
    private static partial Regex Word();
}
