using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Grains;

/// <summary>One conversation: its turns are handled one at a time. Key: <see cref="ConversationReference.Key"/>.</summary>
public interface IConversationGrain : IGrainWithStringKey
{
    /// <summary>Handles a turn that the inbox holds, and completes it there.</summary>
    Task<TurnOutcome> HandleAsync(Turn turn);
}

/// <inheritdoc cref="IConversationGrain"/>
public sealed partial class ConversationGrain(
    ITurnHandler handler,
    IInbox inbox,
    IEnumerable<IChannel> channels,
    ILogger<ConversationGrain> logger) : Grain, IConversationGrain
{
    /// <summary>The inbox says the order: calls to a grain may overtake each other, and an answer must not reach a dialog before the one that was typed first.</summary>
    public async Task<TurnOutcome> HandleAsync(Turn turn)
    {
        foreach (var waiting in await inbox.PendingOfAsync(turn.Where.Key, CancellationToken.None))
        {
            var outcome = await HandleNextAsync(waiting);
            if (waiting.Id == turn.Id)
            {
                return outcome;
            }
        }

        return await inbox.FindOutcomeAsync(turn.Id, CancellationToken.None) ?? TurnOutcome.Nothing;
    }

    private async Task<TurnOutcome> HandleNextAsync(Turn turn)
    {
        TurnOutcome outcome;
        try
        {
            outcome = await handler.HandleAsync(turn, CancellationToken.None);
        }
        catch (Exception e)
        {
            // Whatever went wrong, the person is told and the turn is completed: trying it again could act twice.
            var reference = Reference.New();
            Log.TurnFailed(logger, e, turn.Id, reference);
            outcome = TurnOutcome.Refused("unexpected-error", $"Something unexpected went wrong, and nothing more was done. Reference: {reference}");
            await TellAsync(turn, outcome.Notice!);
        }

        await inbox.CompleteAsync(turn.Id, outcome, CancellationToken.None);
        return outcome;
    }

    private async Task TellAsync(Turn turn, string text)
    {
        if (turn.Kind == TurnKind.Action)
        {
            return;
        }

        try
        {
            if (channels.FirstOrDefault(c => c.Serves(turn.Where.Channel)) is { } channel)
            {
                await channel.SendAsync(turn.Where, Message.OfText(text), CancellationToken.None);
            }
        }
        catch (ChannelException e)
        {
            Log.NotTold(logger, e, turn.Id);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1001, LogLevel.Error, "Turn {TurnId} failed unexpectedly; reference {Reference}")]
        public static partial void TurnFailed(ILogger logger, Exception exception, string turnId, string reference);

        [LoggerMessage(1002, LogLevel.Warning, "The sender of turn {TurnId} could not be told of the failure")]
        public static partial void NotTold(ILogger logger, Exception exception, string turnId);
    }
}
