using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using TrunkBot.Sip.Media.Srtp;

namespace TrunkBot.Sip.Media;

/// <summary>
/// One RTP stream each way on an even local port, its RTCP on the odd one above. Sends a frame every 20 ms on the clock, catching up when the
/// machine was late so that the rate stays true; receives from anywhere and writes down what came. What came after the time limit is counted, not kept.
/// </summary>
/// <remarks>
/// Both ways have one thread of their own: on the shared pool a busy program would make packets late and stamp them late, and a test of a trunk
/// would report what its own machine did. How late that thread itself was is measured.
/// </remarks>
internal sealed class RtpSession : IAsyncDisposable
{
    public const int FrameSamples = 160;

    /// <summary>How long the thread waits at most before it looks whether there is something to send, or to stop.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(20);

    /// <summary>A wait that ends a hair before the frame is due sends it: the kernel waits in whole milliseconds.</summary>
    private static readonly TimeSpan Early = TimeSpan.FromMilliseconds(1);

    /// <summary>How long at most is read what waits in the kernel when the session ends.</summary>
    private static readonly TimeSpan DrainLimit = TimeSpan.FromMilliseconds(200);

    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly PortPair _ports;
    private readonly List<Socket> _ready = [];
    private readonly EndPoint _any;
    private readonly byte[] _buffer = new byte[2_048];
    private readonly Lock _gate = new();
    private readonly uint _ssrc = (uint)Random.Shared.NextInt64(1, uint.MaxValue);
    private readonly RtpReceiver _receiver;
    private readonly RtcpReports _reports;
    private readonly MediaCapture? _capture;
    private readonly SrtpLayer? _srtp;
    private readonly Task _work;
    private volatile bool _stopping;
    private RtpSender? _sender;
    private IPEndPoint? _rtcpRemote;
    private TimeSpan _late;

    /// <summary>Binds a port pair and starts to listen.</summary>
    /// <param name="keep">Longest sound to keep.</param>
    /// <param name="capture">Keeps all datagrams; null keeps none.</param>
    /// <param name="secure">SRTP: nothing goes out or is taken in before its keys are known.</param>
    /// <exception cref="SocketException">No port pair is free at this address.</exception>
    public RtpSession(IPAddress local, TimeProvider time, TimeSpan keep, MediaCapture? capture = null, bool secure = false)
    {
        _capture = capture;
        _srtp = secure ? new SrtpLayer() : null;
        _time = time;
        _ports = PortPair.Bind(local);
        _any = new IPEndPoint(local.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        _receiver = new RtpReceiver(keep);
        _origin = time.GetTimestamp();
        _reports = new RtcpReports(_ssrc, $"{_ssrc:x8}@{local}", new NtpClock(time.GetUtcNow()));
        _work = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>The even local port, for SDP.</summary>
    public int Port => _ports.Port;

    /// <summary>Starts to send, or moves a running stream to another address (re-INVITE).</summary>
    /// <param name="frame">160 samples for the frame of that number.</param>
    public void Send(MediaDestination destination, Func<int, short[]> frame)
    {
        lock (_gate)
        {
            if (destination.Srtp is not null)
            {
                _srtp?.Take(destination.Srtp);
            }

            if (destination.Rtp is not null && !_stopping)
            {
                _sender ??= new RtpSender((packet, remote) => Transmit(_ports.Rtp, _srtp is null ? packet : _srtp.Protect(packet, rtcp: false), remote), _time, _ssrc, destination.Codec, frame);
            }

            _sender?.MoveTo(destination);
            _rtcpRemote = destination.Rtcp;
            _receiver.Events = destination.EventsIn;
        }
    }

    /// <summary>Presses keys (RFC 4733), from now on, one after another.</summary>
    /// <param name="digits">0 to 9, *, #, A to D.</param>
    /// <returns>False when nothing is being sent, or the far end takes no telephone events.</returns>
    public bool Press(string digits)
    {
        lock (_gate)
        {
            return _sender?.Press(digits) ?? false;
        }
    }

    /// <summary>What was sent and heard so far.</summary>
    public MediaReport Now()
    {
        lock (_gate)
        {
            return Report(Position(_time.GetTimestamp()), _receiver.Audio.Copy());
        }
    }

    /// <summary>Stops sending, takes what still waits in the kernel, says goodbye, closes and reports.</summary>
    public async Task<MediaReport> StopAsync()
    {
        var end = Position(_time.GetTimestamp());
        await DisposeAsync().ConfigureAwait(false);
        return Report(end, _receiver.Audio);
    }

    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        await _work.ConfigureAwait(false);
        _ports.Dispose();
        _srtp?.Dispose();
    }

    private MediaReport Report(int end, ReceivedAudio audio) => _receiver.Report(new MediaReport
    {
        FramesSent = _sender?.Frames ?? 0,
        Withheld = _sender?.Withheld.ToHashSet() ?? [],
        Held = _sender?.Held ?? TimeSpan.Zero,
        PacketsSent = _sender?.PacketsSent ?? 0,
        PacketsUnsent = _sender?.PacketsUnsent ?? 0,
        SendStart = _sender is { Start: { } start } ? Position(start) : null,
        End = end,
        Audio = audio,
        MachineLate = _late,
        FarEnd = _reports.FarEnd,
        Packets = _capture?.Packets,
        Srtp = _srtp?.Suite,
        Refused = _srtp?.Refused,
        Early = _srtp?.Early,
    });

    private int Position(long timestamp) => (int)(_time.GetElapsedTime(_origin, timestamp).TotalSeconds * ReceivedAudio.SampleRate);

    private void Run()
    {
        while (!_stopping)
        {
            // The lateness is this machine's, so it is taken from its own clock.
            var before = Stopwatch.GetTimestamp();
            var limit = NextWait();
            Receive(limit);
            lock (_gate)
            {
                _sender?.SendDue(Early);
                if (_rtcpRemote is not null && _reports.IsDue(Elapsed, Random.Shared.NextDouble()))
                {
                    SendReport(bye: false);
                }

                var late = Stopwatch.GetElapsedTime(before) - limit;
                _late = late > _late ? late : _late;
            }
        }

        var draining = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(draining) < DrainLimit && Receive(TimeSpan.Zero))
        {
        }

        if (_rtcpRemote is not null)
        {
            SendReport(bye: true);
        }
    }

