using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace TrunkBot.Sip.Tests.Peers;

/// <summary>
/// Stands between a caller's media and a far end's and makes the way back bad: by a seed, some packets are lost, and each of the others waits between nothing and
/// a limit. It writes down what it did, so that a test knows the truth.
/// </summary>
internal sealed class ImpairmentRelay : IDisposable
{
    private readonly Socket _near = Bound();
    private readonly Socket _far = Bound();
    private readonly IPEndPoint _target;
    private readonly Random _random;
    private readonly double _loss;
    private readonly TimeSpan _longest;
    private readonly TimeSpan _shortest;
    private readonly PriorityQueue<byte[], long> _waiting = new();
    private readonly List<(ushort Sequence, uint Timestamp, long At)> _sent = [];
    private readonly List<ushort> _dropped = [];
    private readonly Thread _work;
    private volatile bool _stopping;
    private IPEndPoint? _caller;

    /// <param name="target">The far end's media port on loopback.</param>
    /// <param name="loss">Share of the packets to lose on the way back.</param>
    /// <param name="shortest">Least delay on the way back.</param>
    /// <param name="longest">Greatest delay; below 20 ms more than the least no packet overtakes another.</param>
    public ImpairmentRelay(int target, int seed, double loss, TimeSpan shortest, TimeSpan longest)
    {
        (_target, _random, _loss, _shortest, _longest) = (new IPEndPoint(IPAddress.Loopback, target), new Random(seed), loss, shortest, longest);
        _work = new Thread(Run) { IsBackground = true };
        _work.Start();
    }

    /// <summary>Where the caller is to send.</summary>
    public int Port => ((IPEndPoint)_near.LocalEndPoint!).Port;

    /// <summary>Sequence numbers that were lost.</summary>
    public IReadOnlyList<ushort> Dropped => _dropped;

    /// <summary>The mean of the interarrival jitter (RFC 3550 A.8) of what was sent back, in milliseconds, by the relay's own clock.</summary>
    public double MeanJitterMilliseconds()
    {
        double jitter = 0, sum = 0;
        for (var i = 1; i < _sent.Count; i++)
        {
            var passed = Stopwatch.GetElapsedTime(_sent[i - 1].At, _sent[i].At).TotalMilliseconds;
            var meant = (int)(_sent[i].Timestamp - _sent[i - 1].Timestamp) / 8.0;
            jitter += (Math.Abs(passed - meant) - jitter) / 16;
            sum += jitter;
        }

        return sum / (_sent.Count - 1);
    }

    /// <summary>How many packets left behind one with a higher number.</summary>
    public int Overtaken()
    {
        var (highest, count) = (0, 0);
        foreach (var (sequence, _, _) in _sent)
        {
            count += sequence < highest ? 1 : 0;
            highest = Math.Max(highest, sequence);
        }

        return count;
    }

    /// <summary>Ends the work; what it wrote down stays.</summary>
    public void Stop()
    {
        _stopping = true;
        _work.Join();
    }

    public void Dispose()
    {
        Stop();
        _near.Dispose();
        _far.Dispose();
    }

    private static Socket Bound()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private void Run()
    {
        var buffer = new byte[2_048];
        var sockets = new List<Socket>();
        while (!_stopping)
        {
            sockets.Clear();
            sockets.AddRange([_near, _far]);
            Socket.Select(sockets, null, null, TimeSpan.FromMilliseconds(1));
            foreach (var socket in sockets)
            {
                EndPoint source = new IPEndPoint(IPAddress.Any, 0);
                var packet = buffer.AsSpan(0, socket.ReceiveFrom(buffer, ref source));
                if (socket == _near)
                {
                    _caller = (IPEndPoint)source;
                    _far.SendTo(packet, _target);
                }
                else if (_random.NextDouble() < _loss)
                {
                    _dropped.Add(BinaryPrimitives.ReadUInt16BigEndian(packet[2..]));
                }
                else
                {
                    var delay = _shortest + ((_longest - _shortest) * _random.NextDouble());
                    _waiting.Enqueue(packet.ToArray(), Stopwatch.GetTimestamp() + (long)(delay.TotalSeconds * Stopwatch.Frequency));
                }
            }

            while (_waiting.TryPeek(out var packet, out var due) && Stopwatch.GetTimestamp() >= due)
            {
                _waiting.Dequeue();
                _near.SendTo(packet, _caller!);
                _sent.Add((BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(2)), BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(4)), Stopwatch.GetTimestamp()));
            }
        }
    }
}
