using TrunkBot.Changes.Life;
using TrunkBot.Changes.Requests;
using TrunkBot.Changes.Tests.World;
using static TrunkBot.Changes.Tests.World.ChangeWorld;

namespace TrunkBot.Changes.Tests.Control;

public sealed class ResolveTests
{
    private readonly ChangeWorld _world = new();

    [Fact]
    public async Task A_failed_set_up_ends_and_is_not_under_management()
    {
        _world.Tests = _ => Task.FromResult(new AcceptanceReport(false, "Nothing was heard.", []));
        await _world.RunAsync();

        var reply = await ResolveAsync(" called it from my desk, works ");
        var change = await _world.RunAsync("CHG-1");

        Assert.Equal(
            "CHG-1 is resolved by hand by Olga: called it from my desk, works Trunk acme-east is not under management; `adopt acme-east` shows what the systems have and takes it under management.",
            reply.Sentence);
        Assert.Equal(ChangeState.Resolved, change.State);
        Assert.Equal(("Olga", "called it from my desk, works", Sample.Start), (change.Resolution!.By.DisplayName, change.Resolution.Note, change.Resolution.At));
        Assert.Equal(Sample.Start, change.Finished);
        Assert.Empty(_world.Stores.Trunks);
        Assert.Empty(await _world.Engine.ListOpenAsync(Ct));
        Assert.Equal(("resolved", "webchat:olga"), (_world.Stores.Audit[^1].What, _world.Stores.Audit[^1].Who));
    }

    [Fact]
    public async Task An_undo_that_is_stuck_says_what_is_left_and_can_be_tried_again_before_somebody_takes_it_over()
    {
        var stuck = await StuckAsync();

        Assert.Equal((ChangeState.Stuck, "undo-incomplete"), (stuck.State, stuck.Trouble!.Code));
        var left = Assert.Single(stuck.Leftovers);
        Assert.Equal(("binding", "metaswitch", "den-cfs-1", "Create binding"), (left.StepId, left.System, left.Element, left.Title));
        Assert.Equal(["delete binding"], left.Lines);
        Assert.Single(_world.Stores.Trunks);

        Assert.Equal(ChangeState.Stuck, (await _world.UndoAsync("CHG-1")).State);
        _world.Metaswitch.UndoFaults.Clear();
        Assert.Equal(ChangeState.Undone, (await _world.UndoAsync("CHG-1")).State);
    }

    [Fact]
    public async Task Taken_over_in_the_middle_of_undo_the_trunk_is_not_under_management_any_more()
    {
        await StuckAsync();

        var reply = await ResolveAsync("deleted the binding in MetaView");

        Assert.EndsWith("Trunk acme-east is not under management; `adopt acme-east` shows what the systems have and takes it under management.", reply.Sentence, StringComparison.Ordinal);
        Assert.Empty(_world.Stores.Trunks);
        Assert.Equal("binding", Assert.Single(reply.Change!.Leftovers).StepId);
    }

    [Fact]
    public async Task A_removal_that_failed_leaves_the_trunk_under_management()
    {
        await _world.RunAsync();
        var owned = Assert.Single(_world.Stores.Trunks).Owned;
        var removal = await _world.Engine.PlanAsync(new(Sample.Intent()) { Removes = true, Owned = owned }, Sample.Values, Sample.Ana, Ct);
        await _world.Engine.AskAsync(removal.Id, new Submit(), Sample.Ana, Ct);
        await _world.Engine.AskAsync(removal.Id, new Approve(removal.Plan.Hash), Sample.Ben, Ct);
        _world.Perimeta.ReadFailure = new Systems.SystemFailureException("fake-unreachable", "Perimeta can't be reached.", "Check the network.");
        await _world.RunAsync(removal.Id);

        var reply = await _world.Engine.AskAsync(removal.Id, new Resolve("removed half of it"), Sample.Ana, Ct);

        Assert.EndsWith("Trunk acme-east is under management as CHG-1 left it; `drift acme-east` shows whether the systems are like that.", reply.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_note_is_needed_and_only_operators_may()
    {
        await StuckAsync();

        Assert.Equal("reason-required", (await ResolveAsync("  ")).Code);
        Assert.Equal("not-allowed", (await _world.Engine.AskAsync("CHG-1", new Resolve("mine"), Sample.Stranger, Ct)).Code);
        Assert.Single(_world.Stores.Trunks);
    }

    [Fact]
    public async Task Only_what_failed_or_is_stuck_can_be_taken_over()
    {
        await _world.RunAsync();

        var reply = await ResolveAsync("mine");

        Assert.Equal(("nothing-to-resolve", "CHG-1 is Done: only a failed or stuck change can be taken over by hand."), (reply.Code, reply.Sentence.ToString()));
    }

    [Fact]
    public async Task What_was_taken_over_is_at_its_end()
    {
        await StuckAsync();
        await ResolveAsync("mine");

        Assert.Equal("nothing-to-undo", (await _world.Engine.AskAsync("CHG-1", new Undo(), Sample.Ana, Ct)).Code);
        Assert.Equal("not-failed", (await _world.Engine.AskAsync("CHG-1", new Retry(), Sample.Ana, Ct)).Code);
    }

    private async Task<Change> StuckAsync()
    {
        await _world.RunAsync();
        _world.Metaswitch.UndoFaults["binding"] = Fault.Refused;
        return await _world.UndoAsync("CHG-1");
    }

    private Task<ChangeReply> ResolveAsync(string note) => _world.Engine.AskAsync("CHG-1", new Resolve(note), Sample.Olga, Ct);
}
