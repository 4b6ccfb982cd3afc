using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace TrunkBot.Lab.Switch.Sip;

/// <summary>A message that came in, and the way back to its sender.</summary>
internal sealed record SipArrival(SipMessage Message, IPEndPoint Source, bool Reliable, Action<IPEndPoint, byte[]> Send);

/// <summary>The two listening sockets, UDP and TCP on one port. What is no SIP message is counted and dropped.</summary>
internal sealed class SipWire : IAsyncDisposable
{
    private const int Attempts = 20;

    private readonly Socket udp;
    private readonly TcpListener tcp;
    private readonly CancellationTokenSource stop = new();
    private readonly Action<SipArrival> arrived;
    private readonly List<Task> work = [];
    private long malformed;

    private SipWire(Socket udp, TcpListener tcp, Action<SipArrival> arrived)
    {
        this.udp = udp;
        this.tcp = tcp;
        this.arrived = arrived;
        Port = ((IPEndPoint)udp.LocalEndPoint!).Port;
    }

    public int Port { get; }

    public long Malformed => Interlocked.Read(ref malformed);

    /// <summary>Opens both sockets; with port 0 it looks for a number that is free for both.</summary>
    public static SipWire Open(IPAddress address, int port, Action<SipArrival> arrived)
    {
        for (var attempt = 1; ; attempt++)
        {
            var tcp = new TcpListener(address, port);
            Socket? udp = null;
            try
            {
                tcp.Start();
                udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
                udp.Bind(new IPEndPoint(address, ((IPEndPoint)tcp.LocalEndpoint).Port));
                return new SipWire(udp, tcp, arrived);
            }
            catch (SocketException) when (port == 0 && attempt < Attempts)
            {
                tcp.Dispose();
                udp?.Dispose();
            }
            catch
            {
                tcp.Dispose();
                udp?.Dispose();
                throw;
            }
        }
    }

    public void Start()
    {
        work.Add(ReadUdp());
        work.Add(AcceptTcp());
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        udp.Dispose();
        tcp.Dispose();
        await Task.WhenAll(work);
        stop.Dispose();
    }

    private async Task ReadUdp()
    {
        var buffer = new byte[65536];
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var read = await udp.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), stop.Token);
                var datagram = buffer.AsSpan(0, read.ReceivedBytes);
                if (datagram.Trim("\r\n\0 "u8).IsEmpty)
                {
                    continue; // RFC 5626 keep-alive
                }

                Deliver(SipParser.Datagram(datagram), (IPEndPoint)read.RemoteEndPoint, reliable: false, SendUdp);
            }
            catch (SocketException) when (!stop.IsCancellationRequested)
            {
                // An ICMP "port unreachable" for an earlier answer; the socket lives on.
            }
            catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    private void SendUdp(IPEndPoint target, byte[] bytes)
    {
        try
        {
            udp.SendTo(bytes, target);
        }
        catch (Exception lost) when (lost is SocketException or ObjectDisposedException)
        {
            // Lost like any datagram may be: the sender's retransmission asks again.
        }
    }

    private async Task AcceptTcp()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                var client = await tcp.AcceptTcpClientAsync(stop.Token);
                connections.RemoveAll(task => task.IsCompleted);
                connections.Add(Serve(client));
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException || (ended is InvalidOperationException && stop.IsCancellationRequested))
        {
            // The lab stops. A listener that is gone before it is asked for the next connection says that it does not listen.
            await Task.WhenAll(connections);
        }
    }

    private async Task Serve(TcpClient client)
    {
        using var connection = client;
        var outgoing = Channel.CreateBounded<byte[]>(256);
        var writing = Write(client, outgoing.Reader);
        try
        {
            var source = (IPEndPoint)client.Client.RemoteEndPoint!;
            await Read(client.GetStream(), source, (_, bytes) => outgoing.Writer.TryWrite(bytes));
        }
        catch (Exception ended) when (ended is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The peer hung up or the lab stops.
        }

        outgoing.Writer.TryComplete();
        await writing;
    }

    private async Task Write(TcpClient client, ChannelReader<byte[]> outgoing)
    {
        try
        {
            await foreach (var bytes in outgoing.ReadAllAsync(stop.Token))
            {
                await client.GetStream().WriteAsync(bytes, stop.Token);
            }
        }
        catch (Exception ended) when (ended is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // As in Serve.
        }
    }

    /// <summary>Cuts the stream into messages by Content-Length (RFC 3261 18.3); a stream that breaks the rules is closed, since its next message cannot be found.</summary>
    private async Task Read(NetworkStream stream, IPEndPoint source, Action<IPEndPoint, byte[]> send)
    {
        var pending = new ArrayBufferWriter<byte>();
        var buffer = new byte[8192];
        int read;
        while ((read = await stream.ReadAsync(buffer, stop.Token)) > 0)
        {
            pending.Write(buffer.AsSpan(0, read));
            var consumed = 0;
            while (true)
            {
                var rest = pending.WrittenSpan[consumed..];
                var skipped = rest.Length - rest.TrimStart("\r\n"u8).Length;
                rest = rest[skipped..];
                consumed += skipped;
                var head = SipParser.EndOfHead(rest);
                if (head < 0 && rest.Length <= SipParser.LongestHead)
                {
                    break;
                }

                if (head < 0 || SipParser.Head(rest[..head]) is not { } message || SipParser.ContentLength(message) is not int length)
                {
                    Interlocked.Increment(ref malformed);
                    return;
                }

                if (rest.Length < head + length)
                {
                    break;
                }

                message.Body = rest.Slice(head, length).ToArray();
                consumed += head + length;
                Deliver(message, source, reliable: true, send);
            }

            var left = pending.WrittenSpan[consumed..].ToArray();
            pending.ResetWrittenCount();
            pending.Write(left);
        }
    }

    private void Deliver(SipMessage? message, IPEndPoint source, bool reliable, Action<IPEndPoint, byte[]> send)
    {
        if (message is null)
        {
            Interlocked.Increment(ref malformed);
            return;
        }

        arrived(new SipArrival(message, source, reliable, send));
    }
}
