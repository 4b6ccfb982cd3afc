using TrunkBot.Changes.Control;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Requests;
using TrunkBot.Changes.Tests.World;
using TrunkBot.Trunks.Sites;
using static TrunkBot.Changes.Tests.World.ChangeWorld;

namespace TrunkBot.Changes.Tests.Control;

/// <summary>What a change did is confirmed within ten minutes of its last step, or it undoes itself.</summary>
public sealed class DeadManTests
{
    private static readonly DateTimeOffset Until = Sample.Start.AddMinutes(10);

    private readonly ChangeWorld _world = new();

    public DeadManTests() => Wants(byTests: false);

    [Fact]
    public async Task Where_the_site_does_not_want_it_nothing_is_armed()
    {
        _world.Site = _world.Site with { Execution = new ExecutionPolicy() };

        Assert.Equal((ChangeState.Done, null), Is(await _world.RunAsync()));
        Assert.DoesNotContain(_world.Seen, c => c.Confirm is not null);
    }

    [Fact]
    public async Task A_passed_test_confirms_it_where_the_site_says_so()
    {
        Wants(byTests: true);
        ConfirmWindow? armed = null;
        _world.Tests = _ =>
        {
            armed = _world.Seen[^1].Confirm;
            return Task.FromResult(Passed);
        };

        var change = await _world.RunAsync();

        Assert.Equal(new ConfirmWindow(Until, true), armed);
        Assert.Equal((ChangeState.Done, null), (change.State, change.Confirm));
        Assert.Empty(_world.Stores.Locks);
    }

    [Fact]
    public async Task Where_a_person_must_it_waits_proven_with_its_locks_and_not_yet_under_management()
    {
        var change = await _world.RunAsync();

        Assert.Equal((ChangeState.Paused, PauseReason.Confirmation), Is(change));
        Assert.Equal((new ConfirmWindow(Until, false), true), (change.Confirm, change.Acceptance!.Passed));
        Assert.Equal(3, _world.Stores.Locks.Count);
        Assert.Empty(_world.Stores.Trunks);
    }

    [Fact]
    public async Task Confirmed_by_a_person_it_ends_without_another_test_and_never_undoes_itself()
    {
        await _world.RunAsync();
        _world.Time.Advance(TimeSpan.FromMinutes(9));

        var reply = await ConfirmAsync();
        var change = await _world.RunAsync("CHG-1");
        _world.Time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal("CHG-1 is confirmed and does not undo itself any more; it is read back and ends.", reply.Sentence);
        Assert.Equal((ChangeState.Done, null, 1), (change.State, change.Confirm, _world.TestRuns));
        Assert.Equal("Olga confirmed that it works. The test said: The call heard its own voice both ways.", change.Acceptance!.Sentence);
        Assert.Equal("Olga at 2026-11-02 09:09 UTC", change.Acceptance.Lines.Single(l => l.Group == "Confirmation").Value);
        Assert.Equal(["Read back", "Read back", "Read back", "Test call", "Confirmation"], change.Acceptance.Lines.Select(l => l.Group));
        Assert.Single(_world.Stores.Trunks);
        Assert.Empty(_world.Stores.Locks);
        Assert.Empty(await _world.Engine.TickAsync(Ct));
    }

    [Fact]
    public async Task Not_confirmed_it_undoes_itself()
    {
        await _world.RunAsync();
        _world.Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        Assert.Empty(await _world.Engine.TickAsync(Ct));

        _world.Time.Advance(TimeSpan.FromSeconds(1));
        var change = await TickAsync();

        Assert.Equal((ChangeState.Undone, null), Is(change));
        Assert.Equal("Nobody confirmed until 2026-11-02 09:10 UTC that it works, so it undoes itself.", Assert.Single(change.Remarks).Sentence);
        Assert.Contains(_world.Stores.Audit, a => (a.What, a.Who) == ("confirm-expired", "trunkbot"));
        AssertClean();
    }

