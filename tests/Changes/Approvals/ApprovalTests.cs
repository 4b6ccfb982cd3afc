using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Requests;
using TrunkBot.Changes.Tests.World;
using TrunkBot.Trunks.Findings;
using static TrunkBot.Changes.Tests.World.ChangeWorld;

namespace TrunkBot.Changes.Tests.Approvals;

public sealed class ApprovalTests
{
    private readonly ChangeWorld _world = new();

    [Fact]
    public async Task One_approval_of_one_is_enough()
    {
        var change = await _world.SubmittedAsync();

        var reply = await _world.Engine.AskAsync(change.Id, new Approve(change.Plan.Hash), Sample.Ben, Ct);

        Assert.True(reply.Accepted);
        Assert.Equal("CHG-1 is approved and begins.", reply.Sentence);
        Assert.Equal(ChangeState.Approved, reply.Change!.State);
        Assert.Empty(_world.Twilio.Creates);
    }

    [Fact]
    public async Task The_requester_can_not_approve_even_when_listed_as_approver()
    {
        _world.Site = Sample.Site(1, "webchat:ana", "webchat:ben");
        var change = await _world.SubmittedAsync();

        var reply = await _world.Engine.AskAsync(change.Id, new Approve(change.Plan.Hash), Sample.Ana, Ct);

        Assert.False(reply.Accepted);
        Assert.Equal("approver-is-requester", reply.Code);
        Assert.Equal(ChangeState.WaitingForApproval, reply.Change!.State);
    }

    [Fact]
    public async Task Who_edited_the_draft_can_not_approve()
    {
        var change = await _world.SubmittedAsync();
        _world.Stores.Tamper(change.Id, c => c with { Editors = [Sample.Ana, Sample.Ben] });

        Assert.Equal("approver-is-requester", (await _world.Engine.AskAsync(change.Id, new Approve(change.Plan.Hash), Sample.Ben, Ct)).Code);
    }

    [Fact]
    public async Task The_same_display_name_with_another_id_is_another_person()
    {
        var change = await _world.SubmittedAsync();

        var reply = await _world.Engine.AskAsync(change.Id, new Approve(change.Plan.Hash), new Actor("slack:ben", "Ben"), Ct);

        Assert.Equal("not-an-approver", reply.Code);
    }

    [Fact]
    public async Task Every_rule_that_fails_is_reported_and_written_to_the_audit()
    {
        var change = await _world.SubmittedAsync();
        _world.Time.Advance(TimeSpan.FromMinutes(60));

        var reply = await _world.Engine.AskAsync(change.Id, new Approve("another hash"), Sample.Ana, Ct);

        Assert.Equal(["approver-is-requester", "not-an-approver", "approval-expired", "plan-changed"], reply.Refusals.Select(r => r.Code));
        var audit = _world.Stores.Audit[^1];
        Assert.Equal(("webchat:ana", "approve-refused", "CHG-1"), (audit.Who, audit.What, audit.ChangeId));
        Assert.Equal("approver-is-requester, not-an-approver, approval-expired, plan-changed", audit.Detail);
    }

    [Fact]
    public async Task Two_of_two_are_needed_and_one_person_counts_once()
    {
        _world.Site = Sample.Site(needed: 2);
        var change = await _world.SubmittedAsync();

        var first = await _world.Engine.AskAsync(change.Id, new Approve(change.Plan.Hash), Sample.Ben, Ct);
        var again = await _world.Engine.AskAsync(change.Id, new Approve(change.Plan.Hash), Sample.Ben, Ct);
        var second = await _world.Engine.AskAsync(change.Id, new Approve(change.Plan.Hash), Sample.Cem, Ct);

        Assert.Equal("CHG-1 has 1 of 2 approvals.", first.Sentence);
        Assert.Equal(ChangeState.WaitingForApproval, first.Change!.State);
        Assert.Equal("already-voted", again.Code);
        Assert.Equal(ChangeState.Approved, second.Change!.State);
    }

    [Fact]
    public async Task A_second_click_is_refused_and_says_who_was_first()
    {
        var change = await _world.ApprovedAsync();

        var reply = await _world.Engine.AskAsync(change.Id, new Reject("too late"), Sample.Cem, Ct);

        Assert.Equal("already-decided", reply.Code);
        Assert.Equal("CHG-1 is decided already: Ben approved it at 2026-11-02 09:00 UTC.", reply.Sentence);
    }

