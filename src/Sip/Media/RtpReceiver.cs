using System.Net;

namespace TrunkBot.Sip.Media;

/// <summary>What comes in on the RTP port of one call: each source counted, the sound written down. Not thread-safe.</summary>
/// <param name="keep">Longest sound to keep. What comes after it is counted only.</param>
internal sealed class RtpReceiver(TimeSpan keep)
{
    /// <summary>A stranger who invents sources must not fill the memory.</summary>
    private const int MaxSources = 16;

    private readonly Dictionary<uint, RtpReceiveStatistics> _sources = [];
    private TimeSpan? _firstPacketAfter;
    private IPEndPoint? _firstPacketFrom;
    private AudioCodec? _codec;
    private int? _ptime;

    public ReceivedAudio Audio { get; } = new((int)(keep.TotalSeconds * ReceivedAudio.SampleRate));

    public IReadOnlyDictionary<uint, RtpReceiveStatistics> Sources => _sources;

    /// <summary>Takes one datagram; what is no RTP is passed over.</summary>
    /// <param name="arrival">Since the start of the session.</param>
    public void Take(ReadOnlySpan<byte> bytes, TimeSpan arrival, IPEndPoint source)
    {
        if (!RtpPacket.TryParse(bytes, out var packet))
        {
            return;
        }

        if (!_sources.TryGetValue(packet.Ssrc, out var statistics))
        {
            if (_sources.Count >= MaxSources)
            {
                return;
            }

            _sources[packet.Ssrc] = statistics = new RtpReceiveStatistics();
        }

        _firstPacketAfter ??= arrival;
        _firstPacketFrom ??= source;
        if (statistics.Add(packet.Sequence, packet.Timestamp, arrival) && packet.PayloadType is 0 or 8)
        {
            _codec = (AudioCodec)packet.PayloadType;
            _ptime = packet.PayloadLength / 8;
            Audio.Add(packet, arrival, bytes.Slice(packet.PayloadOffset, packet.PayloadLength), _codec.Value);
        }
    }

    /// <summary>Adds what was received to a report.</summary>
    public MediaReport Report(MediaReport report)
    {
        var heard = _sources.Values.MaxBy(s => s.Received);
        return report with
        {
            Received = _sources.Values.Sum(s => s.Received),
            Expected = heard is null ? null : _sources.Values.Sum(s => s.Expected),
            Lost = heard is null ? null : _sources.Values.Sum(s => s.Lost),
            Duplicates = heard is null ? null : _sources.Values.Sum(s => s.Duplicates),
            Reordered = heard is null ? null : _sources.Values.Sum(s => s.Reordered),
            JitterMilliseconds = heard?.JitterMilliseconds,
            MaxJitterMilliseconds = heard?.MaxJitterMilliseconds,
            MeanJitterMilliseconds = heard?.MeanJitterMilliseconds,
            FirstPacketAfter = _firstPacketAfter,
            FirstPacketFrom = _firstPacketFrom,
            Codec = _codec,
            Ptime = _ptime,
        };
    }
}
