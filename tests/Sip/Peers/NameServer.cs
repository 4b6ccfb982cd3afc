using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TrunkBot.Sip.Tests.Peers;

/// <summary>A DNS server on loopback (RFC 1035) that knows what a test told it and answers NXDOMAIN to the rest.</summary>
internal sealed class NameServer : IAsyncDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<(string Name, ushort Type), List<byte[]>> _records = [];
    private readonly Task _loop;

    public NameServer()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        EndPoint = (IPEndPoint)_socket.LocalEndPoint!;
        _loop = Task.Run(AnswerAsync);
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>Turns each answer into what goes out instead.</summary>
    public Func<byte[], byte[]> Spoil { get; set; } = answer => answer;

    /// <summary>What was asked, as <c>name type</c>, in order.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public NameServer A(string name, params string[] addresses)
    {
        foreach (var address in addresses)
        {
            Add(name, 1, IPAddress.Parse(address).GetAddressBytes());
        }

        return this;
    }

    public NameServer Srv(string name, ushort priority, ushort weight, int port, string target) =>
        Add(name, 33, [.. Short(priority), .. Short(weight), .. Short((ushort)port), .. Name(target)]);

    public NameServer Naptr(string name, ushort order, ushort preference, string service, string replacement) =>
        Add(name, 35, [.. Short(order), .. Short(preference), .. Text("s"), .. Text(service), .. Text(""), .. Name(replacement)]);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _socket.Dispose();
        _stop.Dispose();
    }

    private NameServer Add(string name, ushort type, byte[] data)
    {
        var key = (name, type);
        if (!_records.TryGetValue(key, out var list))
        {
            _records[key] = list = [];
        }

        list.Add(data);
        return this;
    }

    private async Task AnswerAsync()
    {
        var buffer = new byte[1_500];
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var asked = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
                await _socket.SendToAsync(Spoil(Answer(buffer.AsSpan(0, asked.ReceivedBytes))), SocketFlags.None, asked.RemoteEndPoint);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private byte[] Answer(ReadOnlySpan<byte> query)
    {
        var at = 12;
        var labels = new List<string>();
        while (query[at] != 0)
        {
            labels.Add(Encoding.ASCII.GetString(query.Slice(at + 1, query[at])));
            at += query[at] + 1;
        }

        var type = BinaryPrimitives.ReadUInt16BigEndian(query[(at + 1)..]);
        var question = query[12..(at + 5)].ToArray();
        var name = string.Join('.', labels);
        Asked.Enqueue($"{name} {type switch { 1 => "A", 28 => "AAAA", 33 => "SRV", 35 => "NAPTR", _ => type }}");
        var answers = _records.GetValueOrDefault((name, type)) ?? [];
        var known = _records.Keys.Any(k => k.Name == name);
        var reply = new List<byte>([.. query[..2], 0x85, (byte)(known ? 0x80 : 0x83), 0, 1, .. Short((ushort)answers.Count), 0, 0, 0, 0, .. question]);
        foreach (var data in answers)
        {
            reply.AddRange([0xC0, 12, .. Short(type), 0, 1, 0, 0, 0, 60, .. Short((ushort)data.Length), .. data]);
        }

        return [.. reply];
    }

    private static byte[] Short(ushort value) => [(byte)(value >> 8), (byte)value];

    private static byte[] Text(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];

    private static byte[] Name(string name) => [.. name.Split('.', StringSplitOptions.RemoveEmptyEntries).SelectMany(Text), 0];
}
