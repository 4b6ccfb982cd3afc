using TrunkBot.Sip.Media;

namespace TrunkBot.Sip.Tests.Media;

public sealed class The_E_model
{
    [Fact]
    public void Nothing_lost_and_no_delay_is_R_93_2_and_MOS_4_41()
    {
        var quality = EModel.Estimate(0, 1_000, TimeSpan.Zero)!;

        Assert.Equal(new EstimatedQuality(93.2, 4.41, 25.1), quality.WithConcealment);
        Assert.Equal(new EstimatedQuality(93.2, 4.41, 4.3), quality.WithoutConcealment);
    }

    [Theory]
    [InlineData(5, 100, 2.17, 3.92)]
    [InlineData(50, 1_000, 2.17, 3.92)]
    [InlineData(1, 100, 3.83, 4.33)]
    [InlineData(100, 100, 1.0, 1.18)]
    public void Loss_counts_in_percent_and_less_where_it_is_concealed(long lost, long expected, double without, double with)
    {
        var quality = EModel.Estimate(lost, expected, TimeSpan.Zero)!;

        Assert.Equal((without, with), (quality.WithoutConcealment.Mos, quality.WithConcealment.Mos));
    }

    [Theory]
    [InlineData(300, 89.6)] // 93.2 - 0.024 * 150
    [InlineData(800, 59.1)] // 93.2 - 0.024 * 400 - 0.11 * 222.7
    public void Half_of_the_round_trip_is_the_delay_and_counts_more_above_177_ms(int roundTrip, double r) =>
        Assert.Equal(r, EModel.Estimate(0, 1_000, TimeSpan.FromMilliseconds(roundTrip))!.WithConcealment.R);

    [Fact]
    public void It_names_its_inputs()
    {
        var quality = EModel.Estimate(30, 1_000, TimeSpan.FromMilliseconds(81.5))!;

        Assert.Equal((3.0, 40.8, 0.0, 1.0), (quality.LossPercent, quality.OneWayDelayMilliseconds, quality.Ie, quality.BurstRatio));
    }

    [Fact]
    public void What_was_not_measured_gives_no_estimate()
    {
        Assert.Null(EModel.Estimate(null, 1_000, TimeSpan.Zero));
        Assert.Null(EModel.Estimate(0, null, TimeSpan.Zero));
        Assert.Null(EModel.Estimate(0, 0, TimeSpan.Zero));
        Assert.Null(EModel.Estimate(0, 1_000, null));
    }
}
