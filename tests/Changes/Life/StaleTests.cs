using TrunkBot.Changes.Life;
using TrunkBot.Changes.Locks;
using TrunkBot.Changes.Requests;
using TrunkBot.Changes.Systems;
using TrunkBot.Changes.Tests.World;
using TrunkBot.Trunks.Findings;
using static TrunkBot.Changes.Tests.World.ChangeWorld;

namespace TrunkBot.Changes.Tests.Life;

/// <summary>Changes that stop before or between their steps, and the ways out.</summary>
public sealed class StaleTests
{
    private readonly ChangeWorld _world = new();

    [Fact]
    public async Task A_stale_change_that_sent_nothing_is_cancelled_and_then_planned_again()
    {
        var change = await StaleAsync();
        Assert.Equal(
            "Say `cancel CHG-1` and make the plan again: it takes the systems as they are now, and needs a new approval. Or put back what changed; then retry.",
            change.Trouble!.Fix);

        var reply = await _world.Engine.AskAsync(change.Id, new Cancel(), Sample.Ana, Ct);

        Assert.Equal((true, ChangeState.Cancelled, "CHG-1 is taken back. Nothing was sent."), (reply.Accepted, reply.Change!.State, reply.Sentence.ToString()));
        Assert.Empty(await _world.Engine.ListOpenAsync(Ct));
        Assert.Equal(ChangeState.Done, (await _world.RunAsync()).State);
    }

    [Fact]
    public async Task A_failed_change_that_sent_something_is_not_cancelled_but_undone()
    {
        _world.Twilio.ApplyFaults["acl"] = Fault.Refused;
        var change = await _world.RunAsync();

        Assert.Equal(("already-begun", "CHG-1 has begun. Undo takes it back."), Of(await _world.Engine.AskAsync(change.Id, new Cancel(), Sample.Ana, Ct)));
    }

    [Fact]
    public async Task A_retry_compares_the_systems_that_the_change_has_not_touched_yet()
    {
        _world.Perimeta.ApplyFaults["adjacency"] = Fault.Refused;
        var change = await _world.RunAsync();
        _world.Perimeta.ApplyFaults.Clear();
        _world.Metaswitch.Holds.Add("binding of somebody else");

        change = await _world.RetryAsync(change.Id);

        Assert.Equal((ChangeState.Failed, "plan-stale"), (change.State, change.Trouble!.Code));
        Assert.Equal("Metaswitch (den-cfs-1) changed since it was planned: new: binding of somebody else. Nothing more was sent.", change.Trouble.Sentence);
        Assert.StartsWith("Say `undo CHG-1`", change.Trouble.Fix, StringComparison.Ordinal);
        Assert.Equal(["whitelist"], _world.Perimeta.Creates);
        Assert.Empty(_world.Stores.Locks);

        _world.Metaswitch.Holds.Remove("binding of somebody else");
        Assert.Equal(ChangeState.Done, (await _world.RetryAsync(change.Id)).State);
    }

    [Fact]
    public async Task A_secret_that_a_system_shows_since_is_not_in_the_sentence()
    {
        var change = await _world.ApprovedAsync();
        _world.Perimeta.Holds.Add($"password {Secret}");

        change = await _world.RunAsync(change.Id);

        Assert.Equal(
            "Perimeta (den-sbc-1) changed since it was planned: new: password secret:denver-perimeta. Nothing was sent.", change.Trouble!.Sentence);
    }

    [Fact]
    public async Task A_secret_in_the_failure_of_a_read_is_not_shown()
    {
        _world.Perimeta.ReadFailure = new SystemFailureException("fake-unreachable", $"It says {Secret}.", $"Ask {Secret}.");

        var e = await Assert.ThrowsAsync<SystemFailureException>(() => _world.PlanAsync());

        Assert.Equal(("It says secret:denver-perimeta.", "Ask secret:denver-perimeta."), (e.Message, e.Fix.ToString()));
    }

    [Fact]
    public async Task A_bug_in_planning_again_stops_the_start_with_a_reference()
    {
        var change = await _world.ApprovedAsync();
        _world.Metaswitch.PlanBug = new InvalidOperationException("a detail that is not for chat");

        change = await _world.RunAsync(change.Id);

        Assert.Equal((ChangeState.Failed, "step-broke"), (change.State, change.Trouble!.Code));
        Assert.Empty(_world.Stores.Locks);
        Assert.Empty(_world.Twilio.Creates);
    }

    [Fact]
    public async Task An_approval_that_is_too_old_does_not_carry_a_start()
    {
        var change = await _world.ApprovedAsync();
        _world.Time.Advance(TimeSpan.FromMinutes(60));

        change = await _world.RunAsync(change.Id);

        Assert.Equal((ChangeState.Failed, "approval-expired"), (change.State, change.Trouble!.Code));
        Assert.Equal("The approval of CHG-1 is older than 60 minutes. Say `cancel CHG-1`; then plan the trunk again and have it approved.", change.Trouble.Fix);
        Assert.Empty(_world.Twilio.Creates);
    }

