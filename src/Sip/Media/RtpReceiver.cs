using System.Net;

namespace TrunkBot.Sip.Media;

/// <summary>What comes in on the RTP port of one call: each source counted, the sound written down. Not thread-safe.</summary>
/// <param name="keep">Longest sound to keep. What comes after it is counted only.</param>
internal sealed class RtpReceiver(TimeSpan keep)
{
    /// <summary>A stranger who invents sources must not fill the memory.</summary>
    private const int MaxSources = 16;

    /// <summary>Silence described instead of sent (RFC 3389).</summary>
    private const int ComfortNoise = 13;

    private readonly Dictionary<uint, RtpReceiveStatistics> _sources = [];
    private TimeSpan? _firstPacketAfter;
    private IPEndPoint? _firstPacketFrom;
    private AudioCodec? _codec;
    private int? _ptime;
    private long _comfortNoise;
    private readonly DtmfReceiver _dtmf = new();

    /// <summary>Payload type of telephone-event that we chose; null when we take none.</summary>
    public int? Events { get; set; }

    /// <summary>Milliseconds of audio in a packet, of the last that came; null: none did.</summary>
    public int? Ptime => _ptime;

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
        var isEvent = packet.PayloadType == Events;
        if (!statistics.Add(packet.Sequence, packet.Timestamp, arrival, timed: !isEvent))
        {
            return;
        }

        var payload = bytes.Slice(packet.PayloadOffset, packet.PayloadLength);
        if (isEvent)
        {
            _dtmf.Take(packet, payload, arrival);
            Audio.Pause(packet);
        }
        else if (packet.PayloadType == ComfortNoise)
        {
            _comfortNoise++;
            Audio.Pause(packet);
        }
        else if (packet.PayloadType is 0 or 8)
        {
            _codec = (AudioCodec)packet.PayloadType;
            _ptime = packet.PayloadLength / 8;
            Audio.Add(packet, arrival, payload, _codec.Value);
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
            ComfortNoisePackets = heard is null ? null : _comfortNoise,
            Digits = _dtmf.Digits,
            Codec = _codec,
            Ptime = _ptime,
        };
    }
}
