using System.Runtime.Intrinsics;

namespace TrunkBot.Sip.Audio;

/// <summary>What one window of 160 samples holds: total power, and the power at each of eight tones, as squares of sample values.</summary>
/// <param name="Tones">The four low ones, then the four high ones.</param>
internal readonly record struct ToneReading(double Total, Vector256<float> Tones)
{
    /// <summary>Level of the whole window; minus infinity for digital silence.</summary>
    public double LevelDbm0 => ToneMeter.Level(Total);

    /// <summary>Share (0 to 1) of the power that lies in our tones, whichever.</summary>
    public double OurShare => Total <= 0 ? 0 : (Low + High) / Total;

    /// <summary>Power of the low tones.</summary>
    public double Low => Vector128.Sum(Tones.GetLower());

    /// <summary>Power of the high tones.</summary>
    public double High => Vector128.Sum(Tones.GetUpper());

    /// <summary>Power of the pair of a symbol.</summary>
    public double Pair(int symbol) => Tones[symbol >> 2] + Tones[4 + (symbol & 3)];

    /// <summary>True when this pair stands out: it holds most of the power, lies above the floor, and its tones are within 6 dB.</summary>
    public bool Holds(int symbol)
    {
        double low = Tones[symbol >> 2], high = Tones[4 + (symbol & 3)];
        return LevelDbm0 >= ToneMeter.FloorDbm0
            && low + high >= ToneMeter.PairShare * Total
            && low <= ToneMeter.TwistRatio * high && high <= ToneMeter.TwistRatio * low;
    }

    /// <summary>The symbol that this window holds, or null.</summary>
    public int? Symbol()
    {
        var low = 0;
        var high = 0;
        for (var i = 1; i < 4; i++)
        {
            low = Tones[i] > Tones[low] ? i : low;
            high = Tones[4 + i] > Tones[4 + high] ? i : high;
        }

        var symbol = (low << 2) | high;
        return Holds(symbol) ? symbol : null;
    }
}

/// <summary>Measures windows of 20 ms.</summary>
internal static class ToneMeter
{
    /// <summary>Peak of the loudest sine that mu-law carries, as a 16-bit sample.</summary>
    public const double FullScale = 32_124;

    /// <summary>Level of that sine (ITU-T G.711: +3.17 dBm0).</summary>
    public const double FullScaleDbm0 = 3.17;

    /// <summary>Below this a window counts as silent.</summary>
    public const double FloorDbm0 = -45;

    /// <summary>A pair must hold this share of the window's power.</summary>
    public const double PairShare = 0.6;

    /// <summary>6 dB between the tones of a pair.</summary>
    public const double TwistRatio = 3.981;

    /// <summary>Level of a mean square of sample values.</summary>
    public static double Level(double meanSquare) =>
        meanSquare <= 0 ? double.NegativeInfinity : (10 * Math.Log10(meanSquare / (FullScale * FullScale / 2))) + FullScaleDbm0;

    /// <summary>
    /// The same power that eight Goertzel filters give, one tone in each lane. By the sums themselves and not by their recursion, because there each sample waits for the one before,
    /// and a call has some thousands of readings.
    /// </summary>
    /// <param name="window">160 samples.</param>
    public static ToneReading Read(ReadOnlySpan<short> window, TonePairs pairs)
    {
        long total = 0;
        ReadOnlySpan<Vector256<float>> cosines = pairs.Cosines, sines = pairs.Sines;
        Vector256<float> real = default, imaginary = default, realToo = default, imaginaryToo = default;
        for (var i = 0; i + 1 < window.Length; i += 2)
        {
            int one = window[i], two = window[i + 1];
            total += (one * one) + ((long)two * two);
            var (first, second) = (Vector256.Create((float)one), Vector256.Create((float)two));
            real = Vector256.MultiplyAddEstimate(first, cosines[i], real);
            imaginary = Vector256.MultiplyAddEstimate(first, sines[i], imaginary);
            realToo = Vector256.MultiplyAddEstimate(second, cosines[i + 1], realToo);
            imaginaryToo = Vector256.MultiplyAddEstimate(second, sines[i + 1], imaginaryToo);
        }

        // |X|^2 of a sine of peak A is (A N / 2)^2, its mean square A^2 / 2.
        (real, imaginary) = (real + realToo, imaginary + imaginaryToo);
        var tones = ((real * real) + (imaginary * imaginary)) * (2f / (window.Length * (float)window.Length));
        return new ToneReading((double)total / window.Length, tones);
    }
}
