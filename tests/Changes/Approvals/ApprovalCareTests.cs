using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Requests;
using TrunkBot.Changes.Tests.World;
using static TrunkBot.Changes.Tests.World.ChangeWorld;

namespace TrunkBot.Changes.Tests.Approvals;

/// <summary>What time does to changes that wait for people: the host asks once a minute.</summary>
public sealed class ApprovalCareTests
{
    private readonly ChangeWorld _world = new() { Site = Given.Site(p => p with { RemindBeforeMinutes = 15, EscalateAfterMinutes = 30, FallbackApprovers = [Sample.Olga.Id] }) };

    [Fact]
    public async Task Approvers_are_reminded_once_before_it_expires_also_over_a_restart()
    {
        var change = await _world.SubmittedAsync();

        Assert.Empty((await AfterAsync(44)).Reminded);
        Assert.Equal(["CHG-1"], (await AfterAsync(45)).Reminded);
        _world.Restart();
        Assert.Empty((await AfterAsync(46)).Reminded);

        Assert.Equal(Sample.Start.AddMinutes(45), (await _world.NowAsync(change.Id)).Course.Reminded);
        Assert.Equal(["escalated", "reminded"], _world.Stores.Audit.Select(a => a.What).Where(w => w is "reminded" or "escalated"));
        Assert.Equal(["CHG-1"], (await AfterAsync(60)).Expired);
    }

    [Fact]
    public async Task After_a_time_without_a_decision_the_fallback_approvers_are_asked_once_and_may_decide()
    {
        var change = await _world.SubmittedAsync();
        var early = await _world.Engine.AskAsync(change.Id, new Approve(change.Plan.Hash), Sample.Olga, Ct);

        Assert.Empty((await AfterAsync(29)).Escalated);
        Assert.Equal(["CHG-1"], (await AfterAsync(30)).Escalated);
        Assert.Empty((await AfterAsync(31)).Escalated);

        Assert.Equal(("not-an-approver", "You may decide CHG-1 only when its approvers have not decided within 30 minutes; you are told then."), (early.Code, early.Sentence.ToString()));
        Assert.Equal(ChangeState.Approved, (await _world.Engine.AskAsync(change.Id, new Approve(change.Plan.Hash), Sample.Olga, Ct)).Change!.State);
        Assert.Equal(ChangeState.Done, (await _world.RunAsync(change.Id)).State);
    }

    [Fact]
    public async Task Fallback_approvers_are_those_of_the_submission()
    {
        var change = await _world.SubmittedAsync();
        _world.Site = Given.Site(p => p with { EscalateAfterMinutes = 1, FallbackApprovers = [Sample.Stranger.Id] });
        await AfterAsync(30);

        Assert.Equal("not-an-approver", (await _world.Engine.AskAsync(change.Id, new Approve(change.Plan.Hash), Sample.Stranger, Ct)).Code);
        Assert.True((await _world.Engine.AskAsync(change.Id, new Approve(change.Plan.Hash), Sample.Olga, Ct)).Accepted);
    }

    [Fact]
    public async Task What_is_decided_is_neither_reminded_of_nor_escalated()
    {
        await _world.ApprovedAsync();

        var tending = await AfterAsync(50);

        Assert.Empty(tending.Reminded);
        Assert.Empty(tending.Escalated);
        Assert.Empty(tending.Expired);
        Assert.Equal(["CHG-1"], await _world.Engine.TickAsync(Ct));
    }

    [Fact]
    public async Task Of_two_processes_one_tells()
    {
        await _world.SubmittedAsync();
        var other = _world.NewEngine();
        _world.Time.Advance(TimeSpan.FromMinutes(30));
        _world.Stores.BeforeUpdate = async () => Assert.Equal(["CHG-1"], (await other.TendAsync(_world.Time.GetUtcNow(), Ct)).Escalated);

        Assert.Empty((await _world.Engine.TendAsync(_world.Time.GetUtcNow(), Ct)).Escalated);
        Assert.Single(_world.Stores.Audit, a => a.What == "escalated");
    }

    [Fact]
    public async Task Who_decides_at_the_same_moment_wins_over_the_clock()
    {
        var change = await _world.SubmittedAsync();
        _world.Stores.BeforeUpdate = async () => Assert.True((await _world.Engine.AskAsync(change.Id, new Approve(change.Plan.Hash), Sample.Ben, Ct)).Accepted);

        Assert.Empty((await _world.Engine.TendAsync(Sample.Start.AddMinutes(60), Ct)).Expired);
        Assert.Equal(ChangeState.Approved, (await _world.NowAsync(change.Id)).State);
    }

    [Fact]
    public async Task What_was_due_while_no_process_ran_is_done_by_the_next()
    {
        await _world.SubmittedAsync();
        _world.Restart();

        var tending = await AfterAsync(50);

        // Who is asked now needs no reminder in the same minute.
        Assert.Equal((1, 0), (tending.Escalated.Count, tending.Reminded.Count));
        Assert.Equal(["CHG-1"], (await AfterAsync(51)).Reminded);
    }

    private Task<Tending> AfterAsync(int minutes)
    {
        _world.Time.SetUtcNow(Sample.Start.AddMinutes(minutes));
        return _world.Engine.TendAsync(_world.Time.GetUtcNow(), Ct);
    }
}
