using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrunkBot.Chat.Language;

namespace TrunkBot.Chat.Templates;

/// <summary>
/// Makes Slack's blocks of an expanded template: groups (several blocks that are repeated together) are opened, rows of a table become arrays (which
/// can't be repeated in a template), the data of a button becomes its text, what is empty goes, and everything keeps to Slack's limits. Nothing is lost without a word: what is cut ends with "…", and what
/// is left out is said, with the template's <c>rest</c> as where to find it.
/// </summary>
internal static class BlockKitFace
{
    /// <summary>Slack's limit for a message.</summary>
    private const int MostBlocks = 50;

    /// <summary>Slack refuses a message at about 13,200 characters (msg_blocks_too_long, not documented); counted in the JSON.</summary>
    private const int MostCharacters = 12_000;

    /// <summary>Slack's limit for the address behind a button. Half an address leads nowhere: a button with a longer one goes.</summary>
    private const int MostOfAddress = 3000;
    private const int MostOfValue = 2000;

    /// <summary>What every message begins with (banner, title, what it is about) is never left out.</summary>
    private const int AlwaysKept = 4;

    private static readonly int[] Shorter = [1000, 500, 250, 120, 60, 30];

    private static readonly JsonSerializerOptions Wire = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="expanded">The template with its values: <c>blocks</c>, and <c>rest</c> where something may be left out.</param>
    /// <exception cref="TemplateException">The template has no <c>blocks</c>.</exception>
    public static JsonArray Finish(JsonObject expanded, string file)
    {
        var blocks = new JsonArray([.. Blocks(expanded["blocks"] as JsonArray ?? throw new TemplateException(file, "blocks", "must be an array"))]);
        Tidy(blocks);
        CutToPlaces(blocks, "");
        foreach (var most in Shorter.TakeWhile(_ => SizeOf(blocks) > MostCharacters))
        {
            Shorten(blocks, most);
        }

        LeaveOut(blocks, expanded["rest"]?.GetValue<string>() ?? "");
        return blocks;
    }

    private static IEnumerable<JsonNode?> Blocks(JsonArray blocks) =>
        blocks.SelectMany(b => b is JsonObject && b["blocks"] is JsonArray group ? Blocks(group) : [b?.DeepClone()]);

    private static int SizeOf(JsonArray blocks) => blocks.ToJsonString(Wire).Length;

    /// <summary>True when nothing is left of it, so that it has no place in a message.</summary>
    private static bool Tidy(JsonNode? node)
    {
        switch (node)
        {
            case JsonArray items:
                for (var i = items.Count - 1; i >= 0; i--)
                {
                    if (Tidy(items[i]))
                    {
                        items.RemoveAt(i);
                    }
                }

                return false;
            case JsonObject element:
                return TidyElement(element);
            default:
                return node is null;
        }
    }

    private static bool TidyElement(JsonObject element)
    {
        var type = TypeOf(element);
        if (type == "button" && element["value"] is JsonObject data)
        {
            element["value"] = data.ToJsonString(Wire);
        }

        if (type == "table" && element["rows"] is JsonArray rows)
        {
            element["rows"] = new JsonArray([.. rows.Select(r => r?["cells"]?.DeepClone() ?? r?.DeepClone())]);
            FillEmptyCells(element["rows"]!.AsArray());
        }

        foreach (var (key, value) in element.ToList())
        {
            if (Tidy(value) || (key is "initial_value" or "initial_options" && IsEmpty(value)))
            {
                element.Remove(key);
            }
        }

        return type switch
        {
            "text" => IsEmpty(element["text"]),
            "rich_text" or "rich_text_section" or "rich_text_list" or "rich_text_preformatted" or "rich_text_quote" or "actions" or "context" => IsEmpty(element["elements"]),
            "section" => element["text"] is null && IsEmpty(element["fields"]),
            "plain_text" or "mrkdwn" or "raw_text" => IsEmpty(element["text"]),
            "header" => element["text"] is null,
            // Neither an address nor what a button carries can be cut.
            "button" => element["url"]?.GetValue<string>().Length > MostOfAddress || element["value"]?.ToJsonString().Length > MostOfValue,
            _ => false,
        };
    }

