using TrunkBot.Changes;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Chat.Tests;

/// <summary>What each button of a change does, and what the one who pressed it is told.</summary>
public sealed class ButtonTests : IDisposable
{
    private readonly TestEnvironment bot = TestEnvironment.Create();

    public void Dispose() => bot.Dispose();

    [Fact]
    public async Task Submit_sends_the_plan_to_the_approvers()
    {
        await PlanAsync();

        Assert.Equal(("CHG-1 waits for 1 approval.", null), Said(await PressAsync("submit", TestEnvironment.Ana)));
        Assert.Contains("Approval needed", bot.TextOf(bot.Channel.Messages.Single(m => m.Conversation == "approvals")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_requester_cannot_approve_and_the_request_stays_open()
    {
        await SubmittedAsync();

        var outcome = await PressAsync("approve", TestEnvironment.Ana, ("hash", SamplePlans.Hash));

        Assert.Equal("approver-is-requester", outcome.RefusalCode);
        Assert.StartsWith("Who asks for a change or edits it can't decide it. Ask another approver.", outcome.Notice, StringComparison.Ordinal);
        Assert.Contains("[Approve]", bot.TextOf(bot.Channel.Messages.Single(m => m.Conversation == "approvals")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_second_click_on_Approve_is_told_who_was_first()
    {
        await SubmittedAsync();

        Assert.Equal(("CHG-1 is approved and begins.", null), Said(await PressAsync("approve", TestEnvironment.Ben, ("hash", SamplePlans.Hash))));
        Assert.Equal(
            ("CHG-1 is decided already: Ben Baker approved it at 2026-11-22 12:00 UTC.", "already-decided"),
            Said(await PressAsync("approve", Dana, ("hash", SamplePlans.Hash))));
        Assert.DoesNotContain("[Approve]", bot.TextOf(bot.Channel.Messages.Single(m => m.Conversation == "approvals")), StringComparison.Ordinal);
        Assert.Contains(bot.Channel.Messages, m => m.Message.Text == "Ben Baker approved CHG-1 on 2026-11-22 12:00:00 UTC.");
    }

    [Fact]
    public async Task The_plan_that_was_seen_must_be_the_plan_that_stands()
    {
        await SubmittedAsync();

        Assert.Equal(
            ("The plan that you saw is not the plan that stands. Open the card again and read it.", "plan-changed"),
            Said(await PressAsync("approve", TestEnvironment.Ben, ("hash", "other"))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public async Task A_rejection_needs_a_reason(string reason)
    {
        await SubmittedAsync();

        Assert.Equal(
            ("Say why you reject it: the requester needs to know.", "reason-required"), Said(await PressAsync("reject", TestEnvironment.Ben, ("reason", reason))));
        Assert.Equal(ChangeState.WaitingForApproval, bot.Changes.All["CHG-1"].State);
    }

    [Fact]
    public async Task A_rejection_after_another_decision_is_told_who_was_first_even_without_a_reason()
    {
        await SubmittedAsync();
        await PressAsync("approve", TestEnvironment.Ben, ("hash", SamplePlans.Hash));

        Assert.Equal("already-decided", (await PressAsync("reject", Dana, ("reason", ""))).RefusalCode);
    }

    [Fact]
    public async Task A_rejection_tells_the_requester_why()
    {
        await SubmittedAsync();

        Assert.Equal(("CHG-1 is rejected.", null), Said(await PressAsync("reject", TestEnvironment.Ben, ("reason", "Not on a Friday."))));
        Assert.Contains(bot.Channel.Messages, m => m.Conversation == "ana" && m.Message.Text == "Ben Baker rejected CHG-1 on 2026-11-22 12:00:00 UTC. Reason: Not on a Friday.");
    }

    [Theory]
    [InlineData("done-step", "done metaswitch.rmgm CHG-1 by ana", "Thank you; the step is being checked.")]
    [InlineData("retry", "retry CHG-1 by ana", "CHG-1 is tried again from where it failed.")]
    [InlineData("undo", "undo CHG-1 by ana", "CHG-1 is being undone, last step first.")]
    [InlineData("apply", "apply CHG-1 by ana", "CHG-1 begins.")]
    [InlineData("stop", "stop CHG-1 by ana", "Stopped.")]
    [InlineData("pause", "pause CHG-1 by ana", "It stops before its next step.")]
    [InlineData("resume", "resume CHG-1 by ana", "CHG-1 goes on.")]
    [InlineData("step", "step CHG-1 by ana", "One step.")]
    [InlineData("confirm", "confirm CHG-1 by ana", "Confirmed.")]
    [InlineData("cancel", "cancel CHG-1 by ana", "CHG-1 is taken back. Nothing was sent.")]
    public async Task A_button_asks_the_engine_in_the_name_of_who_pressed_it(string verb, string call, string said)
    {
        await PlanAsync();

        Assert.Equal((said, null), Said(await PressAsync(verb, TestEnvironment.Ana, ("step", "metaswitch.rmgm"))));
        Assert.Equal(call, bot.Changes.Calls[^1]);
    }

    [Theory]
    [InlineData("approve")]
    [InlineData("reject")]
    [InlineData("done-step")]
    [InlineData("undo")]
    public async Task A_button_of_a_change_that_does_not_exist_says_so(string verb) => Assert.Equal(
        ("There is no change CHG-1.", "change-not-found"), Said(await PressAsync(verb, TestEnvironment.Ben)));

    [Fact]
    public async Task A_button_of_a_card_that_no_longer_exists_says_so() => Assert.Equal(
        ("That button is from a card that is out of date.", "button-unknown"), Said(await PressAsync("launch", TestEnvironment.Ana)));

    [Fact]
    public async Task Edit_takes_the_plan_back_and_opens_the_form_with_what_was_typed()
    {
        await PlanAsync();

        Assert.Equal(("CHG-1 is taken back; its values are in the new form.", null), Said(await PressAsync("edit", TestEnvironment.Ana)));
        Assert.Contains("acme-east", bot.TextOf(bot.Channel.Messages[^1]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_files_come_by_button_too()
    {
        await PlanAsync();

        await PressAsync("plan-file", TestEnvironment.Ana);
        await PressAsync("journal-file", TestEnvironment.Ana);

        Assert.Equal(["CHG-1-plan.txt", "CHG-1-journal.txt"], bot.Channel.Messages.SelectMany(m => m.Message.Files).Select(f => f.Name));
    }

    private static Actor Dana { get; } = new("dana", "Dana Diaz");

    private static (string? Notice, string? Code) Said(TurnOutcome outcome) => (outcome.Notice, outcome.RefusalCode);

    private Task<TurnOutcome> PressAsync(string verb, Actor who, params (string Key, string Value)[] data) =>
        bot.PressAsync(verb, who, who == TestEnvironment.Ana ? TestEnvironment.Chat : TestEnvironment.Approvals, [("change", "CHG-1"), .. data]);

    private async Task PlanAsync()
    {
        await bot.WithApprovalsAsync();
        await bot.SayAsync("new trunk name=acme-east site=denver edges=umatilla");
    }

    private async Task SubmittedAsync()
    {
        await PlanAsync();
        await PressAsync("submit", TestEnvironment.Ana);
    }
}
