using System.Net;
using TrunkBot.Sip.Media.Srtp;
using TrunkBot.Sip.Sdp;

namespace TrunkBot.Sip.Media;

/// <summary>Where and how the far end wants our media, from its session description.</summary>
/// <param name="Rtp">Null holds the stream until it is given an address again.</param>
/// <param name="Rtcp">Where our reports go, also during a hold; null where there is no such address.</param>
/// <param name="Codec">What to send; fixed by the first destination.</param>
internal sealed record MediaDestination(IPEndPoint? Rtp, IPEndPoint? Rtcp, AudioCodec Codec)
{
    /// <summary>Milliseconds per packet: 10 to 60, a multiple of 10.</summary>
    public int Ptime { get; init; } = 20;

    /// <summary>Payload type of telephone-event on the way out, which the far end chose; null when it takes none.</summary>
    public int? EventsOut { get; init; }

    /// <summary>Payload type of telephone-event on the way in, which we chose; null when we take none.</summary>
    public int? EventsIn { get; init; }

    /// <summary>The extended reports that the far end wants; null: none.</summary>
    public SdpExtendedReports? ExtendedReports { get; init; }

    /// <summary>Keys for SRTP; null for plain RTP.</summary>
    public SrtpKeys? Srtp { get; init; }
}
