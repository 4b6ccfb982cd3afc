using TrunkBot.Chat.Messages;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Health;

namespace TrunkBot.Chat.Tests.Cards;

/// <summary>What somebody sees who opens the bot's own page.</summary>
public sealed class HomeBoardTests
{
    [Fact]
    public async Task Before_there_is_anything_it_says_so_once()
    {
        using var bot = TestEnvironment.Create();

        var card = Assert.Single(await DrawAsync(bot));

        Assert.Contains("You have no open change.\n", bot.TextOf(card), StringComparison.Ordinal);
        Assert.Contains("There is no trunk under management yet.\n", bot.TextOf(card), StringComparison.Ordinal);
        Assert.EndsWith("[New trunk]\n", bot.TextOf(card), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trunks_are_asked_after_the_first_drawing_and_those_in_trouble_are_named()
    {
        using var bot = TestEnvironment.Create();
        bot.AddTrunk();
        bot.Perimeta.Lines = [new(HealthState.Failed, "adjacency acme-east-us2", "down")];

        var cards = await DrawAsync(bot);

        Assert.Equal(2, cards.Count);
        Assert.Contains("Asking the systems of 1 trunk ...\n", bot.TextOf(cards[0]), StringComparison.Ordinal);
        Assert.Contains("1 of 1 trunk in trouble.\nFailed: acme-east. 1 thing is wrong", bot.TextOf(cards[1]), StringComparison.Ordinal);
        Assert.Contains("[Diagnose acme-east]\n", bot.TextOf(cards[1]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trunks_in_order_are_counted_and_not_named()
    {
        using var bot = TestEnvironment.Create();
        bot.AddTrunk();

        var last = (await DrawAsync(bot))[^1];

        Assert.Contains("1 trunk, none in trouble.\n", bot.TextOf(last), StringComparison.Ordinal);
        Assert.DoesNotContain("acme-east", bot.TextOf(last), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_trunks_than_anybody_waits_for_stand_as_the_watch_saw_them_and_none_is_asked()
    {
        using var bot = TestEnvironment.Create();
        for (var i = 0; i < 101; i++)
        {
            bot.AddTrunk($"name=t{i:000} site=denver edges=umatilla");
        }

        bot.History.Overview = bot.History.Overview with
        {
            Unseen = 100,
            Worst = [new TrunkNow { Trunk = "t001", Site = "denver", At = TestEnvironment.Noon, Since = TestEnvironment.Noon, State = HealthState.Failed, Sentence = "1 thing is wrong." }],
        };

        var card = Assert.Single(await DrawAsync(bot));

        Assert.Contains("0 failed, 0 need attention, 0 could not be read, 0 OK, 100 not looked at yet.\nFailed: t001. 1 thing is wrong.", bot.TextOf(card), StringComparison.Ordinal);
        Assert.Equal(0, bot.Perimeta.Asked);
    }

    [Fact]
    public async Task Only_ones_own_open_changes_are_listed()
    {
        using var bot = TestEnvironment.Create();
        await bot.SayAsync("new trunk name=acme-east site=denver edges=umatilla");
        await bot.SayAsync("new trunk name=acme-west site=denver edges=umatilla", TestEnvironment.Ben, TestEnvironment.Chat);

        var text = bot.TextOf((await DrawAsync(bot))[0]);

        Assert.Contains("You have 1 open change.\n", text, StringComparison.Ordinal);
        Assert.Contains("for trunk acme-east: Planned, since 2026-11-22 12:00", text, StringComparison.Ordinal);
        Assert.DoesNotContain("acme-west", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_bound_to_no_account_reads_how_to_be_and_nothing_of_the_network()
    {
        using var bot = TestEnvironment.Create();
        bot.AddTrunk();

        var text = bot.TextOf(Assert.Single(await DrawAsync(bot, "slack:T1/U9")));

        Assert.Contains("I don't know which account of this site you are, so you may only say help and whoami.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Trunks in trouble", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[New trunk]", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_in_the_language_of_who_opens_it()
    {
        using var bot = TestEnvironment.Create();
        await bot.SayAsync("language de");
        var text = "";

        await bot.Home.DrawAsync(
            new("webchat:ana", "Ana Ortiz"),
            card =>
            {
                text = bot.TextOf(Message.OfCard(card, "home"));
                return Task.CompletedTask;
            },
            TestContext.Current.CancellationToken);

        Assert.Contains("Meine offenen Änderungen\nSie haben keine offene Änderung.\n", text, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<Message>> DrawAsync(TestEnvironment bot, string user = "webchat:ana")
    {
        var cards = new List<Message>();
        await bot.Home.DrawAsync(
            new(user, "Ana Ortiz"),
            card =>
            {
                cards.Add(Message.OfCard(card, "home"));
                return Task.CompletedTask;
            },
            TestContext.Current.CancellationToken);
        return cards;
    }
}
