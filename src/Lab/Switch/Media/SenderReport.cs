using System.Buffers.Binary;

namespace TrunkBot.Lab.Switch.Media;

/// <summary>The test number's RTCP (RFC 3550 section 6): a sender report with what it received, and the CNAME that must go with it.</summary>
internal static class SenderReport
{
    private const int ReportBytes = 52;
    private static readonly byte[] Cname = "lab@lab.invalid"u8.ToArray();

    /// <param name="moment">Wall clock of <paramref name="timestamp"/>.</param>
    public static byte[] Of(int source, DateTimeOffset moment, uint timestamp, long packets, ReceivedCount received)
    {
        // SDES: header, source, one item, the end of the items, all to a multiple of four.
        var sdes = (4 + 4 + 2 + Cname.Length + 1 + 3) / 4 * 4;
        var bytes = new byte[ReportBytes + sdes];
        bytes[0] = 0x81;
        bytes[1] = 200;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), ReportBytes / 4 - 1);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), source);
        var sinceNtpEpoch = moment - new DateTimeOffset(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8), (uint)(long)sinceNtpEpoch.TotalSeconds);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(12), (uint)(sinceNtpEpoch.Ticks % TimeSpan.TicksPerSecond * 4294967296.0 / TimeSpan.TicksPerSecond));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(16), timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(20), (uint)packets);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(24), (uint)(packets * 160));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(28), received.Source);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(32), (uint)Math.Clamp(received.Expected - received.Packets, 0, 0x7FFFFF));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(36), received.Highest);

        var at = ReportBytes;
        bytes[at] = 0x81;
        bytes[at + 1] = 202;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(at + 2), (ushort)(sdes / 4 - 1));
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at + 4), source);
        bytes[at + 8] = 1;
        bytes[at + 9] = (byte)Cname.Length;
        Cname.CopyTo(bytes.AsSpan(at + 10));
        return bytes;
    }
}

/// <summary>What arrived of one source, by extended sequence numbers (RFC 3550 appendix A.1).</summary>
internal struct ReceivedCount
{
    private uint first;

    public uint Source { get; private set; }

    public uint Highest { get; private set; }

    public long Packets { get; private set; }

    public readonly long Expected => Packets == 0 ? 0 : Highest - first + 1;

    public void Add(uint source, ushort sequence)
    {
        if (Packets == 0 || source != Source)
        {
            (Source, first, Highest, Packets) = (source, sequence, sequence, 1);
            return;
        }

        Packets++;
        var ahead = (short)(ushort)(sequence - (ushort)Highest);
        if (ahead > 0)
        {
            Highest += (uint)ahead;
        }
    }
}
