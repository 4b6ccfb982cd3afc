using TrunkBot.Changes.Life;
using TrunkBot.Changes.Locks;
using TrunkBot.Changes.Requests;
using TrunkBot.Changes.Tests.World;
using static TrunkBot.Changes.Tests.World.ChangeWorld;

namespace TrunkBot.Changes.Tests.Approvals;

/// <summary>The way round approvals in an emergency, and the look at it afterwards.</summary>
public sealed class BreakGlassTests
{
    private readonly ChangeWorld _world = new() { Site = Given.Site(p => p with { Needed = 2, BreakGlass = [Sample.Olga.Id, Sample.Ana.Id], BusinessHours = [Given.Hours("18:00", "20:00")] }) };

    [Fact]
    public async Task Whom_the_policy_names_lets_it_begin_at_once_without_approvals_and_outside_its_times()
    {
        var change = await _world.SubmittedAsync();

        var reply = await BreakAsync(change, Sample.Olga, " 911 is down ");
        var done = await _world.RunAsync(change.Id);

        Assert.Equal(
            "CHG-1 begins without approval, because Olga broke the glass. It is announced in the approvals channel and waits for review. Reason: 911 is down", reply.Sentence);
        Assert.Equal(ChangeState.Done, done.State);
        Assert.Equal((Sample.Olga, "911 is down", Sample.Start, change.Plan.Hash), (done.BreakGlass!.By, done.BreakGlass.Reason, done.BreakGlass.At, done.BreakGlass.PlanHash));
        Assert.Equal(["0 of 2 approvals.", "It is outside the business hours of the site."], done.BreakGlass.Overridden);
        Assert.Empty(done.Decisions);
        Assert.Contains(_world.Stores.Audit, a => a is { What: "glass-broken", Who: "webchat:olga" });
    }

    [Fact]
    public async Task It_lets_an_approved_change_begin_before_its_window_but_is_needless_when_that_is_open()
    {
        var change = await _world.SubmittedAsync();
        await _world.Engine.AskAsync(change.Id, new Approve(change.Plan.Hash), Sample.Ben, Ct);
        await _world.Engine.AskAsync(change.Id, new Approve(change.Plan.Hash), Sample.Cem, Ct);
        Assert.Equal(ChangeState.Approved, (await _world.RunAsync(change.Id)).State);

        Assert.True((await BreakAsync(change, Sample.Olga)).Accepted);
        Assert.Equal("already-decided", (await BreakAsync(change, Sample.Olga)).Code);
        Assert.Equal(ChangeState.Done, (await _world.RunAsync(change.Id)).State);
    }

    [Fact]
    public async Task All_that_stands_against_it_is_told()
    {
        var change = await _world.SubmittedAsync();
        _world.Time.Advance(TimeSpan.FromMinutes(60));

        Assert.Equal(["break-glass-not-allowed", "approval-expired", "reason-required"], (await BreakAsync(change, Sample.Ben, " ")).Refusals.Select(r => r.Code));
        Assert.Equal(["approver-is-requester", "approval-expired"], (await BreakAsync(change, Sample.Ana)).Refusals.Select(r => r.Code));
        Assert.Equal(ChangeState.WaitingForApproval, (await _world.NowAsync(change.Id)).State);
    }

    [Fact]
    public async Task The_requester_may_only_where_the_site_says_so()
    {
        _world.Site = Given.Site(p => p with { BreakGlass = [Sample.Ana.Id], BreakGlassByRequester = true });
        var change = await _world.SubmittedAsync();

        Assert.True((await BreakAsync(change, Sample.Ana)).Accepted);
        Assert.Equal(ChangeState.Done, (await _world.RunAsync(change.Id)).State);
    }

    [Fact]
    public async Task What_was_not_submitted_or_is_at_its_end_has_no_glass_to_break()
    {
        var change = await _world.PlanAsync();

        Assert.Equal("not-submitted", (await BreakAsync(change, Sample.Olga)).Code);
        await _world.Engine.AskAsync(change.Id, new Submit(), Sample.Ana, Ct);
        await _world.Engine.AskAsync(change.Id, new Reject("no"), Sample.Ben, Ct);
        Assert.Equal("already-decided", (await BreakAsync(change, Sample.Olga)).Code);
    }

