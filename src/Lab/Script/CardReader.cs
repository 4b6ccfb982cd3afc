using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrunkBot.Lab.Script;

/// <param name="Verb">Verb of an <c>Action.Execute</c>.</param>
internal sealed record CardButton(string Title, string Verb, JsonObject Data);

/// <summary>Reads an Adaptive Card as a person does: its lines, its buttons, what its fields hold.</summary>
internal static class CardReader
{
    /// <summary>What stands there before anything is opened.</summary>
    public static IReadOnlyList<string> Lines(JsonElement card)
    {
        var lines = new List<string>();
        Walk(card, element => AddLine(element, lines), onlyVisible: true);
        return lines;
    }

    /// <summary>Every button, also on parts that are folded away.</summary>
    public static IReadOnlyList<CardButton> Buttons(JsonElement card)
    {
        var buttons = new List<CardButton>();
        Walk(card, element =>
        {
            if (Type(element) == "Action.Execute" && element.TryGetProperty("verb", out var verb))
            {
                var data = element.TryGetProperty("data", out var d) && d.ValueKind == JsonValueKind.Object ? JsonObject.Create(d)! : [];
                buttons.Add(new CardButton(element.TryGetProperty("title", out var title) ? title.GetString()! : "", verb.GetString()!, data));
            }
        }, onlyVisible: false);
        return buttons;
    }

    /// <summary>Id and value of every field that is filled in.</summary>
    public static IReadOnlyDictionary<string, string> Inputs(JsonElement card)
    {
        var inputs = new Dictionary<string, string>();
        Walk(card, element =>
        {
            if (Type(element).StartsWith("Input.", StringComparison.Ordinal) && element.TryGetProperty("id", out var id))
            {
                inputs[id.GetString()!] = element.TryGetProperty("value", out var value) ? value.ToString() : "";
            }
        }, onlyVisible: false);
        return inputs;
    }

    private static void AddLine(JsonElement element, List<string> lines)
    {
        switch (Type(element))
        {
            case "TextBlock":
                lines.Add(Unescape(element.GetProperty("text").GetString() ?? ""));
                break;
            case "RichTextBlock":
                lines.Add(string.Concat(element.GetProperty("inlines").EnumerateArray()
                    .Select(i => i.ValueKind == JsonValueKind.String ? i.GetString() : i.GetProperty("text").GetString())));
                break;
            case "FactSet":
                lines.AddRange(element.GetProperty("facts").EnumerateArray()
                    .Select(f => $"{Unescape(f.GetProperty("title").GetString()!)}: {Unescape(f.GetProperty("value").GetString()!)}"));
                break;
            case var input when input.StartsWith("Input.", StringComparison.Ordinal):
                lines.Add($"[{(element.TryGetProperty("label", out var label) ? label.GetString() : element.GetProperty("id").GetString())}: {(element.TryGetProperty("value", out var value) ? value.ToString() : "")}]");
                break;
        }
    }

    /// <summary>Markdown's backslashes are not seen by a reader.</summary>
    private static string Unescape(string markdown)
    {
        var text = new System.Text.StringBuilder(markdown.Length);
        for (var i = 0; i < markdown.Length; i++)
        {
            if (markdown[i] == '\\' && i + 1 < markdown.Length && char.IsPunctuation(markdown[i + 1]) | char.IsSymbol(markdown[i + 1]))
            {
                i++;
            }

            text.Append(markdown[i]);
        }

        return text.ToString();
    }

    private static string Type(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String ? type.GetString()! : "";

    private static void Walk(JsonElement element, Action<JsonElement> visit, bool onlyVisible)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                if (onlyVisible && (Type(element) == "Action.ShowCard" || element.TryGetProperty("isVisible", out var visible) && visible.ValueKind == JsonValueKind.False))
                {
                    return;
                }

                visit(element);
                foreach (var property in element.EnumerateObject())
                {
                    Walk(property.Value, visit, onlyVisible);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    Walk(item, visit, onlyVisible);
                }

                break;
        }
    }
}
