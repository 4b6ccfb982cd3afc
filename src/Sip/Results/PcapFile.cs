using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TrunkBot.Sip.Results;

/// <summary>
/// A call as a packet capture (classic pcap, microseconds, LINKTYPE_RAW): its SIP messages with credentials struck out and, where the call was
/// recorded, every RTP and RTCP packet. IP and UDP headers are made here, so SIP that went over TCP or TLS stands as UDP too.
/// </summary>
public static class PcapFile
{
    private const uint Magic = 0xA1B2C3D4;
    private const int LinkTypeRaw = 101;
    private const int MaxPacketBytes = 65_535;
    private const int UdpHeaderBytes = 8;
    private const byte Udp = 17;

    /// <summary>The file, its packets in the order of their times. Without any when nothing was sent.</summary>
    public static byte[] Write(CallResult call)
    {
        var file = new MemoryStream();
        Span<byte> head = stackalloc byte[24];
        head.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(head, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(head[4..], 2); // version 2.4
        BinaryPrimitives.WriteUInt16LittleEndian(head[6..], 4);
        BinaryPrimitives.WriteInt32LittleEndian(head[16..], MaxPacketBytes);
        BinaryPrimitives.WriteInt32LittleEndian(head[20..], LinkTypeRaw);
        file.Write(head);
        foreach (var (time, source, target, payload) in Datagrams(call).OrderBy(d => d.Time))
        {
            Write(file, time, Packet(source, target, payload));
        }

        return file.ToArray();
    }

    private static IEnumerable<(DateTimeOffset Time, IPEndPoint Source, IPEndPoint Target, byte[] Payload)> Datagrams(CallResult call)
    {
        if (call.LocalSignalling is { } signalling)
        {
            foreach (var line in call.Trace)
            {
                // What was struck out still has the form of the header (RFC 3261 25.1), so that a reader of the capture stumbles over nothing.
                var message = Encoding.UTF8.GetBytes(line.Message.Replace("Authorization: ***\r\n", "Authorization: Digest response=\"***\"\r\n", StringComparison.Ordinal));
                yield return line.Sent ? (line.Time, signalling, line.Peer, message) : (line.Time, line.Peer, signalling, message);
            }
        }

        foreach (var packet in call.Recording?.Packets ?? [])
        {
            var local = new IPEndPoint(call.LocalMedia!.Address, packet.LocalPort);
            yield return packet.Sent ? (packet.Time, local, packet.Remote, packet.Bytes) : (packet.Time, packet.Remote, local, packet.Bytes);
        }
    }

    private static void Write(MemoryStream file, DateTimeOffset time, ReadOnlySpan<byte> packet)
    {
        Span<byte> head = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(head, (uint)time.ToUnixTimeSeconds());
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], (int)(time.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond));
        BinaryPrimitives.WriteInt32LittleEndian(head[8..], packet.Length);
        BinaryPrimitives.WriteInt32LittleEndian(head[12..], packet.Length);
        file.Write(head);
        file.Write(packet);
    }

    private static byte[] Packet(IPEndPoint source, IPEndPoint target, ReadOnlySpan<byte> payload)
    {
        var ip = source.AddressFamily == AddressFamily.InterNetworkV6 ? 40 : 20;
        payload = payload[..Math.Min(payload.Length, MaxPacketBytes - ip - UdpHeaderBytes)];
        var packet = new byte[ip + UdpHeaderBytes + payload.Length];
        var length = (ushort)(UdpHeaderBytes + payload.Length);
        var udp = packet.AsSpan(ip);
        BinaryPrimitives.WriteUInt16BigEndian(udp, (ushort)source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], (ushort)target.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], length);
        payload.CopyTo(udp[UdpHeaderBytes..]);

        byte[] from = source.Address.GetAddressBytes(), to = target.Address.GetAddressBytes();
        var checksum = (ushort)~Fold(Sum(from) + Sum(to) + Udp + length + Sum(udp));

        // A sum of zero is sent as all ones: zero means that there is none (RFC 768).
        BinaryPrimitives.WriteUInt16BigEndian(udp[6..], checksum == 0 ? (ushort)0xFFFF : checksum);
        if (ip == 40)
        {
            WriteIPv6(packet, from, to, length);
        }
        else
        {
            WriteIPv4(packet, from, to);
        }

        return packet;
    }

    private static void WriteIPv4(Span<byte> packet, byte[] from, byte[] to)
    {
        packet[0] = 0x45; // version 4, five words
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)packet.Length);
        packet[6] = 0x40; // not to be fragmented
        packet[8] = 64; // time to live
        packet[9] = Udp;
        from.CopyTo(packet[12..]);
        to.CopyTo(packet[16..]);
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], (ushort)~Fold(Sum(packet[..20])));
    }

    private static void WriteIPv6(Span<byte> packet, byte[] from, byte[] to, ushort length)
    {
        packet[0] = 0x60; // version 6
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], length);
        packet[6] = Udp;
        packet[7] = 64; // hop limit
        from.CopyTo(packet[8..]);
        to.CopyTo(packet[24..]);
    }

    /// <summary>Sum of 16-bit words (RFC 1071), the last one filled up with a zero byte.</summary>
    private static uint Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (; bytes.Length > 1; bytes = bytes[2..])
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
        }

        return sum + (bytes.Length == 1 ? (uint)bytes[0] << 8 : 0);
    }

    private static uint Fold(uint sum)
    {
        sum = (sum & 0xFFFF) + (sum >> 16);
        return (sum & 0xFFFF) + (sum >> 16);
    }
}
