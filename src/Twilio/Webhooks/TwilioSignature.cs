using System.Security.Cryptography;
using System.Text;

namespace TrunkBot.Twilio.Webhooks;

/// <summary>
/// The header <c>X-Twilio-Signature</c>: Base64 of HMAC-SHA1 with the account's primary auth token over the URL that Twilio called and, of a form, its
/// sorted fields (Twilio: "Webhooks security"). An API key signs nothing.
/// </summary>
public static class TwilioSignature
{
    public const string Header = "X-Twilio-Signature";

    private const string BodyHash = "bodySHA256";

    /// <summary>Whether Twilio signed a form.</summary>
    /// <param name="url">As Twilio called it: the public URL, with its query, unchanged.</param>
    /// <param name="form">Names and values as they arrived; not trimmed.</param>
    public static bool IsValid(string authToken, string url, IEnumerable<KeyValuePair<string, string>> form, string? signature) =>
        Matches(authToken, url, Fields(form), signature);

    /// <summary>Whether Twilio signed a body that is no form: the URL then carries the hash of the body.</summary>
    public static bool IsValidBody(string authToken, string url, ReadOnlySpan<byte> body, string? signature) =>
        HashIn(url) is { } told
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(told), Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(body))))
        && Matches(authToken, url, "", signature);

    /// <summary>The signature itself, for tests and for a stand-in that signs.</summary>
    public static string Of(string authToken, string url, IEnumerable<KeyValuePair<string, string>> form) => Sign(authToken, url + Fields(form));

    private static bool Matches(string authToken, string url, string fields, string? signature)
    {
        if (string.IsNullOrEmpty(signature) || string.IsNullOrEmpty(authToken))
        {
            return false;
        }

        // Twilio may or may not write the default port; every spelling is compared, so that the time tells nothing.
        var given = Encoding.ASCII.GetBytes(signature);
        var match = false;
        foreach (var spelling in Spellings(url))
        {
            match |= CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Sign(authToken, spelling + fields)), given);
        }

        return match;
    }

    /// <summary>Names in ordinal order, each followed by its values without separators; of a repeated name the different values, sorted.</summary>
    private static string Fields(IEnumerable<KeyValuePair<string, string>> form) => string.Concat(form
        .GroupBy(f => f.Key, StringComparer.Ordinal)
        .OrderBy(g => g.Key, StringComparer.Ordinal)
        .SelectMany(g => g.Select(f => f.Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(v => g.Key + v)));

#pragma warning disable CA5350 // Twilio signs with HMAC-SHA1 and nothing else.
    private static string Sign(string authToken, string text) => Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(authToken), Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5350

    /// <summary>The URL without and with the default port, the rest of it untouched.</summary>
    private static IEnumerable<string> Spellings(string url)
    {
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
        {
            return [url];
        }

        var start = scheme + 3;
        var end = url.IndexOfAny(['/', '?', '#'], start) is var at and >= 0 ? at : url.Length;
        var (authority, port) = (url[start..end], url[..scheme].Equals("https", StringComparison.OrdinalIgnoreCase) ? ":443" : ":80");
        var host = authority.EndsWith(port, StringComparison.Ordinal) ? authority[..^port.Length] : authority;
        return host.Length == authority.Length && authority.LastIndexOf(':') > authority.LastIndexOf(']')
            ? [url]
            : [url[..start] + host + url[end..], url[..start] + host + port + url[end..]];
    }

    private static string? HashIn(string url) => url.IndexOf('?', StringComparison.Ordinal) is var query and >= 0
        ? url[(query + 1)..].Split('&').Select(p => p.Split('=', 2)).FirstOrDefault(p => p.Length == 2 && p[0] == BodyHash)?[1]
        : null;
}
