using System.Net;

namespace TrunkBot.Lab.Twilio.Rest;

/// <summary>
/// The fields of a form body in the order sent. Read here and not by ASP.NET, whose form takes <c>friendlyName</c> for <c>FriendlyName</c>:
/// Twilio ignores the misspelt one without a word, and that is what a client must be tried against.
/// </summary>
public sealed class FormBody
{
    private const int Longest = 64 * 1024;

    private FormBody(IReadOnlyList<KeyValuePair<string, string>> fields) => Fields = fields;

    public IReadOnlyList<KeyValuePair<string, string>> Fields { get; }

    /// <summary>The last value of the field; null when it was not sent.</summary>
    public string? this[string name] => Fields.LastOrDefault(field => string.Equals(field.Key, name, StringComparison.Ordinal)).Value;

    public static async Task<FormBody> Read(HttpContext http)
    {
        if (http.Request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) != true)
        {
            return new([]);
        }

        if (http.Request.ContentLength > Longest)
        {
            throw new TwilioRefusalException(413, 20001, "Request entity too large");
        }

        using var reader = new StreamReader(http.Request.Body);
        var text = await reader.ReadToEndAsync(http.RequestAborted);
        return new([.. text.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(field => field.Split('=', 2))
            .Select(pair => KeyValuePair.Create(WebUtility.UrlDecode(pair[0]), WebUtility.UrlDecode(pair.ElementAtOrDefault(1) ?? "")))]);
    }
}
