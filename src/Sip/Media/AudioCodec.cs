namespace TrunkBot.Sip.Media;

/// <summary>The codecs we speak; the number is the static RTP payload type (RFC 3551 table 4).</summary>
public enum AudioCodec
{
    /// <summary>G.711 mu-law.</summary>
    Pcmu = 0,

    /// <summary>G.711 A-law.</summary>
    Pcma = 8,
}
