using System.Buffers.Binary;

namespace TrunkBot.Sip.Media;

/// <summary>How long ago the last reference time of a source came (one sub-block of DLRR, RFC 3611 4.5).</summary>
/// <param name="Ssrc">Whose reference time.</param>
/// <param name="LastReference">Middle 32 bits of it (LRR).</param>
/// <param name="Delay">Since it came, in 1/65536 s (DLRR).</param>
internal readonly record struct ReferenceDelay(uint Ssrc, uint LastReference, uint Delay);

/// <summary>An Extended Report packet (RTCP XR, RFC 3611), as far as it is read and written here. Each block says which source it is about.</summary>
internal sealed record ExtendedReport
{
    public const byte PacketType = 207;
    private const byte ReferenceTimeBlock = 4;
    private const byte DelayBlock = 5;
    private const int HeadBytes = 8;
    private const int ReferenceTimeBytes = 12;
    private const int DelayBytes = 12;

    /// <summary>NTP timestamp of the Receiver Reference Time block (4.4); null without one.</summary>
    public ulong? ReferenceTime { get; init; }

    public IReadOnlyList<ReferenceDelay> Delays { get; init; } = [];

    public IReadOnlyList<(uint Ssrc, StatisticsSummary Summary)> Summaries { get; init; } = [];

    public IReadOnlyList<(uint Ssrc, VoipMetrics Metrics)> Metrics { get; init; } = [];

    /// <summary>Bytes of the packet.</summary>
    public int Length => HeadBytes
        + (ReferenceTime is null ? 0 : ReferenceTimeBytes)
        + (Delays.Count == 0 ? 0 : 4 + (Delays.Count * DelayBytes))
        + (Summaries.Count * StatisticsSummary.Bytes)
        + (Metrics.Count * VoipMetrics.Bytes);

    /// <summary>Reads a packet of type 207, and adds it to those of the same compound packet that came before. Blocks that are not known, or too short for what they say to be, are passed over. Never throws.</summary>
    public static ExtendedReport Read(ReadOnlySpan<byte> part, ExtendedReport? before)
    {
        var reference = before?.ReferenceTime;
        List<ReferenceDelay> delays = [.. before?.Delays ?? []];
        List<(uint, StatisticsSummary)> summaries = [.. before?.Summaries ?? []];
        List<(uint, VoipMetrics)> metrics = [.. before?.Metrics ?? []];
        var rest = part.Length < HeadBytes ? [] : part[HeadBytes..];
        while (rest.Length >= 4)
        {
            var length = 4 * (1 + BinaryPrimitives.ReadUInt16BigEndian(rest[2..]));
            if (length > rest.Length)
            {
                break;
            }

            var block = rest[..length];
            switch (block[0])
            {
                case ReferenceTimeBlock when length >= ReferenceTimeBytes:
                    reference = BinaryPrimitives.ReadUInt64BigEndian(block[4..]);
                    break;
                case DelayBlock:
                    for (var at = 4; at + DelayBytes <= length; at += DelayBytes)
                    {
                        delays.Add(new(
                            BinaryPrimitives.ReadUInt32BigEndian(block[at..]),
                            BinaryPrimitives.ReadUInt32BigEndian(block[(at + 4)..]),
                            BinaryPrimitives.ReadUInt32BigEndian(block[(at + 8)..])));
                    }

                    break;
                case StatisticsSummary.BlockType when length >= StatisticsSummary.Bytes:
                    summaries.Add(StatisticsSummary.Read(block));
                    break;
                case VoipMetrics.BlockType when length >= VoipMetrics.Bytes:
                    metrics.Add(VoipMetrics.Read(block));
                    break;
            }

            rest = rest[length..];
        }

        return new ExtendedReport { ReferenceTime = reference, Delays = delays, Summaries = summaries, Metrics = metrics };
    }

    /// <summary>Writes the packet.</summary>
    /// <param name="target">At least <see cref="Length"/>, of zeros.</param>
    /// <param name="ssrc">Who writes it.</param>
    public void Write(Span<byte> target, uint ssrc)
    {
        target[0] = 0x80;
        target[1] = PacketType;
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)((Length / 4) - 1));
        BinaryPrimitives.WriteUInt32BigEndian(target[4..], ssrc);
        var rest = target[HeadBytes..];
        if (ReferenceTime is { } reference)
        {
            rest[0] = ReferenceTimeBlock;
            BinaryPrimitives.WriteUInt16BigEndian(rest[2..], 2);
            BinaryPrimitives.WriteUInt64BigEndian(rest[4..], reference);
            rest = rest[ReferenceTimeBytes..];
        }

        if (Delays.Count > 0)
        {
            rest[0] = DelayBlock;
            BinaryPrimitives.WriteUInt16BigEndian(rest[2..], (ushort)(3 * Delays.Count));
            rest = rest[4..];
            foreach (var delay in Delays)
            {
                BinaryPrimitives.WriteUInt32BigEndian(rest, delay.Ssrc);
                BinaryPrimitives.WriteUInt32BigEndian(rest[4..], delay.LastReference);
                BinaryPrimitives.WriteUInt32BigEndian(rest[8..], delay.Delay);
                rest = rest[DelayBytes..];
            }
        }

        foreach (var (about, summary) in Summaries)
        {
            summary.Write(rest, about);
            rest = rest[StatisticsSummary.Bytes..];
        }

        foreach (var (about, metrics) in Metrics)
        {
            metrics.Write(rest, about);
            rest = rest[VoipMetrics.Bytes..];
        }
    }
}
