using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using TrunkBot.Sip.Messages;

namespace TrunkBot.Sip;

/// <summary>Sends a copy of each SIP message to a collector such as Homer, in HEP version 3 (EEP) over UDP, with credentials and keys struck out. One that nobody takes is lost.</summary>
/// <remarks>The numbers of the chunks are those of "HEP/EEP network protocol specification", revision 12, by sipcapture.org. No chunk 14 is sent: it would hold a password in clear.</remarks>
internal sealed class HepMirror(IPEndPoint collector) : IDisposable
{
    /// <summary>Names us at the collector, beside its other sources.</summary>
    private const uint CaptureAgent = 2_026;

    private const byte Sip = 1;
    private const int MaxBytes = 65_000;

    private readonly Socket _socket = new(collector.AddressFamily, SocketType.Dgram, ProtocolType.Udp);

    /// <param name="at">When it was sent or came.</param>
    /// <param name="protocol">UDP, TCP or TLS.</param>
    public void Send(SipMessage message, DateTimeOffset at, IPEndPoint source, IPEndPoint target, string protocol)
    {
        var packet = Write(SipTrace.Redact(Encoding.UTF8.GetString(message.ToBytes())), message.CallId, at, source, target, protocol);
        if (packet.Length > MaxBytes)
        {
            return;
        }

        try
        {
            _socket.SendTo(packet, collector);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // A collector that is away must not stop a test.
        }
    }

    public void Dispose() => _socket.Dispose();

    internal static byte[] Write(string text, string callId, DateTimeOffset at, IPEndPoint source, IPEndPoint target, string protocol)
    {
        using var bytes = new MemoryStream();
        var six = source.AddressFamily == AddressFamily.InterNetworkV6;
        var sinceEpoch = at - DateTimeOffset.UnixEpoch;
        bytes.Write("HEP3\0\0"u8);
        Chunk(bytes, 1, [six ? (byte)10 : (byte)2]);
        Chunk(bytes, 2, [protocol == "UDP" ? (byte)17 : (byte)6]);
        Chunk(bytes, six ? (ushort)5 : (ushort)3, source.Address.GetAddressBytes());
        Chunk(bytes, six ? (ushort)6 : (ushort)4, target.Address.GetAddressBytes());
        Chunk(bytes, 7, Number((ushort)source.Port));
        Chunk(bytes, 8, Number((ushort)target.Port));
        Chunk(bytes, 9, Number((uint)(sinceEpoch.Ticks / TimeSpan.TicksPerSecond)));
        Chunk(bytes, 10, Number((uint)(sinceEpoch.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond)));
        Chunk(bytes, 11, [Sip]);
        Chunk(bytes, 12, Number(CaptureAgent));
        Chunk(bytes, 17, Encoding.UTF8.GetBytes(callId));
        Chunk(bytes, 15, Encoding.UTF8.GetBytes(text));
        var packet = bytes.ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)Math.Min(packet.Length, ushort.MaxValue));
        return packet;
    }

    /// <summary>Vendor 0, type, length with this head, value.</summary>
    private static void Chunk(MemoryStream bytes, ushort type, byte[] value)
    {
        bytes.Write(Number((ushort)0));
        bytes.Write(Number(type));
        bytes.Write(Number((ushort)Math.Min(value.Length + 6, ushort.MaxValue)));
        bytes.Write(value);
    }

    private static byte[] Number(ushort value) => [(byte)(value >> 8), (byte)value];

    private static byte[] Number(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];
}
