using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using TrunkBot.Chat.Messages;

namespace TrunkBot.Cards.Tests;

/// <summary>Every card with more and longer data than anybody should have: both faces keep to their limits and show text as text.</summary>
public sealed class WorstCaseTests
{
    /// <summary>Ids and what the bot itself writes in a bounded form.</summary>
    private static readonly string[] Ours = ["id", "kind", "step", "change", "planHash", "hash", "trunk", "name", "value", "image", "line", "verb", "fleet", "fullHash", "words"];

    private static readonly Gen<string> Piece = Gen.OneOf(
        GeneratedTemplates.Pick("👩‍👩‍👧", "\u202Egnp.exe", "<!channel>", "<@U1>", "<at>Ben</at>", "*b* _i_ ~s~ `c`", "```", "[x](https://evil.example)", "https://evil.example", "\r\n", "\u2028", "{{DATE(2026-01-01)}}", "${change}", "&amp;", "עברית", "\0"),
        Gen.String[Gen.Char, 0, 30]);

    private static readonly Gen<string> AnyText = Gen.Select(Piece.Array[0, 12], GeneratedTemplates.Pick(1, 1, 1, 3, 60), (pieces, times) => string.Concat(Enumerable.Repeat(string.Concat(pieces), times)));

    private static readonly Gen<string> LongName = Gen.String[Gen.Char["abcdefghijklmnopqrstuvwxyz-"], 10_000, 10_000];

    public static TheoryData<string> Names => [.. Shipped.Templates.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Both_faces_keep_to_their_limits_whatever_the_data(string name)
    {
        var samples = Shipped.Templates.SamplesOf(name);
        Gen.Select(Gen.Int[0, samples.Count - 1], Gen.OneOf(AnyText, AnyText, LongName).Array[1, 6], GeneratedTemplates.Pick(1, 2, 5)).Sample(
            (which, texts, times) =>
            {
                var next = 0;
                var card = new CardContent(name, (JsonObject)Worse(samples[which].Card.Data, "", () => texts[next++ % texts.Length], times)!);

                var adaptive = Shipped.AdaptiveCard(card);
                var blocks = Shipped.Blocks(card);

                Assert.InRange(Encoding.Unicode.GetByteCount(adaptive.ToJsonString()), 100, 28_000);
                Assert.Empty(SlackLimits.Broken(blocks));
                Assert.All(TextsOf(adaptive).Concat(TextsOf(blocks)), t => Assert.DoesNotContain(t, c => c is >= '\u202A' and <= '\u202E' or '\0' or '\u2028'));
            },
            iter: 12,
            threads: 1);
    }

    /// <summary>An address can't be cut: the button goes, and what stands beside it stays.</summary>
    [Fact]
    public void A_link_that_no_card_can_hold_is_left_out_of_both_faces()
    {
        var card = Shipped.Sample("alert", "");
        card.Data["link"] = "https://grafana.example/" + new string('x', 20_000);

        var adaptive = Shipped.AdaptiveCard(card);
        var blocks = Shipped.Blocks(card);

        Assert.InRange(Encoding.Unicode.GetByteCount(adaptive.ToJsonString()), 100, 28_000);
        Assert.DoesNotContain(Shipped.Elements(adaptive), e => Shipped.TypeOf(e) == "Action.OpenUrl");
        Assert.Contains(Shipped.Elements(adaptive), e => e["verb"]?.GetValue<string>() == "alert-diagnose");
        Assert.DoesNotContain(Shipped.Elements(blocks), e => e.ContainsKey("url"));
        Assert.Contains(Shipped.Elements(blocks), e => e["action_id"]?.GetValue<string>() == "alert-diagnose");
    }

    [Fact]
    public void An_empty_cell_of_a_table_keeps_the_others_under_their_headings()
    {
        var card = Shipped.Sample("drift", "");
        var first = card.Data["differences"]![0]!;
        first["planned"] = "\0";

        var rows = Shipped.Blocks(card).Single(b => Shipped.TypeOf(b) == "table")!["rows"]!.AsArray();

        Assert.Equal(["Perimeta", "adjacency acme-east-us2, signaling-local-port", "–", "5080"], rows[1]!.AsArray().Select(c => c!["text"]!.GetValue<string>()));
    }

    /// <summary>The same data with other texts, and its lists many times as long.</summary>
    private static JsonNode? Worse(JsonNode? node, string key, Func<string> text, int times) => node switch
    {
        JsonObject o => new JsonObject(o.Select(m => KeyValuePair.Create(m.Key, Worse(m.Value, m.Key, text, times)))),
        JsonArray a when key is "choices" or "chosen" => new JsonArray([.. a.Select(c => new JsonObject { ["title"] = $"{c!["title"]} {new string('x', 200)}", ["value"] = c["value"]!.DeepClone() })]),
        JsonArray a when key is "fields" or "trunks" or "worksheets" or "troubles" or "results" => new JsonArray([.. a.Select(i => Worse(i, key, text, times))]),
        JsonArray a => new JsonArray([.. Enumerable.Repeat(a, times).SelectMany(i => i).Select(i => Worse(i, key, text, times))]),
        JsonValue v when v.GetValueKind() == JsonValueKind.String && v.ToString().Length > 0 && !Ours.Contains(key) && key is not "state" =>
            (key is "label" or "title" or "nextTitle" ? "Ours " : "") + text(),
        _ => node?.DeepClone(),
    };

    private static IEnumerable<string> TextsOf(JsonNode node) => Shipped.Elements(node).SelectMany(e => e)
        .Where(m => m.Key is "text" or "title" or "label" && m.Value is JsonValue v && v.GetValueKind() == JsonValueKind.String).Select(m => m.Value!.GetValue<string>());
}
