using System.Buffers.Binary;
using System.Text;

namespace TrunkBot.Sip.Media;

/// <summary>What a receiver says about one source (RFC 3550 6.4.1).</summary>
/// <param name="Ssrc">The source it is about.</param>
/// <param name="FractionLost">Of the packets expected since the report before, in 1/256.</param>
/// <param name="CumulativeLost">Packets lost since the beginning; duplicates make it smaller, even negative.</param>
/// <param name="ExtendedHighest">Highest sequence number, with the count of wraps in the upper 16 bits.</param>
/// <param name="Jitter">Interarrival jitter in timestamp units, 8 per millisecond.</param>
/// <param name="LastSenderReport">Middle 32 bits of the NTP time of the last sender report (LSR); 0 when none came.</param>
/// <param name="DelaySinceLastSenderReport">In 1/65536 s (DLSR).</param>
internal readonly record struct RtcpReportBlock(
    uint Ssrc, byte FractionLost, int CumulativeLost, uint ExtendedHighest, uint Jitter, uint LastSenderReport, uint DelaySinceLastSenderReport);

/// <summary>What only a sender report holds (RFC 3550 6.4.1).</summary>
/// <param name="Ntp">When it was written, as an NTP timestamp.</param>
/// <param name="RtpTimestamp">The same instant in the units of its RTP timestamps.</param>
internal readonly record struct RtcpSenderInfo(ulong Ntp, uint RtpTimestamp, uint Packets, uint Octets);

/// <summary>A compound RTCP packet (RFC 3550 6.1), as far as a test call reads and writes it: SR or RR, SDES with CNAME, XR, BYE.</summary>
/// <param name="Ssrc">Who wrote it.</param>
/// <param name="Sender">Null in a receiver report.</param>
/// <param name="Cname">Null when there was none.</param>
/// <param name="Bye">True when it says goodbye.</param>
internal sealed record RtcpPacket(uint Ssrc, RtcpSenderInfo? Sender, IReadOnlyList<RtcpReportBlock> Blocks, string? Cname, bool Bye)
{
    private const byte SenderReport = 200;
    private const byte ReceiverReport = 201;
    private const byte SourceDescription = 202;
    private const byte Goodbye = 203;
    private const int BlockBytes = 24;

    /// <summary>Extended reports (RFC 3611); null: none. Some writers send a packet for each block, which are one here.</summary>
    public ExtendedReport? Extended { get; init; }

    /// <summary>Tells RTCP from RTP on one port (RFC 5761 4): no RTP payload type of ours, marked or not, looks like a packet type of RTCP.</summary>
    public static bool IsRtcp(ReadOnlySpan<byte> bytes) => bytes.Length >= 8 && bytes[1] is >= 192 and <= 223;

