using TrunkBot.Changes;
using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Locks;
using TrunkBot.Changes.Plans;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Chat.Tests.Commands;

/// <summary>What is said of approvals beside the buttons.</summary>
public sealed class ApprovalCommandTests : IDisposable
{
    private readonly TestEnvironment bot = TestEnvironment.Create();

    public void Dispose() => bot.Dispose();

    [Theory]
    [InlineData("submit CHG-1", "submit CHG-1 by ana")]
    [InlineData("submit 1 reason=\"new site\"", "submit (new site) CHG-1 by ana")]
    [InlineData("submit chg-1 not-before=\"2026-11-27 02:00\" not-after=2026-11-27T04:30", "submit from 2026-11-27 02:00 until 2026-11-27 04:30 CHG-1 by ana")]
    [InlineData("cancel CHG-1 the edges are wrong", "cancel (the edges are wrong) CHG-1 by ana")]
    [InlineData("cancel CHG-1", "cancel CHG-1 by ana")]
    [InlineData("break glass CHG-1 calls to 911 fail", "break glass (calls to 911 fail) CHG-1 by ana")]
    public async Task A_command_asks_the_engine_with_what_was_typed(string text, string call)
    {
        await PlanAsync();

        await bot.ReplyToAsync(text);

        Assert.Equal(call, bot.Changes.Calls[^1]);
    }

    [Theory]
    [InlineData("submit CHG-1 reasons=x", "Nothing was submitted (parameter-wrong): there is no reasons; there is reason, not-before, not-after.")]
    [InlineData("submit CHG-1 not-before=tomorrow", "Nothing was submitted (parameter-wrong): not-before is no time; write it like \"2026-11-27 02:00\" (UTC).")]
    [InlineData("submit CHG-1 new site", "Nothing was submitted (parameter-wrong): \"new\" is not of the form key=value; \"site\" is not of the form key=value.")]
    [InlineData("break glass CHG-1", "Say it like this: break glass CHG-n REASON")]
    [InlineData("break gl CHG-1 fire", "Did you mean break glass? It changes something, so say the whole word.")]
    [InlineData("policy explain CHG-9", "There is no change \"CHG-9\" (change-not-found). Say changes for those that are open.")]
    [InlineData("policy boston", "Which site? There is denver. (site-unknown)")]
    [InlineData("reviews", "No change waits for a review.")]
    public async Task What_can_not_be_meant_is_said(string text, string reply)
    {
        await PlanAsync();

        Assert.Equal(reply, await bot.ReplyToAsync(text));
        Assert.Empty(bot.Changes.Calls);
    }

    [Fact]
    public async Task A_review_is_for_approvers()
    {
        await PlanAsync();

        Assert.Contains("(role-missing)", bot.TextOf((await bot.SayAsync("review CHG-1 fine", new Actor("chris", "Chris Lund"), TestEnvironment.Approvals)).Single()), StringComparison.Ordinal);
        await bot.SayAsync("review CHG-1 it was right", TestEnvironment.Ben, TestEnvironment.Approvals);
        Assert.Equal("review (it was right) CHG-1 by ben", bot.Changes.Calls[^1]);
    }

    [Fact]
    public async Task Reviews_lists_what_nobody_has_looked_at()
    {
        var change = await PlanAsync();
        bot.Changes.StoreOnly(change with { State = ChangeState.Done, BreakGlass = new BreakGlass(TestEnvironment.Ben, "911 is down", TestEnvironment.Noon, change.Plan.Hash, []) });

        Assert.Equal("CHG-1: trunk acme-east, Done; Ben Baker broke the glass on 2026-11-22 12:00:00 UTC: 911 is down", await bot.ReplyToAsync("reviews"));
    }

    [Fact]
    public async Task Policy_shows_what_holds_at_a_site_and_kinds_that_are_alike_together()
    {
        var site = bot.Site with
        {
            TimeZone = "America/Denver",
            Approval = new ApprovalPolicy
            {
                Approvers = ["ben", "dana"],
                Needed = 1,
                Channel = "c",
                RemindBeforeMinutes = 60,
                EscalateAfterMinutes = 120,
                FallbackApprovers = ["chris"],
                BreakGlass = ["chris"],
                MaintenanceWindows = [new WeeklyWindow { Days = [DayOfWeek.Tuesday], From = new TimeOnly(22, 0), To = new TimeOnly(4, 0) }],
                Freezes = [new ChangeFreeze(new DateTime(2026, 12, 20), new DateTime(2027, 1, 3), "holidays")],
                Kinds = new Dictionary<string, ApprovalOverlay> { ["removal"] = new() { Needed = 2, ReasonRequired = [ReasonFrom.Requester, ReasonFrom.Denier] } },
            },
        };
        bot.Sites.All = [site];
        var version = (string kind) => PolicyPin.Of(site, kind).Version;
        Assert.Equal(
            $"""
            Approval at Denver (simulated lab)
            For set-up, change, fleet (version {version("set-up")}):
            - ask: any engineer
            - decide: 1 of Ben Baker (ben), Dana Diaz (dana); rejections that end it: 1
            - give a reason: who rejects
            - expires after 480 minutes, with a reminder 60 minutes before
            - after 120 minutes without a decision also Chris Lund (chris)
            - break the glass: Chris Lund (chris)
            - maintenance windows (America/Denver): Tue 22:00-04:00
            - freeze (America/Denver): 2026-12-20 00:00 to 2027-01-03 00:00, holidays
            For removal (version {version("removal")}):
            - ask: any engineer
            - decide: 2 of Ben Baker (ben), Dana Diaz (dana); rejections that end it: 1
            - give a reason: who asks, who rejects
            - expires after 480 minutes, with a reminder 60 minutes before
            - after 120 minutes without a decision also Chris Lund (chris)
            - break the glass: Chris Lund (chris)
            - maintenance windows (America/Denver): Tue 22:00-04:00
            - freeze (America/Denver): 2026-12-20 00:00 to 2027-01-03 00:00, holidays
            """,
            await bot.ReplyToAsync("policy"));
    }

