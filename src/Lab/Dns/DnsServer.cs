using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using TrunkBot.Lab.Switch.Path;

namespace TrunkBot.Lab.Dns;

/// <summary>
/// The world's DNS as far as the lab needs one: A records of termination names, over UDP on loopback (RFC 1035). Every other name does not exist.
/// </summary>
internal sealed class DnsServer : IAsyncDisposable
{
    private const int HeaderBytes = 12;
    private const ushort TypeA = 1;
    private const int NoSuchName = 3;

    private readonly EdgeDns names;
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly CancellationTokenSource ending = new();
    private readonly Task work;

    private DnsServer(int port, EdgeDns names)
    {
        this.names = names;
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        work = RunAsync();
    }

    public static LabPart Part { get; } = new("dns", StartAsync);

    private int Port => ((IPEndPoint)socket.LocalEndPoint!).Port;

    private static Task<IAsyncDisposable> StartAsync(LabContext context, CancellationToken cancellationToken)
    {
        try
        {
            var server = new DnsServer(context.Options.DnsPort, new EdgeDns(context.Conditions));
            context.Ports[Part.Name] = server.Port;
            return Task.FromResult<IAsyncDisposable>(server);
        }
        catch (SocketException e)
        {
            throw new LabException($"the DNS server can't have UDP port {context.Options.DnsPort} of 127.0.0.1 ({e.SocketErrorCode}): give it another with --dns-port", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await work;
        socket.Dispose();
        ending.Dispose();
    }

    private async Task RunAsync()
    {
        var buffer = new byte[1500];
        while (!ending.IsCancellationRequested)
        {
            try
            {
                var arrived = await socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), ending.Token);
                if (Answer(buffer.AsSpan(0, arrived.ReceivedBytes)) is { } answer)
                {
                    await socket.SendToAsync(answer, SocketFlags.None, arrived.RemoteEndPoint, ending.Token);
                }
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                // ICMP for an earlier answer.
            }
        }
    }

    /// <returns>Null for what is no query with one question.</returns>
    private byte[]? Answer(ReadOnlySpan<byte> query)
    {
        if (query.Length < HeaderBytes || (query[2] & 0x80) != 0 || BinaryPrimitives.ReadUInt16BigEndian(query[4..]) != 1 || NameOf(query) is not var (name, end) || query.Length < end + 4)
        {
            return null;
        }

        var isA = BinaryPrimitives.ReadUInt16BigEndian(query[end..]) == TypeA;
        var known = names.Resolve(name);
        var given = isA ? known : [];
        var answer = new byte[end + 4 + 16 * given.Count];
        query[..(end + 4)].CopyTo(answer);

        // QR and AA; RD as it was asked; RA.
        answer[2] = (byte)(0x84 | (query[2] & 1));
        answer[3] = (byte)(0x80 | (known.Count == 0 ? NoSuchName : 0));
        BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(6), (ushort)given.Count);
        answer.AsSpan(8, 4).Clear();
        for (var i = 0; i < given.Count; i++)
        {
            var record = answer.AsSpan(end + 4 + 16 * i);
            BinaryPrimitives.WriteUInt16BigEndian(record, 0xC000 | HeaderBytes);
            BinaryPrimitives.WriteUInt16BigEndian(record[2..], TypeA);
            BinaryPrimitives.WriteUInt16BigEndian(record[4..], 1);
            BinaryPrimitives.WriteUInt32BigEndian(record[6..], 5);
            BinaryPrimitives.WriteUInt16BigEndian(record[10..], 4);
            given[i].TryWriteBytes(record[12..], out _);
        }

        return answer;
    }

    /// <returns>The question's name, and where its type begins.</returns>
    private static (string Name, int End)? NameOf(ReadOnlySpan<byte> query)
    {
        var name = new StringBuilder();
        var at = HeaderBytes;
        while (at < query.Length && query[at] != 0)
        {
            var length = query[at];
            if (length > 63 || at + 1 + length >= query.Length)
            {
                return null;
            }

            name.Append(name.Length > 0 ? "." : "").Append(Encoding.ASCII.GetString(query.Slice(at + 1, length)));
            at += 1 + length;
        }

        return at < query.Length ? (name.ToString(), at + 1) : null;
    }
}
