using TrunkBot.Changes.Life;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Chat.Tests.Conversation;

/// <summary>The bot is let into conversations and taken out of them.</summary>
public sealed class WhereaboutsTests : IDisposable
{
    private static readonly ConversationReference Channel = new("webchat", "", "19:x@thread.tacv2", "bot", true) { ConversationType = "channel" };

    private readonly TestEnvironment bot = TestEnvironment.Create();
    private int turns;

    public void Dispose() => bot.Dispose();

    [Fact]
    public async Task Two_updates_of_one_first_contact_make_one_greeting()
    {
        await HandleAsync(TurnKind.Joined, Channel);
        await HandleAsync(TurnKind.Joined, Channel);

        Assert.Single(bot.Channel.Messages);
    }

    [Fact]
    public async Task Whoever_lets_the_bot_in_again_is_greeted_again()
    {
        await HandleAsync(TurnKind.Joined, Channel);
        await HandleAsync(TurnKind.Left, Channel);
        await HandleAsync(TurnKind.Left, Channel);
        await HandleAsync(TurnKind.Joined, Channel);

        Assert.Equal(2, bot.Channel.Messages.Count);
    }

    [Theory]
    [InlineData("personal", false, "nobody else reads this")]
    [InlineData("groupChat", true, "Here I hear only what mentions me. Everybody in this chat reads")]
    [InlineData("channel", true, "answer in its thread")]
    public async Task The_welcome_says_what_is_possible_here(string type, bool isGroup, string said)
    {
        bot.Channel.Capabilities |= ChannelCapabilities.HearsMentionsOnly | ChannelCapabilities.Threads;

        await HandleAsync(TurnKind.Joined, Channel with { ConversationType = type, IsGroup = isGroup });

        Assert.Contains(said, bot.TextOf(Assert.Single(bot.Channel.Messages)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_turn_in_a_thread_makes_the_whole_conversation_known()
    {
        await bot.SayAsync("help", TestEnvironment.Ana, Channel with { ConversationId = "19:x@thread.tacv2;messageid=17" });

        Assert.Equal("19:x@thread.tacv2", (await FindAsync(Channel.Key))!.ConversationId);
        Assert.Null(await FindAsync($"{Channel.Key};messageid=17"));
    }

    [Fact]
    public async Task What_later_turns_do_not_say_of_a_conversation_stays_known()
    {
        await HandleAsync(TurnKind.Joined, Channel with { TenantId = "t1" });
        await bot.SayAsync("help", TestEnvironment.Ana, Channel with { ConversationType = null, ServiceUrl = "https://new/" });

        var known = await FindAsync(Channel.Key);
        Assert.Equal(("channel", "t1", "https://new/"), (known!.ConversationType, known.TenantId, known.ServiceUrl));
        Assert.NotNull(known.Greeted);
    }

    [Fact]
    public async Task A_conversation_that_is_closed_to_the_bot_is_tried_once_and_left_alone_until_the_bot_is_added_again()
    {
        await bot.WithApprovalsAsync();
        await bot.SayAsync("new trunk name=acme-east site=denver edges=umatilla");
        bot.Channel.IsClosedToBot = true;
        await bot.Changes.SetAsync(bot.Changes.All["CHG-1"] with { State = ChangeState.Cancelled });
        await bot.SettleAsync();
        Assert.True((await FindAsync(TestEnvironment.Chat.Key))!.IsClosed);
        var calls = bot.Channel.Calls;

        await bot.CatchUpAsync();
        await bot.CatchUpAsync();
        Assert.Equal(calls, bot.Channel.Calls);

        bot.Channel.IsClosedToBot = false;
        await HandleAsync(TurnKind.Joined, TestEnvironment.Chat);
        await bot.CatchUpAsync();
        Assert.Contains("Cancelled", bot.TextOf(bot.Channel.Messages[0]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Approvers_whose_channel_threw_the_bot_out_are_asked_when_it_is_back()
    {
        await HandleAsync(TurnKind.Left, TestEnvironment.Approvals);
        await bot.SayAsync("new trunk name=acme-east site=denver edges=umatilla");
        await bot.PressAsync("submit", TestEnvironment.Ana, TestEnvironment.Chat, ("change", "CHG-1"));
        Assert.Contains("Add me to it", bot.TextOf(bot.Channel.Messages[0]), StringComparison.Ordinal);
        Assert.DoesNotContain(bot.Channel.Messages, m => m.Conversation == "approvals");

        await HandleAsync(TurnKind.Joined, TestEnvironment.Approvals);
        await bot.CatchUpAsync();

        Assert.Contains(bot.Channel.Messages, m => m.Conversation == "approvals" && bot.TextOf(m).Contains("Approval needed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whoever_presses_where_the_bot_may_not_write_is_told()
    {
        bot.AddTrunk();
        bot.Channel.IsClosedToBot = true;

        var outcome = await bot.PressAsync("diagnose", TestEnvironment.Ana, Channel, ("trunk", "acme-east"));

        Assert.Equal("conversation-closed-to-bot", outcome.RefusalCode);
    }

    private Task<ConversationReference?> FindAsync(string key) => ((IConversationStore)bot.Stores).FindAsync(key, TestContext.Current.CancellationToken);

    private async Task HandleAsync(TurnKind kind, ConversationReference where)
    {
        await bot.HandleAsync(new Turn { Id = $"u{++turns}", Kind = kind, From = new("webchat:ana", "Ana Ortiz"), Where = where, At = bot.Time.GetUtcNow() });
        await bot.SettleAsync();
    }
}
