using System.Text.Json.Nodes;
using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;
using TrunkBot.Storage.Tests.World;

namespace TrunkBot.Storage.Tests;

public class ConversationTests : Folder
{
    private static readonly ConversationReference Where = new("webchat", "http://localhost:3978/", "ana-1", "bot", false);

    private IInbox Inbox => Get<IInbox>();

    [Fact]
    public async Task A_turn_is_stored_once_and_a_repeat_is_known_after_a_restart()
    {
        Assert.True(await Inbox.TryStoreAsync(TurnOf("a"), Ct));
        Assert.False(await Inbox.TryStoreAsync(TurnOf("a"), Ct));
        await RestartAsync();
        Assert.False(await Inbox.TryStoreAsync(TurnOf("a"), Ct));
    }

    [Fact]
    public async Task Of_many_repeats_at_once_one_is_taken()
    {
        var stored = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => Inbox.TryStoreAsync(TurnOf("a"), Ct), Ct)));

        Assert.Single(stored, s => s);
    }

    [Fact]
    public async Task What_was_stored_and_not_completed_is_picked_up_oldest_first()
    {
        await Inbox.TryStoreAsync(TurnOf("b"), Ct);
        await Inbox.TryStoreAsync(TurnOf("a"), Ct);
        await Inbox.TryStoreAsync(TurnOf("c"), Ct);
        await Inbox.CompleteAsync("a", TurnOutcome.Nothing, Ct);
        await RestartAsync();

        var pending = await Inbox.PendingAsync(Ct);

        Assert.Equal(["b", "c"], pending.Select(t => t.Id));
        var turn = pending[0];
        Assert.Equal((TurnKind.Action, "approve", "new trunk\nx", Sample.Start), (turn.Kind, turn.Verb, turn.Text, turn.At));
        Assert.Equal((Sample.Ana, Where), (turn.Who, turn.Where));
        Assert.Equal("CHG-1", turn.Data["change"]);
    }

    [Fact]
    public async Task A_turn_that_can_not_be_read_any_more_is_refused_and_holds_up_nothing()
    {
        await Inbox.TryStoreAsync(TurnOf("a"), Ct);
        await Inbox.TryStoreAsync(TurnOf("b"), Ct);
        await SqlAsync("UPDATE inbox SET Turn = '{\"id\": 7' WHERE TurnId = 'a'");

        Assert.Equal(["b"], (await Inbox.PendingOfAsync("webchat:ana-1", Ct)).Select(t => t.Id));
        Assert.Equal("turn-unreadable", (await Inbox.FindOutcomeAsync("a", Ct))!.RefusalCode);
        Assert.Equal(["b"], (await Inbox.PendingAsync(Ct)).Select(t => t.Id));
    }

    [Fact]
    public async Task What_waits_in_one_conversation_comes_in_the_order_in_which_it_arrived()
    {
        await Inbox.TryStoreAsync(TurnOf("b"), Ct);
        await Inbox.TryStoreAsync(TurnOf("x") with { Where = Where with { ConversationId = "ben-1" } }, Ct);
        await Inbox.TryStoreAsync(TurnOf("done"), Ct);
        await Inbox.TryStoreAsync(TurnOf("a"), Ct);
        await Inbox.CompleteAsync("done", TurnOutcome.Nothing, Ct);

        Assert.Equal(["b", "a"], (await Inbox.PendingOfAsync("webchat:ana-1", Ct)).Select(t => t.Id));
        Assert.Empty(await Inbox.PendingOfAsync("webchat:nobody", Ct));
    }

    [Fact]
    public async Task The_first_outcome_of_a_turn_stands()
    {
        await Inbox.TryStoreAsync(TurnOf("a"), Ct);
        Assert.Null(await Inbox.FindOutcomeAsync("a", Ct));
        var first = new TurnOutcome { RefusalCode = "already-decided", Notice = "Ben was first.", Card = new CardContent("plan", new JsonObject { ["title"] = "x <y>" }) };

        await Inbox.CompleteAsync("a", first, Ct);
        await Inbox.CompleteAsync("a", TurnOutcome.Told("second"), Ct);

        var found = (await Inbox.FindOutcomeAsync("a", Ct))!;
        Assert.Equal(("already-decided", "Ben was first."), (found.RefusalCode, found.Notice));
        Assert.Equal(("plan", "x <y>"), (found.Card!.Name, (string?)found.Card.Data["title"]));
        Assert.Null(await Inbox.FindOutcomeAsync("unknown", Ct));
    }

    [Fact]
    public async Task A_dialog_is_kept_replaced_and_cleared()
    {
        var dialogs = Get<IDialogStore>();
        var state = new DialogState("webchat:ana-1|webchat:ana", "new-trunk", "addressing", new Dictionary<string, string> { ["name"] = "acme" }, "m1", Sample.Start);
        await dialogs.SaveAsync(state, Ct);
        await dialogs.SaveAsync(state with { Step = "routing", MessageId = null }, Ct);
        await RestartAsync();
        dialogs = Get<IDialogStore>();

        var found = (await dialogs.FindAsync(state.Key, Ct))!;
        Assert.Equal(("routing", "acme", null, Sample.Start), (found.Step, found.Answers["name"], found.MessageId, found.Updated));

        await dialogs.ClearAsync(state.Key, Ct);
        await dialogs.ClearAsync(state.Key, Ct);
        Assert.Null(await dialogs.FindAsync(state.Key, Ct));
    }

    [Fact]
    public async Task Cards_of_a_subject_are_known_once_each_in_the_order_in_which_they_were_posted()
    {
        var cards = Get<ICardStore>();
        var approval = new PostedCard("change:CHG-1", "approval", Where with { ConversationId = "approvals", IsGroup = true }, "m2");
        var progress = new PostedCard("change:CHG-1", "progress", Where, "m1");
        await cards.AddAsync(approval, Ct);
        await cards.AddAsync(progress, Ct);
        await cards.AddAsync(approval, Ct);
        await cards.AddAsync(progress with { Subject = "change:CHG-10" }, Ct);

        Assert.Equal([approval, progress], await cards.BySubjectAsync("change:CHG-1", Ct));
        Assert.Empty(await cards.BySubjectAsync("change:CHG-2", Ct));

        await cards.ShownAsync(approval, "m9", 4, Ct);
        Assert.Equal([approval with { MessageId = "m9", Shows = 4 }, progress], await cards.BySubjectAsync("change:CHG-1", Ct));
    }

    [Fact]
    public async Task A_change_is_behind_as_long_as_one_of_its_cards_shows_an_older_version_of_it()
    {
        var changes = Get<IChangeStore>();
        var cards = Get<ICardStore>();
        var because = new AuditEntry(Sample.Start, Sample.Ana.Id, "planned", null, null, "");
        var stored = await changes.AddAsync(Sample.Draft(), because, Ct);
        var other = await changes.AddAsync(Sample.Draft(), because, Ct);
        var plan = new PostedCard("change:CHG-1", "plan", Where, "m1", stored.Version);
        var progress = plan with { View = "progress", MessageId = "m2" };
        await cards.AddAsync(plan, Ct);
        await cards.AddAsync(progress, Ct);
        await cards.AddAsync(plan with { View = "decision-0", MessageId = "m3", Shows = null }, Ct);
        await cards.AddAsync(plan with { Subject = "change:CHG-2", MessageId = "m4", Shows = other.Version }, Ct);
        Assert.Empty(await cards.BehindAsync(Ct));

        var version = (await changes.UpdateAsync(stored.Change with { State = ChangeState.Cancelled }, stored.Version, null, Ct))!.Value;
        await cards.ShownAsync(plan, "m1", version, Ct);
        await RestartAsync();
        cards = Get<ICardStore>();
        Assert.Equal(["CHG-1"], await cards.BehindAsync(Ct));

        await cards.ShownAsync(progress, "m2", version, Ct);
        Assert.Empty(await cards.BehindAsync(Ct));
    }

    [Fact]
    public async Task The_newest_reference_of_a_conversation_stands()
    {
        var conversations = Get<IConversationStore>();
        await conversations.SaveAsync(Where, Ct);
        await conversations.SaveAsync(Where with { ServiceUrl = "http://elsewhere/" }, Ct);

        Assert.Equal("http://elsewhere/", (await conversations.FindAsync("webchat:ana-1", Ct))!.ServiceUrl);
        Assert.Null(await conversations.FindAsync("webchat:other", Ct));
    }

    private static Turn TurnOf(string id) => new()
    {
        Id = id,
        Kind = TurnKind.Action,
        From = new(Sample.Ana.Id, Sample.Ana.DisplayName),
        Where = Where,
        Text = "new trunk\nx",
        Verb = "approve",
        Data = new Dictionary<string, string> { ["change"] = "CHG-1" },
        MessageId = "m1",
        At = Sample.Start,
    };
}
