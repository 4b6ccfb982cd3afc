using System.Text.Json;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Requests;
using TrunkBot.Changes.Tests.World;
using static TrunkBot.Changes.Tests.World.ChangeWorld;

namespace TrunkBot.Changes.Tests.Life;

public sealed class RemovalTests
{
    private readonly ChangeWorld _world = new();

    [Fact]
    public async Task What_a_change_found_out_is_kept_with_the_trunk()
    {
        await _world.RunAsync();

        Assert.Equal("sid of acl ok", Assert.Single(_world.Stores.Trunks).Facts!["acl.sid"]);
    }

    [Fact]
    public async Task A_removal_runs_in_the_reverse_order_places_no_call_and_forgets_the_trunk()
    {
        await _world.RunAsync();
        var calls = _world.TestRuns;

        var removal = await RemoveAsync();

        Assert.Equal(ChangeState.Done, removal.State);
        Assert.Equal(["origination.remove", "binding.remove", "adjacency.remove", "whitelist.remove", "trunk.remove", "acl.remove"], removal.Plan.Steps.Select(s => s.Id));
        Assert.Equal(["metaswitch old", "perimeta old", "twilio old"], _world.State);
        Assert.Empty(_world.Stores.Trunks);
        Assert.Equal(calls, _world.TestRuns);
        Assert.Equal("Read back, nothing of the trunk is left that was to be removed.", removal.Acceptance!.Sentence);
        Assert.True(PlanHash.Holds(removal.Plan));
    }

    [Fact]
    public async Task An_undone_removal_brings_the_trunk_back_under_management_as_it_was()
    {
        var provisioned = await _world.RunAsync();
        var state = _world.State;
        var before = Assert.Single(_world.Stores.Trunks);
        var removal = await RemoveAsync();

        Assert.Equal(ChangeState.Undone, (await _world.UndoAsync(removal.Id)).State);

        Assert.Equal(state, _world.State);
        Assert.Equal(JsonSerializer.Serialize(before, PlanJson.Options), JsonSerializer.Serialize(Assert.Single(_world.Stores.Trunks), PlanJson.Options));
        Assert.Equal(provisioned.Id, before.ChangeId);
    }

    [Fact]
    public async Task A_removal_that_finds_something_back_fails_and_the_trunk_stays_under_management()
    {
        await _world.RunAsync();
        _world.Twilio.BeforeSend = (step, _) =>
        {
            _world.Perimeta.Holds.Add("adjacency");
            return Task.CompletedTask;
        };

        var removal = await RemoveAsync();

        Assert.Equal((ChangeState.Failed, "verify-differs"), (removal.State, removal.Trouble!.Code));
        Assert.Equal("Read back, the systems are not as planned; still to do: Remove adjacency (den-sbc-1).", removal.Trouble.Sentence);
        Assert.Single(_world.Stores.Trunks);
    }

    private async Task<Change> RemoveAsync()
    {
        var trunk = Assert.Single(_world.Stores.Trunks);
        var change = await _world.Engine.PlanAsync(new(trunk.Intent) { Removes = true, Owned = trunk.Owned }, trunk.Values, Sample.Ana, Ct);
        await _world.Engine.AskAsync(change.Id, new Submit(), Sample.Ana, Ct);
        await _world.Engine.AskAsync(change.Id, new Approve(change.Plan.Hash), Sample.Ben, Ct);
        return await _world.RunAsync(change.Id);
    }
}
