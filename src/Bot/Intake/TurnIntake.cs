using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;
using TrunkBot.Grains;

namespace TrunkBot.Intake;

/// <summary>Takes turns from the channels: stores, drops repeats, hands on to the conversation's grain.</summary>
public sealed partial class TurnIntake(IInbox inbox, IGrainFactory grains, ILogger<TurnIntake> logger) : ITurnIntake
{
    public async Task AcceptAsync(Turn turn, CancellationToken cancellationToken)
    {
        if (await inbox.TryStoreAsync(turn, cancellationToken))
        {
            _ = HandleAsync(turn);
        }
        else
        {
            Log.Repeat(logger, turn.Id);
        }
    }

    /// <summary>Takes as long as the work takes: how long a presser may wait is the channel's to know.</summary>
    /// <inheritdoc/>
    public async Task<TurnOutcome> InvokeAsync(Turn turn, CancellationToken cancellationToken)
    {
        if (!await inbox.TryStoreAsync(turn, cancellationToken))
        {
            Log.Repeat(logger, turn.Id);
            return await inbox.FindOutcomeAsync(turn.Id, cancellationToken) ?? TurnOutcome.Told("Already working on that.");
        }

        return await HandleAsync(turn);
    }

    /// <summary>Handles what was stored and not finished before a restart.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        foreach (var turn in await inbox.PendingAsync(cancellationToken))
        {
            Log.Resumed(logger, turn.Id);
            await HandleAsync(turn);
        }
    }

    private async Task<TurnOutcome> HandleAsync(Turn turn)
    {
        try
        {
            return await grains.GetGrain<IConversationGrain>(turn.Where.Key).HandleAsync(turn);
        }
        catch (Exception e)
        {
            // The grain could not be called at all; the turn stays in the inbox and a restart picks it up.
            var reference = Reference.New();
            Log.NotHandled(logger, e, turn.Id, reference);
            return TurnOutcome.Refused("not-handled", $"This could not be handled now. Reference: {reference}");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1101, LogLevel.Debug, "Turn {TurnId} was there before and is dropped")]
        public static partial void Repeat(ILogger logger, string turnId);

        [LoggerMessage(1102, LogLevel.Information, "Turn {TurnId} was not finished before the restart and is handled now")]
        public static partial void Resumed(ILogger logger, string turnId);

        [LoggerMessage(1103, LogLevel.Error, "Turn {TurnId} could not be handed on; reference {Reference}")]
        public static partial void NotHandled(ILogger logger, Exception exception, string turnId, string reference);
    }
}
