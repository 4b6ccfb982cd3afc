using TrunkBot.Changes.Life;

namespace TrunkBot.Chat.Tests.Cards;

/// <summary>The cards of a change while it lives: in the chat of who asked and in the approvals channel.</summary>
public sealed class ChangeCardTests : IDisposable
{
    private const string Line = "new trunk name=acme-east site=denver edges=umatilla";

    private readonly TestEnvironment bot = TestEnvironment.Create();

    public void Dispose() => bot.Dispose();

    [Fact]
    public async Task A_card_that_somebody_deleted_is_posted_anew_and_the_new_one_is_edited_from_then_on()
    {
        await bot.WithApprovalsAsync();
        await PlanAndSubmitAsync();
        var lost = CardIn("approvals", "Approval needed");
        bot.Channel.Messages.Remove(lost);

        await bot.PressAsync("approve", TestEnvironment.Ben, TestEnvironment.Approvals, ("change", "CHG-1"), ("hash", HashOfPlan()));
        var again = CardIn("approvals", "Approved");
        await bot.Changes.SetAsync(bot.Changes.All["CHG-1"] with { State = ChangeState.Done });
        await bot.SettleAsync();

        Assert.NotEqual(lost.Id, again.Id);
        Assert.Contains("Done", bot.TextOf(again), StringComparison.Ordinal);
        Assert.Single(bot.Channel.Messages, m => m.Conversation == "approvals");
    }

    [Fact]
    public async Task A_card_of_which_the_program_died_before_it_knew_its_id_is_drawn_like_the_others_once_somebody_presses_it()
    {
        await bot.WithApprovalsAsync();
        await PlanAndSubmitAsync();
        var known = CardIn("approvals", "Approval needed");
        var orphan = await bot.Channel.SendAsync(TestEnvironment.Approvals, known.Message, TestContext.Current.CancellationToken);

        await bot.PressOnAsync(orphan, "approve", TestEnvironment.Ben, TestEnvironment.Approvals, ("change", "CHG-1"), ("hash", HashOfPlan()));
        Assert.All(bot.Channel.Messages.Where(m => m.Conversation == "approvals"), m => Assert.Contains("Approved", bot.TextOf(m), StringComparison.Ordinal));
        await bot.Changes.SetAsync(Now with { State = ChangeState.Done });
        await bot.SettleAsync();

        Assert.Equal([known.Id, orphan], bot.Channel.Messages.Where(m => m.Conversation == "approvals" && bot.TextOf(m).Contains("Done", StringComparison.Ordinal)).Select(m => m.Id));
        Assert.Equal([2, 2], bot.Channel.Messages.Where(m => m.Conversation == "approvals").Select(m => m.Edits));
    }

    [Fact]
    public async Task A_card_that_is_known_is_edited_once_for_each_state_wherever_it_is_pressed()
    {
        await bot.WithApprovalsAsync();
        await PlanAndSubmitAsync();
        var known = CardIn("approvals", "Approval needed");

        await bot.PressOnAsync(known.Id, "approve", TestEnvironment.Ben, TestEnvironment.Approvals, ("change", "CHG-1"), ("hash", HashOfPlan()));

        Assert.Equal((1, 1), (bot.Channel.Messages.Count(m => m.Conversation == "approvals"), known.Edits));
    }

    [Fact]
    public async Task Cards_follow_a_conversation_that_moved_to_another_service_url()
    {
        await bot.WithApprovalsAsync();
        await PlanAndSubmitAsync();
        var moved = TestEnvironment.Approvals with { ServiceUrl = "http://127.0.0.1:4000/" };
        await bot.Stores.SaveAsync(moved, TestContext.Current.CancellationToken);

        await bot.PressAsync("approve", TestEnvironment.Ben, moved, ("change", "CHG-1"), ("hash", HashOfPlan()));

        Assert.Equal("http://127.0.0.1:4000/", bot.Channel.LastServiceUrlOf("approvals"));
    }

