using System.Runtime.Intrinsics;
using TrunkBot.Sip.Media;

namespace TrunkBot.Sip.Audio;

/// <summary>Four low and four high tones of which a signal makes its 16 pairs.</summary>
/// <remarks>
/// All tones are multiples of 50 Hz, so that each fills 20 ms with whole periods and what is measured of one over 20 ms is deaf to the others. They
/// keep away from DTMF (by more than the 3.5 % at which a receiver must refuse, ITU-T Q.24), from call progress tones (350, 425, 440, 480, 620 Hz),
/// from fax and echo-canceller tones (1,100, 2,100 Hz), 1,004 Hz and 2,600 Hz.
/// </remarks>
internal sealed class TonePairs
{
    public static readonly TonePairs A = new([550, 650, 1_050, 1_150], [1_850, 2_250, 2_450, 2_850]);
    public static readonly TonePairs B = new([800, 900, 1_400, 1_550], [1_750, 1_950, 2_350, 2_700]);

    private TonePairs(int[] low, int[] high)
    {
        Low = low;
        High = high;
        Cosines = Waves(Math.Cos);
        Sines = Waves(Math.Sin);
        Frames = [.. Enumerable.Range(0, 16).Select(Frame)];
    }

    public IReadOnlyList<int> Low { get; }

    public IReadOnlyList<int> High { get; }

    /// <summary>160 samples of each tone, one in each lane, low tones first; what the tones of a window are measured with.</summary>
    public Vector256<float>[] Cosines { get; }

    /// <summary>The same a quarter of a period later.</summary>
    public Vector256<float>[] Sines { get; }

    /// <summary>20 ms of each pair, by symbol: low tone in bits 2 and 3, high tone in bits 0 and 1.</summary>
    public short[][] Frames { get; }

    public static TonePairs Of(TestTones tones) => tones == TestTones.A ? A : B;

    private Vector256<float>[] Waves(Func<double, double> wave) => [.. Enumerable.Range(0, RtpSession.FrameSamples).Select(n =>
        Vector256.Create([.. Low.Concat(High).Select(hz => (float)wave(2 * Math.PI * hz * n / ReceivedAudio.SampleRate))]))];

    private short[] Frame(int symbol)
    {
        // A pair of equal tones: each 3 dB below the total, and a sine's peak is what dBm0 counts from.
        var peak = ToneMeter.FullScale * Math.Pow(10, (TonePairSignal.LevelDbm0 - ToneMeter.FullScaleDbm0 - 3.0103) / 20);
        var samples = new short[RtpSession.FrameSamples];
        for (var n = 0; n < samples.Length; n++)
        {
            var angle = 2 * Math.PI * n / ReceivedAudio.SampleRate;
            samples[n] = (short)Math.Round(peak * (Math.Sin(Low[symbol >> 2] * angle) + Math.Sin(High[symbol & 3] * angle)));
        }

        return samples;
    }
}
