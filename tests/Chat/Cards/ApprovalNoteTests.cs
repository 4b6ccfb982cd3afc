using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Life;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Chat.Tests.Cards;

/// <summary>What is said once of the approval of a change beside its cards, and what the cards say of it.</summary>
public sealed class ApprovalNoteTests : IDisposable
{
    private readonly TestEnvironment bot = TestEnvironment.Create();

    public void Dispose() => bot.Dispose();

    [Fact]
    public async Task The_requester_is_told_where_it_was_asked_for_that_nobody_answered()
    {
        var change = await WaitingAsync();

        await SetAsync(change with { State = ChangeState.Expired, Trouble = new ChangeTrouble("approval-expired", "Nobody decided until 2026-11-22 20:00 UTC.", "Plan the change again.") });
        await bot.CatchUpAsync();

        Assert.Equal(
            ["CHG-1 for trunk acme-east: Expired: nobody answered in time. Nobody decided until 2026-11-22 20:00 UTC. Plan the change again. (approval-expired)"],
            TextsIn("ana").TakeLast(1));
        Assert.Contains("Nobody decided until 2026-11-22 20:00 UTC. Plan the change again.", bot.TextOf(CardIn("ana")), StringComparison.Ordinal);
        Assert.Contains("Nobody decided until 2026-11-22 20:00 UTC.", bot.TextOf(CardIn("approvals")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_that_was_withdrawn_says_by_whom_and_why_on_every_card()
    {
        var change = await WaitingAsync();

        await SetAsync(change with { State = ChangeState.Cancelled, Trouble = new ChangeTrouble("withdrawn", "Ana Ortiz withdrew it: wrong edges", "Plan it again when it is wanted.") });

        Assert.Contains("CHG-1 for trunk acme-east: Cancelled. Ana Ortiz withdrew it: wrong edges Plan it again when it is wanted. (withdrawn)", TextsIn("ana"));
        Assert.Contains("Ana Ortiz withdrew it: wrong edges", bot.TextOf(CardIn("approvals")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_is_told_of_a_draft_that_was_put_away()
    {
        var change = await PlanAsync();
        var before = TextsIn("ana").Count;

        await SetAsync(change with { State = ChangeState.Cancelled });

        Assert.Equal(before, TextsIn("ana").Count);
    }

    [Fact]
    public async Task Reminder_and_escalation_are_said_once_in_the_approvals_channel_to_those_concerned()
    {
        var change = await WaitingAsync(p => p with { EscalateAfterMinutes = 60, Fallback = ["chris"], Needed = 2 });
        change = change with { Decisions = [new Decision(TestEnvironment.Ben, true, null, change.Plan.Hash, TestEnvironment.Noon)], Course = new ApprovalCourse { Submitted = TestEnvironment.Noon, Reminded = TestEnvironment.Noon, Escalated = TestEnvironment.Noon } };

        await SetAsync(change);
        await SetAsync(change with { Activity = "" });

        Assert.Equal(
            [
                "CHG-1 for trunk acme-east still waits for a decision: 1 of 2 approvals. It expires 2026-11-22 20:00:00 UTC.",
                "CHG-1 for trunk acme-east was not decided within 60 minutes. From now on chris may decide it too.",
            ],
            TextsIn("approvals"));
        var said = bot.Channel.Messages.Where(m => m.Conversation == "approvals" && m.Message.Text is not null).ToList();
        Assert.Equal(["webchat:dana", "webchat:chris"], said[0].Message.Mentions.Select(u => u.Id));
        Assert.Equal(["webchat:chris"], said[1].Message.Mentions.Select(u => u.Id));
    }

    [Fact]
    public async Task Broken_glass_is_loud_in_the_channel_on_the_card_and_to_the_requester_until_it_is_reviewed()
    {
        var change = await WaitingAsync();
        var glass = new BreakGlass(TestEnvironment.Ben, "911 is down", TestEnvironment.Noon, change.Plan.Hash, ["0 of 1 approvals."]);
        const string Loud = "BREAK-GLASS: Ben Baker let CHG-1 begin without approval on 2026-11-22 12:00:00 UTC. Reason: 911 is down";

        await SetAsync(change with { State = ChangeState.Approved, BreakGlass = glass });

        Assert.Equal([$"{Loud}\nOverridden: 0 of 1 approvals.\nAn approver who took no part reviews it afterwards: review CHG-1 and what was found."], TextsIn("approvals"));
        Assert.Equal(Loud, TextsIn("ana")[^1]);
        Assert.Contains(Loud, bot.TextOf(CardIn("approvals")), StringComparison.Ordinal);
        Assert.Contains("Not reviewed yet: an approver says review CHG-1 and what was found.", bot.TextOf(CardIn("approvals")), StringComparison.Ordinal);

        await SetAsync(change with { State = ChangeState.Done, BreakGlass = glass with { Reminded = TestEnvironment.Noon.AddDays(1) } });
        await SetAsync(change with { State = ChangeState.Done, BreakGlass = glass with { Review = new BreakGlassReview(TestEnvironment.Dana, "it was right", TestEnvironment.Noon.AddDays(1)) } });

        Assert.Equal(
            [
                "Ben Baker broke the glass of CHG-1 on 2026-11-22 12:00:00 UTC, and nobody has reviewed it. Say review CHG-1 and what was found.",
                "CHG-1: Reviewed by Dana Diaz on 2026-11-23 12:00:00 UTC: it was right",
            ],
            TextsIn("approvals").Skip(1));
        Assert.Contains("Reviewed by Dana Diaz", bot.TextOf(CardIn("approvals")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_request_shows_the_reason_the_times_and_what_was_decided_so_far()
    {
        var change = await WaitingAsync(p => p with { DenyThreshold = 2 });

        await SetAsync(change with
        {
            Course = new ApprovalCourse { Submitted = TestEnvironment.Noon, Reason = "new branch", NotBefore = TestEnvironment.Noon.AddHours(14), NotAfter = TestEnvironment.Noon.AddHours(16) },
            Decisions = [new Decision(TestEnvironment.Dana, false, "not sure", change.Plan.Hash, TestEnvironment.Noon)],
        });

        Assert.Contains(
            "1 of 2 approvers must agree; who asked for the change or edited it is not counted. What it is for: new branch It begins not before 2026-11-23 02:00:00 UTC. It begins before 2026-11-23 04:00:00 UTC or not at all. Dana Diaz rejected CHG-1 on 2026-11-22 12:00:00 UTC. Reason: not sure\n",
            bot.TextOf(CardIn("approvals")),
            StringComparison.Ordinal);
        Assert.Contains("[Approve]", bot.TextOf(CardIn("approvals")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_one_person_lab_says_so_where_it_is_decided()
    {
        await SetAsync(await WaitingAsync(p => p with { OnePersonLab = true, Approvers = ["ana"] }));

        Assert.Contains("ONE-PERSON LAB: 1 of 1 must agree, and who asked for the change is counted too.", bot.TextOf(CardIn("approvals")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_an_approval_needs_a_reason_the_card_has_a_field_and_a_client_with_dialogs_a_dialog()
    {
        await SetAsync(await WaitingAsync(p => p with { ReasonRequired = [ReasonFrom.Approver] }));

        Assert.Contains("Why is it approved?", bot.Cards.Render(CardIn("approvals").Message.Card!).ToJsonString(), StringComparison.Ordinal);
        var asked = await bot.PressInDialogAsync("approve", TestEnvironment.Ben, TestEnvironment.Approvals, ("change", "CHG-1"), ("hash", SamplePlans.Hash));
        Assert.Equal("Approve CHG-1", asked.Form!.Title);
        Assert.Empty(asked.Form.Errors);
        var empty = await bot.PressInDialogAsync("approve", TestEnvironment.Ben, TestEnvironment.Approvals, ("change", "CHG-1"), ("hash", SamplePlans.Hash), ("reason", " "));
        Assert.Equal("A reason is needed.", empty.Form!.Errors["reason"]);
        Assert.Equal("reason-required", (await bot.PressAsync("approve", TestEnvironment.Ben, TestEnvironment.Approvals, ("change", "CHG-1"), ("hash", SamplePlans.Hash), ("why", ""))).RefusalCode);
        var approved = await bot.PressAsync("approve", TestEnvironment.Ben, TestEnvironment.Approvals, ("change", "CHG-1"), ("hash", SamplePlans.Hash), ("why", "read it"), ("reason", "of the other field"));
        Assert.Equal("CHG-1 is approved and begins.", approved.Notice);
        Assert.Equal("read it", Assert.Single(bot.Changes.All["CHG-1"].Decisions).Reason);
    }

    [Fact]
    public async Task Where_a_request_needs_a_reason_submit_asks_in_a_dialog()
    {
        bot.Sites.All = [bot.Site with { Approval = bot.Site.Approval with { ReasonRequired = [ReasonFrom.Requester] } }];
        await PlanAsync();

        var asked = await bot.PressInDialogAsync("submit", TestEnvironment.Ana, TestEnvironment.Chat, ("change", "CHG-1"));
        Assert.Equal("Submit CHG-1", asked.Form!.Title);
        await bot.PressInDialogAsync("submit", TestEnvironment.Ana, TestEnvironment.Chat, ("change", "CHG-1"), ("reason", "new branch"));
        Assert.Equal("submit (new branch) CHG-1 by ana", bot.Changes.Calls[^1]);
    }

    private async Task<Change> PlanAsync()
    {
        await bot.WithApprovalsAsync();
        await bot.SayAsync("new trunk name=acme-east site=denver edges=umatilla");
        return bot.Changes.All["CHG-1"];
    }

    /// <summary>Submitted, with the request posted.</summary>
    private async Task<Change> WaitingAsync(Func<PinnedPolicy, PinnedPolicy>? policy = null)
    {
        await PlanAsync();
        await bot.PressAsync("submit", TestEnvironment.Ana, TestEnvironment.Chat, ("change", "CHG-1"));
        var change = bot.Changes.All["CHG-1"];
        return change with { Policy = policy is null ? change.Policy : policy(change.Policy!) };
    }

    private async Task SetAsync(Change change)
    {
        await bot.Changes.SetAsync(change);
        await bot.SettleAsync();
    }

    private IReadOnlyList<string> TextsIn(string conversation) => [.. bot.Channel.Messages.Where(m => m.Conversation == conversation && m.Message.Text is not null && m.Message.Card is null).Select(m => m.Message.Text!)];

    private Shown CardIn(string conversation) => bot.Channel.Messages.First(m => m.Conversation == conversation && m.Message.Card is not null);
}
