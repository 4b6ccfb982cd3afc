using TrunkBot.Changes.Life;
using TrunkBot.Chat.Ports;

namespace TrunkBot.Chat.Tests.Cards;

/// <summary>The request for approval where each reader has a view of their own.</summary>
public sealed class PersonalViewTests : IDisposable
{
    private readonly TestEnvironment bot = TestEnvironment.Create();

    public void Dispose() => bot.Dispose();

    [Fact]
    public async Task The_card_of_all_has_no_decision_on_it_and_names_those_whose_clients_ask_for_more()
    {
        var request = await RequestAsync(ChannelCapabilities.PersonalViews);

        Assert.DoesNotContain("[Approve]", bot.TextOf(request), StringComparison.Ordinal);
        Assert.DoesNotContain("[Reject]", bot.TextOf(request), StringComparison.Ordinal);
        Assert.Contains("[Show what I may do]", bot.TextOf(request), StringComparison.Ordinal);
        Assert.Equal(["webchat:ben", "webchat:dana"], request.Message.Mentions.Select(m => m.Id));
        Assert.Equal(["webchat:ben", "webchat:dana", "webchat:ana"], request.Message.Viewers.Select(v => v.Id));
    }

    [Fact]
    public async Task Where_all_see_the_same_the_buttons_stand_on_the_card()
    {
        var request = await RequestAsync(ChannelCapabilities.None);

        Assert.Contains("[Approve]", bot.TextOf(request), StringComparison.Ordinal);
        Assert.DoesNotContain("[Show what I may do]", bot.TextOf(request), StringComparison.Ordinal);
        Assert.Empty(request.Message.Viewers);
        Assert.Equal(["webchat:ben", "webchat:dana"], request.Message.Mentions.Select(m => m.Id));
    }

    [Fact]
    public async Task An_approver_sees_the_buttons_the_requester_may_take_it_back_and_others_only_read()
    {
        await RequestAsync(ChannelCapabilities.PersonalViews);

        var approver = await ViewOfAsync("ben");
        Assert.Contains("[Approve]", approver, StringComparison.Ordinal);
        Assert.Contains("[Reject]", approver, StringComparison.Ordinal);
        Assert.DoesNotContain("[Take back]", approver, StringComparison.Ordinal);
        var requester = await ViewOfAsync("ana");
        Assert.Contains("[Take back]", requester, StringComparison.Ordinal);
        Assert.DoesNotContain("[Approve]", requester, StringComparison.Ordinal);
        var other = await ViewOfAsync("chris");
        Assert.DoesNotContain("[Take back]", other, StringComparison.Ordinal);
        Assert.DoesNotContain("[Approve]", other, StringComparison.Ordinal);
        Assert.Contains("Approval needed", other, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_approver_who_asked_for_the_change_or_edited_it_sees_no_button_to_decide()
    {
        await RequestAsync(ChannelCapabilities.PersonalViews);
        var change = bot.Changes.All["CHG-1"];
        bot.Changes.StoreOnly(change with { Editors = [.. change.Editors, TestEnvironment.Ben], Policy = new PinnedPolicy(["ana", "ben", "dana"], 1) });

        Assert.DoesNotContain("[Approve]", await ViewOfAsync("ana"), StringComparison.Ordinal);
        Assert.DoesNotContain("[Approve]", await ViewOfAsync("ben"), StringComparison.Ordinal);
        Assert.Contains("[Approve]", await ViewOfAsync("dana"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_approver_who_has_decided_sees_no_button_to_decide_again()
    {
        await RequestAsync(ChannelCapabilities.PersonalViews);
        var change = bot.Changes.All["CHG-1"];
        bot.Changes.StoreOnly(change with { Decisions = [new Decision(TestEnvironment.Ben, true, null, change.Plan.Hash, TestEnvironment.Noon)] });

        Assert.DoesNotContain("[Approve]", await ViewOfAsync("ben"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_view_that_is_asked_for_posts_and_edits_nothing_and_shows_the_decision_once_there_is_one()
    {
        await RequestAsync(ChannelCapabilities.PersonalViews);
        bot.Changes.StoreOnly(bot.Changes.All["CHG-1"] with { State = ChangeState.Rejected });
        var calls = bot.Channel.Calls;

        var view = await ViewOfAsync("ben");

        Assert.StartsWith("Simulated lab", view, StringComparison.Ordinal);
        Assert.Contains("Decision", view, StringComparison.Ordinal);
        Assert.DoesNotContain("[Approve]", view, StringComparison.Ordinal);
        Assert.Equal(calls, bot.Channel.Calls);
        Assert.Equal("change-not-found", (await bot.PressAsync("refresh", TestEnvironment.Ben, TestEnvironment.Approvals, ("change", "CHG-9"))).RefusalCode);
    }

    private async Task<Shown> RequestAsync(ChannelCapabilities views)
    {
        bot.Channel.Capabilities |= views;
        await bot.WithApprovalsAsync();
        await bot.SayAsync("new trunk name=acme-east site=denver edges=umatilla");
        await bot.PressAsync("submit", TestEnvironment.Ana, TestEnvironment.Chat, ("change", "CHG-1"));
        return bot.Channel.Messages.Single(m => m.Conversation == "approvals");
    }

    private async Task<string> ViewOfAsync(string user) =>
        TestEnvironment.TextOf(bot.Cards.Render((await bot.PressAsync("refresh", new(user, user), TestEnvironment.Approvals, ("change", "CHG-1"))).Card!));
}