    [Fact]
    public async Task The_armed_timer_survives_a_restart()
    {
        await _world.RunAsync();
        _world.Restart();
        Assert.Empty(await _world.Engine.ResumeAsync(Ct));
        Assert.Equal(3, _world.Stores.Locks.Count);
        _world.Time.Advance(TimeSpan.FromMinutes(11));
        _world.Restart();
        Assert.Empty(await _world.Engine.ResumeAsync(Ct));

        Assert.Equal(ChangeState.Undone, (await TickAsync()).State);
        AssertClean();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_at_any_write_of_arming_and_expiry_it_is_undone_exactly_once(bool afterTheWrite)
    {
        for (var at = 1; ; at++)
        {
            var world = new ChangeWorld();
            world.Site = world.Site with { Execution = new ExecutionPolicy { ConfirmWithinMinutes = 10, ConfirmedByTests = false } };
            await world.ApprovedAsync();
            world.Kill.DieAt = world.Kill.Writes + at;
            world.Kill.AfterTheWrite = afterTheWrite;
            try
            {
                await world.Engine.RunAsync("CHG-1", Ct);
                world.Time.Advance(TimeSpan.FromMinutes(10));
                await DutyAsync(world);
            }
            catch (KilledException)
            {
                // As it should be.
            }

            if (!world.Kill.Dead)
            {
                Assert.InRange(at, 80, 200);
                return;
            }

            world.Restart();
            await DutyAsync(world);
            world.Time.Advance(TimeSpan.FromMinutes(10));
            await DutyAsync(world);

            Assert.Equal(ChangeState.Undone, (await world.NowAsync("CHG-1")).State);
            Assert.Equal(["metaswitch old", "perimeta old", "twilio old"], world.State);
            Assert.Equal(["origination", "trunk", "acl"], world.Twilio.Deletes);
            Assert.Empty(world.Stores.Trunks);
            Assert.Empty(world.Stores.Locks);
        }
    }

    [Fact]
    public async Task An_undo_that_is_asked_for_cancels_it()
    {
        await _world.RunAsync();

        var undone = await _world.UndoAsync("CHG-1");
        _world.Time.Advance(TimeSpan.FromMinutes(11));

        Assert.Equal((ChangeState.Undone, null), (undone.State, undone.Confirm));
        Assert.Empty(undone.Remarks);
        Assert.Empty(await _world.Engine.TickAsync(Ct));
        AssertClean();
    }

    [Fact]
    public async Task A_failed_test_leaves_it_armed_with_its_locks_and_then_it_undoes_itself()
    {
        Wants(byTests: true);
        _world.Tests = _ => Task.FromResult(Silent);

        var failed = await _world.RunAsync();
        _world.Restart();
        await _world.Engine.ResumeAsync(Ct);

        Assert.Equal((ChangeState.Failed, "acceptance-failed", Until), (failed.State, failed.Trouble!.Code, failed.Confirm!.Until));
        Assert.Equal(3, _world.Stores.Locks.Count);
        _world.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(ChangeState.Undone, (await TickAsync()).State);
        AssertClean();
    }

    [Fact]
    public async Task After_a_failed_test_a_person_may_vouch_for_it()
    {
        _world.Tests = _ => Task.FromResult(Silent);
        await _world.RunAsync();

        await ConfirmAsync();
        var change = await _world.RunAsync("CHG-1");

        Assert.Equal((ChangeState.Done, null), (change.State, change.Trouble));
        Assert.Equal("Olga confirmed that it works. The test said: Nothing was heard.", change.Acceptance!.Sentence);
        Assert.Empty(_world.Stores.Locks);
    }

    [Fact]
    public async Task A_retry_arms_it_anew()
    {
        Wants(byTests: true);
        _world.Tests = _ => Task.FromResult(Silent);
        await _world.RunAsync();
        _world.Time.Advance(TimeSpan.FromMinutes(6));

        var again = await _world.RetryAsync("CHG-1");

        Assert.Equal((ChangeState.Failed, Until.AddMinutes(6)), (again.State, again.Confirm!.Until));
        _world.Tests = _ => Task.FromResult(Passed);
        Assert.Equal(ChangeState.Done, (await _world.RetryAsync("CHG-1")).State);
        _world.Time.Advance(TimeSpan.FromMinutes(20));
        Assert.Empty(await _world.Engine.TickAsync(Ct));
    }

    [Fact]
    public async Task Taken_over_by_hand_it_does_not_undo_itself()
    {
        _world.Tests = _ => Task.FromResult(Silent);
        await _world.RunAsync();

        Assert.True((await _world.Engine.AskAsync("CHG-1", new Resolve("I mend it"), Sample.Ana, Ct)).Accepted);
        await _world.RunAsync("CHG-1");
        _world.Time.Advance(TimeSpan.FromMinutes(11));

        Assert.Empty(await _world.Engine.TickAsync(Ct));
        Assert.Equal(ChangeState.Resolved, (await _world.NowAsync("CHG-1")).State);
        Assert.Empty(_world.Stores.Locks);
    }

    [Fact]
    public async Task A_step_that_fails_before_all_are_done_arms_nothing()
    {
        _world.Metaswitch.ApplyFaults["binding"] = Fault.Refused;

        var failed = await _world.RunAsync();

        Assert.Equal((ChangeState.Failed, null), (failed.State, failed.Confirm));
        Assert.Empty(_world.Stores.Locks);
    }

    [Fact]
    public async Task A_test_that_hangs_does_not_hold_the_way_back_up()
    {
        Wants(byTests: true);
        var begun = new TaskCompletionSource();
        _world.TestsWithStop = async (_, stop) =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            return Passed;
        };
        await _world.ApprovedAsync();

        var run = _world.Engine.RunAsync("CHG-1", Ct);
        await begun.Task;
        _world.Time.Advance(TimeSpan.FromMinutes(10));
        await run;

        Assert.Equal(ChangeState.Undone, (await _world.NowAsync("CHG-1")).State);
        AssertClean();
    }

