using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace TrunkBot.Twilio.Rest;

/// <summary>Takes secrets out of what is kept or shown: tokens in JSON, passwords in URLs.</summary>
internal static partial class TwilioRedaction
{
    public const string Blank = "***";

    private const int LongestForeignText = 200;

    /// <summary>One line without control characters and without passwords in URLs.</summary>
    public static string Line(string text) =>
        SipPassword().Replace(UserInfo().Replace(new string([.. text.Select(c => char.IsControl(c) ? ' ' : c)]), $"://{Blank}@"), $"$1:{Blank}@");

    /// <summary>A body that came back, as it may be kept. What is not JSON is cut short: nobody knows what is in it.</summary>
    public static string Body(string text)
    {
        if (text.Length == 0)
        {
            return "";
        }

        try
        {
            if (JsonNode.Parse(text) is { } node)
            {
                Clean(node);
                return node.ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
            }
        }
        catch (JsonException)
        {
            // Not JSON: below.
        }

        var line = Line(text);
        return line.Length <= LongestForeignText ? line : line[..LongestForeignText] + "…";
    }

    /// <summary>Whether a URL carries a password.</summary>
    public static bool HoldsPassword(string? url) => url is not null && (UserInfo().IsMatch(url) || SipPassword().IsMatch(url));

    private static void Clean(JsonNode node)
    {
        switch (node)
        {
            case JsonArray array:
                foreach (var item in array.OfType<JsonNode>())
                {
                    Clean(item);
                }

                break;
            case JsonObject item:
                foreach (var (name, value) in item.ToList())
                {
                    if (IsSecret(name))
                    {
                        item[name] = Blank;
                    }
                    else if (value is JsonValue text && text.TryGetValue<string>(out var line) && HoldsPassword(line))
                    {
                        item[name] = Line(line);
                    }
                    else if (value is JsonArray or JsonObject)
                    {
                        Clean(value);
                    }
                }

                break;
        }
    }

    private static bool IsSecret(string name) =>
        name.Contains("auth_token", StringComparison.OrdinalIgnoreCase) || name.Contains("password", StringComparison.OrdinalIgnoreCase)
        || name.Contains("secret", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex("://[^/@\\s]+@")]
    private static partial Regex UserInfo();

    /// <summary>A SIP URI with user and password (RFC 3261 section 19.1.1); a user alone is a number and no secret.</summary>
    [GeneratedRegex("(\\bsips?:[^:@/\\s]+):[^@\\s]+@", RegexOptions.IgnoreCase)]
    private static partial Regex SipPassword();
}
