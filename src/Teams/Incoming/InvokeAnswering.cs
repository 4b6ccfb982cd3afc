using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrunkBot.Changes;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Teams.Incoming;

/// <summary>Hears what came of a pressed button while the presser's client still waits. Work that takes longer goes on; what it says then comes as a private message.</summary>
internal sealed partial class InvokeAnswering(
    ITurnIntake intake,
    IEnumerable<IChannel> channels,
    IOptions<BotFrameworkOptions> options,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<InvokeAnswering> log)
{
    private const string Late = "This takes a little longer. The work goes on; the result follows here.";

    /// <summary>Never throws for what the turn's handling does: an HTTP error would show as a riddle in the client.</summary>
    /// <param name="isAsked">Somebody pressed something and is told when the outcome comes late. A client that asked by itself is not.</param>
    public async Task<TurnOutcome> HearAsync(Turn turn, bool isAsked)
    {
        var work = BeginAsync(turn);
        try
        {
            return await work.WaitAsync(options.Value.InvokeAnswerWithin, time);
        }
        catch (TimeoutException) when (!work.IsCompleted)
        {
            _ = isAsked ? FollowAsync(turn, work) : OutcomeOfAsync(work);
            return TurnOutcome.Told(Late);
        }
#pragma warning disable CA1031 // The client is owed an answer whatever happened; the exception is in the log under the reference.
        catch (Exception e)
#pragma warning restore CA1031
        {
            var reference = Reference.New();
            Log.Failed(log, e, reference);
            return TurnOutcome.Refused("internal-error", UnexpectedText(reference));
        }
    }

    /// <summary>For a press that came as a message, from a client that does not know <c>Action.Execute</c>: it waits for nothing, so it is told in private.</summary>
    public void Begin(Turn turn) => _ = FollowAsync(turn, BeginAsync(turn));

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