    [Fact]
    public async Task A_process_that_died_in_the_test_takes_it_back_when_it_comes_back_too_late()
    {
        Wants(byTests: true);
        await _world.ApprovedAsync();
        _world.Tests = _ =>
        {
            _world.Kill.DieAt = _world.Kill.Writes + 1;
            return Task.FromResult(Passed);
        };
        await Assert.ThrowsAsync<KilledException>(() => _world.Engine.RunAsync("CHG-1", Ct));
        _world.Time.Advance(TimeSpan.FromMinutes(10));
        _world.Restart();

        Assert.Equal(["CHG-1"], await _world.Engine.ResumeAsync(Ct));
        Assert.Equal(ChangeState.Undone, (await _world.RunAsync("CHG-1")).State);
        Assert.Equal(1, _world.TestRuns);
        AssertClean();
    }

    [Fact]
    public async Task Confirmed_while_the_test_runs_it_does_not_undo_itself_whatever_the_test_says()
    {
        _world.Tests = async _ =>
        {
            Assert.True((await ConfirmAsync()).Accepted);
            Assert.Equal("nothing-to-confirm", (await ConfirmAsync()).Code);
            _world.Time.Advance(TimeSpan.FromMinutes(11));
            return Silent;
        };

        var change = await _world.RunAsync();

        Assert.Equal((ChangeState.Done, "Olga confirmed that it works. The test said: Nothing was heard."), (change.State, change.Acceptance!.Sentence));
    }

    [Fact]
    public async Task A_word_does_not_stand_against_what_is_read_back()
    {
        await _world.RunAsync();
        _world.Perimeta.Holds.Remove("adjacency");

        await ConfirmAsync();
        var change = await _world.RunAsync("CHG-1");

        Assert.Equal((ChangeState.Failed, "verify-differs", null), (change.State, change.Trouble!.Code, change.Confirm));
        Assert.Empty(_world.Stores.Locks);
    }

    [Fact]
    public async Task Too_late_is_said_and_strangers_can_not_confirm()
    {
        await _world.RunAsync();
        Assert.Equal("not-allowed", (await _world.Engine.AskAsync("CHG-1", new Confirm(), Sample.Stranger, Ct)).Code);
        _world.Time.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(("confirm-too-late", "The time to confirm CHG-1 ended at 2026-11-02 09:10 UTC: it undoes itself."), ((await ConfirmAsync()).Code, (await ConfirmAsync()).Sentence.ToString()));
    }

    [Fact]
    public async Task Nothing_waits_for_a_word_where_nothing_is_armed()
    {
        _world.Site = _world.Site with { Execution = new ExecutionPolicy() };
        await _world.RunAsync();

        Assert.Equal(("nothing-to-confirm", "CHG-1 is Done and waits for no confirmation."), ((await ConfirmAsync()).Code, (await ConfirmAsync()).Sentence.ToString()));
    }

    [Fact]
    public async Task A_removal_that_nobody_confirms_brings_the_trunk_back()
    {
        Wants(byTests: true);
        await _world.RunAsync();
        Wants(byTests: false);
        var owned = Assert.Single(_world.Stores.Trunks).Owned;
        var removal = await _world.Engine.PlanAsync(new(Sample.Intent()) { Removes = true, Owned = owned }, Sample.Values, Sample.Ana, Ct);
        await _world.Engine.AskAsync(removal.Id, new Submit(), Sample.Ana, Ct);
        await _world.Engine.AskAsync(removal.Id, new Approve(removal.Plan.Hash), Sample.Ben, Ct);
        Assert.Equal((ChangeState.Paused, PauseReason.Confirmation), Is(await _world.RunAsync(removal.Id)));
        _world.Time.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal([removal.Id], await _world.Engine.TickAsync(Ct));
        Assert.Equal(ChangeState.Undone, (await _world.RunAsync(removal.Id)).State);

        Assert.Equal("CHG-1", Assert.Single(_world.Stores.Trunks).ChangeId);
        Assert.Contains("perimeta adjacency", _world.State);
    }

    private static AcceptanceReport Silent { get; } = new(false, "Nothing was heard.", [new AcceptanceLine("Test call", "Audio", "none", AcceptanceState.Failed)]);

    private static (ChangeState, PauseReason?) Is(Change change) => (change.State, change.PausedFor);

    private static async Task DutyAsync(ChangeWorld world)
    {
        foreach (var id in (await world.Engine.ResumeAsync(Ct)).Union(await world.Engine.TickAsync(Ct)))
        {
            await world.Engine.RunAsync(id, Ct);
        }
    }

    private void Wants(bool byTests) =>
        _world.Site = _world.Site with { Execution = new ExecutionPolicy { ConfirmWithinMinutes = 10, ConfirmedByTests = byTests } };

    private Task<ChangeReply> ConfirmAsync() => _world.Engine.AskAsync("CHG-1", new Confirm(), Sample.Olga, Ct);

    private async Task<Change> TickAsync()
    {
        Assert.Equal(["CHG-1"], await _world.Engine.TickAsync(Ct));
        return await _world.RunAsync("CHG-1");
    }

    private void AssertClean()
    {
        Assert.Equal(["metaswitch old", "perimeta old", "twilio old"], _world.State);
        Assert.Empty(_world.Stores.Trunks);
        Assert.Empty(_world.Stores.Locks);
    }
}
