using System.Buffers.Binary;

namespace TrunkBot.Sip.Media;

/// <summary>
/// What a receiver reports of the call as its listener has it: the VoIP Metrics Report Block of RTCP XR (RFC 3611 4.7). Null is what it said to be unavailable.
/// R and MOS in it are the reporter's own estimate, by a method that it doesn't tell.
/// </summary>
/// <param name="LossPercent">Packets lost since the beginning, 0 to 100, in steps of 1/256.</param>
/// <param name="DiscardPercent">Packets that came too early or too late for its jitter buffer, 0 to 100.</param>
public sealed record VoipMetrics(double LossPercent, double DiscardPercent)
{
    internal const byte BlockType = 7;
    internal const int Bytes = 36;
    private const byte Unavailable = 127;

    /// <summary>Of the packets in bursts, how many were lost or discarded, 0 to 100.</summary>
    public double BurstDensityPercent { get; init; }

    /// <summary>Of the packets in the gaps between bursts, how many were lost or discarded, 0 to 100.</summary>
    public double GapDensityPercent { get; init; }

    /// <summary>Mean duration of a burst in milliseconds; 0: there was none.</summary>
    public int BurstMilliseconds { get; init; }

    /// <summary>Mean duration of a gap in milliseconds.</summary>
    public int GapMilliseconds { get; init; }

    /// <summary>Round trip between the RTP interfaces.</summary>
    public int? RoundTripMilliseconds { get; init; }

    /// <summary>What the reporter's own buffers and codecs add to the delay.</summary>
    public int? EndSystemDelayMilliseconds { get; init; }

    /// <summary>Level of the voice that it received, in dBm0.</summary>
    public int? SignalLevelDbm0 { get; init; }

    /// <summary>Level of the noise that it received, in dBm0.</summary>
    public int? NoiseLevelDbm0 { get; init; }

    /// <summary>Residual echo return loss at its end, in decibels.</summary>
    public int? EchoReturnLossDecibels { get; init; }

    /// <summary>So many packets received in a row end a burst.</summary>
    public int Gmin { get; init; } = LossBursts.Gmin;

    /// <summary>Transmission rating of this RTP session, 0 to 100.</summary>
    public int? R { get; init; }

    /// <summary>Transmission rating of another network segment that it knows of, 0 to 100.</summary>
    public int? ExternalR { get; init; }

    /// <summary>Listening quality, 1 to 5.</summary>
    public double? MosListening { get; init; }

    /// <summary>Conversational quality, which counts delay too, 1 to 5.</summary>
    public double? MosConversational { get; init; }

    /// <summary>How it fills the place of lost packets; null when it does not say.</summary>
    public LossConcealment? Concealment { get; init; }

    /// <summary>Nominal delay of its jitter buffer in milliseconds; 0 with <see cref="JitterBufferMaximumMilliseconds"/> 0: it does not say.</summary>
    public int JitterBufferNominalMilliseconds { get; init; }

    /// <summary>Present maximum delay of its jitter buffer in milliseconds.</summary>
    public int JitterBufferMaximumMilliseconds { get; init; }

