using Microsoft.Extensions.Logging;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Ports;

namespace TrunkBot.Chat.Cards;

/// <summary>Cards of changes that fell behind: after a crash, or while a platform was away.</summary>
public interface IChangeCards
{
    /// <summary>Has every card drawn again whose change went on since, and posts those that are missing. Returns soon. The host calls it at start and once a minute.</summary>
    Task CatchUpAsync(CancellationToken cancellationToken);

    /// <summary>Has the cards of a change drawn here, whoever asks how often. Returns at once.</summary>
    void Draw(string changeId);
}

/// <summary>
/// Has the cards of a change drawn in one place, whichever process saw it change: what two of them post at once would stand there twice. Implemented by a host of
/// several processes.
/// </summary>
public interface ICardBell
{
    /// <summary>Sees to it that <see cref="IChangeCards.Draw"/> is called for the change, always in the same process as long as that lives. Returns at once.</summary>
    void Ring(string changeId);
}

/// <summary>
/// Keeps every card of a change as the change is, whatever changed it (<see cref="CardLanes"/>). Each posted card is stored with the version of
/// the change that it shows. While something runs, its time is drawn again every few seconds. A channel that fails never holds up the change.
/// </summary>
internal sealed partial class ChangeCards : IChangeObserver, IChangeCards
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(5);

    private static readonly ChangeState[] Open =
    [
        .. Enum.GetValues<ChangeState>().Except([ChangeState.Done, ChangeState.Rejected, ChangeState.Expired, ChangeState.Cancelled, ChangeState.Undone, ChangeState.Resolved]),
    ];

    private readonly IChangeStore changes;
    private readonly ICardStore cards;
    private readonly CardRound round;
    private readonly TimeProvider time;
    private readonly ILogger<ChangeCards> logger;
    private readonly CardLanes lanes;

    public ChangeCards(IChangeStore changes, ICardStore cards, CardRound round, IBackgroundWork background, TimeProvider time, ILogger<ChangeCards> logger, ICardBell? bell = null)
    {
        (this.changes, this.cards, this.round, this.time, this.logger) = (changes, cards, round, time, logger);
        lanes = new CardLanes(changeId => $"cards of {changeId}", DrawAsync, background, time, bell);
    }

    /// <inheritdoc/>
    public Task ChangedAsync(Change change, CancellationToken cancellationToken)
    {
        lanes.Wake(change.Id);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        // An open change may lack a card that could not be posted, which no stored card tells.
        var open = (await changes.SummariesAsync(Open, cancellationToken)).Select(c => c.Id);
        foreach (var changeId in open.Union(await cards.BehindAsync(cancellationToken)))
        {
            lanes.Wake(changeId);
        }
    }

    /// <inheritdoc/>
    public void Draw(string changeId) => lanes.Draw(changeId);

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

    [LoggerMessage(11, LogLevel.Warning, "The cards of {ChangeId} could not be drawn, because a store failed; they are tried again")]
    private static partial void LogStoreFailure(ILogger logger, string changeId, Exception error);
}