    [Fact]
    public async Task The_last_state_arrives_however_often_the_platform_was_away_before()
    {
        await bot.WithApprovalsAsync();
        await PlanAndSubmitAsync();
        bot.Channel.Failures = 7;

        await bot.PressAsync("approve", TestEnvironment.Ben, TestEnvironment.Approvals, ("change", "CHG-1"), ("hash", HashOfPlan()));

        Assert.Contains("Approved", bot.TextOf(bot.Channel.Messages.Single(m => m.Conversation == "approvals")), StringComparison.Ordinal);
        Assert.Contains(bot.Channel.Messages, m => m.Conversation == "ana" && bot.TextOf(m).Contains("Progress", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_state_that_nobody_was_told_of_before_the_process_died_arrives_with_the_next_catch_up()
    {
        await bot.WithApprovalsAsync();
        await PlanAndSubmitAsync();
        await ApproveAsync();
        bot.Changes.StoreOnly(Now with { State = ChangeState.Done });

        await bot.CatchUpAsync();

        Assert.Contains("Done", bot.TextOf(CardIn("approvals", "Decision")), StringComparison.Ordinal);
        Assert.Contains("Done. 0 of 4 steps done.", bot.TextOf(CardIn("ana", "Progress")), StringComparison.Ordinal);
        Assert.Contains("Done. Requested by", bot.TextOf(CardIn("ana", "Plan\n")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_state_that_was_given_up_on_while_the_platform_was_away_arrives_with_a_later_catch_up()
    {
        await bot.WithApprovalsAsync();
        await PlanAndSubmitAsync();
        await ApproveAsync();
        bot.Channel.Failures = 100;
        await bot.Changes.SetAsync(Now with { State = ChangeState.Undone });
        await bot.SettleAsync();
        Assert.Equal(100 - (3 * 8), bot.Channel.Failures);

        bot.Channel.Failures = 0;
        await bot.PassAsync(30);
        await bot.CatchUpAsync();

        Assert.Contains("Undone", bot.TextOf(CardIn("ana", "Progress")), StringComparison.Ordinal);
        Assert.Contains("Undone", bot.TextOf(CardIn("approvals", "Decision")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cards_that_show_the_newest_state_are_left_alone()
    {
        await bot.WithApprovalsAsync();
        await PlanAndSubmitAsync();
        var edits = bot.Channel.Messages.Sum(m => m.Edits);

        await bot.CatchUpAsync();
        await bot.CatchUpAsync();

        Assert.Equal(edits, bot.Channel.Messages.Sum(m => m.Edits));
    }

    [Fact]
    public async Task A_card_that_fails_for_ever_holds_up_no_other()
    {
        await bot.WithApprovalsAsync();
        await PlanAndSubmitAsync();
        await ApproveAsync();
        bot.Channel.Closed = "approvals";
        var begun = bot.Time.GetUtcNow();

        foreach (var state in (ChangeState[])[ChangeState.Applying, ChangeState.Failed, ChangeState.Undoing])
        {
            await bot.Changes.SetAsync(Now with { State = state });
            await bot.PassAsync(1);
            Assert.Contains(state.ToString(), bot.TextOf(CardIn("ana", "Progress")), StringComparison.Ordinal);
        }

        Assert.Equal(TimeSpan.FromSeconds(3), bot.Time.GetUtcNow() - begun);
    }

    [Fact]
    public async Task A_store_that_is_away_for_a_moment_keeps_no_card_from_its_state()
    {
        await bot.SayAsync(Line);
        bot.Changes.IsAway = true;
        await bot.Changes.SetAsync(Now with { State = ChangeState.Cancelled });
        await bot.PassAsync(3);
        bot.Changes.IsAway = false;
        await bot.SettleAsync();

        Assert.Contains("Cancelled", bot.TextOf(CardIn("ana", "Plan\n")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_time_of_a_running_step_goes_on_without_any_change_and_stops_with_it()
    {
        await bot.SayAsync(Line);
        await bot.Changes.SetAsync((Now with { State = ChangeState.Applying }).WithFirstStep(StepProgressState.Running, bot.Time.GetUtcNow()));
        await bot.PassAsync(1);
        var progress = CardIn("ana", "Progress");
        await bot.PassAsync(11);
        Assert.Contains("Create IP access control list: running since 12:00:00 UTC, 10", bot.TextOf(progress), StringComparison.Ordinal);

        await bot.Changes.SetAsync((Now with { State = ChangeState.Paused }).WithFirstStep(StepProgressState.Done, bot.Time.GetUtcNow()));
        await bot.SettleAsync();
        var edits = progress.Edits;
        await bot.PassAsync(30);

        Assert.Equal(edits, progress.Edits);
    }

    [Fact]
    public async Task An_approvals_channel_that_is_not_known_is_told_to_the_requester_and_asked_as_soon_as_it_is()
    {
        await PlanAndSubmitAsync();
        const string unreached = "Nobody was asked yet: the approvals channel webchat:approvals of site denver is not known to me. Add me to it; the request is posted there within a minute.";
        Assert.Contains(unreached, bot.TextOf(CardIn("ana", "Plan\n")), StringComparison.Ordinal);

        await bot.WithApprovalsAsync();
        await bot.CatchUpAsync();

        Assert.Single(bot.Channel.Messages, m => m.Conversation == "approvals");
        Assert.DoesNotContain("Nobody was asked", bot.TextOf(CardIn("ana", "Plan\n")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_approvals_channel_that_refuses_is_told_to_the_requester_and_asked_again()
    {
        await bot.WithApprovalsAsync();
        bot.Channel.Closed = "approvals";
        await PlanAndSubmitAsync();
        Assert.Contains(
            "Nobody was asked yet: the approvals channel webchat:approvals of site denver can't be reached. It is tried again every minute.",
            bot.TextOf(CardIn("ana", "Plan\n")),
            StringComparison.Ordinal);

        bot.Channel.Closed = null;
        await bot.PassAsync(30);
        await bot.CatchUpAsync();

        Assert.Single(bot.Channel.Messages, m => m.Conversation == "approvals");
        Assert.DoesNotContain("Nobody was asked", bot.TextOf(CardIn("ana", "Plan\n")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_progress_is_drawn_before_what_was_asked_for()
    {
        await bot.WithApprovalsAsync();
        await PlanAndSubmitAsync();
        await ApproveAsync();
        bot.Channel.Order.Clear();

        await bot.Changes.SetAsync(Now with { State = ChangeState.Done });
        await bot.SettleAsync();

        Assert.Equal([CardIn("ana", "Progress").Id, CardIn("approvals", "Decision").Id, CardIn("ana", "Plan\n").Id], bot.Channel.Order);
    }

    private Change Now => bot.Changes.All["CHG-1"];

    private async Task ApproveAsync() =>
        await bot.PressAsync("approve", TestEnvironment.Ben, TestEnvironment.Approvals, ("change", "CHG-1"), ("hash", HashOfPlan()));

    private async Task PlanAndSubmitAsync()
    {
        await bot.SayAsync(Line);
        await bot.PressAsync("submit", TestEnvironment.Ana, TestEnvironment.Chat, ("change", "CHG-1"), ("hash", HashOfPlan()));
    }

    private string HashOfPlan() => bot.Changes.All["CHG-1"].Plan.Hash;

    private Shown CardIn(string conversation, string words) =>
        bot.Channel.Messages.Last(m => m.Conversation == conversation && bot.TextOf(m).Contains(words, StringComparison.Ordinal));
}

internal static class Steps
{
    /// <summary>The change with its first step in that state since then.</summary>
    public static Change WithFirstStep(this Change change, StepProgressState state, DateTimeOffset since) =>
        change with { Steps = [change.Steps[0] with { State = state, Started = since, Ended = null }, .. change.Steps.Skip(1)] };
}
