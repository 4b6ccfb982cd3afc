using System.Diagnostics.CodeAnalysis;
using TrunkBot.Sip.Messages;

namespace TrunkBot.Sip.Digest;

/// <summary>A Digest challenge of WWW-Authenticate or Proxy-Authenticate (RFC 7616 3.3, RFC 8760 for SIP).</summary>
/// <param name="Algorithm">As written; null means MD5.</param>
/// <param name="Qop">The offered qualities of protection in lower case; empty for a server of RFC 2069.</param>
/// <param name="Stale">True when the credentials were right and only the nonce was too old.</param>
public sealed record DigestChallenge(string Realm, string Nonce, string? Opaque, string? Algorithm, IReadOnlyList<string> Qop, bool Stale)
{
    /// <summary>True when we can answer: MD5 or SHA-256 (also -sess), with qop=auth or none.</summary>
    public bool IsSupported =>
        (Algorithm ?? "MD5").ToUpperInvariant() is "MD5" or "MD5-SESS" or "SHA-256" or "SHA-256-SESS" && (Qop.Count == 0 || Qop.Contains("auth"));

    public static bool TryParse(string? text, [NotNullWhen(true)] out DigestChallenge? challenge)
    {
        challenge = null;
        if (text is null || !text.StartsWith("Digest", StringComparison.OrdinalIgnoreCase) || text.Length < 7 || text[6] is not (' ' or '\t'))
        {
            return false;
        }

        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in SipText.Split(text[7..], ','))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                return false;
            }

            values.TryAdd(part[..equals].Trim(), SipText.Unquote(part[(equals + 1)..].Trim()));
        }

        if (!values.TryGetValue("realm", out var realm) || !values.TryGetValue("nonce", out var nonce))
        {
            return false;
        }

        challenge = new DigestChallenge(
            realm,
            nonce,
            values.GetValueOrDefault("opaque"),
            values.GetValueOrDefault("algorithm"),
            values.TryGetValue("qop", out var qop) ? qop.ToLowerInvariant().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [],
            values.TryGetValue("stale", out var stale) && stale.Equals("true", StringComparison.OrdinalIgnoreCase));
        return true;
    }

    /// <summary>The first challenge of a response that we can answer, in the server's order of preference (RFC 8760 2.4), or null.</summary>
    /// <param name="response">A 401 or 407.</param>
    public static DigestChallenge? FirstSupported(SipMessage response)
    {
        foreach (var line in response.Headers.Lines(response.StatusCode == 407 ? "Proxy-Authenticate" : "WWW-Authenticate"))
        {
            if (TryParse(line, out var challenge) && challenge.IsSupported)
            {
                return challenge;
            }
        }

        return null;
    }
}