    /// <summary>Reads a whole block, head included. Values outside of what the RFC allows are unavailable.</summary>
    /// <param name="block">At least <see cref="Bytes"/>.</param>
    internal static (uint Ssrc, VoipMetrics Metrics) Read(ReadOnlySpan<byte> block) => (
        BinaryPrimitives.ReadUInt32BigEndian(block[4..]),
        new VoipMetrics(Percent(block[8]), Percent(block[9]))
        {
            BurstDensityPercent = Percent(block[10]),
            GapDensityPercent = Percent(block[11]),
            BurstMilliseconds = BinaryPrimitives.ReadUInt16BigEndian(block[12..]),
            GapMilliseconds = BinaryPrimitives.ReadUInt16BigEndian(block[14..]),
            RoundTripMilliseconds = NotZero(BinaryPrimitives.ReadUInt16BigEndian(block[16..])),
            EndSystemDelayMilliseconds = NotZero(BinaryPrimitives.ReadUInt16BigEndian(block[18..])),
            SignalLevelDbm0 = block[20] == Unavailable ? null : (sbyte)block[20],
            NoiseLevelDbm0 = block[21] == Unavailable ? null : (sbyte)block[21],
            EchoReturnLossDecibels = block[22] == Unavailable ? null : block[22],
            Gmin = block[23],
            R = Within(block[24], 0, 100),
            ExternalR = Within(block[25], 0, 100),
            MosListening = Within(block[26], 10, 50) / 10.0,
            MosConversational = Within(block[27], 10, 50) / 10.0,
            Concealment = block[28] >> 6 is var kind and not 0 ? (LossConcealment)kind : null,
            JitterBufferNominalMilliseconds = BinaryPrimitives.ReadUInt16BigEndian(block[30..]),
            JitterBufferMaximumMilliseconds = BinaryPrimitives.ReadUInt16BigEndian(block[32..]),
        });

    /// <summary>Writes the block, head included.</summary>
    /// <param name="target">At least <see cref="Bytes"/>, of zeros.</param>
    internal void Write(Span<byte> target, uint ssrc)
    {
        target[0] = BlockType;
        BinaryPrimitives.WriteUInt16BigEndian(target[2..], (Bytes / 4) - 1);
        BinaryPrimitives.WriteUInt32BigEndian(target[4..], ssrc);
        target[8] = Fraction(LossPercent);
        target[9] = Fraction(DiscardPercent);
        target[10] = Fraction(BurstDensityPercent);
        target[11] = Fraction(GapDensityPercent);
        BinaryPrimitives.WriteUInt16BigEndian(target[12..], (ushort)BurstMilliseconds);
        BinaryPrimitives.WriteUInt16BigEndian(target[14..], (ushort)GapMilliseconds);
        BinaryPrimitives.WriteUInt16BigEndian(target[16..], (ushort)(RoundTripMilliseconds ?? 0));
        BinaryPrimitives.WriteUInt16BigEndian(target[18..], (ushort)(EndSystemDelayMilliseconds ?? 0));
        target[20] = (byte)(sbyte)(SignalLevelDbm0 ?? Unavailable);
        target[21] = (byte)(sbyte)(NoiseLevelDbm0 ?? Unavailable);
        target[22] = (byte)(EchoReturnLossDecibels ?? Unavailable);
        target[23] = (byte)Gmin;
        target[24] = (byte)(R ?? Unavailable);
        target[25] = (byte)(ExternalR ?? Unavailable);
        target[26] = Tenths(MosListening);
        target[27] = Tenths(MosConversational);
        target[28] = (byte)((int)(Concealment ?? 0) << 6);
        BinaryPrimitives.WriteUInt16BigEndian(target[30..], (ushort)JitterBufferNominalMilliseconds);
        BinaryPrimitives.WriteUInt16BigEndian(target[32..], (ushort)JitterBufferMaximumMilliseconds);
    }

    private static double Percent(byte fraction) => fraction / 2.56;

    private static byte Fraction(double percent) => (byte)Math.Clamp(Math.Floor(percent * 2.56), 0, 255);

    private static byte Tenths(double? mos) => mos is { } m ? (byte)Math.Round(m * 10) : Unavailable;

    private static int? NotZero(ushort value) => value == 0 ? null : value;

    private static int? Within(byte value, int least, int most) => value >= least && value <= most ? value : null;
}

/// <summary>How a receiver fills the place of lost packets (RFC 3611 4.7.6).</summary>
public enum LossConcealment
{
    /// <summary>With silence.</summary>
    Disabled = 1,

    /// <summary>With a better method than a simple one.</summary>
    Enhanced = 2,

    /// <summary>With a simple method, such as to repeat the last packet.</summary>
    Standard = 3,
}
