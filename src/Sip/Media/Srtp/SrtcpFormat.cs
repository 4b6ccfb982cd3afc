namespace TrunkBot.Sip.Media.Srtp;

/// <summary>How an SRTCP packet is built (RFC 3711 3.4): two words in clear, the rest encrypted, a word of index, a tag.</summary>
internal static class SrtcpFormat
{
    /// <summary>80 bits with every suite of ours (RFC 4568 6.2).</summary>
    public const int TagBytes = 10;
    public const int IndexBytes = 4;

    /// <summary>Header and SSRC of the first packet.</summary>
    public const int ClearBytes = 8;

    /// <summary>The E flag before the index.</summary>
    public const uint Encrypted = 0x8000_0000;
}
