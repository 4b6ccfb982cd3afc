using System.Buffers.Binary;

namespace TrunkBot.Sip.Media;

/// <summary>What a receiver counted over a range of packets: the Statistics Summary Report Block of RTCP XR (RFC 3611 4.6). Null is what it does not report.</summary>
/// <param name="FirstSequence">Of the first packet that it is about.</param>
/// <param name="EndSequence">One more than that of the last.</param>
public sealed record StatisticsSummary(int FirstSequence, int EndSequence)
{
    internal const byte BlockType = 6;
    internal const int Bytes = 40;
    private const byte LossFlag = 0x80;
    private const byte DuplicateFlag = 0x40;
    private const byte JitterFlag = 0x20;

    /// <summary>Units of G.711's clock in a millisecond.</summary>
    private const double Units = 8;

    public long? Lost { get; init; }

    public long? Duplicates { get; init; }

    /// <summary>How the time between two packets differed from that between their sendings, in milliseconds; no smoothed value as in RFC 3550.</summary>
    public TransitDifferences? Jitter { get; init; }

    /// <summary>Reads a whole block, head included.</summary>
    /// <param name="block">At least <see cref="Bytes"/>.</param>
    internal static (uint Ssrc, StatisticsSummary Summary) Read(ReadOnlySpan<byte> block)
    {
        var flags = block[1];
        return (
            BinaryPrimitives.ReadUInt32BigEndian(block[4..]),
            new StatisticsSummary(BinaryPrimitives.ReadUInt16BigEndian(block[8..]), BinaryPrimitives.ReadUInt16BigEndian(block[10..]))
            {
                Lost = (flags & LossFlag) == 0 ? null : BinaryPrimitives.ReadUInt32BigEndian(block[12..]),
                Duplicates = (flags & DuplicateFlag) == 0 ? null : BinaryPrimitives.ReadUInt32BigEndian(block[16..]),
                Jitter = (flags & JitterFlag) == 0
                    ? null
                    : new TransitDifferences(Milliseconds(block[20..]), Milliseconds(block[24..]), Milliseconds(block[28..]), Milliseconds(block[32..])),
            });
    }

    /// <summary>Writes the block, head included.</summary>
    /// <param name="target">At least <see cref="Bytes"/>, of zeros.</param>
    internal void Write(Span<byte> target, uint ssrc)
    {
        target[0] = BlockType;
        target[1] = (byte)((Lost is null ? 0 : LossFlag) | (Duplicates is null ? 0 : DuplicateFlag) | (Jitter is null ? 0 : JitterFlag));
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], (Bytes / 4) - 1);
        BinaryPrimitives.WriteUInt32BigEndian(target[4..], ssrc);
        BinaryPrimitives.WriteUInt16BigEndian(target[8..], (ushort)FirstSequence);
        BinaryPrimitives.WriteUInt16BigEndian(target[10..], (ushort)EndSequence);
        BinaryPrimitives.WriteUInt32BigEndian(target[12..], (uint)(Lost ?? 0));
        BinaryPrimitives.WriteUInt32BigEndian(target[16..], (uint)(Duplicates ?? 0));
        if (Jitter is { } jitter)
        {
            BinaryPrimitives.WriteUInt32BigEndian(target[20..], InUnits(jitter.LeastMilliseconds));
            BinaryPrimitives.WriteUInt32BigEndian(target[24..], InUnits(jitter.MostMilliseconds));
            BinaryPrimitives.WriteUInt32BigEndian(target[28..], InUnits(jitter.MeanMilliseconds));
            BinaryPrimitives.WriteUInt32BigEndian(target[32..], InUnits(jitter.DeviationMilliseconds));
        }
    }

    private static double Milliseconds(ReadOnlySpan<byte> units) => BinaryPrimitives.ReadUInt32BigEndian(units) / Units;

    private static uint InUnits(double milliseconds) => (uint)Math.Clamp(Math.Round(milliseconds * Units), 0, uint.MaxValue);
}

/// <summary>Relative transit times between packets that follow each other (RFC 3611 4.6, RFC 3550 6.4.1 D(i,j) without sign), in milliseconds.</summary>
public sealed record TransitDifferences(double LeastMilliseconds, double MostMilliseconds, double MeanMilliseconds, double DeviationMilliseconds);
