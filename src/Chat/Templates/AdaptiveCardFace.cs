using System.Text.Json.Nodes;
using TrunkBot.Chat.Language;

namespace TrunkBot.Chat.Templates;

/// <summary>
/// Keeps a finished Adaptive Card to the size that every Teams client takes. Cards are made to fit; this is for what nobody foresaw, so that a message is
/// never refused for its length: addresses that can't be cut go, texts are cut with "…", then the last parts that are only read are left out, and the card says so.
/// </summary>
internal static class AdaptiveCardFace
{
    /// <summary>28 KB in UTF-16, as Teams counts: the smallest limit that was ever published for a card.</summary>
    private const int MostCharacters = 14_000;

    /// <summary>Banner, heading and what the card is about are never left out.</summary>
    private const int AlwaysKept = 4;

    /// <summary>An address longer than this goes first: it can't be cut, for it would lead elsewhere. As much as Slack takes in a button.</summary>
    private const int MostOfAddress = 3000;

    private static readonly int[] Shorter = [500, 250, 120, 60, 30];

    public static bool Fits(JsonObject card) => SizeOf(card) <= MostCharacters;

    public static JsonObject Fit(JsonObject card)
    {
        if (!Fits(card))
        {
            LeaveOutLongAddresses(card);
        }

        foreach (var most in Shorter.TakeWhile(_ => !Fits(card)))
        {
            Shorten(card, most);
        }

        if (!Fits(card) && card["body"] is JsonArray body)
        {
            LeaveOut(card, body);
        }

        return card;
    }

    /// <summary>As it is sent: System.Text.Json writes what is not ASCII as escapes, which is the longer form and so the safe one.</summary>
    private static int SizeOf(JsonObject card) => card.ToJsonString().Length;

    private static void Shorten(JsonNode? node, int most)
    {
        if (node is JsonArray items)
        {
            foreach (var item in items)
            {
                Shorten(item, most);
            }
        }
        else if (node is JsonObject element)
        {
            var isRun = element["type"]?.GetValue<string>() == "TextRun";
            foreach (var (key, value) in element.ToList())
            {
                if ((key is "title" or "label" or "errorMessage" or "placeholder" || (isRun && key == "text")) && value is JsonValue text)
                {
                    element[key] = ShownText.CutUnits(text.GetValue<string>(), most);
                }
                else if (key is not ("data" or "value"))
                {
                    Shorten(value, most);
                }
            }
        }
    }

    private static void LeaveOutLongAddresses(JsonNode? node)
    {
        foreach (var child in node switch { JsonArray items => items.ToList(), JsonObject element => [.. element.Select(m => m.Value)], _ => [] })
        {
            LeaveOutLongAddresses(child);
            if (node is JsonArray siblings && child is JsonObject part && (part["url"]?.ToJsonString().Length > MostOfAddress || part["actions"] is JsonArray { Count: 0 }))
            {
                siblings.Remove(part);
            }
        }
    }

    private static void LeaveOut(JsonObject card, JsonArray body)
    {
        var note = new JsonObject
        {
            ["type"] = "RichTextBlock",
            ["inlines"] = new JsonArray(new JsonObject { ["type"] = "TextRun", ["text"] = Localized.Text("More does not fit into one message."), ["isSubtle"] = true }),
        };
        var at = body.Count;
        var room = note.ToJsonString().Length + 1;
        for (var i = body.Count - 1; i >= AlwaysKept && SizeOf(card) + room > MostCharacters; i--)
        {
            if (!IsUsed(body[i]))
            {
                body.RemoveAt(i);
                at = i;
            }
        }

        body.Insert(Math.Min(at, body.Count), note);
    }

    /// <summary>Whether something of it is pressed or filled in.</summary>
    private static bool IsUsed(JsonNode? node) => node switch
    {
        JsonArray items => items.Any(IsUsed),
        JsonObject element => element["type"]?.GetValue<string>() is { } type
            && (type is "Action.Execute" or "Action.Submit" or "Action.ShowCard" || type.StartsWith("Input.", StringComparison.Ordinal))
            || element.Any(m => IsUsed(m.Value)),
        _ => false,
    };
}
