using TrunkBot.Changes.Life;
using TrunkBot.Changes.Locks;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Requests;
using TrunkBot.Changes.Systems;
using TrunkBot.Changes.Tests.World;
using TrunkBot.Trunks.Sites;
using static TrunkBot.Changes.Tests.World.ChangeWorld;

namespace TrunkBot.Changes.Tests.Control;

public sealed class LockTests
{
    private readonly ChangeWorld _world = new(new FakeObject("rmgm", StepPhase.MediaGatewayModel, Manual: true));

    [Fact]
    public async Task Every_held_element_is_listed_with_holder_reason_and_since_when()
    {
        await _world.RunAsync();

        Assert.Equal(
            [
                new ElementLock("den-cfs-1", "CHG-1", "trunk acme-east", Sample.Start), new ElementLock("den-sbc-1", "CHG-1", "trunk acme-east", Sample.Start),
                new ElementLock("twilio-denver", "CHG-1", "trunk acme-east", Sample.Start),
            ],
            await _world.Engine.LocksAsync(Ct));
    }

    [Fact]
    public async Task An_administrator_takes_the_lock_of_a_change_at_rest_away_and_its_card_says_so()
    {
        await _world.RunAsync();

        var reply = await UnlockAsync(Sample.Stranger, asAdministrator: true);

        Assert.Equal("Zoe took the lock of den-sbc-1 away from CHG-1: emergency", reply.Sentence);
        Assert.Equal(["den-cfs-1", "twilio-denver"], _world.Stores.Locks.Select(l => l.Element));
        Assert.Equal("Zoe took the lock of den-sbc-1 away from CHG-1: emergency", Assert.Single(_world.Seen[^1].Remarks).Sentence);
        Assert.Equal(("unlocked", "webchat:zoe"), (_world.Stores.Audit[^1].What, _world.Stores.Audit[^1].Who));
    }

    [Fact]
    public async Task Who_else_may_is_said_by_the_site()
    {
        await _world.RunAsync();
        Assert.Equal("not-allowed", (await UnlockAsync(Sample.Olga)).Code);
        Assert.Contains(_world.Stores.Audit, a => (a.What, a.Detail) == ("unlock-refused", "not-allowed"));

        _world.Site = _world.Site with { Execution = new ExecutionPolicy { Unlock = [Sample.Olga.Id] } };

        Assert.True((await UnlockAsync(Sample.Olga)).Accepted);
    }

    [Fact]
    public async Task A_change_that_runs_keeps_its_locks()
    {
        ChangeReply? reply = null;
        _world.Perimeta.BeforeSend = async (step, _) => reply ??= await UnlockAsync(Sample.Ana, asAdministrator: true);

        await _world.RunAsync();

        Assert.Equal(
            ("holder-running", "CHG-1 is Applying: while it runs its locks can't be taken away. Say `pause CHG-1` first, or wait until it has ended."), (reply!.Code, reply.Sentence.ToString()));
        Assert.Equal(3, _world.Stores.Locks.Count);
    }

    [Fact]
    public async Task A_change_that_misses_its_lock_sends_nothing_more()
    {
        _world.Perimeta.BeforeSend = async (step, _) => await _world.Stores.ReleaseAsync(_world.Stores.Locks.Single(l => l.Element == "den-sbc-1"), Ct);

        var change = await _world.RunAsync();

        Assert.Equal((ChangeState.Failed, "lock-lost"), (change.State, change.Trouble!.Code));
        Assert.Equal("CHG-1 does not hold den-sbc-1 any more. Nothing more was sent.", change.Trouble.Sentence);
        Assert.Equal(["whitelist"], _world.Perimeta.Creates);
        Assert.Empty(_world.Stores.Locks);
        _world.Perimeta.BeforeSend = null;
        Assert.Equal(ChangeState.Paused, (await _world.RetryAsync("CHG-1")).State);
        Assert.Equal(["whitelist", "adjacency"], _world.Perimeta.Creates);
    }

    [Fact]
    public async Task An_undo_that_misses_its_lock_sends_nothing_more_and_can_be_tried_again()
    {
        await DoneAsync();
        _world.Metaswitch.BeforeUndo = step => _world.Stores.ReleaseAsync(_world.Stores.Locks.Single(l => l.Element == "den-sbc-1"), Ct);

        var stuck = await _world.UndoAsync("CHG-1");

        Assert.Equal((ChangeState.Stuck, "lock-lost"), (stuck.State, stuck.Trouble!.Code));
        Assert.Equal(["binding"], _world.Metaswitch.Deletes);
        Assert.Empty(_world.Perimeta.Deletes);
        Assert.Equal(["adjacency", "whitelist", "trunk", "acl"], stuck.Leftovers.Select(l => l.StepId));
        _world.Metaswitch.BeforeUndo = null;
        Assert.Equal(ChangeState.Undone, (await _world.UndoAsync("CHG-1")).State);
        Assert.Equal(["binding"], _world.Metaswitch.Deletes);
    }

