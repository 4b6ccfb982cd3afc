using System.Text.Json;
using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Requests;
using TrunkBot.Changes.Tests.World;
using TrunkBot.Trunks.Sites;
using static TrunkBot.Changes.Tests.World.ChangeWorld;

namespace TrunkBot.Changes.Tests.Approvals;

/// <summary>What a site's policy says, as the engine keeps it.</summary>
public sealed class PolicyTests
{
    private readonly ChangeWorld _world = new();

    [Fact]
    public async Task Policy_and_version_are_pinned_when_it_is_submitted()
    {
        _world.Site = Given.Site(p => p with { DenyThreshold = 2, RemindBeforeMinutes = 10, BusinessHours = [Given.Hours("08:00", "17:00")] }, "Europe/Berlin");
        var change = await _world.SubmittedAsync();

        var pinned = (await _world.NowAsync(change.Id)).Policy!;
        Assert.Equal(("set-up", 2, 10, "Europe/Berlin"), (pinned.Kind, pinned.DenyThreshold, pinned.RemindBeforeMinutes, pinned.TimeZone));
        Assert.Equal(new TimeOnly(8, 0), Assert.Single(pinned.BusinessHours).From);
        Assert.Equal(PolicyPin.Of(_world.Site, ChangeKinds.SetUp).Version, pinned.Version);
        Assert.True(PolicyPin.Holds(pinned));
        Assert.Equal(Sample.Start, (await _world.NowAsync(change.Id)).Course.Submitted);
    }

    [Fact]
    public async Task A_removal_has_the_policy_of_removals()
    {
        await _world.RunAsync();
        _world.Site = Given.Site(p => p with { Kinds = new Dictionary<string, ApprovalOverlay> { ["removal"] = new() { Needed = 2 } } });
        var trunk = Assert.Single(_world.Stores.Trunks);

        var removal = await _world.Engine.PlanAsync(new(trunk.Intent) { Removes = true, Owned = trunk.Owned }, trunk.Values, Sample.Ana, Ct);
        var reply = await _world.Engine.AskAsync(removal.Id, new Submit(), Sample.Ana, Ct);

        Assert.Equal("CHG-2 waits for 2 approvals.", reply.Sentence);
        Assert.Equal("removal", reply.Change!.Policy!.Kind);
    }

    [Fact]
    public async Task Who_may_not_ask_is_told_so_with_everything_else_that_is_wrong()
    {
        _world.Site = Given.Site(p => p with { Requesters = [Sample.Ben.Id], ReasonRequired = [ReasonFrom.Requester], Needed = 3 });
        var change = await _world.PlanAsync();

        var reply = await _world.Engine.AskAsync(change.Id, new Submit(), Sample.Ana, Ct);

        Assert.Equal(["requester-not-allowed", "too-few-approvers", "reason-required"], reply.Refusals.Select(r => r.Code));
    }

    [Fact]
    public async Task The_requesters_reason_is_kept()
    {
        _world.Site = Given.Site(p => p with { ReasonRequired = [ReasonFrom.Requester] });
        var change = await _world.PlanAsync();

        Assert.Equal("reason-required", (await _world.Engine.AskAsync(change.Id, new Submit("  "), Sample.Ana, Ct)).Code);
        Assert.Equal("reason-too-long", (await _world.Engine.AskAsync(change.Id, new Submit(new string('x', 501)), Sample.Ana, Ct)).Code);
        Assert.Equal("new branch", (await _world.Engine.AskAsync(change.Id, new Submit(" new branch "), Sample.Ana, Ct)).Change!.Course.Reason);
    }

