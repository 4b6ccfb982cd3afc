using TrunkBot.Diagnostics.Health;

namespace TrunkBot.Diagnostics.Tests.Health;

public sealed class FlapDetectionTests
{
    private readonly FlapDetection flaps = new(new HealthOptions());

    [Fact]
    public void Three_changes_within_half_an_hour_are_three_pieces_of_news_and_the_fourth_says_that_it_flaps()
    {
        NewsKind?[] told = [Changed(0), Changed(5), Changed(10), Changed(15)];

        Assert.Equal([NewsKind.Changed, NewsKind.Changed, NewsKind.Changed, NewsKind.Flapping], told);
        Assert.True(flaps.IsFlapping);
    }

    [Fact]
    public void Four_changes_over_a_longer_time_are_no_flapping()
    {
        NewsKind?[] told = [Changed(0), Changed(12), Changed(24), Changed(36)];

        Assert.Equal([NewsKind.Changed, NewsKind.Changed, NewsKind.Changed, NewsKind.Changed], told);
    }

    [Fact]
    public void While_it_flaps_nothing_more_is_told_until_it_was_the_same_for_a_quarter_of_an_hour()
    {
        Changed(0);
        Changed(1);
        Changed(2);
        Changed(3);

        NewsKind?[] told = [Changed(5), Changed(19), Same(33), Same(34), Same(35), Changed(36)];

        Assert.Equal([null, null, null, NewsKind.Calm, null, NewsKind.Changed], told);
    }

    private NewsKind? Changed(int minute) => flaps.Look(true, DateTimeOffset.UnixEpoch.AddMinutes(minute));

    private NewsKind? Same(int minute) => flaps.Look(false, DateTimeOffset.UnixEpoch.AddMinutes(minute));
}
