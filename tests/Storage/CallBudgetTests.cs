using TrunkBot.Diagnostics.Calls;
using TrunkBot.Storage.Tests.World;

namespace TrunkBot.Storage.Tests;

public class CallBudgetTests : Folder
{
    private static readonly DateOnly Today = new(2026, 11, 27);

    private static readonly DateTimeOffset Noon = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

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

    [Fact]
    public async Task Calls_of_an_account_get_moments_one_after_another_and_a_restart_makes_none_free()
    {
        Assert.Equal(Noon, await SlotAsync("twilio/one", Noon));
        await RestartAsync();
        Assert.Equal(Noon.AddSeconds(1), await SlotAsync("twilio/one", Noon.AddSeconds(0.2)));
        Assert.Equal(Noon.AddSeconds(2), await SlotAsync("twilio/one", Noon.AddSeconds(0.3)));
        Assert.Equal(Noon.AddSeconds(0.4), await SlotAsync("twilio/two", Noon.AddSeconds(0.4)));

        // What nobody used is gone: no burst makes up for it.
        Assert.Equal(Noon.AddMinutes(5), await SlotAsync("twilio/one", Noon.AddMinutes(5)));
        Assert.Equal(Noon.AddMinutes(5).AddSeconds(1), await SlotAsync("twilio/one", Noon.AddMinutes(5)));
    }

    [Fact]
    public async Task Of_many_at_once_no_two_get_the_same_moment_and_none_is_left_out()
    {
        var moments = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => SlotAsync("twilio/one", Noon), Ct)));

        Assert.Equal(Enumerable.Range(0, 12).Select(i => Noon.AddSeconds(i)), moments.Order());
    }

    [Fact]
    public async Task A_moment_that_a_wrong_clock_took_holds_nobody_up()
    {
        await SlotAsync("twilio/one", Noon.AddYears(1));

        Assert.Equal(Noon, await SlotAsync("twilio/one", Noon));
        Assert.Equal(Noon.AddSeconds(1), await SlotAsync("twilio/one", Noon));
    }

    private Task<DateTimeOffset> SlotAsync(string account, DateTimeOffset now) => Budget.SlotAsync(account, now, TimeSpan.FromSeconds(1), Ct);

    private static CallShare Calls(int limit) => new("calls", 1, limit, "calls.perDay");

    private static CallShare Minutes(int amount, int limit) => new("minutes", amount, limit, "calls.paidMinutesPerDay");
}