    /// <summary>Slack takes no empty cell, and one that is missing would move the others under the wrong heading.</summary>
    private static void FillEmptyCells(JsonArray rows)
    {
        foreach (var cell in rows.SelectMany(r => r is JsonArray cells ? cells.OfType<JsonObject>() : []).Where(c => TypeOf(c) == "raw_text" && IsEmpty(c["text"])))
        {
            cell["text"] = "–";
        }
    }

    private static bool IsEmpty(JsonNode? value) => value switch
    {
        null => true,
        JsonArray items => items.Count == 0,
        JsonValue text when text.GetValueKind() == JsonValueKind.String => text.GetValue<string>().Length == 0,
        _ => false,
    };

    /// <summary>Cuts each text to what Slack takes where it stands.</summary>
    private static void CutToPlaces(JsonNode? node, string place)
    {
        if (node is JsonArray items)
        {
            foreach (var item in items)
            {
                CutToPlaces(item, place);
            }
        }
        else if (node is JsonObject element)
        {
            var type = TypeOf(element);
            foreach (var (key, value) in element.ToList())
            {
                if (value is JsonValue text && text.GetValueKind() == JsonValueKind.String && MostOf(type, key, place) is { } most)
                {
                    element[key] = ShownText.CutUnits(text.GetValue<string>(), most);
                }
                else
                {
                    CutToPlaces(value, PlaceOf(type, key, place));
                }
            }
        }
    }

    private static string PlaceOf(string type, string key, string place) => (type, key) switch
    {
        ("button" or "header", "text") => type,
        ("", "title" or "text" or "confirm" or "deny") when place == "confirm" => $"confirm {key}",
        (_, "confirm") => "confirm",
        (_, "options" or "initial_option" or "initial_options") => "option",
        (_, "placeholder") => "placeholder",
        (_, "fields") => "field",
        _ when place is "option" => place,
        _ => key,
    };

    private static int? MostOf(string type, string key, string place) => (type, key) switch
    {
        (_, "accessibility_label") => 75,
        (_, "alt_text") => 2000,
        ("text" or "raw_text", "text") => 3000,
        ("plain_text" or "mrkdwn", "text") => place switch
        {
            "button" or "option" => 75,
            "header" or "placeholder" => 150,
            "confirm title" => 100,
            "confirm text" => 300,
            "confirm confirm" or "confirm deny" => 30,
            "field" or "label" or "hint" or "elements" => 2000,
            _ => 3000,
        },
        _ => null,
    };

    /// <summary>Cuts what is read; never what is pressed or filled in.</summary>
    private static void Shorten(JsonNode? node, int most)
    {
        switch (node)
        {
            case JsonArray items:
                foreach (var item in items)
                {
                    Shorten(item, most);
                }

                break;
            case JsonObject input when TypeOf(input) == "input":
                Shorten(input["label"], most);
                Shorten(input["hint"], most);
                break;
            case JsonObject element when TypeOf(element) is not ("actions" or "header"):
                if (TypeOf(element) is "text" or "plain_text" or "raw_text" && element["text"] is JsonValue text)
                {
                    element["text"] = ShownText.CutUnits(text.GetValue<string>(), most);
                }

                foreach (var (_, value) in element.ToList())
                {
                    Shorten(value, most);
                }

                break;
        }
    }

    /// <summary>Leaves out the last parts that are only read until the rest fits, and says so in their place.</summary>
    private static void LeaveOut(JsonArray blocks, string rest)
    {
        if (blocks.Count <= MostBlocks && SizeOf(blocks) <= MostCharacters)
        {
            return;
        }

        var note = new JsonObject
        {
            ["type"] = "context",
            ["elements"] = new JsonArray(new JsonObject { ["type"] = "plain_text", ["text"] = Localized.Text($"More does not fit into a Slack message. {rest}").TrimEnd(), ["emoji"] = false }),
        };
        var at = blocks.Count;
        for (var i = blocks.Count - 1; i >= AlwaysKept && (blocks.Count >= MostBlocks || SizeOf(blocks) + note.ToJsonString(Wire).Length >= MostCharacters); i--)
        {
            if (TypeOf(blocks[i]) is not ("actions" or "input"))
            {
                blocks.RemoveAt(i);
                at = i;
            }
        }

        blocks.Insert(Math.Min(at, blocks.Count), note);
    }

    private static string TypeOf(JsonNode? element) =>
        element is JsonObject o && o["type"] is JsonValue type && type.GetValueKind() == JsonValueKind.String ? type.GetValue<string>() : "";
}
