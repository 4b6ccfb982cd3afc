using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Tests.World;
using TrunkBot.Trunks.Sites;
using static System.DayOfWeek;

namespace TrunkBot.Changes.Tests.Approvals;

/// <summary>When a change may begin. 2026-11-02 is a Monday.</summary>
public sealed class ExecutionWindowTests
{
    [Theory]
    [InlineData("2026-11-02 08:00", "2026-11-02 08:00")]
    [InlineData("2026-11-02 07:59", "2026-11-02 08:00")]
    [InlineData("2026-11-02 17:00", "2026-11-03 08:00")]
    [InlineData("2026-11-06 17:00", "2026-11-09 08:00")]
    public void Business_hours_are_those_of_the_days(string at, string opens)
    {
        var change = Given.Waiting(p => p with { BusinessHours = [Given.Hours("08:00", "17:00", Monday, Tuesday, Wednesday, Thursday, Friday)] });

        Assert.Equal(Utc(opens), ExecutionWindow.OpensAt(change, Utc(at)));
        Assert.Equal(at == opens, ExecutionWindow.IsOpen(change, Utc(at)));
    }

    [Theory]
    [InlineData("2026-11-02 21:59", "2026-11-02 22:00")]
    [InlineData("2026-11-02 23:00", "2026-11-02 23:00")]
    [InlineData("2026-11-03 03:59", "2026-11-03 03:59")]
    [InlineData("2026-11-03 04:00", "2026-11-09 22:00")]
    public void A_maintenance_window_may_go_over_midnight(string at, string opens) => Assert.Equal(
        Utc(opens), ExecutionWindow.OpensAt(Given.Waiting(p => p with { MaintenanceWindows = [Given.Hours("22:00", "04:00", Monday)] }), Utc(at)));

    [Fact]
    public void A_freeze_closes_until_it_ends_and_says_why()
    {
        var change = Given.Waiting(p => p with { Freezes = [new ChangeFreeze(new DateTime(2026, 11, 1), new DateTime(2026, 11, 5), "election week")] });

        var gate = ExecutionWindow.Judge(change, Sample.Start).Single(g => g.State != GateState.Passes);
        Assert.Equal((GateState.Waits, "change-freeze", "Changes are frozen until 2026-11-05 00:00: election week"), (gate.State, gate.Code, gate.Sentence.ToString()));
        Assert.Equal(Utc("2026-11-05 00:00"), ExecutionWindow.OpensAt(change, Sample.Start));
    }

    [Fact]
    public void What_was_asked_for_and_what_the_site_allows_hold_together()
    {
        var change = Given.Waiting(p => p with { BusinessHours = [Given.Hours("08:00", "17:00")], Freezes = [new ChangeFreeze(new DateTime(2026, 11, 3), new DateTime(2026, 11, 4, 12, 0, 0), "audit")] });
        change = change with { Course = change.Course with { NotBefore = Utc("2026-11-02 18:00"), NotAfter = Utc("2026-11-04 13:00") } };

        Assert.Equal(["window-not-yet"], ExecutionWindow.Judge(change, Utc("2026-11-02 09:00")).Where(g => g.State != GateState.Passes).Select(g => g.Code));
        Assert.Equal(["outside-business-hours", "change-freeze"], ExecutionWindow.Judge(change, Utc("2026-11-03 18:00")).Where(g => g.State != GateState.Passes).Select(g => g.Code));
        Assert.Equal(Utc("2026-11-04 12:00"), ExecutionWindow.OpensAt(change, Sample.Start));
        Assert.Null(ExecutionWindow.OpensAt(change with { Course = change.Course with { NotAfter = Utc("2026-11-04 12:00") } }, Sample.Start));
        Assert.Equal(
            [(GateState.Fails, "window-passed")],
            ExecutionWindow.Judge(change, Utc("2026-11-04 13:00")).Where(g => g.State != GateState.Passes).Select(g => (g.State, g.Code)));
    }

    [Fact]
    public void The_clock_is_the_sites()
    {
        // 08:00 in Denver is 15:00 UTC in November.
        var change = Given.Waiting(p => p with { BusinessHours = [Given.Hours("08:00", "17:00")] }, "America/Denver");

        Assert.False(ExecutionWindow.IsOpen(change, Utc("2026-11-02 14:59")));
        Assert.Equal(Utc("2026-11-02 15:00"), ExecutionWindow.OpensAt(change, Utc("2026-11-02 14:59")));
    }

    [Theory]
    [InlineData("02:15", "02:45", "2027-03-14 00:00", "2027-03-15 08:15")]
    [InlineData("02:30", "04:00", "2027-03-14 00:00", "2027-03-14 09:00")]
    [InlineData("01:00", "01:30", "2026-11-01 07:30", "2026-11-01 08:00")]
    public void Nights_in_which_the_clocks_change_count_as_the_clock_shows(string from, string to, string at, string opens) => Assert.Equal(
        Utc(opens), ExecutionWindow.OpensAt(Given.Waiting(p => p with { MaintenanceWindows = [Given.Hours(from, to)] }, "America/Denver"), Utc(at)));

    [Fact]
    public void A_zone_that_the_machine_does_not_know_means_no()
    {
        var change = Given.Waiting(p => p, "Mars/Olympus");

        Assert.Equal((GateState.Fails, "time-zone-unknown"), Assert.Single(ExecutionWindow.Judge(change, Sample.Start)) is var gate ? (gate.State, gate.Code) : default);
        Assert.Null(ExecutionWindow.OpensAt(change, Sample.Start));
        Assert.False(ExecutionWindow.IsOpen(Given.Waiting(p => p) with { Policy = null }, Sample.Start));
    }

    [Fact]
    public void The_opening_that_is_found_is_open_and_none_was_missed_before_it()
    {
        var random = new Random(11);
        for (var i = 0; i < 60; i++)
        {
            WeeklyWindow Window() => Given.Hours($"{random.Next(24):00}:{random.Next(60):00}", $"{random.Next(24):00}:{random.Next(60):00}", [.. Enum.GetValues<DayOfWeek>().Where(_ => random.Next(3) == 0).Append(Monday).Distinct()]);
            var start = new DateTime(2026, 10, 31).AddMinutes(random.Next(3000));
            var change = Given.Waiting(
                p => p with
                {
                    BusinessHours = random.Next(2) == 0 ? [] : [Window(), Window()],
                    MaintenanceWindows = random.Next(2) == 0 ? [] : [Window()],
                    Freezes = random.Next(2) == 0 ? [] : [new ChangeFreeze(start, start.AddMinutes(random.Next(1, 3000)), "busy")],
                },
                "America/Denver");
            var from = Utc("2026-10-31 20:00").AddMinutes(random.Next(600));

            var opens = ExecutionWindow.OpensAt(change, from);

            Assert.True(opens is null || ExecutionWindow.IsOpen(change, opens.Value));
            for (var at = from; at < (opens ?? from.AddDays(5)) && at < from.AddDays(5); at = at.AddMinutes(1))
            {
                Assert.False(ExecutionWindow.IsOpen(change, at), $"open at {at:u}, found {opens:u}");
            }
        }
    }

    private static DateTimeOffset Utc(string text) => DateTimeOffset.ParseExact(text, "yyyy-MM-dd HH:mm", null, System.Globalization.DateTimeStyles.AssumeUniversal);
}
