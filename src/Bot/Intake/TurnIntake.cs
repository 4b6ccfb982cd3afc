using System.Collections.Concurrent;
using TrunkBot.Changes;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;
using TrunkBot.Grains;
using TrunkBot.Hosting;

namespace TrunkBot.Intake;

/// <summary>Takes turns from the channels: stores, drops repeats, hands on to the conversation's grain.</summary>
public sealed partial class TurnIntake(IInbox inbox, IGrainFactory grains, BackgroundWork running, ILogger<TurnIntake> logger) : ITurnIntake
{
    private readonly ConcurrentDictionary<string, byte> _inHand = new(StringComparer.Ordinal);

    public async Task AcceptAsync(Turn turn, CancellationToken cancellationToken)
    {
        if (await inbox.TryStoreAsync(turn, cancellationToken))
        {
            running.Track(HandOnAsync(turn));
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

        var work = HandOnAsync(turn);
        running.Track(work);
        return await work ?? await GiveUpAsync(turn);
    }

    /// <summary>Has everything handled that was stored and that nobody has in hand, such as after a restart. Returns before it is done.</summary>
    public async Task ResumeAsync(CancellationToken cancellationToken)
    {
        var pending = await inbox.PendingAsync(cancellationToken);
        foreach (var conversation in pending.GroupBy(t => t.Where.Key, StringComparer.Ordinal).Where(c => !c.Any(t => _inHand.ContainsKey(t.Id))))
        {
            // The grain handles what comes before it, too.
            var last = conversation.Last();
            Log.Resumed(logger, last.Where.Key, last.Id);
            running.Track(HandOnAsync(last));
        }
    }

    /// <summary>Null when the grain could not be called, or could not read the inbox: then nothing was done.</summary>
    private async Task<TurnOutcome?> HandOnAsync(Turn turn)
    {
        _inHand[turn.Id] = 0;
        try
        {
            return await grains.GetGrain<IConversationGrain>(turn.Where.Key).HandleAsync(turn);
        }
        catch (Exception e)
        {
            Log.NotHandled(logger, e, turn.Id);
            return null;
        }
        finally
        {
            _inHand.TryRemove(turn.Id, out _);
        }
    }

    /// <summary>The presser waits and is told that nothing was done; so nothing may be done with it later.</summary>
    private async Task<TurnOutcome> GiveUpAsync(Turn turn)
    {
        var reference = Reference.New();
        Log.GivenUp(logger, turn.Id, reference);
        var refused = TurnOutcome.Refused("not-handled", $"This could not be handled now, and nothing was done. Try again. Reference: {reference}");
        try
        {
            await inbox.CompleteAsync(turn.Id, refused, CancellationToken.None);
            return await inbox.FindOutcomeAsync(turn.Id, CancellationToken.None) ?? refused;
        }
        catch (Exception e)
        {
            Log.NotHandled(logger, e, turn.Id);
            return TurnOutcome.Refused(
                "not-handled", $"This could not be handled now. It is tried again for ten minutes; the card shows whether it was done. Reference: {reference}");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1101, LogLevel.Debug, "Turn {TurnId} was there before and is dropped")]
        public static partial void Repeat(ILogger logger, string turnId);

        [LoggerMessage(1102, LogLevel.Information, "Turns of {Conversation} up to {TurnId} were left in the inbox and are handled now")]
        public static partial void Resumed(ILogger logger, string conversation, string turnId);

        [LoggerMessage(1103, LogLevel.Error, "Turn {TurnId} could not be handed on")]
        public static partial void NotHandled(ILogger logger, Exception exception, string turnId);

        [LoggerMessage(1104, LogLevel.Warning, "The sender of turn {TurnId} is told that it was not handled; reference {Reference}")]
        public static partial void GivenUp(ILogger logger, string turnId, string reference);
    }
}
