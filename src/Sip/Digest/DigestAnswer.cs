using System.Security.Cryptography;
using System.Text;
using TrunkBot.Sip.Messages;

namespace TrunkBot.Sip.Digest;

/// <summary>User and password for digest. The password never shows in <see cref="ToString"/>.</summary>
public sealed record SipCredentials(string User, string Password)
{
    public override string ToString() => $"{User}/***";
}

/// <summary>Computes the answer to a digest challenge (RFC 2617 3.2.2, RFC 7616 3.4).</summary>
public static class DigestAnswer
{
    /// <summary>The value of Authorization or Proxy-Authorization.</summary>
    /// <param name="challenge">A supported challenge.</param>
    /// <param name="credentials">Who we are.</param>
    /// <param name="method">Method of the request.</param>
    /// <param name="uri">Its Request-URI, exactly as on the request line.</param>
    /// <param name="cnonce">Our nonce, random.</param>
    /// <param name="count">How often this server nonce has been used, from 1.</param>
    public static string Authorize(DigestChallenge challenge, SipCredentials credentials, string method, string uri, string cnonce, uint count)
    {
        var nc = count.ToString("x8");
        var qop = challenge.Qop.Contains("auth") ? "auth" : null;
        var response = Response(challenge, credentials, method, uri, cnonce, nc, qop);
        var text = new StringBuilder("Digest username=").Append(SipText.Quote(credentials.User))
            .Append(", realm=").Append(SipText.Quote(challenge.Realm))
            .Append(", nonce=").Append(SipText.Quote(challenge.Nonce))
            .Append(", uri=").Append(SipText.Quote(uri))
            .Append(", response=\"").Append(response).Append('"');
        if (challenge.Algorithm is not null)
        {
            text.Append(", algorithm=").Append(challenge.Algorithm);
        }

        if (qop is not null)
        {
            text.Append(", qop=auth, nc=").Append(nc).Append(", cnonce=").Append(SipText.Quote(cnonce));
        }
        else if (IsSession(challenge))
        {
            text.Append(", cnonce=").Append(SipText.Quote(cnonce));
        }

        if (challenge.Opaque is not null)
        {
            text.Append(", opaque=").Append(SipText.Quote(challenge.Opaque));
        }

        return text.ToString();
    }

    private static string Response(DigestChallenge challenge, SipCredentials credentials, string method, string uri, string cnonce, string nc, string? qop)
    {
        string Hash(string text) => HashHex(challenge.Algorithm, text);
        var a1 = Hash($"{credentials.User}:{challenge.Realm}:{credentials.Password}");
        if (IsSession(challenge))
        {
            a1 = Hash($"{a1}:{challenge.Nonce}:{cnonce}");
        }

        var a2 = Hash($"{method}:{uri}");
        return qop is null ? Hash($"{a1}:{challenge.Nonce}:{a2}") : Hash($"{a1}:{challenge.Nonce}:{nc}:{cnonce}:{qop}:{a2}");
    }

    private static bool IsSession(DigestChallenge challenge) => challenge.Algorithm?.EndsWith("-sess", StringComparison.OrdinalIgnoreCase) == true;

    private static string HashHex(string? algorithm, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
#pragma warning disable CA5351 // RFC 3261 22 requires MD5; the switch chooses, and SHA-256 is used wherever it is offered.
        var hash = algorithm?.StartsWith("SHA-256", StringComparison.OrdinalIgnoreCase) == true ? SHA256.HashData(bytes) : MD5.HashData(bytes);
#pragma warning restore CA5351
        return Convert.ToHexStringLower(hash);
    }
}
