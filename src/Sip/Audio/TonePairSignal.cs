namespace TrunkBot.Sip.Audio;

/// <summary>
/// The distinctive signal of one end of one call: tone pairs of 60 ms, each one of 16, in an order drawn from its seed. The pair says
/// "this is ours", the order says when it was sent and that it is this call's and no other's. Total level -12 dBm0.
/// </summary>
internal sealed class TonePairSignal(TestSignal signal)
{
    public const int FramesPerSymbol = 3;
    public const double LevelDbm0 = -12;

    public TonePairs Tones { get; } = TonePairs.Of(signal.Tones);

    /// <summary>160 samples of the 20 ms frame of that number.</summary>
    public short[] Frame(int frame) => Tones.Frames[SymbolAt(frame)];

    /// <summary>Which of the 16 pairs a frame holds.</summary>
    public int SymbolAt(int frame) => (int)(Mix(signal.Seed + ((ulong)(frame / FramesPerSymbol) * 0x9E3779B97F4A7C15)) >> 60);

    /// <summary>The finaliser of SplitMix64: spreads every bit of the input over the output.</summary>
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
