using System.Net;

namespace TrunkBot.Sip.Media;

/// <summary>Brings a packet to the wire; false when this machine refused it: no route, no such address.</summary>
internal delegate bool Transmit(ReadOnlySpan<byte> packet, IPEndPoint remote);

/// <summary>The stream that a session sends. Its timeline runs by the clock, whether or not packets went out. Not thread-safe.</summary>
/// <param name="frame">160 samples for the frame of that number.</param>
internal sealed class RtpSender(Transmit transmit, TimeProvider time, uint ssrc, AudioCodec codec, Func<int, short[]> frame)
{
    private const int MaxPacketSamples = 60 * 8;
    private const int BeatsPerSecond = 200;
    private const int SamplesPerMillisecond = ReceivedAudio.SampleRate / 1_000;

    private readonly byte[] _packet = new byte[RtpPacket.HeaderBytes + MaxPacketSamples];
    private readonly HashSet<int> _withheld = [];
    private readonly ushort _firstSequence = (ushort)Random.Shared.Next(0, 0x8000);
    private readonly uint _firstTimestamp = (uint)Random.Shared.NextInt64(0, int.MaxValue);
    private ushort _packets;
    private uint _octets;
    private int _position;
    private int _samples = RtpSession.FrameSamples;
    private int _heldSamples;
    private MediaDestination? _destination;
    private DtmfSender? _dtmf;
    private bool _resumes;

    /// <summary>When the first frame was due; null before.</summary>
    public long? Start { get; private set; }

    /// <summary>Frames of 20 ms since the start.</summary>
    public int Frames => _position / RtpSession.FrameSamples;

    /// <summary>Frames in whose place something else was sent, or nothing: a hold, a key.</summary>
    public IReadOnlySet<int> Withheld => _withheld;

    /// <summary>How long the far end held the call.</summary>
    public TimeSpan Held => TimeSpan.FromMilliseconds((double)_heldSamples / SamplesPerMillisecond);

    public int PacketsSent { get; private set; }

    /// <summary>Packets that this machine refused to send.</summary>
    public int PacketsUnsent { get; private set; }

    /// <summary>Until the next packet is due; zero or less when it is.</summary>
    public TimeSpan Wait => Start is { } start ? TimeSpan.FromMilliseconds((double)_position / SamplesPerMillisecond) - time.GetElapsedTime(start) : TimeSpan.Zero;

    /// <summary>For the sender report of now; null before the first packet.</summary>
    public (uint RtpTimestamp, uint Packets, uint Octets, ushort FirstSequence)? Sent => PacketsSent == 0 || Start is not { } start
        ? null
        : (_firstTimestamp + (uint)(time.GetElapsedTime(start).TotalSeconds * ReceivedAudio.SampleRate), (uint)PacketsSent, _octets, _firstSequence);

    /// <summary>Where packets go from now on; where there is no address the frames pass unsent (hold).</summary>
    public void MoveTo(MediaDestination destination)
    {
        _resumes |= _destination?.Rtp is null;
        _destination = destination;
        _samples = destination.Ptime * SamplesPerMillisecond;
    }

    /// <summary>Presses keys, one after another.</summary>
    /// <returns>False when the far end takes no telephone events.</returns>
    public bool Press(string digits)
    {
        _dtmf = _destination?.EventsOut is { } type ? new DtmfSender(digits, type) : null;
        return _dtmf is not null;
    }

    /// <summary>Sends every packet that is due, or will be within <paramref name="early"/>.</summary>
    public void SendDue(TimeSpan early)
    {
        Start ??= NextBeat();
        for (; Wait <= early; _position += _samples)
        {
            if (_destination?.Rtp is not { } remote)
            {
                _heldSamples += _samples;
                Withhold();
            }
            else if (_dtmf?.Take(_position, _samples, _packet.AsSpan(RtpPacket.HeaderBytes)) is var (start, begins))
            {
                Withhold();
                Send(remote, begins, _dtmf.PayloadType, start, DtmfSender.PayloadBytes);
                _resumes = true;
            }
            else
            {
                Fill(_packet.AsSpan(RtpPacket.HeaderBytes, _samples));

                // The marker says that a talkspurt begins (RFC 3551 4.1): at the start, and after a hold or a key.
                Send(remote, _resumes, (int)codec, _position, _samples);
                _resumes = false;
            }
        }
    }

    /// <summary>The packets of all streams of this machine are due at the same moments, so that their thread wakes once for many.</summary>
    private long NextBeat()
    {
        var beat = time.TimestampFrequency / BeatsPerSecond;
        return (time.GetTimestamp() + beat - 1) / beat * beat;
    }

    private void Fill(Span<byte> payload)
    {
        for (var at = _position; payload.Length > 0;)
        {
            var samples = frame(at / RtpSession.FrameSamples).AsSpan(at % RtpSession.FrameSamples);
            samples = samples[..Math.Min(samples.Length, payload.Length)];
            G711.Encode(codec, samples, payload);
            payload = payload[samples.Length..];
            at += samples.Length;
        }
    }

    private void Send(IPEndPoint remote, bool marker, int payloadType, int position, int payloadBytes)
    {
        RtpPacket.Write(_packet, marker, payloadType, (ushort)(_firstSequence + _packets++), _firstTimestamp + (uint)position, ssrc);
        if (transmit(_packet.AsSpan(0, RtpPacket.HeaderBytes + payloadBytes), remote))
        {
            PacketsSent++;
            _octets += (uint)payloadBytes;
        }
        else
        {
            // Lost as it would be further along the way, but here it is known.
            PacketsUnsent++;
        }
    }

    private void Withhold()
    {
        for (var at = _position; at < _position + _samples; at += RtpSession.FrameSamples)
        {
            _withheld.Add(at / RtpSession.FrameSamples);
        }

        _withheld.Add((_position + _samples - 1) / RtpSession.FrameSamples);
    }
}
