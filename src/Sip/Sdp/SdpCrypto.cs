using System.Globalization;
using TrunkBot.Sip.Media.Srtp;

namespace TrunkBot.Sip.Sdp;

/// <summary>One key for SRTP in a session description (SDES, RFC 4568). The key is never printed but by <see cref="ToLine"/>.</summary>
/// <param name="Tag">Number of the line; the answer repeats that of the offer that it takes.</param>
internal sealed record SdpCrypto(int Tag, SrtpSuite Suite, MasterKey Key)
{
    private const string Inline = "inline:";

    /// <summary>Reads the value of <c>a=crypto</c>. Null for a suite, a key or a parameter that we do not speak: such a line is passed over (RFC 4568 5.1.2).</summary>
    public static SdpCrypto? Parse(string value)
    {
        var parts = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        // Session parameters change how the key is used; the window size hint alone may be passed over (RFC 4568 6.3.6).
        if (parts.Length < 3 || parts.Skip(3).Any(p => !p.StartsWith("WSH=", StringComparison.Ordinal))
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var tag)
            || SrtpSuites.Of(parts[1]) is not { } suite
            || !parts[2].StartsWith(Inline, StringComparison.Ordinal))
        {
            return null;
        }

        // inline:KEY, then |LIFETIME and |MKI:LENGTH. Nothing of ours lives as long as a key does; a key identifier we do not speak.
        var key = parts[2][Inline.Length..].Split('|');
        Span<byte> bytes = stackalloc byte[MasterKey.Bytes];
        return key.Skip(1).All(p => !p.Contains(':', StringComparison.Ordinal)) && Convert.TryFromBase64String(key[0], bytes, out var count) && count == MasterKey.Bytes
            ? new SdpCrypto(tag, suite, new MasterKey(bytes.ToArray()))
            : null;
    }

    /// <summary>The value of <c>a=crypto</c>, with the key.</summary>
    public string ToLine() => string.Create(CultureInfo.InvariantCulture, $"{Tag} {Suite.Name()} {Inline}{Key.Reveal()}");

    public override string ToString() => $"{Tag} {Suite.Name()}";
}
