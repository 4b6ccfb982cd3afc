using System.Text.Json.Nodes;

namespace TrunkBot.Slack.BlockKit;

public static partial class BlockKitLimits
{
    private static void Element(JsonObject element, string at, Findings found, HashSet<string>? actions)
    {
        if (found.Length(element["action_id"], $"{at}.action_id", 255) is { } id && actions?.Add(id) is false)
        {
            found.Wrong($"{at}.action_id", $"stands twice in its block: {id}");
        }

        found.PlainText(element["placeholder"], $"{at}.placeholder", 150);
        if (element["confirm"] is JsonObject confirm)
        {
            found.PlainText(confirm["title"], $"{at}.confirm.title", 100, isRequired: true);
            found.Length(confirm["text"]?["text"], $"{at}.confirm.text.text", 300, isRequired: true);
            found.PlainText(confirm["confirm"], $"{at}.confirm.confirm", 30, isRequired: true);
            found.PlainText(confirm["deny"], $"{at}.confirm.deny", 30, isRequired: true);
        }

        switch (TextOf(element["type"]))
        {
            case "button":
                found.PlainText(element["text"], $"{at}.text", 75, isRequired: true);
                found.Length(element["value"], $"{at}.value", 2000);
                found.Length(element["url"], $"{at}.url", 3000);
                found.Length(element["accessibility_label"], $"{at}.accessibility_label", 75);
                if (element["style"] is { } style && TextOf(style) is not ("primary" or "danger"))
                {
                    found.Wrong($"{at}.style", "is neither primary nor danger");
                }

                break;
            case "plain_text_input":
                InRange(element["max_length"], $"{at}.max_length", 1, 3000, found);
                InRange(element["min_length"], $"{at}.min_length", 0, 3000, found);
                found.Length(element["initial_value"], $"{at}.initial_value", Number(element["max_length"]) ?? 3000);
                break;
            case "static_select" or "multi_static_select":
                Options(element, at, 100, 75, found);
                break;
            case "radio_buttons" or "checkboxes":
                Options(element, at, 10, 75, found);
                break;
            case "overflow":
                Options(element, at, 5, 75, found);
                break;
            case "number_input" or "datepicker" or "timepicker" or "datetimepicker" or "users_select" or "multi_users_select" or "conversations_select" or "channels_select" or "email_text_input" or "url_text_input":
                break;
            case var other:
                found.Wrong($"{at}.type", $"is no element that the bot may send: {other ?? "none"}");
                break;
        }
    }

    private static void Options(JsonObject element, string at, int most, int text, Findings found)
    {
        var groups = element["option_groups"] as JsonArray;
        if (groups is null && element["options"] is null)
        {
            found.Wrong($"{at}.options", "is missing");
        }

        foreach (var (options, where) in groups is null
            ? [(element["options"], $"{at}.options")]
            : groups.Select((g, i) => (g?["options"], $"{at}.option_groups[{i}].options")))
        {
            found.Items(options, where, most, (option, path) => Option(option, path, text, found));
        }

        if (element["initial_option"] is JsonObject initial)
        {
            var all = groups is null ? element["options"] as JsonArray : [.. groups.SelectMany(g => g?["options"] as JsonArray ?? []).Select(o => o?.DeepClone())];
            if (all?.Any(o => JsonNode.DeepEquals(o, initial)) is false)
            {
                found.Wrong($"{at}.initial_option", "is not one of the options, letter by letter");
            }
        }
    }

    private static void Option(JsonObject option, string at, int text, Findings found)
    {
        found.Length(option["text"]?["text"], $"{at}.text.text", text, isRequired: true);
        found.Length(option["description"]?["text"], $"{at}.description.text", 75);
        found.Length(option["value"], $"{at}.value", 150, isRequired: true);
    }

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static int? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue(out int number) ? number : null;

    private static void InRange(JsonNode? node, string at, int least, int most, Findings found)
    {
        if (node is not null && (Number(node) is not { } number || number < least || number > most))
        {
            found.Wrong(at, $"is not between {least} and {most}");
        }
    }

    private sealed class Findings
    {
        private readonly List<LimitProblem> all = [];

        public IReadOnlyList<LimitProblem> All => all;

        public void Wrong(string path, string what) => all.Add(new(path, what));

        public void AtMost(string path, int count, int most, string unit)
        {
            if (count > most)
            {
                all.Add(new(path, $"{count} {unit}, at most {most}") { IsTooMuch = true });
            }
        }

        /// <summary>Checks a string and gives it back; null where there is none.</summary>
        public string? Length(JsonNode? node, string path, int most, bool isRequired = false)
        {
            var text = TextOf(node);
            if (text is null && (isRequired || node is not null))
            {
                Wrong(path, node is null ? "is missing" : "is no text");
            }
            else if (text is { Length: 0 })
            {
                Wrong(path, "is empty");
            }

            AtMost(path, text?.Length ?? 0, most, "characters");
            return text;
        }

        public void PlainText(JsonNode? node, string path, int most, bool isRequired = false)
        {
            if (node is null && !isRequired)
            {
                return;
            }

            if (TextOf((node as JsonObject)?["type"]) != "plain_text")
            {
                Wrong(path, node is null ? "is missing" : "is not plain_text");
                return;
            }

            Length(node!["text"], $"{path}.text", most, isRequired: true);
        }

        public void TextObject(JsonObject text, string path, int most)
        {
            if (TextOf(text["type"]) is not ("plain_text" or "mrkdwn"))
            {
                Wrong($"{path}.type", "is neither plain_text nor mrkdwn");
            }

            Length(text["text"], $"{path}.text", most, isRequired: true);
        }

        /// <summary>Between one and that many objects.</summary>
        public void Items(JsonNode? node, string path, int most, Action<JsonObject, string> check)
        {
            if (node is not JsonArray { Count: > 0 } items)
            {
                Wrong(path, "is missing or empty");
                return;
            }

            AtMost(path, items.Count, most, "entries");
            for (var i = 0; i < items.Count; i++)
            {
                if (items[i] is JsonObject item)
                {
                    check(item, $"{path}[{i}]");
                }
                else
                {
                    Wrong($"{path}[{i}]", "is no object");
                }
            }
        }

        public void Rows(JsonNode? node, string path, int mostRows, int mostCells)
        {
            if (node is not JsonArray { Count: > 0 } rows)
            {
                Wrong(path, "is missing or empty");
                return;
            }

            AtMost(path, rows.Count, mostRows, "rows");
            for (var i = 0; i < rows.Count; i++)
            {
                AtMost($"{path}[{i}]", (rows[i] as JsonArray)?.Count ?? 0, mostCells, "cells");
            }
        }
    }
}
