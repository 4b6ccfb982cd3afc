namespace TrunkBot.Sip.Media;

/// <summary>A quality computed by the E-model, never heard by anybody.</summary>
/// <param name="R">Transmission rating factor, 0 to 93.2 with the default values of G.107.</param>
/// <param name="Mos">Mean opinion score, 1 to 4.5 (G.107 Annex B).</param>
/// <param name="Bpl">The packet-loss robustness factor that was taken (G.113 Appendix I).</param>
public sealed record EstimatedQuality(double R, double Mos, double Bpl);

/// <summary>
/// The estimated quality of one direction of a call and all that went into it. Both ends of the scale are given, because whether the listener's
/// phone conceals lost packets is not known.
/// </summary>
/// <param name="LossPercent">Packets lost, 0 to 100.</param>
/// <param name="OneWayDelayMilliseconds">Half of the RTCP round trip. Codec, packets and jitter buffers of the phones add to it and are not in it.</param>
/// <param name="Ie">Equipment impairment factor of the codec: 0 for G.711.</param>
/// <param name="BurstRatio">1: losses are taken as random.</param>
/// <param name="WithConcealment">For a listener whose phone conceals lost packets (G.711 Appendix I).</param>
/// <param name="WithoutConcealment">For a listener who hears the gaps.</param>
public sealed record QualityEstimate(
    double LossPercent, double OneWayDelayMilliseconds, double Ie, double BurstRatio, EstimatedQuality WithConcealment, EstimatedQuality WithoutConcealment);

/// <summary>The E-model of ITU-T G.107 with its default values, reduced to what a test call measures: loss and delay of G.711.</summary>
public static class EModel
{
    /// <summary>R of the default values, nothing lost and no delay.</summary>
    private const double Basic = 93.2;

    /// <summary>Impairment and robustness of G.711 (G.113 Appendix I).</summary>
    private const double Ie = 0;

    /// <summary>How much longer than random the bursts of loss are (G.107 7.5).</summary>
    private const double BurstRatio = 1;
    private const double BplConcealed = 25.1;
    private const double BplUnconcealed = 4.3;

    /// <summary>From here on delay counts more (G.107, simplified as published).</summary>
    private const double DelayKnee = 177.3;

    /// <summary>Null when one of the inputs was not measured.</summary>
    /// <param name="lost">Packets lost of those expected.</param>
    /// <param name="roundTrip">Of RTCP.</param>
    public static QualityEstimate? Estimate(long? lost, long? expected, TimeSpan? roundTrip)
    {
        if (lost is not { } l || expected is not (> 0 and { } e) || roundTrip is not { } trip)
        {
            return null;
        }

        var loss = Math.Clamp(100.0 * l / e, 0, 100);
        var delay = trip.TotalMilliseconds / 2;
        return new QualityEstimate(
            Math.Round(loss, 2), Math.Round(delay, 1), Ie, BurstRatio, Rate(loss, delay, BplConcealed), Rate(loss, delay, BplUnconcealed));
    }

    private static EstimatedQuality Rate(double lossPercent, double delayMilliseconds, double bpl)
    {
        var id = (0.024 * delayMilliseconds) + (delayMilliseconds > DelayKnee ? 0.11 * (delayMilliseconds - DelayKnee) : 0);
        var effective = Ie + ((95 - Ie) * lossPercent / ((lossPercent / BurstRatio) + bpl));
        var r = Basic - id - effective;
        return new EstimatedQuality(Math.Round(r, 1), Math.Round(Mos(r), 2), bpl);
    }

    /// <summary>G.107 Annex B.</summary>
    private static double Mos(double r) => r switch
    {
        <= 0 => 1,
        >= 100 => 4.5,
        _ => Math.Max(1, 1 + (0.035 * r) + (r * (r - 60) * (100 - r) * 7e-6)),
    };
}
