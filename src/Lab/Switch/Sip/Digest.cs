using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace TrunkBot.Lab.Switch.Sip;

/// <summary>What a digest login came to.</summary>
internal enum Login
{
    /// <summary>No login for our realm in the request.</summary>
    Absent,

    /// <summary>A nonce that is not ours, has run out, or was used with this count before: ask again with <c>stale=true</c>.</summary>
    Stale,

    /// <summary>The response does not fit the password.</summary>
    Wrong,

    Good,
}

/// <summary>HTTP digest for SIP: MD5 with qop=auth (RFC 2617, RFC 3261 section 22).</summary>
internal sealed partial class Digest(string realm, TimeProvider time)
{
    private const int MostNonces = 10_000;

    private static readonly TimeSpan NonceLife = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, Nonce> nonces = [];

    public string Challenge(bool stale)
    {
        var now = time.GetUtcNow();
        if (nonces.Count >= MostNonces)
        {
            foreach (var old in nonces.Where(pair => pair.Value.Expires <= now).Select(pair => pair.Key).ToList())
            {
                nonces.Remove(old);
            }
        }

        var nonce = RandomNumberGenerator.GetHexString(32, lowercase: true);
        nonces[nonce] = new Nonce(now + NonceLife);
        return $"Digest realm=\"{realm}\", nonce=\"{nonce}\", algorithm=MD5, qop=\"auth\"" + (stale ? ", stale=true" : "");
    }

    /// <summary>The user name in the login for our realm; null without one.</summary>
    public string? UserOf(IEnumerable<string> headers) => Ours(headers) is { } parts ? parts.GetValueOrDefault("username") : null;

    public Login Check(IEnumerable<string> headers, string method, string requestUri, string password)
    {
        if (Ours(headers) is not { } parts)
        {
            return Login.Absent;
        }

        string Part(string name) => parts.GetValueOrDefault(name, "");

        // The URI is what was signed; a login taken from another request must not open this one.
        if (!string.Equals(Part("uri"), requestUri, StringComparison.OrdinalIgnoreCase) || Part("qop") != "auth")
        {
            return Login.Wrong;
        }

        var secret = Hash($"{Part("username")}:{realm}:{password}");
        var expected = Hash($"{secret}:{Part("nonce")}:{Part("nc")}:{Part("cnonce")}:{Part("qop")}:{Hash($"{method}:{Part("uri")}")}");
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.ASCII.GetBytes(Part("response").ToLowerInvariant())))
        {
            return Login.Wrong;
        }

        if (!nonces.TryGetValue(Part("nonce"), out var nonce) || nonce.Expires <= time.GetUtcNow()
            || !uint.TryParse(Part("nc"), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var count) || count <= nonce.Count)
        {
            return Login.Stale;
        }

        nonce.Count = count;
        return Login.Good;
    }

    private Dictionary<string, string>? Ours(IEnumerable<string> headers) => headers
        .Where(header => header.StartsWith("Digest ", StringComparison.OrdinalIgnoreCase))
        .Select(header => Pairs().Matches(header[7..]).DistinctBy(pair => pair.Groups[1].Value.ToLowerInvariant())
            .ToDictionary(pair => pair.Groups[1].Value.ToLowerInvariant(), pair => pair.Groups[2].Success ? pair.Groups[2].Value : pair.Groups[3].Value))
        .FirstOrDefault(parts => parts.GetValueOrDefault("realm") == realm);

    private static string Hash(string text)
    {
#pragma warning disable CA5351 // The digest of SIP is MD5 (RFC 2617); the lab's phones know no other.
        return Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351
    }

    [GeneratedRegex("""([A-Za-z]+)\s*=\s*(?:"([^"]*)"|([^\s,]+))""", RegexOptions.None, matchTimeoutMilliseconds: 250)]
    private static partial Regex Pairs();

    private sealed class Nonce(DateTimeOffset expires)
    {
        public DateTimeOffset Expires { get; } = expires;

        public uint Count { get; set; }
    }
}
