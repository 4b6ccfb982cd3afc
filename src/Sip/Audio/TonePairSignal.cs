using TrunkBot.Sip.Media;

namespace TrunkBot.Sip.Audio;

/// <summary>
/// The distinctive signal of one call: tone pairs of 60 ms, each one of 16, in an order drawn from the call's seed. The pair says
/// "this is ours", the order says when it was sent and that it is this call's and no other's. Total level -12 dBm0.
/// </summary>
/// <remarks>
/// All tones are multiples of 50 Hz, so that each fills 20 ms with whole periods and a 20 ms Goertzel filter of one is deaf to the others. They
/// keep away from DTMF, from call progress tones (350, 425, 440, 480, 620 Hz), from fax and echo-canceller tones (1,100, 2,100 Hz), 1,004 Hz and 2,600 Hz.
/// </remarks>
internal sealed class TonePairSignal(ulong seed)
{
    public const int FramesPerSymbol = 3;
    public const double LevelDbm0 = -12;
    public static readonly int[] Low = [550, 650, 1_050, 1_150];
    public static readonly int[] High = [1_850, 2_250, 2_450, 2_850];
    private static readonly short[][] Frames = BuildFrames();

    /// <summary>160 samples of the 20 ms frame of that number.</summary>
    public short[] Frame(int frame) => Frames[SymbolAt(frame)];

    /// <summary>Which of the 16 pairs a frame holds: low tone in bits 2 and 3, high tone in bits 0 and 1.</summary>
    public int SymbolAt(int frame) => (int)(Mix(seed + ((ulong)(frame / FramesPerSymbol) * 0x9E3779B97F4A7C15)) >> 60);

    /// <summary>The finaliser of SplitMix64: spreads every bit of the input over the output.</summary>
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    private static short[][] BuildFrames()
    {
        // A pair of equal tones: each 3 dB below the total, and a sine's peak is what dBm0 counts from.
        var peak = ToneMeter.FullScale * Math.Pow(10, (LevelDbm0 - ToneMeter.FullScaleDbm0 - 3.0103) / 20);
        var frames = new short[16][];
        for (var symbol = 0; symbol < 16; symbol++)
        {
            var samples = new short[RtpSession.FrameSamples];
            for (var n = 0; n < samples.Length; n++)
            {
                var angle = 2 * Math.PI * n / ReceivedAudio.SampleRate;
                samples[n] = (short)Math.Round(peak * (Math.Sin(Low[symbol >> 2] * angle) + Math.Sin(High[symbol & 3] * angle)));
            }

            frames[symbol] = samples;
        }

        return frames;
    }
}