    [Fact]
    public async Task An_approval_needs_a_reason_where_the_policy_asks_for_one_and_a_rejection_none_where_it_does_not()
    {
        _world.Site = Given.Site(p => p with { ReasonRequired = [ReasonFrom.Approver], DenyThreshold = 2, Approvers = [Sample.Ben.Id, Sample.Cem.Id, Sample.Olga.Id] });
        var change = await _world.SubmittedAsync();

        Assert.Equal("reason-required", (await _world.Engine.AskAsync(change.Id, new Approve(change.Plan.Hash), Sample.Ben, Ct)).Code);
        Assert.True((await _world.Engine.AskAsync(change.Id, new Reject(""), Sample.Cem, Ct)).Accepted);
        var approved = await _world.Engine.AskAsync(change.Id, new Approve(change.Plan.Hash, "read it"), Sample.Ben, Ct);

        Assert.Equal(ChangeState.Approved, approved.Change!.State);
        Assert.Equal([null, "read it"], approved.Change.Decisions.Select(d => d.Reason));
    }

    [Fact]
    public async Task Below_the_threshold_a_rejection_leaves_it_open_and_a_person_decides_once()
    {
        _world.Site = Given.Site(p => p with { DenyThreshold = 2, Approvers = [Sample.Ben.Id, Sample.Cem.Id, Sample.Olga.Id] });
        var change = await _world.SubmittedAsync();

        var first = await _world.Engine.AskAsync(change.Id, new Reject("not sure"), Sample.Ben, Ct);
        var again = await _world.Engine.AskAsync(change.Id, new Approve(change.Plan.Hash), Sample.Ben, Ct);
        var second = await _world.Engine.AskAsync(change.Id, new Reject("me neither"), Sample.Cem, Ct);

        Assert.Equal("CHG-1 has 1 of 2 rejections that end it; it still waits.", first.Sentence);
        Assert.Equal((ChangeState.WaitingForApproval, null), (first.Change!.State, first.Change.Trouble));
        Assert.Equal("already-voted", again.Code);
        Assert.Equal((ChangeState.Rejected, "Cem rejected it: me neither"), (second.Change!.State, second.Change.Trouble!.Sentence.ToString()));
    }

    [Fact]
    public async Task A_rejection_that_leaves_too_few_ends_it()
    {
        _world.Site = Given.Site(p => p with { DenyThreshold = 2, Needed = 2 });
        var change = await _world.SubmittedAsync();

        Assert.Equal(ChangeState.Rejected, (await _world.Engine.AskAsync(change.Id, new Reject("no"), Sample.Ben, Ct)).Change!.State);
    }

    [Fact]
    public async Task Taken_back_after_submission_it_says_by_whom_and_why()
    {
        var change = await _world.SubmittedAsync();

        var reply = await _world.Engine.AskAsync(change.Id, new Cancel("wrong edges"), Sample.Ana, Ct);

        Assert.Equal((ChangeState.Cancelled, "withdrawn", "Ana withdrew it: wrong edges"), (reply.Change!.State, reply.Change.Trouble!.Code, reply.Change.Trouble.Sentence.ToString()));
        Assert.Null((await _world.Engine.AskAsync((await _world.PlanAsync()).Id, new Cancel(), Sample.Ana, Ct)).Change!.Trouble);
    }

    [Fact]
    public async Task A_change_waits_for_its_window_holds_no_locks_meanwhile_and_begins_when_it_opens()
    {
        _world.Site = Given.Site(p => p with { MaintenanceWindows = [Given.Hours("22:00", "04:00")] });
        var change = await _world.SubmittedAsync();

        var approved = await _world.Engine.AskAsync(change.Id, new Approve(change.Plan.Hash), Sample.Ben, Ct);
        var waiting = await _world.RunAsync(change.Id);

        Assert.Equal("CHG-1 is approved and begins not before 2026-11-02 22:00 UTC.", approved.Sentence);
        Assert.Equal((ChangeState.Approved, "Waits for its time, 2026-11-02 22:00 UTC. No maintenance window is open."), (waiting.State, waiting.Activity));
        Assert.Empty(_world.Twilio.Creates);
        Assert.Empty(_world.Stores.Locks);
        Assert.Empty(await _world.Engine.TickAsync(Ct));

        // Twelve hours on: the approval of an hour counts from when it could begin.
        _world.Time.Advance(TimeSpan.FromHours(13));
        _world.Restart();
        Assert.Equal(["CHG-1"], await _world.Engine.TickAsync(Ct));
        Assert.Equal(ChangeState.Done, (await _world.RunAsync(change.Id)).State);
        Assert.Empty(await _world.Engine.TickAsync(Ct));
    }

