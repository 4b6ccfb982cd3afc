using TrunkBot.Changes.Fleets;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Requests;
using TrunkBot.Changes.Tests.World;

namespace TrunkBot.Changes.Tests.Fleets;

public sealed class FleetTests
{
    private readonly FleetWorld _world = new();

    private static CancellationToken Ct => FleetWorld.Ct;

    [Fact]
    public async Task What_every_trunk_of_an_element_lacks_is_one_change_per_element()
    {
        await _world.ManageAsync("denver", "acme-a", "acme-b", "acme-c");
        await _world.ManageAsync("austin", "acme-x", "acme-y");
        _world.Sbc.Whitelist.Add("permit 2");

        var fleet = await _world.ApprovedAsync(FleetWorld.Refresh());
        Assert.Equal(["acme-x at austin, batch 0", "acme-a at denver, batch 1"], fleet.Members.Select(m => $"{m.Trunk} at {m.Site}, batch {m.Batch}"));
        Assert.Equal(
            ["acme-y Covered", "acme-b Covered", "acme-c Covered"], fleet.Rest.Select(r => $"{r.Trunk} {r.Kind}"));
        await _world.DriveAsync(fleet.Id);

        Assert.Equal(FleetState.Done, (await _world.Fleets.FindAsync(fleet.Id, Ct))!.State);
        Assert.Equal(["austin: permit 2", "denver: permit 2"], _world.Sbc.Sent);
        Assert.Empty((await _world.PlanAsync(FleetWorld.Refresh())).Members);
    }

    [Fact]
    public async Task The_canary_goes_alone_and_then_batches_one_at_a_time_per_element()
    {
        await _world.ManageAsync("denver", "acme-a", "acme-b", "acme-c");
        await _world.ManageAsync("austin", "acme-x", "acme-y");

        var fleet = await _world.ApprovedAsync(FleetWorld.Edit("transport", "tls", batchSize: 4) with { Canary = "acme-b" });
        Assert.Equal(["acme-b 0", "acme-x 1", "acme-y 1", "acme-a 1", "acme-c 1"], fleet.Members.Select(m => $"{m.Trunk} {m.Batch}"));

        Assert.Equal(
            ["acme-b Done", "acme-x Done, acme-a Done", "acme-y Done, acme-c Done"], await _world.DriveAsync(fleet.Id));
        Assert.Equal(FleetState.Done, (await _world.Fleets.FindAsync(fleet.Id, Ct))!.State);
    }

    [Fact]
    public async Task The_first_that_fails_stops_the_rest_until_it_is_mended()
    {
        await _world.ManageAsync("denver", "acme-a", "acme-b", "acme-c");
        _world.Sbc.Refuses = "trunk acme-b Tls";
        var fleet = await _world.ApprovedAsync(FleetWorld.Edit("transport", "tls", batchSize: 1));
        var failed = fleet.Members[1].ChangeId;

        await _world.DriveAsync(fleet.Id);
        fleet = (await _world.Fleets.FindAsync(fleet.Id, Ct))!;
        Assert.Equal(FleetState.Stopped, fleet.State);
        Assert.Equal($"{failed} (trunk acme-b) did not end well, so no further change begins: trunk acme-b Tls was refused.", fleet.Trouble!.Sentence);
        Assert.Equal(["denver: trunk acme-a Tls"], _world.Sbc.Sent);
        Assert.Equal("fleet-has-failures", (await _world.Fleets.ResumeAsync(fleet.Id, Sample.Ana, Ct)).Code);

        _world.Sbc.Refuses = null;
        Assert.True((await _world.Engine.AskAsync(failed, new Retry(), Sample.Ana, Ct)).Accepted);
        await _world.Engine.RunAsync(failed, Ct);
        Assert.True((await _world.Fleets.ResumeAsync(fleet.Id, Sample.Ana, Ct)).Accepted);
        await _world.DriveAsync(fleet.Id);

        Assert.Equal(FleetState.Done, (await _world.Fleets.FindAsync(fleet.Id, Ct))!.State);
        Assert.Equal(["denver: trunk acme-a Tls", "denver: trunk acme-b Tls", "denver: trunk acme-c Tls"], _world.Sbc.Sent);
    }

    [Fact]
    public async Task It_goes_on_without_a_change_that_was_undone()
    {
        await _world.ManageAsync("denver", "acme-a", "acme-b");
        _world.Sbc.Refuses = "trunk acme-a Tls";
        var fleet = await _world.ApprovedAsync(FleetWorld.Edit("transport", "tls"));
        await _world.DriveAsync(fleet.Id);
        Assert.True((await _world.Engine.AskAsync(fleet.Members[0].ChangeId, new Undo(), Sample.Ana, Ct)).Accepted);
        await _world.Engine.RunAsync(fleet.Members[0].ChangeId, Ct);

        Assert.True((await _world.Fleets.ResumeAsync(fleet.Id, Sample.Ana, Ct)).Accepted);
        await _world.DriveAsync(fleet.Id);

        Assert.Equal(FleetState.Done, (await _world.Fleets.FindAsync(fleet.Id, Ct))!.State);
        Assert.Equal(["denver: trunk acme-b Tls"], _world.Sbc.Sent);
    }

