using TrunkBot.Changes.Life;
using TrunkBot.Changes.Requests;
using TrunkBot.Changes.Tests.World;
using TrunkBot.Trunks.Sites;
using static TrunkBot.Changes.Tests.World.ChangeWorld;

namespace TrunkBot.Changes.Tests.Control;

/// <summary>Planned, submitted and approved at 09:00; an approval carries an hour.</summary>
public sealed class StartTests
{
    private static readonly DateTimeOffset HalfPast = Sample.Start.AddMinutes(30);

    private readonly ChangeWorld _world = new();

    [Fact]
    public async Task Where_the_site_says_so_an_approved_change_waits_for_apply()
    {
        _world.Site = _world.Site with { Execution = new ExecutionPolicy { ApplyWhenApproved = false } };
        var change = await _world.SubmittedAsync();

        var reply = await AskAsync(new Approve(change.Plan.Hash), Sample.Ben);
        var resting = await _world.RunAsync(change.Id);

        Assert.Equal("CHG-1 is approved. `apply CHG-1` begins it.", reply.Sentence);
        Assert.Equal(ChangeState.Approved, resting.State);
        Assert.Empty(_world.Twilio.Creates);
        Assert.Empty(await _world.Engine.TickAsync(Ct));

        Assert.Equal("CHG-1 begins.", (await AskAsync(new Apply(), Sample.Olga)).Sentence);
        Assert.Equal(["CHG-1"], await _world.Engine.TickAsync(Ct));
        Assert.Equal(ChangeState.Done, (await _world.RunAsync(change.Id)).State);
    }

    [Fact]
    public async Task A_change_that_waits_is_not_begun_by_a_restart()
    {
        await ScheduledAsync();
        _world.Restart();

        Assert.Empty(await _world.Engine.ResumeAsync(Ct));
        Assert.Empty(await _world.Engine.TickAsync(Ct));
    }

    [Fact]
    public async Task It_begins_at_its_time_and_not_before_also_in_a_new_process()
    {
        await ScheduledAsync();
        _world.Time.Advance(TimeSpan.FromMinutes(29));
        Assert.Empty(await _world.Engine.TickAsync(Ct));
        Assert.Equal(ChangeState.Approved, (await _world.RunAsync("CHG-1")).State);
        _world.Restart();

        _world.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["CHG-1"], await _world.Engine.TickAsync(Ct));