    [Fact]
    public async Task Another_change_may_take_the_element_and_the_first_is_told_when_it_goes_on()
    {
        await _world.RunAsync();
        await UnlockAsync(Sample.Ana, asAdministrator: true);
        await _world.Stores.TakeAsync(new ElementLock("den-sbc-1", "CHG-2", "trunk other", Sample.Start), Ct);
        _world.Metaswitch.Holds.Add("rmgm");

        await _world.Engine.AskAsync("CHG-1", new ConfirmManualStep("rmgm"), Sample.Ana, Ct);
        var change = await _world.RunAsync("CHG-1");

        Assert.Equal((ChangeState.Failed, "element-locked"), (change.State, change.Trouble!.Code));
        Assert.Equal("CHG-2", Assert.Single(_world.Stores.Locks).Holder);
    }

    [Fact]
    public async Task What_is_not_held_can_not_be_taken_away_and_a_reason_is_needed()
    {
        await DoneAsync();

        var reply = await _world.Engine.AskAsync("CHG-1", new Unlock("den-sbc-1", " ", true), Sample.Ana, Ct);

        Assert.Equal(["not-locked", "reason-required"], reply.Refusals.Select(r => r.Code));
    }

    [Fact]
    public async Task A_lock_store_that_can_not_be_reached_means_no_at_every_place()
    {
        await _world.RunAsync();
        _world.Stores.LockListFails = true;

        Assert.Equal("lock-store-unreachable", (await _world.Engine.AskAsync("CHG-1", new Undo(), Sample.Ana, Ct)).Code);
        Assert.Equal("lock-store-unreachable", (await UnlockAsync(Sample.Ana, asAdministrator: true)).Code);
        Assert.Equal("lock-store-unreachable", (await Assert.ThrowsAsync<SystemFailureException>(() => _world.Engine.LocksAsync(Ct))).Code);
        Assert.Contains((await _world.Engine.DryRunAsync("CHG-1", Sample.Ana, Ct))!.Closed, c => c.Code == "lock-store-unreachable");
        _world.Metaswitch.Holds.Add("rmgm");
        await _world.Engine.AskAsync("CHG-1", new ConfirmManualStep("rmgm"), Sample.Ana, Ct);
        Assert.Equal((ChangeState.Failed, "lock-store-unreachable"), await RunAsync());

        _world.Stores.LockListFails = false;
        _world.Stores.LocksFail = true;
        await _world.Engine.AskAsync("CHG-1", new Retry(), Sample.Ana, Ct);
        Assert.Equal((ChangeState.Failed, "lock-store-unreachable"), await RunAsync());
        await _world.Engine.AskAsync("CHG-1", new Undo(), Sample.Ana, Ct);
        Assert.Equal((ChangeState.Stuck, "lock-store-unreachable"), await RunAsync());
        Assert.Empty(_world.Metaswitch.Creates);
        Assert.Empty(_world.Perimeta.Deletes);
    }

    [Fact]
    public async Task A_lock_that_can_not_be_taken_away_now_is_said_to_stand_still_perhaps()
    {
        await _world.RunAsync();
        _world.Stores.LocksFail = true;

        var reply = await UnlockAsync(Sample.Ana, asAdministrator: true);

        Assert.Equal("lock-store-unreachable", reply.Code);
        Assert.EndsWith("The lock may still stand: say `locks`, then `unlock` again.", reply.Sentence, StringComparison.Ordinal);
        Assert.Equal(3, _world.Stores.Locks.Count);
    }

    [Fact]
    public async Task A_paused_change_that_lost_a_lock_takes_it_again_when_it_goes_on()
    {
        await _world.RunAsync();
        await UnlockAsync(Sample.Ana, asAdministrator: true);

        await _world.Engine.AskAsync("CHG-1", new SkipManualStep("shared"), Sample.Ana, Ct);

        Assert.Equal((ChangeState.Done, null), await RunAsync());
    }

    private async Task<(ChangeState, string?)> RunAsync()
    {
        var change = await _world.RunAsync("CHG-1");
        return (change.State, change.Trouble?.Code);
    }

    private async Task DoneAsync()
    {
        await _world.RunAsync();
        await _world.Engine.AskAsync("CHG-1", new SkipManualStep("shared"), Sample.Ana, Ct);
        Assert.Equal((ChangeState.Done, null), await RunAsync());
    }

    private Task<ChangeReply> UnlockAsync(Actor who, bool asAdministrator = false) =>
        _world.Engine.AskAsync("CHG-1", new Unlock("den-sbc-1", "emergency", asAdministrator), who, Ct);
}