    private TimeSpan Elapsed => _time.GetElapsedTime(_origin);

    private TimeSpan NextWait()
    {
        lock (_gate)
        {
            var wait = _sender?.Wait ?? LongestWait;
            return wait < TimeSpan.Zero ? TimeSpan.Zero : wait < LongestWait ? wait : LongestWait;
        }
    }

    /// <summary>Takes one datagram of each port that has some; false when none came in time.</summary>
    private bool Receive(TimeSpan limit)
    {
        _ready.Clear();
        _ready.Add(_ports.Rtp);
        _ready.Add(_ports.Rtcp);
        Socket.Select(_ready, null, null, limit);
        foreach (var socket in _ready)
        {
            try
            {
                var source = _any;
                var count = socket.ReceiveFrom(_buffer, SocketFlags.None, ref source);
                lock (_gate)
                {
                    _capture?.Add(false, PortOf(socket), (IPEndPoint)source, _buffer.AsSpan(0, count));
                    Take(_buffer.AsSpan(0, count), (IPEndPoint)source);
                }
            }
            catch (SocketException)
            {
                // A datagram too long for RTP, or one that went away with a bad checksum.
            }
        }

        return _ready.Count > 0;
    }

    private void Take(Span<byte> bytes, IPEndPoint source)
    {
        // By its form, not by its port: some far ends send both to one port, asked or not.
        var isRtcp = RtcpPacket.IsRtcp(bytes);
        if (_srtp is not null && !_srtp.TryOpen(ref bytes, isRtcp))
        {
            return;
        }

        if (isRtcp)
        {
            _reports.Take(bytes, Elapsed);
        }
        else
        {
            _receiver.Take(bytes, Elapsed, source);
        }
    }

    /// <summary>A report that cannot be sent is one the far end does not get; that no media can be sent is told by the media.</summary>
    private void SendReport(bool bye)
    {
        var report = _reports.Write(Elapsed, _sender?.Sent, _receiver.Sources, bye);
        Transmit(_ports.Rtcp, _srtp is null ? report : _srtp.Protect(report, rtcp: true), _rtcpRemote!);
    }

    private bool Transmit(Socket socket, ReadOnlySpan<byte> packet, IPEndPoint remote)
    {
        try
        {
            socket.SendTo(packet, SocketFlags.None, remote);
            _capture?.Add(true, PortOf(socket), remote, packet);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private int PortOf(Socket socket) => socket == _ports.Rtp ? Port : Port + 1;
}
