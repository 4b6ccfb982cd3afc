using System.Net;
using System.Text;
using System.Text.Json;

namespace TrunkBot.Teams.Incoming;

/// <summary>What stands in the message on which a command of the message extension was used.</summary>
internal static class MessagePayload
{
    private const int Longest = 20_000;

    /// <summary>As one text, without markup: body first, then whatever its cards say. Cut where it is longer than an alert is.</summary>
    public static string TextOf(JsonElement message)
    {
        var text = new StringBuilder(WithoutTags(TurnReader.TextOf(TurnReader.Member(TurnReader.Member(message, "body"), "content")) ?? ""));
        if (TurnReader.Member(message, "attachments") is { ValueKind: JsonValueKind.Array } attachments)
        {
            foreach (var attachment in attachments.EnumerateArray())
            {
                var content = TurnReader.Member(attachment, "content");
                Append(text, TurnReader.TextOf(content) is { } json ? Parsed(json) : content);
            }
        }

        return text.Length > Longest ? text.ToString(0, Longest) : text.ToString();
    }

    private static JsonElement Parsed(string json)
    {
        try
        {
            return JsonDocument.Parse(json).RootElement;
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(WithoutTags(json));
        }
    }

    private static void Append(StringBuilder text, JsonElement node)
    {
        switch (node.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in node.EnumerateObject())
                {
                    Append(text, property.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in node.EnumerateArray())
                {
                    Append(text, item);
                }

                break;
            case JsonValueKind.String when text.Length < Longest:
                text.Append(' ').Append(WithoutTags(node.GetString()!));
                break;
        }
    }

    private static string WithoutTags(string html)
    {
        var text = new StringBuilder(html.Length);
        var isTag = false;
        foreach (var c in html)
        {
            if (c is '<' or '>')
            {
                isTag = c is '<';
                text.Append(' ');
            }
            else if (!isTag)
            {
                text.Append(c);
            }
        }

        return string.Join(' ', WebUtility.HtmlDecode(text.ToString()).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
