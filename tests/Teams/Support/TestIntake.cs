using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Turns;
using System.Text.Json.Nodes;

namespace TrunkBot.Teams.Tests.Support;

/// <summary>Keeps the turns that arrive and answers presses as a test says.</summary>
internal sealed class TestIntake : ITurnIntake
{
    public List<Turn> Accepted { get; } = [];

    public List<Turn> Invoked { get; } = [];

    public Func<Turn, Task<TurnOutcome>> Answer { get; set; } = _ => Task.FromResult(TurnOutcome.Nothing);

    public Task AcceptAsync(Turn turn, CancellationToken cancellationToken)
    {
        Accepted.Add(turn);
        return Task.CompletedTask;
    }

    public Task<TurnOutcome> InvokeAsync(Turn turn, CancellationToken cancellationToken)
    {
        Invoked.Add(turn);
        return Answer(turn);
    }
}

/// <summary>Renders a card as its name, which is all that a channel must carry unchanged; one whose data holds a <c>card</c>, as that.</summary>
internal sealed class TestCards : ICardRenderer
{
    public bool Fits(CardContent card) => true;

    public JsonObject Render(CardContent card) =>
        card.Data["card"]?.DeepClone() as JsonObject ?? new() { ["type"] = "AdaptiveCard", ["fallbackText"] = card.Name };
}
