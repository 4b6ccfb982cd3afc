using TrunkBot.Changes.Life;
using TrunkBot.Changes.Locks;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Requests;
using TrunkBot.Changes.Tests.World;
using static TrunkBot.Changes.Tests.World.ChangeWorld;

namespace TrunkBot.Changes.Tests.Life;

/// <summary>The process dies at each write in turn, before and after it took effect; a new one goes on with the same stores.</summary>
public sealed class CrashTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_at_any_write_of_apply_and_verify_every_request_arrives_exactly_once(bool afterTheWrite)
    {
        var kills = 0;
        for (var at = 1; await RunKilledAsync(at, afterTheWrite, undo: false) is { } world; at++)
        {
            kills++;
            Assert.Equal(["acl", "trunk", "origination"], world.Twilio.Creates);
            Assert.Equal(["whitelist", "adjacency"], world.Perimeta.Creates);
            Assert.Equal(["binding"], world.Metaswitch.Creates);
            Assert.Equal("CHG-1", Assert.Single(world.Stores.Trunks).ChangeId);
        }

        Assert.InRange(kills, 45, 200);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_at_any_write_of_undo_everything_is_taken_back_exactly_once(bool afterTheWrite)
    {
        var kills = 0;
        for (var at = 1; await RunKilledAsync(at, afterTheWrite, undo: true) is { } world; at++)
        {
            kills++;
            Assert.Equal(["origination", "trunk", "acl"], world.Twilio.Deletes);
            Assert.Equal(["metaswitch old", "perimeta old", "twilio old"], world.State);
            Assert.Empty(world.Stores.Trunks);
        }

        Assert.InRange(kills, 40, 200);
    }

    [Fact]
    public async Task A_change_that_was_approved_but_not_begun_is_picked_up()
    {
        var world = new ChangeWorld();
        var change = await world.ApprovedAsync();
        world.Restart();

        Assert.Equal([change.Id], await world.Engine.ResumeAsync(Ct));
    }

    [Fact]
    public async Task Locks_of_a_change_that_ended_are_given_back_at_start()
    {
        var world = new ChangeWorld();
        await world.RunAsync();
        await world.Stores.TakeAsync(new ElementLock("den-sbc-1", "CHG-1", "trunk acme-east", Sample.Start), Ct);
        await world.Stores.TakeAsync(new ElementLock("den-cfs-1", "CHG-99", "nobody knows", Sample.Start), Ct);
        world.Restart();

        Assert.Empty(await world.Engine.ResumeAsync(Ct));
        Assert.Empty(world.Stores.Locks);
    }

    [Fact]
    public async Task Resting_changes_are_not_touched_at_start()
    {
        var world = new ChangeWorld(new FakeObject("rmgm", StepPhase.MediaGatewayModel, Manual: true));
        await world.RunAsync();
        await world.SubmittedAsync();
        world.Restart();

        Assert.Empty(await world.Engine.ResumeAsync(Ct));
    }

    /// <summary>Null once the run is over before the write number <paramref name="at"/>.</summary>
    private static async Task<ChangeWorld?> RunKilledAsync(int at, bool afterTheWrite, bool undo)
    {
        var world = new ChangeWorld();
        var change = await world.ApprovedAsync();
        if (undo)
        {
            await world.RunAsync(change.Id);
            await world.Engine.AskAsync(change.Id, new Undo(), Sample.Ana, Ct);
        }

        world.Kill.DieAt = world.Kill.Writes + at;
        world.Kill.AfterTheWrite = afterTheWrite;
        try
        {
            await world.Engine.RunAsync(change.Id, Ct);
        }
        catch (KilledException)
        {
            // As it should be.
        }

        if (!world.Kill.Dead)
        {
            return null;
        }

        world.Restart();
        foreach (var id in await world.Engine.ResumeAsync(Ct))
        {
            await world.Engine.RunAsync(id, Ct);
        }

        Assert.Equal(undo ? ChangeState.Undone : ChangeState.Done, (await world.NowAsync(change.Id)).State);
        Assert.Empty(world.Stores.Locks);
        return world;
    }
}