    /// <summary>Reads a datagram; false for what breaks the rules of RFC 3550 A.2. Never throws.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out RtcpPacket packet)
    {
        packet = new RtcpPacket(0, null, [], null, false);
        if (bytes.Length < 8 || bytes[0] >> 6 != 2 || (bytes[0] & 0x20) != 0 || bytes[1] is not (SenderReport or ReceiverReport))
        {
            return false;
        }

        packet = packet with { Ssrc = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]) };
        while (bytes.Length > 0)
        {
            if (bytes.Length < 4 || bytes[0] >> 6 != 2)
            {
                return false;
            }

            var length = 4 * (1 + BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]));
            if (length > bytes.Length || !TryReadPart(bytes[..length], ref packet))
            {
                return false;
            }

            bytes = bytes[length..];
        }

        return true;
    }

    private static bool TryReadPart(ReadOnlySpan<byte> part, ref RtcpPacket packet)
    {
        var count = part[0] & 0x1F;
        switch (part[1])
        {
            case SenderReport or ReceiverReport:
                var blocks = part[1] == SenderReport ? 28 : 8;
                if (part.Length < blocks + (count * BlockBytes))
                {
                    return false;
                }

                var read = new List<RtcpReportBlock>(packet.Blocks);
                for (var i = 0; i < count; i++)
                {
                    read.Add(ReadBlock(part[(blocks + (i * BlockBytes))..]));
                }

                packet = packet with { Blocks = read, Sender = part[1] == SenderReport ? ReadSender(part) : packet.Sender };
                return true;
            case SourceDescription:
                packet = packet with { Cname = packet.Cname ?? ReadCname(part) };
                return true;
            case Goodbye:
                packet = packet with { Bye = true };
                return true;
            case ExtendedReport.PacketType:
                // One that is malformed spoils none of the others.
                packet = packet with { Extended = ExtendedReport.Read(part, packet.Extended) };
                return true;
            default:
                return true; // APP and what is still to be invented.
        }
    }

    private static RtcpSenderInfo ReadSender(ReadOnlySpan<byte> part) => new(
        BinaryPrimitives.ReadUInt64BigEndian(part[8..]),
        BinaryPrimitives.ReadUInt32BigEndian(part[16..]),
        BinaryPrimitives.ReadUInt32BigEndian(part[20..]),
        BinaryPrimitives.ReadUInt32BigEndian(part[24..]));

    private static RtcpReportBlock ReadBlock(ReadOnlySpan<byte> block)
    {
        var lost = BinaryPrimitives.ReadInt32BigEndian(block[4..]);
        return new RtcpReportBlock(
            BinaryPrimitives.ReadUInt32BigEndian(block),
            (byte)(lost >> 24),
            lost << 8 >> 8,
            BinaryPrimitives.ReadUInt32BigEndian(block[8..]),
            BinaryPrimitives.ReadUInt32BigEndian(block[12..]),
            BinaryPrimitives.ReadUInt32BigEndian(block[16..]),
            BinaryPrimitives.ReadUInt32BigEndian(block[20..]));
    }

    /// <summary>The CNAME of the first chunk, where it is the first item, as everybody writes it.</summary>
    private static string? ReadCname(ReadOnlySpan<byte> part) =>
        part.Length > 10 && part[8] == 1 && part.Length >= 10 + part[9] ? Encoding.UTF8.GetString(part.Slice(10, part[9])) : null;

    /// <summary>Writes the packet as SR or RR, SDES, XR if there is one and, at the end of a session, BYE.</summary>
    public byte[] ToBytes()
    {
        var cname = Encoding.UTF8.GetBytes(Cname ?? "");
        var report = (Sender is null ? 8 : 28) + (Blocks.Count * BlockBytes);

        // The items end with a zero, and the chunk with a whole word.
        var description = 8 + ((2 + cname.Length + 1 + 3) / 4 * 4);
        var extended = Extended?.Length ?? 0;
        var bytes = new byte[report + description + extended + (Bye ? 8 : 0)];
        WriteHead(bytes, Blocks.Count, Sender is null ? ReceiverReport : SenderReport, report);
        var at = 8;
        if (Sender is { } sender)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), sender.Ntp);
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(16), sender.RtpTimestamp);
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(20), sender.Packets);
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(24), sender.Octets);
            at = 28;
        }

        foreach (var block in Blocks)
        {
            WriteBlock(bytes.AsSpan(at), block);
            at += BlockBytes;
        }

        WriteHead(bytes.AsSpan(at), 1, SourceDescription, description);
        bytes[at + 8] = 1;
        bytes[at + 9] = (byte)cname.Length;
        cname.CopyTo(bytes, at + 10);
        Extended?.Write(bytes.AsSpan(at + description), Ssrc);
        if (Bye)
        {
            WriteHead(bytes.AsSpan(at + description + extended), 1, Goodbye, 8);
        }

        return bytes;
    }

    private void WriteHead(Span<byte> target, int count, byte type, int bytes)
    {
        target[0] = (byte)(0x80 | count);
        target[1] = type;
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)((bytes / 4) - 1));
        BinaryPrimitives.WriteUInt32BigEndian(target[4..], Ssrc);
    }

    private static void WriteBlock(Span<byte> target, RtcpReportBlock block)
    {
        BinaryPrimitives.WriteUInt32BigEndian(target, block.Ssrc);
        BinaryPrimitives.WriteUInt32BigEndian(target[4..], ((uint)block.FractionLost << 24) | ((uint)block.CumulativeLost & 0xFF_FFFF));
        BinaryPrimitives.WriteUInt32BigEndian(target[8..], block.ExtendedHighest);
        BinaryPrimitives.WriteUInt32BigEndian(target[12..], block.Jitter);
        BinaryPrimitives.WriteUInt32BigEndian(target[16..], block.LastSenderReport);
        BinaryPrimitives.WriteUInt32BigEndian(target[20..], block.DelaySinceLastSenderReport);
    }
}
