using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrunkBot.Cards.Tests;

/// <summary>
/// Slack's limits for blocks, written down for the tests from Slack's reference of Block Kit, independently of what the bot itself holds for true. Lengths in
/// UTF-16 units.
/// </summary>
internal static class SlackLimits
{
    private static readonly JsonSerializerOptions Wire = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IReadOnlyList<string> Broken(JsonArray blocks)
    {
        var broken = new List<string>();
        Most(broken, "blocks of a message", blocks.Count, 50);
        Most(broken, "characters of all blocks", blocks.ToJsonString(Wire).Length, 12_000);
        Unique(broken, "block_id", blocks.Select(b => b!["block_id"]));
        Unique(broken, "action_id", Shipped.Elements(blocks).Select(e => e["action_id"]));
        foreach (var block in blocks.OfType<JsonObject>())
        {
            Block(broken, block);
        }

        foreach (var element in Shipped.Elements(blocks))
        {
            Element(broken, element);
        }

        return broken;
    }

    private static void Block(List<string> broken, JsonObject block)
    {
        switch (Shipped.TypeOf(block))
        {
            case "header":
                Text(broken, "header", block["text"], 150);
                break;
            case "section":
                Must(broken, block["text"] is not null || block["fields"] is not null, "a section has text or fields");
                Text(broken, "section", block["text"], 3000);
                Most(broken, "fields", Count(block["fields"]), 10);
                foreach (var field in block["fields"]?.AsArray() ?? [])
                {
                    Text(broken, "field", field, 2000);
                }

                break;
            case "context":
                Between(broken, "elements of a context", Count(block["elements"]), 1, 10);
                break;
            case "actions":
                Between(broken, "elements of an actions block", Count(block["elements"]), 1, 25);
                break;
            case "rich_text":
                Must(broken, Count(block["elements"]) > 0, "a rich_text has elements");
                break;
            case "input":
                Text(broken, "label", block["label"], 2000);
                Text(broken, "hint", block["hint"], 2000);
                Must(broken, block["label"] is not null && block["element"] is not null, "an input has label and element");
                break;
            case "image":
                Must(broken, (block["image_url"]?.GetValue<string>() ?? "").StartsWith("https://", StringComparison.Ordinal), "a picture has an https address");
                Between(broken, "alt_text", Length(block["alt_text"]), 1, 2000);
                break;
            case "table":
                Between(broken, "rows", Count(block["rows"]), 1, 100);
                foreach (var row in block["rows"]!.AsArray())
                {
                    Between(broken, "cells", Count(row), 1, 20);
                }

                break;
            default:
                broken.Add($"a block of type {Shipped.TypeOf(block)} is not one that the bot uses");
                break;
        }

        Most(broken, "block_id", Length(block["block_id"]), 255);
    }

    private static void Element(List<string> broken, JsonObject element)
    {
        Most(broken, "action_id", Length(element["action_id"]), 255);
        Most(broken, "placeholder", Length(element["placeholder"]?["text"]), 150);
        switch (Shipped.TypeOf(element))
        {
            case "button":
                Text(broken, "button", element["text"], 75);
                Most(broken, "value", Length(element["value"]), 2000);
                Most(broken, "accessibility_label", Length(element["accessibility_label"]), 75);
                Must(broken, JsonNode.Parse(element["value"]!.GetValue<string>()) is JsonObject, "the value of a button is a JSON object");
                if (element["confirm"] is { } confirm)
                {
                    Text(broken, "confirm title", confirm["title"], 100);
                    Text(broken, "confirm text", confirm["text"], 300);
                    Text(broken, "confirm button", confirm["confirm"], 30);
                    Text(broken, "deny button", confirm["deny"], 30);
                }

                break;
            case "static_select" or "multi_static_select":
                Options(broken, element, 100);
                break;
            case "checkboxes" or "radio_buttons":
                Options(broken, element, 10);
                break;
            case "plain_text_input":
                var most = element["max_length"]?.GetValue<int>() ?? 3000;
                Between(broken, "max_length", most, 1, 3000);
                Most(broken, "initial_value", Length(element["initial_value"]), most);
                break;
            case "plain_text" or "mrkdwn" or "text" or "raw_text":
                Between(broken, Shipped.TypeOf(element), Length(element["text"]), 1, 3000);
                break;
            case "rich_text_section" or "rich_text_preformatted" or "rich_text_quote":
                Must(broken, Count(element["elements"]) > 0, "a section of rich text has elements");
                break;
            default:
                break;
        }
    }

    private static void Options(List<string> broken, JsonObject select, int most)
    {
        Between(broken, "options", Count(select["options"]), 1, most);
        var offered = select["options"]!.AsArray().Select(o => o!.ToJsonString()).ToHashSet();
        foreach (var option in select["options"]!.AsArray())
        {
            Text(broken, "option", option!["text"], 75);
            Between(broken, "value of an option", Length(option["value"]), 1, 150);
        }

        var chosen = select["initial_options"]?.AsArray().ToList() ?? [];
        chosen.AddRange(select["initial_option"] is { } one ? [one] : []);
        Must(broken, chosen.All(c => offered.Contains(c!.ToJsonString())), "what is chosen is one of the options");
    }

    private static void Text(List<string> broken, string what, JsonNode? text, int most)
    {
        if (text is not null)
        {
            Between(broken, what, Length(text["text"]), 1, most);
        }
    }

    private static int Length(JsonNode? text) => text?.GetValue<string>().Length ?? 0;

    private static int Count(JsonNode? items) => (items as JsonArray)?.Count ?? 0;

    private static void Unique(List<string> broken, string what, IEnumerable<JsonNode?> ids)
    {
        var twice = ids.OfType<JsonNode>().Select(n => n.GetValue<string>()).GroupBy(i => i).Where(g => g.Count() > 1).Select(g => g.Key).ToList();
        Must(broken, twice.Count == 0, $"{what} {string.Join(", ", twice)} stands more than once");
    }

    private static void Most(List<string> broken, string what, int is_, int most) => Must(broken, is_ <= most, $"{what}: {is_} instead of at most {most}");

    private static void Between(List<string> broken, string what, int is_, int least, int most) =>
        Must(broken, is_ >= least && is_ <= most, $"{what}: {is_} instead of {least} to {most}");

    private static void Must(List<string> broken, bool holds, string rule)
    {
        if (!holds)
        {
            broken.Add(rule);
        }
    }
}