    [Fact]
    public async Task Broken_glass_does_not_get_past_a_lock_a_changed_plan_or_a_changed_system()
    {
        var change = await _world.SubmittedAsync();
        await BreakAsync(change, Sample.Olga);
        await _world.Stores.TakeAsync(new ElementLock("den-sbc-1", "CHG-9", "trunk other", Sample.Start), Ct);
        Assert.Equal("element-locked", (await _world.RunAsync(change.Id)).Trouble!.Code);

        var second = await _world.SubmittedAsync();
        await BreakAsync(second, Sample.Olga);
        _world.Stores.Tamper(second.Id, c => c with { BreakGlass = c.BreakGlass! with { PlanHash = "other" } });
        var stopped = await _world.RunAsync(second.Id);
        Assert.Equal(ChangeState.Approved, stopped.State);
        Assert.Empty(_world.Twilio.Creates);
    }

    [Fact]
    public async Task It_is_on_the_list_until_an_approver_who_took_no_part_has_looked_at_it()
    {
        var change = await _world.SubmittedAsync();
        await BreakAsync(change, Sample.Olga);
        await _world.RunAsync(change.Id);
        Assert.Equal(["CHG-1"], (await _world.Stores.ListUnreviewedAsync(Ct)).Select(c => c.Id));

        Assert.Equal(["not-an-approver", "reviewer-took-part"], (await ReviewAsync(change, Sample.Olga)).Refusals.Select(r => r.Code));
        Assert.Equal(["not-an-approver", "reviewer-took-part"], (await ReviewAsync(change, Sample.Ana)).Refusals.Select(r => r.Code));
        Assert.Equal("reason-required", (await ReviewAsync(change, Sample.Ben, "")).Code);
        var reply = await ReviewAsync(change, Sample.Ben, "it was right");

        Assert.Equal((Sample.Ben, "it was right"), (reply.Change!.BreakGlass!.Review!.By, reply.Change.BreakGlass.Review.Note));
        Assert.Equal("already-reviewed", (await ReviewAsync(change, Sample.Cem)).Code);
        Assert.Equal("nothing-to-review", (await ReviewAsync(await _world.PlanAsync(), Sample.Cem)).Code);
        Assert.Empty(await _world.Stores.ListUnreviewedAsync(Ct));
    }

    [Fact]
    public async Task A_review_that_is_not_made_is_reminded_of_daily()
    {
        var change = await _world.SubmittedAsync();
        await BreakAsync(change, Sample.Olga);
        await _world.RunAsync(change.Id);

        Assert.Empty((await _world.Engine.TendAsync(Sample.Start.AddHours(23), Ct)).Reminded);
        Assert.Equal(["CHG-1"], (await _world.Engine.TendAsync(Sample.Start.AddHours(24), Ct)).Reminded);
        Assert.Empty((await _world.Engine.TendAsync(Sample.Start.AddHours(25), Ct)).Reminded);
        Assert.Equal(["CHG-1"], (await _world.Engine.TendAsync(Sample.Start.AddHours(48), Ct)).Reminded);
        await ReviewAsync(change, Sample.Ben);
        Assert.Empty((await _world.Engine.TendAsync(Sample.Start.AddHours(72), Ct)).Reminded);
    }

    [Fact]
    public async Task Two_who_break_it_at_once_are_one()
    {
        _world.Site = Given.Site(p => p with { BreakGlass = [Sample.Olga.Id, Sample.Cem.Id] });
        var change = await _world.SubmittedAsync();
        _world.Stores.BeforeUpdate = async () => Assert.True((await BreakAsync(change, Sample.Cem)).Accepted);

        Assert.Equal("already-decided", (await BreakAsync(change, Sample.Olga)).Code);
        Assert.Equal(Sample.Cem, (await _world.NowAsync(change.Id)).BreakGlass!.By);
    }

    private Task<ChangeReply> BreakAsync(Change change, Actor by, string reason = "outage") => _world.Engine.AskAsync(change.Id, new BreakTheGlass(reason), by, Ct);

    private Task<ChangeReply> ReviewAsync(Change change, Actor by, string note = "seen") => _world.Engine.AskAsync(change.Id, new ReviewBreakGlass(note), by, Ct);
}
