using TrunkBot.Changes.Life;
using TrunkBot.Changes.Locks;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Requests;
using TrunkBot.Changes.Tests.World;
using static TrunkBot.Changes.Tests.World.ChangeWorld;

namespace TrunkBot.Changes.Tests.Life;

public sealed class UndoTests
{
    private static readonly string[] Clean = ["metaswitch old", "perimeta old", "twilio old"];

    [Theory]
    [CombinatorialFaults]
    internal async Task Whatever_step_fails_and_however_undo_leaves_the_systems_as_they_were(string step, Fault fault)
    {
        var world = new ChangeWorld();
        foreach (var system in world.Systems)
        {
            system.ApplyFaults[step] = fault;
        }

        var failed = await world.RunAsync();
        if (fault == Fault.CutAfterEffect)
        {
            Assert.Equal(ChangeState.Done, failed.State);
        }
        else
        {
            Assert.Equal((ChangeState.Failed, StepProgressState.Failed), (failed.State, failed.ProgressOf(step).State));
        }

        var undone = await world.UndoAsync(failed.Id);

        Assert.Equal(ChangeState.Undone, undone.State);
        Assert.Equal(Clean, world.State);
        Assert.Empty(undone.Leftovers);
        Assert.Empty(world.Stores.Locks);
        Assert.Empty(world.Stores.Trunks);
        Assert.All(undone.Steps, s => Assert.Contains(s.State, new[] { StepProgressState.Undone, StepProgressState.Waiting }));
    }

    /// <summary>By what it sees a system may know its own work, without which it takes nothing back.</summary>
    [Fact]
    public async Task A_step_whose_result_was_lost_and_that_nobody_could_look_at_is_looked_at_before_it_is_undone()
    {
        var world = new ChangeWorld();
        world.Perimeta.ApplyFaults["adjacency"] = Fault.CutAfterEffect;
        world.Perimeta.BlindLooks = 1;
        var failed = await world.RunAsync();
        Assert.Equal(ChangeState.Failed, failed.State);

        var undone = await world.UndoAsync(failed.Id);

        Assert.Equal(ChangeState.Undone, undone.State);
        Assert.Equal("sid of adjacency ok", world.Perimeta.UndoFacts["adjacency"]["adjacency.sid"]);
        Assert.Equal(Clean, world.State);
    }

    [Fact]
    public async Task A_finished_change_is_undone_in_reverse_order_and_its_trunk_forgotten()
    {
        var world = new ChangeWorld();
        var change = await world.RunAsync();

        change = await world.UndoAsync(change.Id);

        Assert.Equal(ChangeState.Undone, change.State);
        Assert.Equal(["origination", "trunk", "acl"], world.Twilio.Deletes);
        Assert.Equal(["adjacency", "whitelist"], world.Perimeta.Deletes);
        Assert.Equal(Clean, world.State);
        Assert.Empty(world.Stores.Trunks);
        var deletes = (await world.Engine.JournalAsync(change.Id, Ct)).Select(l => l.Exchange.Text).Where(t => t.StartsWith("delete ", StringComparison.Ordinal));
        Assert.Equal(["delete origination", "delete binding", "delete adjacency", "delete whitelist", "delete trunk", "delete acl"], deletes);
    }

    [Fact]
    public async Task Undo_of_a_change_that_sent_nothing_sends_nothing()
    {
        var world = new ChangeWorld();
        var change = await world.ApprovedAsync();
        world.Perimeta.Holds.Add("drift");
        await world.RunAsync(change.Id);

        change = await world.UndoAsync(change.Id);

        Assert.Equal(ChangeState.Undone, change.State);
        Assert.Empty(await world.Engine.JournalAsync(change.Id, Ct));
    }

    [Fact]
    public async Task What_can_not_be_undone_is_reported_with_its_lines_and_what_it_may_stand_on_is_left_alone()
    {
        var world = new ChangeWorld();
        var change = await world.RunAsync();
        world.Perimeta.UndoFaults["adjacency"] = Fault.Refused;

        change = await world.UndoAsync(change.Id);

        Assert.Equal((ChangeState.Stuck, "undo-incomplete"), (change.State, change.Trouble!.Code));
        Assert.Equal(
            "Not everything could be undone. Left: Create adjacency on den-sbc-1 (delete adjacency); Create whitelist on den-sbc-1 (delete whitelist).",
            change.Trouble.Sentence);
        Assert.Equal(["adjacency could not be deleted. Delete it by hand.", "Not tried, because \"Create adjacency\" on the same element is left."], change.Leftovers.Select(l => l.Why));
        Assert.Equal(["metaswitch old", "perimeta adjacency", "perimeta old", "perimeta whitelist", "twilio old"], world.State);
        Assert.Empty(world.Stores.Locks);
        Assert.Single(world.Stores.Trunks);
    }

    [Fact]
    public async Task A_stuck_undo_can_be_tried_again()
    {
        var world = new ChangeWorld();
        var change = await world.RunAsync();
        world.Perimeta.UndoFaults["adjacency"] = Fault.Refused;
        await world.UndoAsync(change.Id);
        world.Perimeta.UndoFaults.Clear();

        change = await world.UndoAsync(change.Id);

        Assert.Equal(ChangeState.Undone, change.State);
        Assert.Empty(change.Leftovers);
        Assert.Equal(Clean, world.State);
        Assert.Equal(["origination", "trunk", "acl"], world.Twilio.Deletes);
    }