    [Fact]
    public async Task What_did_not_begin_in_its_time_ends_and_a_late_start_is_not_carried()
    {
        var change = await _world.PlanAsync();
        var reply = await _world.Engine.AskAsync(change.Id, new Submit { NotBefore = Sample.Start.AddHours(2), NotAfter = Sample.Start.AddHours(3) }, Sample.Ana, Ct);
        await _world.Engine.AskAsync(change.Id, new Approve(change.Plan.Hash), Sample.Ben, Ct);
        await _world.RunAsync(change.Id);

        _world.Time.Advance(TimeSpan.FromHours(3));
        Assert.Equal(["CHG-1"], (await _world.Engine.TendAsync(_world.Time.GetUtcNow(), Ct)).Expired);

        Assert.Equal("CHG-1 waits for 1 approval. It begins not before 2026-11-02 11:00 UTC.", reply.Sentence);
        var expired = await _world.NowAsync(change.Id);
        Assert.Equal((ChangeState.Expired, "window-passed", null), (expired.State, expired.Trouble!.Code, expired.Activity));
        Assert.Equal(ChangeState.Expired, (await _world.RunAsync(change.Id)).State);
        Assert.Empty(_world.Twilio.Creates);
    }

    [Fact]
    public async Task Times_in_which_it_could_never_begin_are_refused()
    {
        _world.Site = Given.Site(p => p with { MaintenanceWindows = [Given.Hours("22:00", "23:00")] });
        var change = await _world.PlanAsync();

        var reply = await _world.Engine.AskAsync(change.Id, new Submit { NotAfter = Sample.Start.AddHours(2) }, Sample.Ana, Ct);

        Assert.Equal("window-impossible", reply.Code);
        Assert.Equal("With those times CHG-1 could never begin. No maintenance window is open. Give other times.", reply.Sentence);
    }

    [Fact]
    public async Task Outside_the_window_nothing_is_retried_but_an_undo_goes()
    {
        _world.Site = Given.Site(p => p with { BusinessHours = [Given.Hours("08:00", "10:00")], ExpiresAfterMinutes = 600 });
        _world.Perimeta.ApplyFaults["adjacency"] = Fault.Refused;
        var failed = await _world.RunAsync();
        _world.Time.Advance(TimeSpan.FromHours(2));

        Assert.Equal(ChangeState.Failed, failed.State);
        Assert.Equal("outside-business-hours", (await _world.Engine.AskAsync(failed.Id, new Retry(), Sample.Ana, Ct)).Code);
        Assert.Equal(ChangeState.Undone, (await _world.UndoAsync(failed.Id)).State);
    }

    [Fact]
    public void A_change_that_an_older_version_stored_is_read_and_decided_as_before()
    {
        var pinned = JsonSerializer.Deserialize<PinnedPolicy>("""{"approvers":["webchat:ben"],"needed":1,"onCall":["webchat:olga"],"approvalMinutes":60}""", PlanJson.Options)!;
        var change = Given.Waiting(p => p) with { Policy = pinned, Course = new ApprovalCourse() };

        Assert.Equal((1, null), (pinned.DenyThreshold, pinned.Version));
        Assert.Equal([ReasonFrom.Denier], pinned.ReasonRequired);
        Assert.True(ApprovalRules.IsApproved(change with { Decisions = [Given.Yes(change, Sample.Ben)] }));
        Assert.True(ExecutionWindow.IsOpen(change, Sample.Start));
        Assert.Equal("reason-required", Assert.Single(ApprovalRules.Judge(change, new Vote(Sample.Ben, false, change.Plan.Hash, null, Sample.Start))).Code);
    }
}
