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
        await bot.Changes.SetAsync(bot.Changes.All["CHG-1"] with { State = Changes.Life.ChangeState.Done });
        await bot.SettleAsync();

        Assert.NotEqual(lost.Id, again.Id);
        Assert.Contains("Done", bot.TextOf(again), StringComparison.Ordinal);
        Assert.Single(bot.Channel.Messages, m => m.Conversation == "approvals");
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

    private async Task PlanAndSubmitAsync()
    {
        await bot.SayAsync(Line);
        await bot.PressAsync("submit", TestEnvironment.Ana, TestEnvironment.Chat, ("change", "CHG-1"), ("hash", HashOfPlan()));
    }

    private string HashOfPlan() => bot.Changes.All["CHG-1"].Plan.Hash;

    private Shown CardIn(string conversation, string words) =>
        bot.Channel.Messages.Last(m => m.Conversation == conversation && bot.TextOf(m).Contains(words, StringComparison.Ordinal));
}
