using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using TrunkBot.Bot.Tests.World;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Turns;
using TrunkBot.Grains;
using static TrunkBot.Bot.Tests.World.FakeChat;

namespace TrunkBot.Bot.Tests.Grains;

public sealed class ConversationGrainTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 2, 9, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider time = new(Start);
    private readonly MemoryInbox inbox = new();
    private readonly FakeChat chat = new();
    private readonly ConversationGrain grain;

    public ConversationGrainTests() =>
        grain = new ConversationGrain(chat, inbox, [chat], time, NullLogger<ConversationGrain>.Instance);

    [Fact]
    public async Task Turns_are_handled_in_the_order_of_the_inbox_whichever_call_came_first()
    {
        await StoreAsync(TurnOf("a", Start));
        var b = await StoreAsync(TurnOf("b", Start));

        Assert.Equal("did b", (await grain.HandleAsync(b)).Notice);

        Assert.Equal(["a", "b"], chat.Handled);
        Assert.Equal("did a", inbox.Outcomes["a"].Notice);
    }

    [Fact]
    public async Task A_turn_that_was_handled_is_answered_and_not_handled_again()
    {
        var a = await StoreAsync(TurnOf("a", Start));
        await grain.HandleAsync(a);

        Assert.Equal("did a", (await grain.HandleAsync(a)).Notice);
        Assert.Equal(["a"], chat.Handled);
    }

    [Fact]
    public async Task A_button_pressed_more_than_ten_minutes_ago_has_no_effect_and_the_presser_is_told()
    {
        var press = await StoreAsync(TurnOf("a", Start, TurnKind.Action));
        time.Advance(TimeSpan.FromMinutes(11));

        Assert.Equal("turn-too-old", (await grain.HandleAsync(press)).RefusalCode);

        Assert.Empty(chat.Handled);
        Assert.Equal("turn-too-old", inbox.Outcomes["a"].RefusalCode);
        Assert.Equal(
            ["webchat:ana-1 to Ana: The button \"approve\", pressed at 2026-11-02 09:00 UTC, was not carried out, because it could not be handled in time. Press it again if it is still wanted."],
            chat.Said);
    }

    [Fact]
    public async Task What_was_written_more_than_ten_minutes_ago_is_not_carried_out_and_what_was_written_since_is()
    {
        await StoreAsync(TurnOf("undo CHG-1", Start));
        time.Advance(TimeSpan.FromMinutes(11));
        var fresh = await StoreAsync(TurnOf("status", time.GetUtcNow()));

        await grain.HandleAsync(fresh);

        Assert.Equal(["status"], chat.Handled);
        Assert.Equal(
            ["webchat:ana-1: What you wrote at 2026-11-02 09:00 UTC was not carried out, because it could not be handled in time. Say it again if it is still wanted."],
            chat.Said);
    }

    [Fact]
    public async Task After_ten_minutes_to_the_second_it_is_still_carried_out()
    {
        var press = await StoreAsync(TurnOf("a", Start, TurnKind.Action));
        time.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal("did a", (await grain.HandleAsync(press)).Notice);
    }

    [Fact]
    public async Task Whoever_joined_is_greeted_however_late()
    {
        var joined = await StoreAsync(TurnOf("a", Start, TurnKind.Joined));
        time.Advance(TimeSpan.FromDays(1));

        await grain.HandleAsync(joined);

        Assert.Equal(["a"], chat.Handled);
    }

    [Fact]
    public async Task A_turn_whose_outcome_can_not_be_kept_is_not_done_twice_and_holds_up_nothing()
    {
        inbox.OnComplete = (id, _) =>
        {
            if (id == "a")
            {
                throw new TimeoutException("the store is away");
            }
        };
        await StoreAsync(TurnOf("a", Start));
        await grain.HandleAsync(await StoreAsync(TurnOf("b", Start)));
        inbox.OnComplete = (_, _) => { };

        await grain.HandleAsync(await StoreAsync(TurnOf("c", Start)));

        Assert.Equal(["a", "b", "c"], chat.Handled);
        Assert.Equal("did a", inbox.Outcomes["a"].Notice);
    }

    [Fact]
    public async Task An_outcome_with_a_card_that_can_not_be_kept_is_kept_without_it()
    {
        chat.Handle = _ => Task.FromResult(TurnOutcome.Told("done") with { Card = new CardContent("plan", new JsonObject()) });
        inbox.OnComplete = (_, outcome) =>
        {
            if (outcome.Card is not null)
            {
                throw new NotSupportedException("no such node");
            }
        };

        await grain.HandleAsync(await StoreAsync(TurnOf("a", Start)));

        Assert.Equal("done", inbox.Outcomes["a"].Notice);
    }

    [Fact]
    public async Task A_handler_that_breaks_ends_its_turn_and_the_sender_is_told_a_reference()
    {
        chat.Handle = _ => throw new InvalidOperationException("a detail that is not for chat");

        var outcome = await grain.HandleAsync(await StoreAsync(TurnOf("a", Start)));

        Assert.Equal("unexpected-error", outcome.RefusalCode);
        Assert.Equal("unexpected-error", inbox.Outcomes["a"].RefusalCode);
        Assert.Matches("^webchat:ana-1: Something unexpected went wrong, and nothing more was done. Reference: [A-Z2-9]{8}$", Assert.Single(chat.Said));
    }

    private async Task<Turn> StoreAsync(Turn turn)
    {
        await inbox.TryStoreAsync(turn, TestContext.Current.CancellationToken);
        return turn;
    }
}