    [Fact]
    public async Task Undo_takes_back_everything_last_first_and_leaves_the_lines_as_they_were()
    {
        await _world.ManageAsync("denver", "acme-a", "acme-b");
        await _world.ManageAsync("austin", "acme-x");
        var before = (Denver: _world.Sbc.Of("denver").ToList(), Austin: _world.Sbc.Of("austin").ToList());
        _world.Sbc.Whitelist.Add("permit 2");
        var fleet = await _world.ApprovedAsync(FleetWorld.Edit("transport", "tls", batchSize: 1));
        await _world.DriveAsync(fleet.Id);
        Assert.Equal(FleetState.Done, (await _world.Fleets.FindAsync(fleet.Id, Ct))!.State);
        _world.Sbc.Sent.Clear();

        Assert.True((await _world.Fleets.UndoAsync(fleet.Id, Sample.Ana, Ct)).Accepted);
        await _world.DriveAsync(fleet.Id);

        Assert.Equal(FleetState.Undone, (await _world.Fleets.FindAsync(fleet.Id, Ct))!.State);
        Assert.Equal(
            ["denver: no trunk acme-b Tls", "denver: no trunk acme-a Tls", "denver: no permit 2", "austin: no trunk acme-x Tls", "austin: no permit 2"], _world.Sbc.Sent);
        Assert.Equal(before.Denver, _world.Sbc.Of("denver"));
        Assert.Equal(before.Austin, _world.Sbc.Of("austin"));
    }

    [Fact]
    public async Task A_plan_is_narrowed_by_what_others_of_the_fleet_did_and_says_so()
    {
        await _world.ManageAsync("denver", "acme-a", "acme-b");
        _world.Sbc.Whitelist.Add("permit 2");
        var fleet = await _world.ApprovedAsync(FleetWorld.Edit("transport", "tls"));
        await _world.DriveAsync(fleet.Id);

        Assert.Equal(["denver: permit 2", "denver: trunk acme-a Tls", "denver: trunk acme-b Tls"], _world.Sbc.Sent);
        var second = (await _world.Engine.FindAsync(fleet.Members[1].ChangeId, Ct))!;
        Assert.Equal(["permit 2 Skipped", "trunk acme-b Tls Done"], second.Steps.Select(s => $"{s.StepId} {s.State}"));
        Assert.Equal("Not needed any more: another change of FLT-1 did it.", second.Steps[0].Sentence);
    }

    [Fact]
    public async Task A_plan_is_never_widened()
    {
        await _world.ManageAsync("denver", "acme-a");
        var fleet = await _world.ApprovedAsync(FleetWorld.Edit("transport", "tls"));
        _world.Sbc.Of("denver").Remove("permit 1");
        await _world.DriveAsync(fleet.Id);

        Assert.Equal("plan-stale", (await _world.Engine.FindAsync(fleet.Members[0].ChangeId, Ct))!.Trouble!.Code);
        Assert.Equal(FleetState.Stopped, (await _world.Fleets.FindAsync(fleet.Id, Ct))!.State);
        Assert.Empty(_world.Sbc.Sent);
    }

    [Fact]
    public async Task Nothing_begins_before_every_site_has_approved()
    {
        await _world.ManageAsync("denver", "acme-a");
        await _world.ManageAsync("austin", "acme-x");
        var fleet = await _world.PlanAsync(FleetWorld.Edit("transport", "tls"));
        await _world.Fleets.SubmitAsync(fleet.Id, Sample.Ana, Ct);

        var half = await _world.Fleets.ApproveAsync(fleet.Id, fleet.Hash, Sample.Ben, Ct);
        Assert.StartsWith("You approved 1 change of 2; the others are not yours to approve: ", half.Sentence, StringComparison.Ordinal);
        await _world.DriveAsync(fleet.Id);
        Assert.Empty(_world.Sbc.Sent);
        Assert.Equal(FleetState.WaitingForApproval, (await _world.Fleets.FindAsync(fleet.Id, Ct))!.State);

        Assert.Equal("approver-is-requester", (await _world.Fleets.ApproveAsync(fleet.Id, fleet.Hash, Sample.Ana, Ct)).Code);
        Assert.Equal("plan-changed", (await _world.Fleets.ApproveAsync(fleet.Id, new string('0', 64), Sample.Cem, Ct)).Code);
        await _world.Fleets.ApproveAsync(fleet.Id, fleet.Hash, Sample.Cem, Ct);
        await _world.DriveAsync(fleet.Id);
        Assert.Equal(FleetState.Done, (await _world.Fleets.FindAsync(fleet.Id, Ct))!.State);
    }

