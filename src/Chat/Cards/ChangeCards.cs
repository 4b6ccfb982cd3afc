using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Ports;

namespace TrunkBot.Chat.Cards;

/// <summary>Cards of changes that fell behind: after a crash, or while a platform was away.</summary>
public interface IChangeCards
{
    /// <summary>Has every card drawn again whose change went on since, and posts those that are missing. Returns soon. The host calls it at start and once a minute.</summary>
    Task CatchUpAsync(CancellationToken cancellationToken);
}

/// <summary>
/// Keeps every card of a change as the change is, whatever changed it. Rounds of one change run one after another, at most one a
/// second; states that were overtaken are skipped, and the last one always arrives: each posted card is stored with the version of
/// the change that it shows. While something runs, its time is drawn again every few seconds. A channel that fails never holds up the change.
/// </summary>
internal sealed partial class ChangeCards(
    IChangeStore changes, ICardStore cards, CardRound round, IBackgroundWork background, TimeProvider time, ILogger<ChangeCards> logger)
    : IChangeObserver, IChangeCards
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(5);

    private static readonly ChangeState[] Open =
    [
        .. Enum.GetValues<ChangeState>().Except([ChangeState.Done, ChangeState.Rejected, ChangeState.Expired, ChangeState.Cancelled, ChangeState.Undone, ChangeState.Resolved]),
    ];

    private readonly ConcurrentDictionary<string, CardLane> lanes = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task ChangedAsync(Change change, CancellationToken cancellationToken)
    {
        Wake(change.Id);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        // An open change may lack a card that could not be posted, which no stored card tells.
        var open = (await changes.ListAsync(Open, cancellationToken)).Select(c => c.Id);
        foreach (var changeId in open.Union(await cards.BehindAsync(cancellationToken)))
        {
            Wake(changeId);
        }
    }

    private void Wake(string changeId)
    {
        var lane = lanes.GetOrAdd(changeId, _ => new CardLane());
        lock (lane)
        {
            lane.IsDirty = true;
            if (lane.IsRunning)
            {
                return;
            }

            lane.IsRunning = true;
        }

        background.Run($"cards of {changeId}", token => DrainAsync(changeId, lane, token));
    }

    private async Task DrainAsync(string changeId, CardLane lane, CancellationToken cancellationToken)
    {
        do
        {
            lock (lane)
            {
                lane.IsDirty = false;
            }
        }
        while (await WaitAsync(lane, await DrawAsync(changeId, lane, cancellationToken), cancellationToken));
    }

    /// <summary>One round of all cards.</summary>
    /// <returns>When there has to be another one though nothing changes; null for never.</returns>
    private async Task<DateTimeOffset?> DrawAsync(string changeId, CardLane lane, CancellationToken cancellationToken)
    {
        DateTimeOffset? tick = null;
        var store = lane.Of("store");
        try
        {
            if (await changes.FindAsync(changeId, cancellationToken) is { } stored)
            {
                await round.DrawAsync(stored, lane, cancellationToken);
                tick = ProgressCard.Runs(stored.Change) ? time.GetUtcNow() + Tick : null;
            }

            store.Succeeded();
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            store.Failed(time.GetUtcNow());
            LogStoreFailure(logger, changeId, e);
        }

        return lane.NextTry() is { } again && (tick is null || again < tick) ? again : tick;
    }

    /// <summary>Waits at least a pause. False when there is nothing more to draw.</summary>
    private async Task<bool> WaitAsync(CardLane lane, DateTimeOffset? next, CancellationToken cancellationToken)
    {
        for (var waited = false; ; waited = true)
        {
            lock (lane)
            {
                if (cancellationToken.IsCancellationRequested || (!lane.IsDirty && next is null))
                {
                    lane.IsRunning = false;
                    return false;
                }

                if (waited && (lane.IsDirty || time.GetUtcNow() >= next))
                {
                    return true;
                }
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    [LoggerMessage(11, LogLevel.Warning, "The cards of {ChangeId} could not be drawn, because a store failed; they are tried again")]
    private static partial void LogStoreFailure(ILogger logger, string changeId, Exception error);
}
