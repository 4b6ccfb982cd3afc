using TrunkBot.Diagnostics.Charts;
using TrunkBot.Diagnostics.Health;

namespace TrunkBot.Diagnostics.Tests.Charts;

public sealed class HealthChartTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly ChartWords Words = new("acme-east, the last 24 h", "Calls answered", "OPTIONS served", "Post-dial delay", "Jitter", "Round trip", "%", "ms");

    [Fact]
    public void Pieces_of_any_width_are_put_into_equal_steps_with_nothing_where_nothing_was_measured()
    {
        var figures = HealthFigures.Of(
            [
                One("call:answered", -23, 1), One("call:answered", -23, 0), One("call:pdd", -23, 120), One("rtt:umatilla", -2, 20), One("rtt:umatilla", -2, 40), One("up:umatilla", -2, 1),
                new HealthPiece("rtt:ashburn", Noon.AddHours(-2), TimeSpan.FromHours(1), 8, 5, 80, 15), One("call:answered", -25, 0),
            ],
            Noon,
            TimeSpan.FromHours(24));

        Assert.Equal((TimeSpan.FromMinutes(30), 48, "ashburn umatilla"), (figures.Step, figures.Steps.Count, string.Join(' ', figures.Edges)));
        Assert.Equal((2, 0.5, new MeasuredRange(120, 120, 120), null), (figures.Steps[2].Calls, figures.Steps[2].Answered, figures.Steps[2].PostDialDelay, figures.Steps[2].RoundTrip));
        Assert.Equal((null, new MeasuredRange(5, 14, 40), 30), (figures.Steps[44].Answered, figures.Steps[44].RoundTrip, figures.Steps[44].EdgeRoundTrips["umatilla"]));
        Assert.Equal((2, 0.5, null, 1.0), (figures.All.Calls, figures.All.Answered, figures.All.Jitter, figures.All.Served));
        Assert.Equal(46, figures.Steps.Count(s => s.IsEmpty));
    }

    [Theory]
    [InlineData(1, 12)]
    [InlineData(24, 48)]
    [InlineData(168, 56)]
    [InlineData(720, 60)]
    [InlineData(9600, 58)]
    public void Hours_are_divided_into_so_many_steps(int hours, int steps) => Assert.Equal(steps, HealthFigures.Of([], Noon, TimeSpan.FromHours(hours)).Steps.Count);

    [Fact]
    public void Without_any_value_there_is_nothing_to_show() => Assert.True(HealthFigures.Of([], Noon, TimeSpan.FromHours(1)).IsEmpty);

    [Theory]
    [InlineData(false, "FFFFFF")]
    [InlineData(true, "1F1F1F")]
    public void The_picture_is_a_PNG_with_a_background_of_its_own(bool dark, string background)
    {
        var pieces = Enumerable.Range(0, 24).SelectMany(h => new[]
        {
            One("call:answered", -h - 0.5, h == 7 ? 0 : 1), One("call:pdd", -h - 0.5, 900 + (h % 5 * 120)), One("call:jitter", -h - 0.5, 2 + (h % 3)), One("up:umatilla", -h - 0.5, h is 7 or 8 ? 0 : 1),
            One("rtt:ashburn", -h - 0.5, 30 + (h % 4)),
        }).Concat(Enumerable.Range(0, 24).Where(h => h is not (7 or 8)).Select(h => One("rtt:umatilla", -h - 0.5, 60 + (h % 7)))).ToList();

        var png = HealthChart.Png(HealthFigures.Of(pieces, Noon, TimeSpan.FromHours(24)), Words, TimeZoneInfo.Utc, dark);

        File.WriteAllBytes(Path.Combine(AppContext.BaseDirectory, $"chart-{(dark ? "dark" : "light")}.png"), png);
        Assert.Equal("89504E470D0A1A0A", Convert.ToHexString(png, 0, 8));
        using var picture = SkiaSharp.SKBitmap.Decode(png);
        Assert.Equal((960, 660, background), (picture.Width, picture.Height, picture.GetPixel(1, 1).ToString()[3..].ToUpperInvariant()));
        Assert.InRange(png.Length, 10_000, 200_000);
    }

    private static HealthPiece One(string series, double hour, double value) => new(series, Noon.AddHours(hour), TimeSpan.Zero, 1, value, value, value);
}
