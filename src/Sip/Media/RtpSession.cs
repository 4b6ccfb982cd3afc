using System.Net;
using System.Net.Sockets;

namespace TrunkBot.Sip.Media;

/// <summary>
/// One RTP stream each way on an even local port (the odd one above is held for RTCP). Sends a frame every 20 ms on the clock, catching up when the
/// machine was late so that the rate stays true; receives from anywhere and writes down what came. What came after the time limit is counted, not kept.
/// </summary>
internal sealed class RtpSession : IAsyncDisposable
{
    public const int FrameSamples = 160;
    private static readonly TimeSpan FrameTime = TimeSpan.FromMilliseconds(20);

    /// <summary>How often the sender looks at the clock: what its own timer adds to the jitter stays below this.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);

    /// <summary>A tick that comes a hair before the frame is due sends it, rather than a whole tick later.</summary>
    private static readonly TimeSpan Early = TimeSpan.FromMilliseconds(1);

    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly Socket _rtp;
    private readonly Socket _rtcp;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<uint, RtpReceiveStatistics> _sources = [];
    private readonly ReceivedAudio _audio;
    private readonly Task _receiving;
    private Task _sending = Task.CompletedTask;
    private IPEndPoint? _remote;
    private long? _sendStart;
    private int _sent;
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
        Port = ((IPEndPoint)_rtp.LocalEndPoint!).Port;
        _audio = new ReceivedAudio((int)(keep.TotalSeconds * ReceivedAudio.SampleRate));
        _origin = time.GetTimestamp();
        _receiving = Task.Run(ReceiveAsync);
    }

    /// <summary>The even local port, for SDP.</summary>
    public int Port { get; }

    /// <summary>Starts to send, or moves a running stream to another address (re-INVITE).</summary>
    /// <param name="remote">Where the far end's SDP wants media.</param>
    /// <param name="codec">What to send; fixed by the first call.</param>
    /// <param name="frame">160 samples for the frame of that number.</param>
    public void Send(IPEndPoint remote, AudioCodec codec, Func<int, short[]> frame)
    {
        lock (_gate)
        {
            var running = _remote is not null;
            _remote = remote;
            if (!running && !_stop.IsCancellationRequested)
            {
                _sending = Task.Run(() => SendAsync(codec, frame));
            }
        }
    }

    /// <summary>Stops both ways and reports.</summary>
    public async Task<MediaReport> StopAsync()
    {
        var end = Position(_time.GetTimestamp());
        await DisposeAsync().ConfigureAwait(false);
        var heard = _sources.Values.MaxBy(s => s.Received);
        return new MediaReport
        {
            PacketsSent = _sent,
            SendStart = _sendStart is { } start ? Position(start) : null,
            End = end,
            Audio = _audio,
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

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _sending.ConfigureAwait(false);
        _rtp.Dispose();
        _rtcp.Dispose();
        await _receiving.ConfigureAwait(false);
    }

    private int Position(long timestamp) => (int)(_time.GetElapsedTime(_origin, timestamp).TotalSeconds * ReceivedAudio.SampleRate);

    private async Task SendAsync(AudioCodec codec, Func<int, short[]> frame)
    {
        var packet = new byte[RtpPacket.HeaderBytes + FrameSamples];
        var ssrc = (uint)Random.Shared.NextInt64(1, uint.MaxValue);
        var sequence = (ushort)Random.Shared.Next(0, 0x8000);
        var timestamp = (uint)Random.Shared.NextInt64(0, int.MaxValue);
        using var clock = new PeriodicTimer(Tick, _time);
        var start = _time.GetTimestamp();
        _sendStart = start;
        try
        {
            do
            {
                while (_sent * FrameTime <= _time.GetElapsedTime(start) + Early && !_stop.IsCancellationRequested)
                {
                    RtpPacket.Write(packet, _sent == 0, (int)codec, sequence++, timestamp, ssrc);
                    timestamp += FrameSamples;
                    var samples = frame(_sent);
                    for (var i = 0; i < FrameSamples; i++)
                    {
                        packet[RtpPacket.HeaderBytes + i] = G711.Encode(codec, samples[i]);
                    }

                    try
                    {
                        await _rtp.SendToAsync(packet, SocketFlags.None, _remote!, _stop.Token).ConfigureAwait(false);
                    }
                    catch (SocketException)
                    {
                        // No route just now: the frame is lost as it would be further along the way.
                    }

                    _sent++;
                }
            }
            while (await clock.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[2_048];
        var any = new IPEndPoint(_rtp.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var result = await _rtp.ReceiveFromAsync(buffer, SocketFlags.None, any, _stop.Token).ConfigureAwait(false);
                Take(buffer.AsSpan(0, result.ReceivedBytes), (IPEndPoint)result.RemoteEndPoint);
            }
            catch (SocketException) when (!_stop.IsCancellationRequested)
            {
                // ICMP of an earlier send, or a datagram too long for RTP.
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
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
            _audio.Add(packet.Ssrc, packet.Timestamp, arrival, bytes.Slice(packet.PayloadOffset, packet.PayloadLength), _codec.Value);
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
