using System.Collections.Frozen;
using System.Net;
using TrunkBot.Sip.Media.Srtp;

namespace TrunkBot.Sip.Media;

/// <summary>What an RTP session sent and received. Null is "not measured".</summary>
internal sealed record MediaReport
{
    /// <summary>Frames of 20 ms from the start of sending, also those whose packet did not go out.</summary>
    public required int FramesSent { get; init; }

    /// <summary>Frames in whose place something else was sent, or nothing: a hold, a key.</summary>
    public IReadOnlySet<int> Withheld { get; init; } = FrozenSet<int>.Empty;

    /// <summary>How long the far end held the call.</summary>
    public TimeSpan Held { get; init; }

    /// <summary>Packets that went out.</summary>
    public required int PacketsSent { get; init; }

    /// <summary>Packets that this machine refused to send.</summary>
    public int PacketsUnsent { get; init; }

    /// <summary>The longest time by which this machine was late to send or to receive.</summary>
    public TimeSpan MachineLate { get; init; }

    /// <summary>Position of the first sent sample on the timeline of <see cref="Audio"/>; null when nothing was sent.</summary>
    public int? SendStart { get; init; }

    /// <summary>Position at which the session was stopped.</summary>
    public required int End { get; init; }

    public required ReceivedAudio Audio { get; init; }

    public long Received { get; init; }

    public long? Expected { get; init; }

    public long? Lost { get; init; }

    public long? Duplicates { get; init; }

    public long? Reordered { get; init; }

    /// <summary>Packets of comfort noise: silence described, not lost.</summary>
    public long? ComfortNoisePackets { get; init; }

    /// <summary>Keys that the far end pressed.</summary>
    public IReadOnlyList<DtmfDigit> Digits { get; init; } = [];

    public double? JitterMilliseconds { get; init; }

    public double? MaxJitterMilliseconds { get; init; }

    public double? MeanJitterMilliseconds { get; init; }

    /// <summary>When the first RTP packet came, since the start of the session.</summary>
    public TimeSpan? FirstPacketAfter { get; init; }

    public IPEndPoint? FirstPacketFrom { get; init; }

    /// <summary>What the far end said of what we sent.</summary>
    public FarEndReport FarEnd { get; init; } = new();

    /// <summary>The suite that protected the packets; null for plain RTP.</summary>
    public SrtpSuite? Srtp { get; init; }

    /// <summary>Packets that were refused because they were not genuine or came twice; null for plain RTP.</summary>
    public long? Refused { get; init; }

    /// <summary>Packets that came before their key and could not be read; null for plain RTP.</summary>
    public long? Early { get; init; }

    /// <summary>All datagrams, where they were to be kept; else null.</summary>
    public IReadOnlyList<MediaPacket>? Packets { get; init; }

    public AudioCodec? Codec { get; init; }

    /// <summary>Milliseconds of audio in a packet, of those that came.</summary>
    public int? Ptime { get; init; }
}