    [Fact]
    public async Task One_rejection_gives_all_of_it_up()
    {
        await _world.ManageAsync("denver", "acme-a", "acme-b");
        var fleet = await _world.PlanAsync(FleetWorld.Edit("transport", "tls"));
        await _world.Fleets.SubmitAsync(fleet.Id, Sample.Ana, Ct);

        Assert.Equal("approver-is-requester", (await _world.Fleets.RejectAsync(fleet.Id, "no", Sample.Ana, Ct)).Code);
        Assert.True((await _world.Fleets.RejectAsync(fleet.Id, "Not in the freeze.", Sample.Ben, Ct)).Accepted);

        fleet = (await _world.Fleets.FindAsync(fleet.Id, Ct))!;
        Assert.Equal(FleetState.Rejected, fleet.State);
        Assert.Equal("CHG-1: Ben rejected it: Not in the freeze.", fleet.Trouble!.Sentence);
        Assert.Equal([ChangeState.Rejected, ChangeState.Cancelled], (await _world.Fleets.MembersAsync(fleet, Ct)).Select(c => c.State));
    }

    [Fact]
    public async Task Unanswered_it_expires_as_a_whole()
    {
        await _world.ManageAsync("denver", "acme-a", "acme-b");
        var fleet = await _world.PlanAsync(FleetWorld.Edit("transport", "tls"));
        await _world.Fleets.SubmitAsync(fleet.Id, Sample.Ana, Ct);

        _world.Time.Advance(TimeSpan.FromHours(1));
        await _world.Engine.TendAsync(_world.Time.GetUtcNow(), Ct);
        await _world.Fleets.TendAsync(fleet.Id, Ct);

        Assert.Equal(FleetState.Expired, (await _world.Fleets.FindAsync(fleet.Id, Ct))!.State);
    }

    [Fact]
    public async Task Stopped_by_a_person_no_further_change_begins()
    {
        await _world.ManageAsync("denver", "acme-a", "acme-b");
        var fleet = await _world.ApprovedAsync(FleetWorld.Edit("transport", "tls"));
        Assert.Equal("not-allowed", (await _world.Fleets.StopAsync(fleet.Id, Sample.Stranger, Ct)).Code);
        Assert.True((await _world.Fleets.StopAsync(fleet.Id, Sample.Olga, Ct)).Accepted);

        // The canary was let go before; it goes on to its end.
        await _world.DriveAsync(fleet.Id);
        Assert.Equal(["denver: trunk acme-a Tls"], _world.Sbc.Sent);
        Assert.Equal(FleetState.Stopped, (await _world.Fleets.FindAsync(fleet.Id, Ct))!.State);
    }

    [Fact]
    public async Task Trunks_that_cannot_be_changed_are_left_out_with_the_reason()
    {
        await _world.ManageAsync("denver", "acme-a", "acme-b");
        var other = await _world.Engine.PlanAsync(new(_world.Stores.Trunks.First().Intent with { Transport = Trunks.SipTransport.Tls }), [], Sample.Ana, Ct);
        Assert.Equal("CHG-1", other.Id);

        var fleet = await _world.PlanAsync(FleetWorld.Edit("transport", "smoke"));
        Assert.Empty(fleet.Members);
        Assert.Equal(["acme-a: CHG-1 is at work on it.", "acme-b: transport: "], fleet.Rest.Select(r => $"{r.Trunk}: {(r.Sentence.StartsWith("CHG", StringComparison.Ordinal) ? r.Sentence : r.Sentence[..11])}"));
        Assert.Equal("nothing-to-do", (await _world.Fleets.SubmitAsync(fleet.Id, Sample.Ana, Ct)).Code);
    }

    [Theory]
    [InlineData("nothing-*", "fleet-empty")]
    public async Task A_fleet_of_no_trunk_is_refused(string selector, string code)
    {
        var (fleet, against) = await _world.Fleets.PlanAsync(FleetWorld.Refresh(selector), selector, "", Sample.Ana, (_, _) => { }, Ct);

        Assert.Null(fleet);
        Assert.Equal(code, against!.Code);
    }

    [Fact]
    public async Task A_change_of_a_fleet_does_not_begin_by_itself()
    {
        await _world.ManageAsync("denver", "acme-a", "acme-b");
        var fleet = await _world.ApprovedAsync(FleetWorld.Edit("transport", "tls", batchSize: 1));
        var second = fleet.Members[1].ChangeId;

        await _world.Engine.RunAsync(second, Ct);

        Assert.Equal(ChangeState.Approved, (await _world.Engine.FindAsync(second, Ct))!.State);
        Assert.Equal("not-releasable", (await _world.Engine.AskAsync(second, new ReleaseMember("FLT-9"), Sample.Ben, Ct)).Code);
    }
}
