using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrunkBot.Changes;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Teams.Incoming;

/// <summary>Answers a pressed button while the presser's client still waits. Work that takes longer goes on; what it says then comes as a private message.</summary>
internal sealed partial class InvokeAnswering(
    ITurnIntake intake,
    ICardRenderer cards,
    IEnumerable<IChannel> channels,
    IOptions<BotFrameworkOptions> options,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<InvokeAnswering> log)
{
    /// <summary>Never throws for what the turn's handling does: an HTTP error would show as a riddle in the client.</summary>
    /// <param name="turn">The press; null when the invoke was none.</param>
    /// <param name="isAutomatic">The client asked by itself, to refresh a card.</param>
    public async Task<InvokeAnswer> AnswerAsync(Turn? turn, bool isAutomatic)
    {
        if (turn is null)
        {
            return InvokeAnswer.Error(400, "card-action-malformed", "The button sent no Action.Execute with a verb. Ask for the card again.");
        }

        // Nobody pressed anything. A view per reader comes with the work on Teams; until then a refresh must change nothing.
        if (isAutomatic)
        {
            return InvokeAnswer.Error(400, "card-refresh-not-supported", "This card does not refresh by itself. It is edited when its subject changes.");
        }

        var work = BeginAsync(turn);
        try
        {
            return InvokeAnswer.Of(await work.WaitAsync(options.Value.InvokeAnswerWithin, time), cards);
        }
        catch (TimeoutException) when (!work.IsCompleted)
        {
            _ = FollowAsync(turn, work);
            return InvokeAnswer.Notice("This takes a little longer. The work goes on; the result follows here.");
        }
#pragma warning disable CA1031 // The client is owed an answer whatever happened; the exception is in the log under the reference.
        catch (Exception e)
#pragma warning restore CA1031
        {
            var reference = Reference.New();
            Log.Failed(log, e, reference);
            return InvokeAnswer.Error(500, "internal-error", UnexpectedText(reference));
        }
    }

    // The presser may close the window; the work that was begun goes on.
    private async Task<TurnOutcome> BeginAsync(Turn turn) => await intake.InvokeAsync(turn, lifetime.ApplicationStopping);

    // A card of the outcome was for the presser alone; the message that everybody sees can't take it.
    private async Task FollowAsync(Turn turn, Task<TurnOutcome> work)
    {
        try
        {
            var (outcome, failure) = await OutcomeOfAsync(work);
            var channel = channels.FirstOrDefault(c => c.Serves(turn.Where.Channel));
            if (channel is not null && (failure ?? outcome?.Notice) is { Length: > 0 } notice)
            {
                await channel.ReplyPrivatelyAsync(turn.Where, turn.From, notice, lifetime.ApplicationStopping);
            }
        }
#pragma warning disable CA1031 // Nobody waits for this any more; the log is the only place left.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.Failed(log, e, Reference.New());
        }
    }

    private async Task<(TurnOutcome? Outcome, string? Failure)> OutcomeOfAsync(Task<TurnOutcome> work)
    {
        try
        {
            return (await work, null);
        }
#pragma warning disable CA1031 // The presser is told, with a reference to the log.
        catch (Exception e)
#pragma warning restore CA1031
        {
            var reference = Reference.New();
            Log.Failed(log, e, reference);
            return (null, UnexpectedText(reference));
        }
    }

    private static string UnexpectedText(string reference) =>
        $"Something unexpected happened here (reference {reference}), and it is not known how far it went. Look at `status` before you press again; the reference is in the bot's log.";

    private static partial class Log
    {
        [LoggerMessage(2203, LogLevel.Error, "A card action failed, reference {Reference}")]
        public static partial void Failed(ILogger logger, Exception exception, string reference);
    }
}