    [Fact]
    public async Task Policy_explain_tells_who_could_approve_and_how_every_gate_stands()
    {
        var site = bot.Site with
        {
            Approval = bot.Site.Approval with { Needed = 2, DenyThreshold = 2, Approvers = ["ana", "ben", "dana", "chris"], BusinessHours = [new WeeklyWindow { From = new TimeOnly(14, 0), To = new TimeOnly(18, 0) }] },
        };
        bot.Sites.All = [site];
        var change = await PlanAsync();
        var plan = change.Plan with { Hash = PlanHash.Of(change.Plan) };
        bot.Changes.StoreOnly(change with
        {
            Plan = plan,
            State = ChangeState.WaitingForApproval,
            Policy = PolicyPin.Of(site, ChangeKinds.SetUp),
            ApprovalExpires = TestEnvironment.Noon.AddHours(8),
            Course = new ApprovalCourse { Submitted = TestEnvironment.Noon },
            Decisions = [new Decision(TestEnvironment.Ben, true, null, plan.Hash, TestEnvironment.Noon), new Decision(TestEnvironment.Dana, false, "too many edges", plan.Hash, TestEnvironment.Noon)],
        });
        bot.Locks.All.Add(new ElementLock(plan.Systems[0].Element, "CHG-9", "trunk other", TestEnvironment.Noon));

        var said = await bot.ReplyToAsync("policy explain 1");

        Assert.Equal(
            $"""
            CHG-1, trunk acme-east at denver: Waiting for approval. It waits.
            Policy for set-up, version {PolicyPin.Of(site, ChangeKinds.SetUp).Version}: approvals needed: 2; rejections that end it: 2.
            Could decide now: Chris Lund (chris)
            Could not: Ana Ortiz (ana): asked for the change
            Could not: Ben Baker (ben): approved it already
            Could not: Dana Diaz (dana): rejected it already
            May break the glass: nobody
            passes Plan: The plan is what its hash {plan.ShortHash} says.
            passes Work: The plan has {plan.Steps.Count} steps.
            passes Checks: The checks of the plan found no error.
            passes Site: The site denver has its profile.
            passes Policy: Version {PolicyPin.Of(site, ChangeKinds.SetUp).Version} for set-up, pinned 2026-11-22 12:00 UTC.
            passes Requester: Ana Ortiz may ask for it.
            passes Approvers: 3 approvers could decide, 2 are needed.
            passes Rejections: 1 rejected it (Dana Diaz: too many edges); 2 would end it.
            WAITS Approvals: 1 of 2 approvals (Ben Baker). (approvals-missing)
            passes Time to decide: It can be decided until 2026-11-22 20:00 UTC.
            passes Not before: It may begin as soon as it is approved.
            passes Not after: No end was given.
            WAITS Business hours: It is outside the business hours of the site. (outside-business-hours)
            passes Freeze: No freeze is on.
            passes Maintenance window: The site has no maintenance windows.
            passes Systems unchanged: Read 0 minutes ago, when the plan was made; every system is read again at the start, and one that changed stops it.
            WAITS Locks: {plan.Systems[0].Element} is held by CHG-9 (trunk other) since 2026-11-22 12:00 UTC. (element-locked)
            As far as time is concerned it may begin 2026-11-22 14:00:00 UTC.
            """,
            said);
    }

    [Fact]
    public async Task A_store_of_locks_that_is_away_is_one_of_the_answers()
    {
        await PlanAsync();
        bot.Locks.IsAway = true;

        Assert.Contains("FAILS Locks: The store of the locks can't be reached", await bot.ReplyToAsync("policy explain CHG-1"), StringComparison.Ordinal);
    }

    private async Task<Change> PlanAsync()
    {
        await bot.WithApprovalsAsync();
        await bot.SayAsync("new trunk name=acme-east site=denver edges=umatilla");
        return bot.Changes.All["CHG-1"];
    }
}