    [Fact]
    public async Task Of_two_approvals_at_the_same_moment_one_wins_and_the_other_is_told_who()
    {
        var change = await _world.SubmittedAsync();
        _world.Stores.BeforeUpdate = async () =>
            Assert.True((await _world.Engine.AskAsync(change.Id, new Approve(change.Plan.Hash), Sample.Cem, Ct)).Accepted);

        var loser = await _world.Engine.AskAsync(change.Id, new Approve(change.Plan.Hash), Sample.Ben, Ct);

        Assert.False(loser.Accepted);
        Assert.Equal("already-decided", loser.Code);
        Assert.Contains("Cem approved it", loser.Sentence, StringComparison.Ordinal);
        Assert.Equal(Sample.Cem, Assert.Single((await _world.NowAsync(change.Id)).Decisions).By);
    }

    [Fact]
    public async Task A_hundred_clicks_at_once_give_one_winner()
    {
        _world.Site = Sample.Site(1, [.. Enumerable.Range(0, 100).Select(i => $"webchat:p{i}")]);
        var change = await _world.SubmittedAsync();

        var replies = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(
            () => _world.Engine.AskAsync(change.Id, new Approve(change.Plan.Hash), new Actor($"webchat:p{i}", $"P{i}"), Ct), Ct)));

        var winner = Assert.Single(replies, r => r.Accepted);
        Assert.All(replies.Except([winner]), r => Assert.Contains(r.Code, new[] { "already-decided", "change-busy" }));
        Assert.Single((await _world.NowAsync(change.Id)).Decisions);
    }

    [Fact]
    public async Task A_rejection_needs_a_reason_and_ends_the_change()
    {
        var change = await _world.SubmittedAsync();

        var silent = await _world.Engine.AskAsync(change.Id, new Reject("  "), Sample.Ben, Ct);
        var said = await _world.Engine.AskAsync(change.Id, new Reject(" Not in the freeze. "), Sample.Ben, Ct);

        Assert.Equal("reason-required", silent.Code);
        Assert.Equal(ChangeState.Rejected, said.Change!.State);
        Assert.Equal("Ben rejected it: Not in the freeze.", said.Change.Trouble!.Sentence);
        Assert.Equal("Not in the freeze.", Assert.Single(said.Change.Decisions).Reason);
        Assert.Equal(Sample.Start, said.Change.Finished);
    }

    [Fact]
    public async Task The_policy_is_the_one_of_the_submission()
    {
        var change = await _world.SubmittedAsync();
        _world.Site = Sample.Site(1, Sample.Stranger.Id);

        Assert.Equal("not-an-approver", (await _world.Engine.AskAsync(change.Id, new Approve(change.Plan.Hash), Sample.Stranger, Ct)).Code);
        Assert.True((await _world.Engine.AskAsync(change.Id, new Approve(change.Plan.Hash), Sample.Ben, Ct)).Accepted);
    }

    [Fact]
    public async Task On_call_people_approve_nothing()
    {
        var change = await _world.SubmittedAsync();

        Assert.Equal("not-an-approver", (await _world.Engine.AskAsync(change.Id, new Approve(change.Plan.Hash), Sample.Olga, Ct)).Code);
    }

    [Fact]
    public async Task A_change_without_a_policy_can_not_be_decided()
    {
        var change = await _world.SubmittedAsync();
        _world.Stores.Tamper(change.Id, c => c with { Policy = null });

        Assert.Equal("policy-missing", (await _world.Engine.AskAsync(change.Id, new Approve(change.Plan.Hash), Sample.Ben, Ct)).Code);
    }

    [Fact]
    public async Task What_was_not_submitted_can_not_be_approved()
    {
        var change = await _world.PlanAsync();

        Assert.Equal("not-submitted", (await _world.Engine.AskAsync(change.Id, new Approve(change.Plan.Hash), Sample.Ben, Ct)).Code);
    }

    [Fact]
    public async Task A_change_that_does_not_exist_is_said_not_to()
    {
        var reply = await _world.Engine.AskAsync("CHG-99", new Approve(""), Sample.Ben, Ct);

        Assert.Equal(("change-not-found", "There is no change CHG-99."), (reply.Code, reply.Sentence.ToString()));
        Assert.Null(reply.Change);
    }

    [Fact]
    public async Task Nobody_answers_and_it_expires()
    {
        var change = await _world.SubmittedAsync();
        Assert.Equal(Sample.Start.AddMinutes(60), change.ApprovalExpires);

        Assert.Empty((await _world.Engine.TendAsync(Sample.Start.AddMinutes(59), Ct)).Expired);
        Assert.Equal(["CHG-1"], (await _world.Engine.TendAsync(Sample.Start.AddMinutes(60), Ct)).Expired);

        var expired = await _world.NowAsync(change.Id);
        Assert.Equal(ChangeState.Expired, expired.State);
        Assert.Equal("approval-expired", expired.Trouble!.Code);
        Assert.Equal(ChangeState.Expired, _world.Seen[^1].State);
        Assert.Equal("already-decided", (await _world.Engine.AskAsync(change.Id, new Approve(change.Plan.Hash), Sample.Ben, Ct)).Code);
    }

    [Fact]
    public async Task A_draft_that_nobody_sends_expires_after_a_day()
    {
        await _world.PlanAsync();

        Assert.Empty((await _world.Engine.TendAsync(Sample.Start.AddHours(23), Ct)).Expired);
        Assert.Equal(["CHG-1"], (await _world.Engine.TendAsync(Sample.Start.AddHours(24), Ct)).Expired);
    }

    [Fact]
    public async Task A_plan_with_errors_is_not_submitted()
    {
        _world.Perimeta.Findings.Add(new Finding("name-too-long", FindingSeverity.Error, "The name has 31 characters.", "Use 30 at most."));
        var change = await _world.PlanAsync();

        var reply = await _world.Engine.AskAsync(change.Id, new Submit(), Sample.Ana, Ct);

        Assert.Equal("plan-has-errors", reply.Code);
        Assert.Equal("The plan has errors: The name has 31 characters. Use 30 at most.", reply.Sentence);
        Assert.Equal(ChangeState.Planned, reply.Change!.State);
    }

    [Fact]
    public async Task A_plan_that_changes_nothing_is_not_submitted()
    {
        await _world.RunAsync();

        var again = await _world.PlanAsync();
        var reply = await _world.Engine.AskAsync(again.Id, new Submit(), Sample.Ana, Ct);

        Assert.True(again.Plan.IsEmpty);
        Assert.Equal("nothing-to-do", reply.Code);
    }

    [Fact]
    public async Task Nobody_else_submits_and_nobody_submits_twice()
    {
        var change = await _world.PlanAsync();

        Assert.Equal("not-the-requester", (await _world.Engine.AskAsync(change.Id, new Submit(), Sample.Ben, Ct)).Code);
        Assert.True((await _world.Engine.AskAsync(change.Id, new Submit(), Sample.Ana, Ct)).Accepted);
        Assert.Equal("already-submitted", (await _world.Engine.AskAsync(change.Id, new Submit(), Sample.Ana, Ct)).Code);
    }

    [Theory]
    [InlineData(1, "too-few-approvers", new[] { "webchat:ana" })]
    [InlineData(2, "too-few-approvers", new[] { "webchat:ana", "webchat:ben" })]
    [InlineData(2, "too-few-approvers", new[] { "webchat:ben", "webchat:ben" })]
    [InlineData(0, "policy-invalid", new[] { "webchat:ben" })]
    public async Task A_policy_that_nobody_could_fulfil_or_that_asks_for_nobody_is_refused(int needed, string code, string[] approvers)
    {
        _world.Site = Sample.Site(needed, approvers);
        var change = await _world.PlanAsync();

        Assert.Equal(code, (await _world.Engine.AskAsync(change.Id, new Submit(), Sample.Ana, Ct)).Code);
    }

    [Fact]
    public async Task Only_the_requester_takes_a_change_back_and_only_before_it_begins()
    {
        var change = await _world.ApprovedAsync();

        Assert.Equal("not-the-requester", (await _world.Engine.AskAsync(change.Id, new Cancel(), Sample.Ben, Ct)).Code);
        var reply = await _world.Engine.AskAsync(change.Id, new Cancel(), Sample.Ana, Ct);
        await _world.RunAsync(change.Id);

        Assert.Equal(ChangeState.Cancelled, reply.Change!.State);
        Assert.Empty(_world.Twilio.Creates);
        Assert.Equal("CHG-1 is decided already: Ana took it back.", (await _world.Engine.AskAsync(change.Id, new Cancel(), Sample.Ana, Ct)).Sentence);
    }

    [Fact]
    public async Task What_has_begun_can_not_be_cancelled()
    {
        var change = await _world.RunAsync();

        Assert.Equal("already-begun", (await _world.Engine.AskAsync(change.Id, new Cancel(), Sample.Ana, Ct)).Code);
    }

    [Fact]
    public async Task A_decision_for_another_plan_does_not_carry_this_one()
    {
        var change = await _world.ApprovedAsync();

        Assert.True(ApprovalRules.IsApproved(change));
        Assert.False(ApprovalRules.IsApproved(change with { Decisions = [change.Decisions[0] with { PlanHash = "other" }] }));
        Assert.False(ApprovalRules.IsApproved(change with { Decisions = [change.Decisions[0] with { By = Sample.Stranger }] }));
        Assert.False(ApprovalRules.IsApproved(change with { Decisions = [.. change.Decisions, change.Decisions[0] with { By = Sample.Cem, Approved = false }] }));
        Assert.False(ApprovalRules.IsApproved(change with { Policy = null }));
        Assert.False(ApprovalRules.IsApproved(change with { Policy = change.Policy! with { Needed = 0 } }));
    }
}