    [Fact]
    public async Task What_a_person_deleted_in_the_meantime_is_seen_and_not_sent_again()
    {
        var world = new ChangeWorld();
        var change = await world.RunAsync();
        world.Perimeta.UndoFaults["adjacency"] = Fault.Refused;
        await world.UndoAsync(change.Id);
        world.Perimeta.Holds.Remove("adjacency");

        change = await world.UndoAsync(change.Id);

        Assert.Equal(ChangeState.Undone, change.State);
        Assert.Equal("adjacency is not there.", change.ProgressOf("adjacency").Sentence);
    }

    [Fact]
    public async Task A_connection_cut_while_undoing_is_looked_at()
    {
        var world = new ChangeWorld();
        var change = await world.RunAsync();
        world.Perimeta.UndoFaults["adjacency"] = Fault.CutAfterEffect;

        change = await world.UndoAsync(change.Id);

        Assert.Equal(ChangeState.Undone, change.State);
        Assert.Equal(Clean, world.State);
    }

    [Fact]
    public async Task A_half_done_step_is_taken_back_after_a_retry_that_met_a_lock()
    {
        var world = new ChangeWorld();
        world.Perimeta.ApplyFaults["adjacency"] = Fault.Half;
        var change = await world.RunAsync();
        await world.Stores.TakeAsync(new ElementLock("den-cfs-1", "CHG-7", "trunk other", Sample.Start), Ct);

        change = await world.RetryAsync(change.Id);
        Assert.Equal(("element-locked", StepProgressState.Failed), (change.Trouble!.Code, change.ProgressOf("adjacency").State));

        await world.Stores.ReleaseAsync("CHG-7", Ct);
        change = await world.UndoAsync(change.Id);
        Assert.Equal(ChangeState.Undone, change.State);
        Assert.Equal(Clean, world.State);
    }

    [Fact]
    public async Task A_step_without_undo_lines_sends_none()
    {
        var world = new ChangeWorld(new FakeObject("check", StepPhase.Binding, NoUndo: true));
        var change = await world.RunAsync();

        change = await world.UndoAsync(change.Id);

        Assert.Equal(ChangeState.Undone, change.State);
        Assert.Equal("There is nothing to undo.", change.ProgressOf("check").Sentence);
        Assert.Equal(["binding"], world.Metaswitch.Deletes);
    }

    [Fact]
    public async Task Undo_waits_for_no_lock_but_says_who_holds_it()
    {
        var world = new ChangeWorld();
        var change = await world.RunAsync();
        await world.Stores.TakeAsync(new ElementLock("den-sbc-1", "CHG-7", "trunk other", Sample.Start), Ct);

        var reply = await world.Engine.AskAsync(change.Id, new Undo(), Sample.Ana, Ct);

        Assert.Equal("element-locked", reply.Code);
        Assert.Equal("den-sbc-1 is held by CHG-7 (trunk other) since 2026-11-02 09:00 UTC. Nothing was sent. Wait until CHG-7 has ended; then undo again.", reply.Sentence);
        Assert.Equal(ChangeState.Done, (await world.NowAsync(change.Id)).State);
        await world.Stores.ReleaseAsync("CHG-7", Ct);
        Assert.Equal(ChangeState.Undone, (await world.UndoAsync(change.Id)).State);
    }

    [Fact]
    public async Task An_edited_plan_is_not_undone_either()
    {
        var world = new ChangeWorld();
        var change = await world.RunAsync();
        world.Stores.Tamper(change.Id, c => c with { Plan = c.Plan with { Steps = [.. c.Plan.Steps.Select(s => s with { UndoSends = ["no adjacency core"] })] } });

        change = await world.UndoAsync(change.Id);

        Assert.Equal((ChangeState.Stuck, "plan-changed"), (change.State, change.Trouble!.Code));
    }

    [Fact]
    public async Task Only_people_of_the_change_undo_and_only_what_rests()
    {
        var world = new ChangeWorld();
        var change = await world.SubmittedAsync();
        Assert.Equal("nothing-to-undo", (await world.Engine.AskAsync(change.Id, new Undo(), Sample.Ana, Ct)).Code);
        await world.Engine.AskAsync(change.Id, new Approve(change.Plan.Hash), Sample.Ben, Ct);
        await world.RunAsync(change.Id);

        Assert.Equal("not-allowed", (await world.Engine.AskAsync(change.Id, new Undo(), Sample.Stranger, Ct)).Code);
        Assert.True((await world.Engine.AskAsync(change.Id, new Undo(), Sample.Olga, Ct)).Accepted);
        Assert.Equal("nothing-to-undo", (await world.Engine.AskAsync(change.Id, new Undo(), Sample.Ana, Ct)).Code);
    }

    [Fact]
    public async Task A_trunk_that_was_managed_before_is_managed_as_before_after_undo()
    {
        var world = new ChangeWorld();
        var first = await world.RunAsync();
        world.Twilio.Holds.Remove("acl");
        var second = await world.RunAsync();
        Assert.Equal("CHG-2", Assert.Single(world.Stores.Trunks).ChangeId);

        Assert.Equal("changed-since", (await world.Engine.AskAsync(first.Id, new Undo(), Sample.Ana, Ct)).Code);
        await world.UndoAsync(second.Id);

        Assert.Equal("CHG-1", Assert.Single(world.Stores.Trunks).ChangeId);
        Assert.True((await world.Engine.AskAsync(first.Id, new Undo(), Sample.Ana, Ct)).Accepted);
    }
}
