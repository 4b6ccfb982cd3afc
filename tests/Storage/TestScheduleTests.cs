using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Diagnostics.Schedules;
using TrunkBot.Storage.Tests.World;

namespace TrunkBot.Storage.Tests;

/// <summary>Schedules of test calls, and that a due time is dealt with by one process only.</summary>
public class TestScheduleTests : Folder
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private ITestSchedules Schedules => Get<ITestSchedules>();

    [Fact]
    public async Task A_schedule_is_found_by_its_trunk_in_any_case_outlives_a_restart_and_is_replaced_by_the_next()
    {
        await Schedules.SaveAsync(Sample("acme-east") with { Handled = Noon, Last = new(Noon, RunResult.Failed, "403"), Failures = 3 }, Ct);
        await Schedules.SaveAsync(Sample("acme-east") with { Cron = "0 7 * * *", Handled = Noon, Last = new(Noon, RunResult.Failed, "403"), Failures = 3 }, Ct);
        await Schedules.SaveAsync(Sample("a-first"), Ct);

        await RestartAsync();

        Assert.Equal(Sample("acme-east") with { Cron = "0 7 * * *", Handled = Noon, Last = new(Noon, RunResult.Failed, "403"), Failures = 3 }, await Schedules.FindAsync("ACME-East", Ct));
        Assert.Equal(["a-first", "acme-east"], (await Schedules.ListAsync(Ct)).Select(s => s.Trunk));
        Assert.Null(await Schedules.FindAsync("acme-west", Ct));
    }

    [Fact]
    public async Task Of_processes_that_want_the_same_due_time_at_once_one_gets_it()
    {
        await Schedules.SaveAsync(Sample("acme-east"), Ct);
        await using var other = Another();
        var all = Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? Schedules : other.GetRequiredService<ITestSchedules>()).ChangeAsync(
            "Acme-East", s => s.Handled < Noon ? s with { Handled = Noon, Failures = i } : null, Ct));

        var won = (await Task.WhenAll(all)).OfType<TestSchedule>().ToList();

        Assert.Equal(Assert.Single(won), await Schedules.FindAsync("acme-east", Ct));
    }

    [Fact]
    public async Task What_is_removed_is_given_once_and_changes_no_more()
    {
        await Schedules.SaveAsync(Sample("acme-east"), Ct);

        Assert.Equal("acme-east", (await Schedules.RemoveAsync("ACME-EAST", Ct))?.Trunk);
        Assert.Null(await Schedules.RemoveAsync("acme-east", Ct));
        Assert.Null(await Schedules.ChangeAsync("acme-east", s => s with { Failures = 1 }, Ct));
    }

    private static TestSchedule Sample(string trunk) => new(trunk, "denver", "0 6 * * *", "daily 06:00", "ana", "Ana", Noon);
}
