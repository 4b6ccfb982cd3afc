using TrunkBot.Chat.Commands;

namespace TrunkBot.Chat.Tests.Commands;

/// <summary>Said on 2026-11-22 at 12:00 UTC: 05:00 in Denver, 13:00 in Berlin.</summary>
public sealed class StartTimeTests
{
    [Theory]
    [InlineData("at 06:30", "America/Denver", "2026-11-22 06:30 -07:00")]
    [InlineData("at 02:00", "America/Denver", "2026-11-23 02:00 -07:00")]
    [InlineData("at 5:00", "America/Denver", "2026-11-23 05:00 -07:00")]
    [InlineData("at 5:01", "America/Denver", "2026-11-22 05:01 -07:00")]
    [InlineData("AT 14:00", "Europe/Berlin", "2026-11-22 14:00 +01:00")]
    [InlineData("at 2026-11-27 02:00", "America/Denver", "2026-11-27 02:00 -07:00")]
    [InlineData("at 2027-07-01 02:00", "America/Denver", "2027-07-01 02:00 -06:00")]
    [InlineData("in 30m", "America/Denver", "2026-11-22 12:30 +00:00")]
    [InlineData("in 1h30m", "America/Denver", "2026-11-22 13:30 +00:00")]
    [InlineData("in 2 hours", "America/Denver", "2026-11-22 14:00 +00:00")]
    [InlineData("in 90 min", "Etc/UTC", "2026-11-22 13:30 +00:00")]
    [InlineData("", "Etc/UTC", null)]
    public void A_time_is_read_in_the_zone_of_who_says_it(string words, string zone, string? at)
    {
        var read = Read(words, zone);

        Assert.Null(read.Wrong);
        Assert.Equal(at, read.At?.ToString("yyyy-MM-dd HH:mm zzz", System.Globalization.CultureInfo.InvariantCulture));
        Assert.False(read.StepByStep);
    }

    [Theory]
    [InlineData("step by step", null)]
    [InlineData("in 30m Step By Step", "2026-11-22T12:30:00Z")]
    [InlineData("at 2026-11-27 02:00 step by step", "2026-11-27T02:00:00Z")]
    public void Step_by_step_may_stand_behind_it(string words, string? at)
    {
        var read = Read(words, "Etc/UTC");

        Assert.Equal((true, at is null ? null : DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture), null), (read.StepByStep, read.At, read.Wrong));
    }

    [Theory]
    [InlineData("at")]
    [InlineData("at 25:00")]
    [InlineData("at 2am")]
    [InlineData("at 27.11.2026 02:00")]
    [InlineData("at 2026-11-27")]
    [InlineData("at 2026-11-27 02:00 now")]
    [InlineData("in")]
    [InlineData("in 0m")]
    [InlineData("in a while")]
    [InlineData("in 99999m")]
    [InlineData("02:00")]
    [InlineData("now")]
    [InlineData("step by")]
    public void What_is_no_time_is_refused_with_the_forms_there_are(string words) => Assert.Equal(
        $"I don't understand the time \"{words}\" (start-time-wrong). Say at 02:00, at 2026-11-27 02:00, in 30m or in 1h30m.", Read(words, "America/Denver").Wrong);

    [Fact]
    public void A_time_that_the_clocks_leave_out_is_refused() => Assert.Equal(
        "There is no 2027-03-14 02:30 in America/Denver: the clocks are put forward then (start-time-wrong). Choose another time.", Read("at 2027-03-14 02:30", "America/Denver").Wrong);

    [Fact]
    public void Of_a_time_that_comes_twice_the_first_is_meant() =>
        Assert.Equal(TimeSpan.FromHours(-6), Read("at 2027-11-07 01:30", "America/Denver").At!.Value.Offset);

    private static StartTime Read(string words, string zone) => StartTime.Read(
        words.Split(' ', StringSplitOptions.RemoveEmptyEntries), TimeZoneInfo.FindSystemTimeZoneById(zone), TestEnvironment.Noon);
}
