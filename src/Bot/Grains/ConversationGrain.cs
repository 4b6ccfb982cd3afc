using TrunkBot.Changes;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Grains;

/// <summary>One conversation: its turns are handled one at a time. Key: <see cref="ConversationReference.Key"/>.</summary>
public interface IConversationGrain : IGrainWithStringKey
{
    /// <summary>Handles a turn that the inbox holds and those before it, and completes them there. Takes as long as they take.</summary>
    [ResponseTimeout("01:00:00")]
    Task<TurnOutcome> HandleAsync(Turn turn);
}

/// <inheritdoc cref="IConversationGrain"/>
public sealed partial class ConversationGrain(
    ITurnHandler handler,
    IInbox inbox,
    IEnumerable<IChannel> channels,
    TimeProvider time,
    ILogger<ConversationGrain> logger) : Grain, IConversationGrain
{
    /// <summary>What was asked longer ago than this is not carried out: the person has gone on, and may have done it otherwise.</summary>
    public static readonly TimeSpan TooOld = TimeSpan.FromMinutes(10);

    // Handled, but the inbox could not be told. Not to be handled again.
    private readonly Dictionary<string, TurnOutcome> _unwritten = new(StringComparer.Ordinal);

    /// <summary>The inbox says the order: calls to a grain may overtake each other, and an answer must not reach a dialog before the one that was typed first.</summary>
    public async Task<TurnOutcome> HandleAsync(Turn turn)
    {
        foreach (var waiting in await inbox.PendingOfAsync(turn.Where.Key, CancellationToken.None))
        {
            if (!_unwritten.TryGetValue(waiting.Id, out var outcome))
            {
                outcome = await HandleNextAsync(waiting);
            }

            await CompleteAsync(waiting, outcome);
            if (waiting.Id == turn.Id)
            {
                return outcome;
            }
        }

        return await inbox.FindOutcomeAsync(turn.Id, CancellationToken.None) ?? TurnOutcome.Nothing;
    }

    private async Task<TurnOutcome> HandleNextAsync(Turn turn)
    {
        if (turn.Kind is TurnKind.Text or TurnKind.Action && time.GetUtcNow() - turn.At > TooOld)
        {
            Log.TurnTooOld(logger, turn.Id, turn.At);
            var (what, again) = turn.Kind == TurnKind.Action
                ? ($"The button \"{turn.Verb}\", pressed at {turn.At:yyyy-MM-dd HH:mm} UTC,", "Press it again")
                : ($"What you wrote at {turn.At:yyyy-MM-dd HH:mm} UTC", "Say it again");
            var late = TurnOutcome.Refused("turn-too-old", $"{what} was not carried out, because it could not be handled in time. {again} if it is still wanted.");
            await TellAsync(turn, late.Notice!);
            return late;
        }

        try
        {
            return await handler.HandleAsync(turn, CancellationToken.None);
        }
        catch (Exception e)
        {
            // Whatever went wrong, the person is told and the turn is completed: trying it again could act twice.
            var reference = Reference.New();
            Log.TurnFailed(logger, e, turn.Id, reference);
            var failed = TurnOutcome.Refused("unexpected-error", $"Something unexpected went wrong, and nothing more was done. Reference: {reference}");
            if (turn.Kind != TurnKind.Action)
            {
                await TellAsync(turn, failed.Notice!);
            }

            return failed;
        }
    }

    /// <summary>An outcome that can't be kept must neither have its turn done twice nor hold up the turns behind it.</summary>
    private async Task CompleteAsync(Turn turn, TurnOutcome outcome)
    {
        try
        {
            try
            {
                await inbox.CompleteAsync(turn.Id, outcome, CancellationToken.None);
            }
            catch (Exception e) when (outcome.Card is not null)
            {
                Log.NotCompleted(logger, e, turn.Id);
                await inbox.CompleteAsync(turn.Id, outcome with { Card = null }, CancellationToken.None);
            }

            _unwritten.Remove(turn.Id);
        }
        catch (Exception e)
        {
            Log.NotCompleted(logger, e, turn.Id);
            _unwritten[turn.Id] = outcome;
        }
    }

    private async Task TellAsync(Turn turn, string text)
    {
        try
        {
            if (channels.FirstOrDefault(c => c.Serves(turn.Where.Channel)) is { } channel)
            {
                await (turn.Kind == TurnKind.Action
                    ? channel.ReplyPrivatelyAsync(turn.Where, turn.From, text, CancellationToken.None)
                    : channel.SendAsync(turn.Where, Message.OfText(text), CancellationToken.None));
            }
        }
        catch (Exception e)
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

        [LoggerMessage(1003, LogLevel.Warning, "Turn {TurnId} of {At} is too old to be carried out")]
        public static partial void TurnTooOld(ILogger logger, string turnId, DateTimeOffset at);

        [LoggerMessage(1004, LogLevel.Error, "Turn {TurnId} was handled, but its outcome could not be kept")]
        public static partial void NotCompleted(ILogger logger, Exception exception, string turnId);
    }
}