    [Fact]
    public async Task An_approval_that_is_too_old_does_not_carry_a_retry()
    {
        _world.Perimeta.ApplyFaults["adjacency"] = Fault.Refused;
        var change = await _world.RunAsync();
        _world.Time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal("fake-refused", (await _world.RetryAsync(change.Id)).Trouble!.Code);
        _world.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(
            ("approval-expired", "The approval of CHG-1 is older than 60 minutes. Say `undo CHG-1`; then plan the trunk again and have it approved."),
            Of(await _world.Engine.AskAsync(change.Id, new Retry(), Sample.Ana, Ct)));
        Assert.Equal(ChangeState.Undone, (await _world.UndoAsync(change.Id)).State);
    }

    [Fact]
    public async Task Tests_are_tried_again_however_old_the_approval_is_because_nothing_is_sent()
    {
        _world.Tests = _ => Task.FromResult(new AcceptanceReport(false, "No answer.", []));
        var change = await _world.RunAsync();
        _world.Tests = _ => Task.FromResult(Passed);
        _world.Time.Advance(TimeSpan.FromDays(3));

        Assert.Equal(ChangeState.Done, (await _world.RetryAsync(change.Id)).State);
    }

    [Fact]
    public async Task A_plan_with_nothing_to_do_is_not_open()
    {
        await _world.RunAsync();

        var change = await _world.PlanAsync();

        Assert.True(change.Plan.IsEmpty);
        Assert.Empty(await _world.Engine.ListOpenAsync(Ct));
    }

    [Fact]
    public async Task A_plan_without_steps_because_of_errors_is_not_one_with_nothing_to_do()
    {
        foreach (var system in _world.Systems)
        {
            system.Findings.Add(new Finding($"{system.Name}-wrong", FindingSeverity.Error, $"{system.Title} is wrong.", "Mend it."));
        }

        var change = await _world.PlanAsync();
        var reply = await _world.Engine.AskAsync(change.Id, new Submit(), Sample.Ana, Ct);

        Assert.Empty(change.Plan.Steps);
        Assert.False(change.Plan.IsEmpty);
        Assert.Equal(["plan-has-errors"], reply.Refusals.Select(r => r.Code));
        Assert.Equal([change.Id], (await _world.Engine.ListOpenAsync(Ct)).Select(c => c.Id));
    }

    [Fact]
    public async Task A_stop_between_two_steps_lets_the_running_one_finish_and_sends_no_other()
    {
        using var stop = new CancellationTokenSource();
        _world.Perimeta.BeforeSend = (step, running) =>
        {
            stop.Cancel();
            Assert.False(running.IsCancellationRequested);
            return Task.CompletedTask;
        };
        var change = await _world.ApprovedAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _world.Engine.RunAsync(change.Id, Ct, stop.Token));

        change = await _world.NowAsync(change.Id);
        Assert.Equal((StepProgressState.Done, StepProgressState.Waiting), (change.ProgressOf("whitelist").State, change.ProgressOf("adjacency").State));
        Assert.Equal(["whitelist"], _world.Perimeta.Creates);
        _world.Restart();
        Assert.Equal(["CHG-1"], await _world.Engine.ResumeAsync(Ct));
        Assert.Equal(ChangeState.Done, (await _world.RunAsync(change.Id)).State);
    }

    [Fact]
    public async Task A_stop_on_the_way_back_lets_the_running_step_finish()
    {
        var change = await _world.RunAsync();
        await _world.Engine.AskAsync(change.Id, new Undo(), Sample.Ana, Ct);
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _world.Engine.RunAsync(change.Id, Ct, stop.Token));

        Assert.Empty(_world.Twilio.Deletes);
        Assert.Equal(ChangeState.Undone, (await _world.RunAsync(change.Id)).State);
    }

    [Fact]
    public async Task A_change_whose_work_is_broken_off_rests_with_a_reference_and_holds_no_lock()
    {
        var change = await _world.ApprovedAsync();
        _world.Stores.Tamper(change.Id, c => c.WithStep("acl", s => s with { State = StepProgressState.Running }) with { State = ChangeState.Applying });
        await _world.Stores.TakeAsync(new ElementLock("den-sbc-1", "CHG-1", "trunk acme-east", Sample.Start), Ct);

        await _world.Engine.BreakOffAsync(change.Id, "ABCD2345", Ct);

        change = await _world.NowAsync(change.Id);
        Assert.Equal((ChangeState.Failed, "step-broke", StepProgressState.Failed), (change.State, change.Trouble!.Code, change.ProgressOf("acl").State));
        Assert.Equal("An error inside the program stopped this change (reference ABCD2345).", change.Trouble.Sentence);
        Assert.Empty(_world.Stores.Locks);
    }

    [Fact]
    public async Task A_way_back_that_is_broken_off_is_stuck_and_says_what_is_left()
    {
        var change = await _world.RunAsync();
        await _world.Engine.AskAsync(change.Id, new Undo(), Sample.Ana, Ct);

        await _world.Engine.BreakOffAsync(change.Id, "ABCD2345", Ct);

        change = await _world.NowAsync(change.Id);
        Assert.Equal(ChangeState.Stuck, change.State);
        Assert.Equal(["origination", "binding", "adjacency", "whitelist", "trunk", "acl"], change.Leftovers.Select(l => l.StepId));
    }

    private async Task<Change> StaleAsync()
    {
        var change = await _world.ApprovedAsync();
        _world.Perimeta.Holds.Add("adjacency of somebody else");
        return await _world.RunAsync(change.Id);
    }

    private static (string? Code, string Sentence) Of(ChangeReply reply) => (reply.Code, reply.Sentence);
}
