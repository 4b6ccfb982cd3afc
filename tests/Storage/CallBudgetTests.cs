using TrunkBot.Diagnostics.Calls;
using TrunkBot.Storage.Tests.World;

namespace TrunkBot.Storage.Tests;

public class CallBudgetTests : Folder
{
    private static readonly DateOnly Today = new(2026, 11, 27);

    private ICallBudget Budget => Get<ICallBudget>();

    [Fact]
    public async Task A_day_lets_so_many_calls_pass_and_a_restart_makes_no_new_day()
    {
        Assert.Null(await Budget.TakeAsync(Today, [Calls(2)], Ct));
        await RestartAsync();
        Assert.Null(await Budget.TakeAsync(Today, [Calls(2)], Ct));

        Assert.Equal("calls", (await Budget.TakeAsync(Today, [Calls(2)], Ct))?.Key);
        Assert.Null(await Budget.TakeAsync(Today.AddDays(1), [Calls(2)], Ct));
    }

    [Fact]
    public async Task Nothing_is_taken_when_one_of_several_limits_is_reached()
    {
        Assert.Null(await Budget.TakeAsync(Today, [Calls(10), Minutes(2, 3)], Ct));

        Assert.Equal("minutes", (await Budget.TakeAsync(Today, [Calls(10), Minutes(2, 3)], Ct))?.Key);
        Assert.Null(await Budget.TakeAsync(Today, [Calls(2), Minutes(1, 3)], Ct));
        Assert.NotNull(await Budget.TakeAsync(Today, [Calls(2)], Ct));
    }

    [Fact]
    public async Task Of_many_at_once_no_more_get_through_than_there_are()
    {
        var taken = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => Budget.TakeAsync(Today, [Calls(5)], Ct), Ct)));

        Assert.Equal(5, taken.Count(t => t is null));
    }

    [Fact]
    public async Task A_limit_of_nothing_lets_nothing_pass() => Assert.NotNull(await Budget.TakeAsync(Today, [Calls(0)], Ct));

    private static CallShare Calls(int limit) => new("calls", 1, limit, "calls.perDay");

    private static CallShare Minutes(int amount, int limit) => new("minutes", amount, limit, "calls.paidMinutesPerDay");
}
