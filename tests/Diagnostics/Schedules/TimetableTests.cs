using System.Globalization;
using TrunkBot.Diagnostics.Calls;
using TrunkBot.Diagnostics.Schedules;

namespace TrunkBot.Diagnostics.Tests.Schedules;

/// <summary>When schedules are due, over the nights in which clocks change too.</summary>
public sealed class TimetableTests
{
    [Fact]
    public void Six_in_the_morning_is_the_sites_six_in_winter_and_in_summer()
    {
        var table = Of("0 6 * * *");

        Assert.Equal(At("2026-01-10T13:00Z"), table.NextAfter(At("2026-01-10T00:00Z")));
        Assert.Equal(At("2026-07-10T12:00Z"), table.NextAfter(At("2026-07-10T00:00Z")));
    }

    [Fact]
    public void A_time_that_the_clocks_leave_out_is_due_right_after()
    {
        var table = Of("30 2 * * *");

        // 2026-03-08 at 02:00 it becomes 03:00 in Denver.
        Assert.Equal(At("2026-03-08T09:00Z"), table.NextAfter(At("2026-03-08T00:00Z")));
        Assert.Equal(At("2026-03-09T08:30Z"), table.NextAfter(At("2026-03-08T09:00Z")));
    }

    [Fact]
    public void A_time_that_comes_twice_is_due_once()
    {
        var table = Of("30 1 * * *");

        // 2026-11-01 at 02:00 it becomes 01:00 again.
        Assert.Equal(At("2026-11-01T07:30Z"), table.NextAfter(At("2026-11-01T00:00Z")));
        Assert.Equal(At("2026-11-02T08:30Z"), table.NextAfter(At("2026-11-01T07:30Z")));
    }

    [Fact]
    public void What_comes_every_half_hour_comes_so_through_the_long_night_too()
    {
        var (newest, count) = Of("*/30 * * * *").Due(At("2026-11-01T06:00Z"), At("2026-11-01T10:00Z"))!.Value;

        Assert.Equal((At("2026-11-01T10:00Z"), 8), (newest, count));
    }

    [Fact]
    public void Each_trunk_has_its_own_place_in_the_spread_and_the_same_every_day()
    {
        var first = Enumerable.Range(0, 100).Select(i => Of("0 6 * * *", $"trunk-{i}", TimeSpan.FromMinutes(10)).NextAfter(At("2026-01-10T00:00Z"))!.Value - At("2026-01-10T13:00Z")).ToList();

        Assert.All(first, later => Assert.InRange(later, TimeSpan.Zero, TimeSpan.FromMinutes(10)));
        Assert.True(first.Distinct().Count() > 95);
        Assert.InRange(first.Average(l => l.TotalMinutes), 4, 6);
        Assert.Equal(
            Of("0 6 * * *", "Trunk-7", TimeSpan.FromMinutes(10)).NextAfter(At("2026-01-10T00:00Z"))!.Value.AddDays(1),
            Of("0 6 * * *", "trunk-7", TimeSpan.FromMinutes(10)).NextAfter(At("2026-01-11T00:00Z")));
    }

    [Fact]
    public void The_newest_due_time_is_told_and_how_many_there_were()
    {
        var table = Of("0 6 * * *");

        Assert.Null(table.Due(At("2026-01-10T13:00Z"), At("2026-01-11T12:59Z")));
        Assert.Equal((At("2026-01-11T13:00Z"), 1), table.Due(At("2026-01-10T13:00Z"), At("2026-01-11T13:00Z")));
        Assert.Equal((At("2026-01-14T13:00Z"), 4), table.Due(At("2026-01-10T13:00Z"), At("2026-01-14T20:00Z")));
        Assert.Equal((At("2036-01-14T13:00Z"), 1000), table.Due(At("2026-01-10T13:00Z"), At("2036-01-14T20:00Z")));
    }

    [Theory]
    [InlineData("*/20 * * * *", 20)]
    [InlineData("0,10 6 * * *", 10)]
    [InlineData("0 6 * * 1", 7 * 24 * 60 - 60)]
    public void The_least_gap_between_two_times_is_found(string cron, int minutes) =>
        // In March a week is an hour shorter.
        Assert.Equal(TimeSpan.FromMinutes(minutes), Of(cron).LeastGap(At("2026-02-25T00:00Z")));

    [Fact]
    public void What_never_comes_has_no_next_time()
    {
        Assert.Null(Of("0 6 30 2 *").NextAfter(At("2026-01-01T00:00Z")));
        Assert.False(Timetable.TryCreate("every now and then", "a", Given.Site, TimeSpan.Zero, out _));
    }

    [Fact]
    public void Only_Twilios_echo_numbers_are_called_without_asking()
    {
        Assert.Null(UnaskedCalls.Against(Given.Intent() with { TestNumber = "+16504894546" }));
        Assert.Null(UnaskedCalls.Against(Given.Intent() with { TestNumber = "441618508378" }));
        Assert.Contains("(unasked-call-costs)", UnaskedCalls.Against(Given.Intent() with { TestNumber = "13035550100" }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "", "16504894546")]
    [InlineData(false, "direct umatilla", "+1 415 475 8378")]
    [InlineData(false, "edges", "551940422255")]
    [InlineData(false, "direct to +441618508378", "13035550100")]
    [InlineData(true, "to +441618508378", "16504894546")] // Who knows where the switch sends it.
    [InlineData(true, "", "13035550100")]
    [InlineData(true, "", "6504894546")] // Of which country is not said.
    [InlineData(true, "direct", "13035550100")]
    [InlineData(true, "direct to +13035550100", "16504894546")]
    [InlineData(true, "inbound", "16504894546")]
    [InlineData(true, "inbound to +16504894546", "16504894546")]
    public void A_call_is_free_to_Twilios_echo_numbers_where_it_is_certain_to_reach_Twilio(bool mayCost, string words, string testNumber) =>
        Assert.Equal(mayCost, TestCallOrder.Read(words.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Order!.MayCost(Given.Intent() with { TestNumber = testNumber }));

    private static Timetable Of(string cron, string trunk = "acme", TimeSpan spread = default)
    {
        Assert.True(Timetable.TryCreate(cron, trunk, Given.Site with { TimeZone = "America/Denver" }, spread, out var table));
        return table;
    }

    private static DateTimeOffset At(string utc) => DateTimeOffset.Parse(utc, CultureInfo.InvariantCulture);
}
