using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using TrunkBot.Bot.Tests.World;
using TrunkBot.Changes;
using TrunkBot.Changes.Fleets;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Requests;
using TrunkBot.Chat.Alerts;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Insights;
using TrunkBot.Chat.Places;
using TrunkBot.Chat.Schedules;
using TrunkBot.Chat.Turns;
using TrunkBot.Diagnostics.Health;
using TrunkBot.Diagnostics.Schedules;
using TrunkBot.Grains;
using TrunkBot.Hosting;
using TrunkBot.Intake;
using static TrunkBot.Bot.Tests.World.FakeChat;

namespace TrunkBot.Bot.Tests.Intake;

/// <summary>Intake, duties and grains together, on the silo as it is shipped.</summary>
public sealed class OnARealSiloTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task A_turn_is_handled_once_and_a_repeat_gets_the_first_outcome()
    {
        await using var silo = await TestSilo.StartAsync();
        var intake = silo.Get<TurnIntake>();

        Assert.Equal("did a", (await intake.InvokeAsync(TurnOf("a", Now, TurnKind.Action), Ct)).Notice);
        Assert.Equal("did a", (await intake.InvokeAsync(TurnOf("a", Now, TurnKind.Action), Ct)).Notice);

        Assert.Equal(["a"], silo.Chat.Handled);
    }

    [Fact]
    public async Task A_press_whose_presser_was_told_that_nothing_was_done_is_never_carried_out()
    {
        await using var silo = await TestSilo.StartAsync();
        var intake = silo.Get<TurnIntake>();
        silo.Inbox.ReadFailures = 1;

        var outcome = await intake.InvokeAsync(TurnOf("a", Now, TurnKind.Action), Ct);
        await intake.ResumeAsync(Ct);
        await intake.InvokeAsync(TurnOf("b", Now, TurnKind.Action), Ct);

        Assert.Equal("not-handled", outcome.RefusalCode);
        Assert.Matches("^This could not be handled now, and nothing was done. Try again. Reference: [A-Z2-9]{8}$", outcome.Notice!);
        Assert.Equal(["b"], silo.Chat.Handled);
    }

    [Fact]
    public async Task What_was_left_in_the_inbox_is_handled_within_a_minute()
    {
        await using var silo = await TestSilo.StartAsync();
        silo.Inbox.ReadFailures = 1;
        var time = new FakeTimeProvider(Now);
        using var duties = Duties(silo, time);
        await silo.Inbox.TryStoreAsync(TurnOf("left", Now), Ct);

        await duties.StartAsync(Ct);
        var handled = silo.Chat.NextAsync().AsTask();
        await AdvanceUntilAsync(time, () => handled.IsCompleted);

        Assert.Equal("left", await handled);
        Assert.True(silo.CatchUps > 0);
        await duties.StopAsync(Ct);
    }

    [Fact]
    public async Task An_approved_change_is_done_by_its_grain()
    {
        await using var silo = await TestSilo.StartAsync();

        await TestSilo.ApproveAsync(silo.Get<IChangeService>());

        Assert.Equal("CHG-1", (await silo.SeeAsync(ChangeState.Done)).Id);
        Assert.Equal(["one", "two"], silo.Creates);
    }

    [Fact]
    public async Task A_change_that_a_dead_process_left_is_resumed_although_the_first_try_failed()
    {
        await using var silo = await TestSilo.StartAsync();
        await TestSilo.ApproveAsync(silo.Get<ChangeEngine>());
        silo.LockFailures = 2;
        var time = new FakeTimeProvider(Now);
        using var duties = Duties(silo, time);

        await duties.StartAsync(Ct);
        var done = silo.SeeAsync(ChangeState.Done);
        await AdvanceUntilAsync(time, () => done.IsCompleted);

        Assert.Equal("CHG-1", (await done).Id);
        await duties.StopAsync(Ct);
    }

    [Fact]
    public async Task A_stop_of_the_process_waits_for_the_step_that_runs_and_begins_no_other()
    {
        await using var silo = await TestSilo.StartAsync();
        var (sending, finish) = (new TaskCompletionSource(), new TaskCompletionSource());
        silo.WhileSending = async _ =>
        {
            sending.TrySetResult();
            await finish.Task;
        };
        await TestSilo.ApproveAsync(silo.Get<IChangeService>());
        await sending.Task;

        var stop = silo.StopAsync();
        Assert.False(stop.IsCompleted);
        finish.SetResult();
        await stop;

        var change = (await silo.Get<IChangeStore>().FindAsync("CHG-1", Ct))!.Change;
        Assert.Equal(ChangeState.Applying, change.State);
        Assert.Equal([StepProgressState.Done, StepProgressState.Waiting], change.Steps.Select(s => s.State));
        Assert.Equal(["one"], silo.Creates);
    }

    [Fact]
    public async Task What_the_time_has_brought_is_begun_by_the_duty_of_the_minute()
    {
        await using var silo = await TestSilo.StartAsync();
        var time = new FakeTimeProvider();
        using var duties = Duties(silo, time);
        await duties.StartAsync(Ct);
        await AdvanceUntilAsync(time, () => silo.CatchUps > 1);
        var done = silo.SeeAsync(ChangeState.Done);

        // Straight to the engine: no grain is woken by it.
        await TestSilo.ApproveAsync(silo.Get<ChangeEngine>());
        await AdvanceUntilAsync(time, () => done.IsCompleted);

        Assert.Equal(["one", "two"], silo.Creates);
        await duties.StopAsync(Ct);
    }

    [Fact]
    public async Task A_change_is_paused_stepped_and_resumed_through_its_grain()
    {
        await using var silo = await TestSilo.StartAsync();
        var changes = silo.Get<IChangeService>();
        var ben = new Actor("ben", "Ben");
        string? id = null;
        var known = new TaskCompletionSource();
        silo.WhileSending = async token =>
        {
            await known.Task.WaitAsync(token);
            silo.WhileSending = _ => Task.CompletedTask;
            Assert.True((await changes.AskAsync(id!, new Pause(), ben, token)).Accepted);
        };
        var paused = silo.SeeAsync(ChangeState.Paused);

        id = await TestSilo.ApproveAsync(changes);
        known.SetResult();
        await paused;
        Assert.Equal(["one"], silo.Creates);

        var done = silo.SeeAsync(ChangeState.Done);
        Assert.True((await changes.AskAsync(id, new Resume(), ben, Ct)).Accepted);
        await done;
        Assert.Equal(["one", "two"], silo.Creates);
    }

    [Fact]
    public async Task A_test_call_that_is_due_is_placed_once_however_many_rounds_see_it()
    {
        await using var silo = await TestSilo.StartAsync();
        await silo.Get<ITrunkStore>().SaveAsync(new ManagedTrunk(TestSilo.Intent, [], "CHG-1", DateTimeOffset.UnixEpoch), Ct);
        var schedules = silo.Get<ITestSchedules>();
        await schedules.SaveAsync(new TestSchedule(TestSilo.Intent.Name, "denver", "* * * * *", "* * * * *", "ana", "Ana", DateTimeOffset.UnixEpoch) { Handled = silo.TestClock.GetUtcNow().AddMinutes(-1) }, Ct);
        var grain = silo.Get<IGrainFactory>().GetGrain<ITestCallsGrain>("denver");
        var called = silo.TestCallBegins;
        using var duties = Duties(silo, new FakeTimeProvider());

        await duties.StartAsync(Ct);
        await called;
        await grain.WakeAsync();
        silo.TestCallMayEnd.SetResult();
        await duties.StopAsync(Ct);
        await grain.WakeAsync();
        await silo.StopAsync();

        Assert.Equal(["acme-east for ana, scheduled"], silo.TestCalls);
    }

    private static BackgroundDuties Duties(TestSilo silo, TimeProvider time) => new(
        silo.Get<ChangeEngine>(), silo.Get<Fleets>(), silo.Get<IChangeCards>(), silo.Get<IAlertDesk>(), silo.Get<Followers>(), silo.Get<ScheduledTests>(), silo.Get<InsightsWatch>(), silo.Get<TurnIntake>(), silo.Get<ITrunkStore>(), silo.Get<IGrainFactory>(), new HealthOptions { IntervalSeconds = 0 }, new ClusterOptions(), time, NullLogger<BackgroundDuties>.Instance);

    private static async Task AdvanceUntilAsync(FakeTimeProvider time, Func<bool> isSo)
    {
        while (!isSo())
        {
            Ct.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }
    }
}
