using TrunkBot.Trunks.Sites;

namespace TrunkBot.Trunks.Tests;

public sealed class HealthPolicyTests
{
    private static readonly HealthPolicy SundayNight = new() { Silences = [new WeeklyWindow { Days = [DayOfWeek.Sunday], From = new TimeOnly(2, 0), To = new TimeOnly(4, 0) }] };

    [Theory]
    [InlineData("2026-11-22T02:00:00Z", null, true)]
    [InlineData("2026-11-22T04:00:00Z", null, false)]
    [InlineData("2026-11-23T03:00:00Z", null, false)] // Monday
    [InlineData("2026-11-22T09:30:00Z", "America/Denver", true)] // 02:30 there
    [InlineData("2026-11-22T02:30:00Z", "America/Denver", false)]
    [InlineData("2026-11-22T02:30:00Z", "Gone/Zone", true)] // read as UTC
    public void A_silence_is_on_the_clock_of_the_site(string at, string? zone, bool expected) =>
        Assert.Equal(expected, SundayNight.IsSilent(DateTimeOffset.Parse(at, null), zone));

    [Fact]
    public void A_site_without_silences_is_never_silent() => Assert.False(new HealthPolicy().IsSilent(DateTimeOffset.UnixEpoch, null));
}
