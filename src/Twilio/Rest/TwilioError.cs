using System.Text.Json;

namespace TrunkBot.Twilio.Rest;

/// <summary>Reads an error body in any of its three shapes: Twilio's classic one, RFC 9457, or anything else.</summary>
internal static class TwilioError
{
    private const int Longest = 200;

    public static (int? Code, string Message) Read(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement is { ValueKind: JsonValueKind.Object } root)
            {
                var message = Text(root, "message") ?? Text(root, "detail") ?? Text(root, "title") ?? "";
                if (root.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array)
                {
                    message = string.Join("; ", [message, .. errors.EnumerateArray()
                        .Where(e => e.ValueKind == JsonValueKind.Object)
                        .Select(e => $"{Text(e, "pointer")} {Text(e, "detail")}".Trim())]);
                }

                return (root.TryGetProperty("code", out var code) && code.TryGetCode(out var number) ? number : null, OneLine(message));
            }
        }
        catch (JsonException)
        {
            // The third shape: no JSON. What there is of it is kept.
        }

        return (null, OneLine(body));
    }

    /// <summary>Foreign words made fit for one line of a card.</summary>
    public static string OneLine(string text)
    {
        var line = string.Join(' ', TwilioRedaction.Line(text).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= Longest ? line : line[..Longest] + "…";
    }

    private static bool TryGetCode(this JsonElement element, out int number)
    {
        number = 0;
        return element.ValueKind switch
        {
            JsonValueKind.Number => element.TryGetInt32(out number),
            JsonValueKind.String => int.TryParse(element.GetString(), out number),
            _ => false,
        };
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
