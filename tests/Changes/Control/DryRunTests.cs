using TrunkBot.Changes.Control;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Locks;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Requests;
using TrunkBot.Changes.Tests.World;
using static TrunkBot.Changes.Tests.World.ChangeWorld;

namespace TrunkBot.Changes.Tests.Control;

public sealed class DryRunTests
{
    private readonly ChangeWorld _world = new(new FakeObject("rmgm", StepPhase.MediaGatewayModel, Manual: true));

    [Fact]
    public async Task A_draft_needs_no_approval_and_nothing_is_sent_locked_or_changed()
    {
        var change = await _world.PlanAsync();
        var before = _world.Stores.Audit.Count;

        var report = await DryRunAsync();

        Assert.Equal(["not-approved"], report.Closed.Select(c => c.Code));
        Assert.Equal("CHG-1 is Planned, not approved.", report.Closed[0].Sentence);
        Assert.Equal(
            [
                ("acl", DryRunOutlook.Sends), ("trunk", DryRunOutlook.Sends), ("whitelist", DryRunOutlook.Sends), ("adjacency", DryRunOutlook.Sends), ("rmgm", DryRunOutlook.AsksPerson),
                ("binding", DryRunOutlook.Sends), ("origination", DryRunOutlook.Sends),
            ],
            report.Steps.Select(s => (s.Step.Id, s.Outlook)));
        Assert.Equal("acl is not there.", report.Steps[0].Sentence);
        Assert.Equal(["metaswitch old", "perimeta old", "twilio old"], _world.State);
        Assert.Empty(_world.Stores.Locks);
        Assert.Equal(change.State, (await _world.NowAsync("CHG-1")).State);
        Assert.Equal(("dry-run", "webchat:olga", "6 of 7 steps would send; against it: not-approved"), (_world.Stores.Audit[before].What, _world.Stores.Audit[before].Who, _world.Stores.Audit[before].Detail));
    }

    [Fact]
    public async Task Everything_that_stands_against_it_is_named()
    {
        await _world.ApprovedAsync();
        await _world.Stores.TakeAsync(new ElementLock("den-sbc-1", "CHG-9", "trunk other", Sample.Start), Ct);
        _world.Twilio.Holds.Add("acl");
        _world.Time.Advance(TimeSpan.FromMinutes(61));

        var report = await DryRunAsync();

        Assert.Equal(["approval-expired", "element-locked", "plan-stale"], report.Closed.Select(c => c.Code));
        Assert.Equal(DryRunOutlook.Nothing, report.Steps[0].Outlook);
    }

    [Fact]
    public async Task An_approved_change_has_nothing_against_it_and_applies_afterwards_as_ever()
    {
        await _world.ApprovedAsync();

        Assert.Empty((await DryRunAsync()).Closed);
        Assert.Empty((await DryRunAsync()).Closed);

        Assert.Equal(ChangeState.Paused, (await _world.RunAsync("CHG-1")).State);
        Assert.Equal(["acl", "trunk"], _world.Twilio.Creates);
    }

    [Fact]
    public async Task Looking_while_it_runs_does_not_disturb_the_run()
    {
        await _world.ApprovedAsync();
        _world.Perimeta.BeforeSend = async (_, _) => await DryRunAsync();

        Assert.Equal(ChangeState.Paused, (await _world.RunAsync("CHG-1")).State);
    }

    [Fact]
    public async Task What_is_half_done_done_or_out_of_sight_is_said()
    {
        await _world.RunAsync();
        await _world.Engine.AskAsync("CHG-1", new SkipManualStep("shared"), Sample.Ana, Ct);
        _world.Metaswitch.ApplyFaults["binding"] = Fault.Half;
        await _world.RunAsync("CHG-1");
        _world.Twilio.ApplyFaults["origination"] = Fault.Unreachable;

        var report = await DryRunAsync();

        Assert.Equal(
            [DryRunOutlook.Nothing, DryRunOutlook.Nothing, DryRunOutlook.Nothing, DryRunOutlook.Nothing, DryRunOutlook.Nothing, DryRunOutlook.SendsAnew, DryRunOutlook.Unknown],
            report.Steps.Select(s => s.Outlook));
        Assert.Equal("Twilio can't be reached. Check the network.", report.Steps[^1].Sentence);
    }

    [Fact]
    public async Task Of_a_change_that_is_not_there_there_is_no_report() => Assert.Null(await _world.Engine.DryRunAsync("CHG-7", Sample.Ana, Ct));

    private async Task<DryRunReport> DryRunAsync() => (await _world.Engine.DryRunAsync("CHG-1", Sample.Olga, Ct))!;
}
