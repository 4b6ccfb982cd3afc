using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace TrunkBot.Sip.Media;

/// <summary>
/// One RTP stream each way on an even local port (the odd one above is held for RTCP). Sends a frame every 20 ms on the clock, catching up when the
/// machine was late so that the rate stays true; receives from anywhere and writes down what came. What came after the time limit is counted, not kept.
/// </summary>
/// <remarks>
/// Both ways have one thread of their own: on the shared pool a busy program would make packets late and stamp them late, and a test of a trunk
/// would report what its own machine did. How late that thread itself was is measured.
/// </remarks>
internal sealed class RtpSession : IAsyncDisposable
{
    public const int FrameSamples = 160;

    /// <summary>How often the thread looks at the clock when nothing arrives: what it adds to the jitter of what is sent stays below this.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);

    /// <summary>A tick that comes a hair before the frame is due sends it, rather than a whole tick later.</summary>
    private static readonly TimeSpan Early = TimeSpan.FromMilliseconds(1);

    /// <summary>How long at most is read what waits in the kernel when the session ends.</summary>
    private static readonly TimeSpan DrainLimit = TimeSpan.FromMilliseconds(200);

    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly Socket _rtp;
    private readonly Socket _rtcp;
    private readonly EndPoint _any;
    private readonly byte[] _buffer = new byte[2_048];
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, RtpReceiveStatistics> _sources = [];
    private readonly ReceivedAudio _audio;
    private readonly Task _work;
    private volatile bool _stopping;
    private RtpSender? _sender;
    private TimeSpan _late;
    private TimeSpan? _firstPacketAfter;
    private IPEndPoint? _firstPacketFrom;
    private AudioCodec? _codec;
    private int? _ptime;

    /// <summary>Binds a port pair and starts to listen.</summary>
    /// <exception cref="SocketException">No port pair is free at this address.</exception>
    public RtpSession(IPAddress local, TimeProvider time, TimeSpan keep)
    {
        _time = time;
        (_rtp, _rtcp) = BindPair(local);
        _rtp.Blocking = false;
        _any = new IPEndPoint(_rtp.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        Port = ((IPEndPoint)_rtp.LocalEndPoint!).Port;
        _audio = new ReceivedAudio((int)(keep.TotalSeconds * ReceivedAudio.SampleRate));
        _origin = time.GetTimestamp();
        _work = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>The even local port, for SDP.</summary>
    public int Port { get; }

    /// <summary>Starts to send, or moves a running stream to another address (re-INVITE).</summary>
    /// <param name="remote">Where the far end's SDP wants media; null holds the stream until it is given an address again.</param>
    /// <param name="codec">What to send; fixed by the first call.</param>
    /// <param name="frame">160 samples for the frame of that number.</param>
    public void Send(IPEndPoint? remote, AudioCodec codec, Func<int, short[]> frame)
    {
        lock (_gate)
        {
            if (remote is not null && !_stopping)
            {
                _sender ??= new RtpSender(_rtp, _time, codec, frame);
            }

            _sender?.MoveTo(remote);
        }
    }

    /// <summary>What was sent and heard so far.</summary>
    public MediaReport Now()
    {
        lock (_gate)
        {
            return Report(Position(_time.GetTimestamp()), _audio.Copy());
        }
    }

    /// <summary>Stops sending, takes what still waits in the kernel, closes and reports.</summary>
    public async Task<MediaReport> StopAsync()
    {
        var end = Position(_time.GetTimestamp());
        await DisposeAsync().ConfigureAwait(false);
        return Report(end, _audio);
    }

    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        await _work.ConfigureAwait(false);
        _rtp.Dispose();
        _rtcp.Dispose();
    }

    private MediaReport Report(int end, ReceivedAudio audio)
    {
        var heard = _sources.Values.MaxBy(s => s.Received);
        return new MediaReport
        {
            FramesSent = _sender?.Frames ?? 0,
            PacketsSent = _sender?.PacketsSent ?? 0,
            PacketsUnsent = _sender?.PacketsUnsent ?? 0,
            SendStart = _sender is { Start: { } start } ? Position(start) : null,
            End = end,
            Audio = audio,
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
            MachineLate = _late,
        };
    }

    private int Position(long timestamp) => (int)(_time.GetElapsedTime(_origin, timestamp).TotalSeconds * ReceivedAudio.SampleRate);

    private void Run()
    {
        while (!_stopping)
        {
            // The lateness is this machine's, so it is taken from its own clock: no wait here is longer than a tick.
            var before = Stopwatch.GetTimestamp();
            if (Wait(Tick))
            {
                Receive();
            }

            lock (_gate)
            {
                _sender?.SendDue(Early);
                var late = Stopwatch.GetElapsedTime(before) - Tick;
                _late = late > _late ? late : _late;
            }
        }

        var draining = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(draining) < DrainLimit && Wait(TimeSpan.Zero))
        {
            Receive();
        }
    }

    private bool Wait(TimeSpan limit)
    {
        try
        {
            return _rtp.Poll(limit, SelectMode.SelectRead);
        }
        catch (SocketException)
        {
            // An ICMP error of an earlier send: read it away.
            return true;
        }
    }

    private void Receive()
    {
        try
        {
            var source = _any;
            var count = _rtp.ReceiveFrom(_buffer, SocketFlags.None, ref source);
            lock (_gate)
            {
                Take(_buffer.AsSpan(0, count), (IPEndPoint)source);
            }
        }
        catch (SocketException)
        {
            // ICMP of an earlier send, a datagram too long for RTP, or one that went away with a bad checksum.
        }
    }

    private void Take(ReadOnlySpan<byte> bytes, IPEndPoint source)
    {
        var arrival = _time.GetElapsedTime(_origin);
        if (!RtpPacket.TryParse(bytes, out var packet))
        {
            return;
        }

        if (!_sources.TryGetValue(packet.Ssrc, out var statistics))
        {
            if (_sources.Count >= 16)
            {
                return; // A stranger who invents sources must not fill the memory.
            }

            _sources[packet.Ssrc] = statistics = new RtpReceiveStatistics();
        }

        _firstPacketAfter ??= arrival;
        _firstPacketFrom ??= source;
        if (statistics.Add(packet.Sequence, packet.Timestamp, arrival) && packet.PayloadType is 0 or 8)
        {
            _codec = (AudioCodec)packet.PayloadType;
            _ptime = packet.PayloadLength / 8;
            _audio.Add(packet, arrival, bytes.Slice(packet.PayloadOffset, packet.PayloadLength), _codec.Value);
        }
    }

    private static (Socket Rtp, Socket Rtcp) BindPair(IPAddress local)
    {
        for (var attempt = 0; ; attempt++)
        {
            var rtp = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            var rtcp = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            try
            {
                rtp.Bind(new IPEndPoint(local, 0));
                var port = ((IPEndPoint)rtp.LocalEndPoint!).Port;
                if (port % 2 == 0)
                {
                    rtcp.Bind(new IPEndPoint(local, port + 1));
                    return (rtp, rtcp);
                }
            }
            catch (SocketException) when (attempt < 50)
            {
                // The odd port is taken: try another pair.
            }

            rtp.Dispose();
            rtcp.Dispose();
            if (attempt >= 50)
            {
                throw new SocketException((int)SocketError.AddressAlreadyInUse);
            }
        }
    }
}
