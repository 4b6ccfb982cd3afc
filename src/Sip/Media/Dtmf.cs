namespace TrunkBot.Sip.Media;

/// <summary>A key that the far end pressed (RFC 4733 3.2).</summary>
/// <param name="Digit">0 to 9, *, #, A to D.</param>
/// <param name="Duration">As the last of its packets says.</param>
/// <param name="At">When its first packet came, since the start of the media.</param>
/// <param name="EndPackets">How many packets said that it ended: 3 by the RFC, 0 when all of them were lost.</param>
public sealed record DtmfDigit(char Digit, TimeSpan Duration, TimeSpan At, int EndPackets);

/// <summary>The 16 keys and their event codes (RFC 4733 table 3).</summary>
internal static class DtmfKeys
{
    private const string Keys = "0123456789*#ABCD";

    /// <summary>-1 for what is no key.</summary>
    public static int CodeOf(char key) => Keys.IndexOf(char.ToUpperInvariant(key), StringComparison.Ordinal);

    public static char? KeyOf(int code) => code < Keys.Length ? Keys[code] : null;
}