        Assert.Equal(ChangeState.Done, (await _world.RunAsync("CHG-1")).State);
    }

    [Fact]
    public async Task It_begins_late_within_the_limit()
    {
        await ScheduledAsync(HalfPast.AddMinutes(-20));
        _world.Time.Advance(TimeSpan.FromMinutes(40));
        _world.Restart();

        Assert.Equal(["CHG-1"], await _world.Engine.ResumeAsync(Ct));
        Assert.Equal(ChangeState.Done, (await _world.RunAsync("CHG-1")).State);
    }

    [Fact]
    public async Task Missed_by_more_it_stays_approved_and_says_so()
    {
        await ScheduledAsync(HalfPast.AddMinutes(-20));
        _world.Time.Advance(TimeSpan.FromMinutes(41));
        _world.Restart();

        Assert.Empty(await _world.Engine.ResumeAsync(Ct));
        Assert.Empty(await _world.Engine.TickAsync(Ct));

        var change = await _world.RunAsync("CHG-1");
        Assert.Equal((ChangeState.Approved, null), (change.State, change.Start));
        Assert.Equal(
            "Its start at 2026-11-02 09:10 UTC was missed by more than 30 minutes: nobody was there to begin it. It stays approved; `apply CHG-1` begins it.",
            Assert.Single(change.Remarks).Sentence);
        Assert.Equal(("start-missed", "trunkbot"), (_world.Stores.Audit[^1].What, _world.Stores.Audit[^1].Who));
        Assert.Empty(_world.Twilio.Creates);

        Assert.True((await AskAsync(new Apply(), Sample.Ana)).Accepted);
        Assert.Equal(ChangeState.Done, (await _world.RunAsync("CHG-1")).State);
    }

    [Fact]
    public async Task A_time_may_be_given_before_the_approval()
    {
        var change = await _world.SubmittedAsync();

        var given = await AskAsync(new Apply(HalfPast), Sample.Ana);
        var approved = await AskAsync(new Approve(change.Plan.Hash), Sample.Ben);

        Assert.Equal("CHG-1 begins at 2026-11-02 09:30 UTC, if it is approved by then. `stop CHG-1` stops that.", given.Sentence);
        Assert.Equal("CHG-1 is approved and begins at 2026-11-02 09:30 UTC. `stop CHG-1` stops that.", approved.Sentence);
        Assert.Equal(ChangeState.Approved, (await _world.RunAsync(change.Id)).State);
        _world.Time.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(["CHG-1"], await _world.Engine.TickAsync(Ct));
    }

    [Fact]
    public async Task An_approval_that_runs_out_before_the_start_is_said_when_the_time_is_given()
    {
        await _world.ApprovedAsync();

        var reply = await AskAsync(new Apply(Sample.Start.AddMinutes(60)), Sample.Ana);

        Assert.Equal(
            ("approval-ends-before", "The approval of CHG-1 runs out before that, at 2026-11-02 10:00 UTC at the latest. Choose an earlier time, or have it approved later."),
            (reply.Code, reply.Sentence.ToString()));
    }

    [Fact]
    public async Task Approved_too_early_for_its_start_it_says_so_and_waits()
    {
        var change = await _world.SubmittedAsync();
        var at = Sample.Start.AddMinutes(90);

        var given = await AskAsync(new Apply(at), Sample.Ana);
        var approved = await AskAsync(new Approve(change.Plan.Hash), Sample.Ben);

        Assert.EndsWith("An approval carries 60 minutes: whoever approves before 2026-11-02 09:30 UTC approves too early for that start.", given.Sentence, StringComparison.Ordinal);
        Assert.Equal(
            "CHG-1 is approved, but not for its start at 2026-11-02 10:30 UTC: the approval runs out before, at 2026-11-02 10:00 UTC. `apply CHG-1` begins it.", approved.Sentence);
        Assert.Equal((null, true), (approved.Change!.Start, approved.Change.WaitsForApply));
        _world.Time.Advance(TimeSpan.FromMinutes(45));
        Assert.Empty(await _world.Engine.TickAsync(Ct));
        Assert.True((await AskAsync(new Apply(), Sample.Ana)).Accepted);
    }

    [Fact]
    public async Task A_start_can_be_stopped_and_the_change_stays_approved()
    {
        await ScheduledAsync();

        var reply = await AskAsync(new Stop(), Sample.Cem);
        _world.Time.Advance(TimeSpan.FromMinutes(31));

        Assert.Equal("CHG-1 does not begin by itself any more. It stays approved; `apply CHG-1` begins it.", reply.Sentence);
        Assert.Empty(await _world.Engine.TickAsync(Ct));
        Assert.Equal(ChangeState.Approved, (await _world.RunAsync("CHG-1")).State);
        Assert.Equal("nothing-to-stop", (await AskAsync(new Stop(), Sample.Cem)).Code);
    }

    [Fact]
    public async Task A_stop_that_comes_before_the_first_write_of_the_run_wins()
    {
        await ScheduledAsync();
        _world.Time.Advance(TimeSpan.FromMinutes(30));
        _world.Stores.BeforeUpdate = async () => Assert.True((await AskAsync(new Stop(), Sample.Ana)).Accepted);

        var change = await _world.RunAsync("CHG-1");

        Assert.Equal(ChangeState.Approved, change.State);
        Assert.Empty(_world.Twilio.Creates);
    }

    [Theory]
    [InlineData("webchat:zoe", "not-allowed")]
    [InlineData("webchat:olga", null)]
    [InlineData("webchat:cem", null)]
    public async Task Requester_approvers_and_on_call_may_begin_it(string id, string? code)
    {
        await ScheduledAsync();

        Assert.Equal(code, (await AskAsync(new Apply(), new Actor(id, "Somebody"))).Code);
    }

    [Fact]
    public async Task Every_rule_against_it_is_named()
    {
        await _world.SubmittedAsync();

        var reply = await AskAsync(new Apply(), Sample.Stranger);

        Assert.Equal(["not-allowed", "not-approved"], reply.Refusals.Select(r => r.Code));
    }

    [Fact]
    public async Task A_time_that_has_gone_by_is_refused()
    {
        await _world.ApprovedAsync();

        Assert.Equal(("start-in-the-past", "2026-11-02 09:00 UTC has gone by already."), await RefusalAsync(new Apply(Sample.Start)));
    }

    [Fact]
    public async Task What_has_begun_or_is_decided_can_not_be_begun()
    {
        await _world.RunAsync();
        Assert.Equal(("already-begun", "CHG-1 has begun: it is Done."), await RefusalAsync(new Apply()));

        var other = new ChangeWorld();
        var change = await other.SubmittedAsync();
        await other.Engine.AskAsync(change.Id, new Cancel(), Sample.Ana, Ct);
        Assert.Equal("CHG-1 is decided already: Ana took it back.", (await other.Engine.AskAsync(change.Id, new Apply(), Sample.Ana, Ct)).Sentence);
    }

    [Fact]
    public async Task An_approval_that_is_too_old_is_said_at_once()
    {
        await ScheduledAsync();
        await AskAsync(new Stop(), Sample.Ana);
        _world.Time.Advance(TimeSpan.FromMinutes(60));

        Assert.Equal("approval-expired", (await RefusalAsync(new Apply())).Code);
    }

    [Fact]
    public async Task A_change_of_the_version_before_begins_by_itself()
    {
        var change = await _world.ApprovedAsync();

        Assert.Equal((false, null), (change.WaitsForApply, change.Start));
        Assert.Equal(["CHG-1"], await _world.Engine.ResumeAsync(Ct));
    }

    private async Task ScheduledAsync(DateTimeOffset? at = null)
    {
        await _world.ApprovedAsync();
        Assert.Equal($"CHG-1 begins at 2026-11-02 {at ?? HalfPast:HH:mm} UTC. `stop CHG-1` stops that.", (await AskAsync(new Apply(at ?? HalfPast), Sample.Ana)).Sentence);
    }

    private Task<ChangeReply> AskAsync(ChangeRequest request, Actor who) => _world.Engine.AskAsync("CHG-1", request, who, Ct);

    private async Task<(string? Code, string Sentence)> RefusalAsync(ChangeRequest request)
    {
        var reply = await AskAsync(request, Sample.Ana);
        return (reply.Code, reply.Sentence);
    }
}
