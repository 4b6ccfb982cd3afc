using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using TrunkBot.Sip.Media.Srtp;

namespace TrunkBot.Sip.Media;

/// <summary>
/// One RTP stream each way on an even local port, its RTCP on the odd one above. Sends a frame every 20 ms on the clock, catching up when the
/// machine was late so that the rate stays true; receives from anywhere and writes down what came. What came after the time limit is counted, not kept.
/// </summary>
/// <remarks>All sessions are served by the one thread of <see cref="MediaPacer"/>. How late it was for this one is measured.</remarks>
internal sealed class RtpSession : IAsyncDisposable
{
    public const int FrameSamples = 160;

    /// <summary>How long at most is read what waits in the kernel when the session ends.</summary>
    private static readonly TimeSpan DrainLimit = TimeSpan.FromMilliseconds(200);

    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly PortPair _ports;
    private readonly Lock _gate = new();
    private readonly uint _ssrc = (uint)Random.Shared.NextInt64(1, uint.MaxValue);
    private readonly RtpReceiver _receiver;
    private readonly RtcpReports _reports;
    private readonly MediaCapture? _capture;
    private readonly SrtpLayer? _srtp;
    private readonly TakeDatagram _takeRtp;
    private readonly TakeDatagram _takeRtcp;
    private ExceptionDispatchInfo? _fault;
    private bool _over;
    private RtpSender? _sender;
    private IPEndPoint? _rtcpRemote;
    private TimeSpan _late;
    private TimeSpan _nextRead;
    private long _due = Stopwatch.GetTimestamp();

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
        _takeRtp = (bytes, source, age) => Take(_ports.Rtp, bytes, source, age);
        _takeRtcp = (bytes, source, age) => Take(_ports.Rtcp, bytes, source, age);
        _receiver = new RtpReceiver(keep);
        _origin = time.GetTimestamp();
        _reports = new RtcpReports(_ssrc, $"{_ssrc:x8}@{local}", new NtpClock(time.GetUtcNow()));
        MediaPacer.Shared.Add(this);
    }

    /// <summary>The even local port, for SDP.</summary>
    public int Port => _ports.Rtp.Number;

    /// <summary>When there is something to do next, as <see cref="Stopwatch.GetTimestamp"/>: lateness is this machine's, so it is told by its own clock.</summary>
    public long Due => Volatile.Read(ref _due);

    private TimeSpan Elapsed => _time.GetElapsedTime(_origin);

    /// <summary>Starts to send, or moves a running stream to another address (re-INVITE).</summary>
    /// <param name="frame">160 samples for the frame of that number.</param>
    public void Send(MediaDestination destination, Func<int, short[]> frame)
    {
        lock (_gate)
        {
            if (destination.Srtp is not null && !_over)
            {
                // What came before its key is early, not forged.
                Receive();
                _srtp?.Take(destination.Srtp);
            }

            if (destination.Rtp is not null && !_over)
            {
                _sender ??= new RtpSender((packet, remote) => Transmit(_ports.Rtp, _srtp is null ? packet : _srtp.Protect(packet, rtcp: false), remote), _time, _ssrc, destination.Codec, frame);
                Volatile.Write(ref _due, Stopwatch.GetTimestamp());
            }

            _sender?.MoveTo(destination);
            _rtcpRemote = destination.Rtcp;
            _reports.Wanted = destination.ExtendedReports;
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
            if (!_over)
            {
                Receive();
            }

            return Report(Position(_time.GetTimestamp()), _receiver.Audio.Copy());
        }
    }

    /// <summary>Stops sending, takes what still waits in the kernel, says goodbye, closes and reports.</summary>
    public async Task<MediaReport> StopAsync()
    {
        var end = Position(_time.GetTimestamp());
        await DisposeAsync().ConfigureAwait(false);
        _fault?.Throw();
        return Report(end, _receiver.Audio);
    }

    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_over)
            {
                return ValueTask.CompletedTask;
            }

            _over = true;
            var draining = Stopwatch.GetTimestamp();
            while (Receive() && Stopwatch.GetElapsedTime(draining) < DrainLimit)
            {
            }

            if (_rtcpRemote is not null)
            {
                SendReport(bye: true);
            }

            _ports.Dispose();
            _srtp?.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>Does what is due; false when the session is over. Called by one thread for all sessions.</summary>
    public bool Serve()
    {
        lock (_gate)
        {
            if (_over)
            {
                return false;
            }

            try
            {
                var late = Stopwatch.GetElapsedTime(Due);
                _late = late > _late ? late : _late;
                _sender?.SendDue(MediaPacer.Early);
                var now = Elapsed;
                if (now >= _nextRead)
                {
                    // More that waits is read at once, after the others had their turn.
                    _nextRead = Receive() ? now : now + MediaPort.ReadEvery;
                }

                if (_rtcpRemote is not null && _reports.IsDue(now, Random.Shared.NextDouble()))
                {
                    SendReport(bye: false);
                }

                var wait = _nextRead - now;
                wait = _sender?.Wait is { } untilFrame && untilFrame < wait ? untilFrame : wait;
                Volatile.Write(ref _due, Stopwatch.GetTimestamp() + (long)(wait.TotalSeconds * Stopwatch.Frequency));
                return true;
            }
            catch (Exception e)
            {
                // What must not happen is told to whoever waits for the report, and ends no other call's media.
                _fault = ExceptionDispatchInfo.Capture(e);
                return false;
            }
        }
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

    /// <summary>Takes what waits in the kernel; true when there is more.</summary>
    private bool Receive() => _ports.Rtp.Receive(_takeRtp) | _ports.Rtcp.Receive(_takeRtcp);

    private void Take(MediaPort port, Span<byte> bytes, IPEndPoint source, TimeSpan age)
    {
        _capture?.Add(_time.GetUtcNow() - age, sent: false, port.Number, source, bytes);

        // By its form, not by its port: some far ends send both to one port, asked or not.
        var isRtcp = RtcpPacket.IsRtcp(bytes);
        if (_srtp is not null && !_srtp.TryOpen(ref bytes, isRtcp))
        {
            return;
        }

        var arrival = Elapsed - age;
        if (isRtcp)
        {
            _reports.Take(bytes, arrival);
        }
        else
        {
            _receiver.Take(bytes, arrival, source);
        }
    }

    /// <summary>A report that cannot be sent is one the far end does not get; that no media can be sent is told by the media.</summary>
    private void SendReport(bool bye)
    {
        var report = _reports.Write(Elapsed, _sender?.Sent, _receiver.Sources, bye, _receiver.Ptime ?? FrameSamples / 8);
        Transmit(_ports.Rtcp, _srtp is null ? report : _srtp.Protect(report, rtcp: true), _rtcpRemote!);
    }

    private bool Transmit(MediaPort port, ReadOnlySpan<byte> packet, IPEndPoint remote)
    {
        var sent = port.Send(packet, remote);
        if (sent)
        {
            _capture?.Add(_time.GetUtcNow(), sent: true, port.Number, remote, packet);
        }

        return sent;
    }
}
