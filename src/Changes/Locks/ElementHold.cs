using Microsoft.Extensions.Logging;
using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Language;

namespace TrunkBot.Changes.Locks;

/// <summary>Takes and gives back the locks of all elements of a change.</summary>
internal sealed partial class ElementHold(IElementLocks locks, TimeProvider time, ILogger<ElementHold> logger)
{
    public const string Unreachable = "lock-store-unreachable";

    public static Sentence UnreachableSentence => "The store of the locks can't be reached, so nobody can tell whether another change is at work.";

    /// <summary>
    /// Takes every element of the plan in ordinal order, the same for every change, so that two changes never wait for each
    /// other crosswise. Null when all are held; otherwise why not, and none of them is.
    /// </summary>
    public async Task<ChangeTrouble?> TakeAsync(Change change, CancellationToken cancellationToken)
    {
        ElementLock? other = null;
        try
        {
            foreach (var element in change.Plan.Systems.Select(s => s.Element).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            {
                var wanted = new ElementLock(element, change.Id, $"trunk {change.Plan.Intent.Name}", time.GetUtcNow());
                var standing = await locks.TakeAsync(wanted, cancellationToken);
                if (standing.Holder != change.Id)
                {
                    other = standing;
                    break;
                }
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.StoreFailed(logger, change.Id, e);
            await ReleaseAsync(change.Id);
            return new ChangeTrouble(
                Unreachable,
                $"{UnreachableSentence} Nothing was sent.",
                "Check the database; then retry.");
        }

        if (other is null)
        {
            return null;
        }

        await ReleaseAsync(change.Id);
        return new ChangeTrouble(
            "element-locked",
            $"{other.Element} is held by {other.Holder} ({other.Reason}) since {other.Since:yyyy-MM-dd HH:mm} UTC. Nothing was sent.",
            $"Wait until {other.Holder} has ended; then retry.");
    }

    /// <summary>What stands against taking the locks now; null when nothing does. Takes nothing.</summary>
    public async Task<Refusal?> AgainstAsync(Change change, string then, CancellationToken cancellationToken)
    {
        try
        {
            return (await locks.ListAsync(cancellationToken)).FirstOrDefault(l => l.Holder != change.Id && change.Plan.Systems.Any(s => s.Element == l.Element)) is { } held
                ? new Refusal(
                    "element-locked", $"{held.Element} is held by {held.Holder} ({held.Reason}) since {held.Since:yyyy-MM-dd HH:mm} UTC. Nothing was sent. Wait until {held.Holder} has ended; then {then}.")
                : null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.NotRead(logger, change.Id, e);
            return new Refusal(Unreachable, $"{UnreachableSentence} Nothing was sent. Check the database; then {then}.");
        }
    }

    /// <summary>
    /// Whether the change still has every lock that it took; null when it has. Asked before each step, so that a change whose lock was taken
    /// away stops before it sends anything more.
    /// </summary>
    public async Task<ChangeTrouble?> LostAsync(Change change, CancellationToken cancellationToken)
    {
        try
        {
            var standing = await locks.ListAsync(cancellationToken);
            return change.Plan.Systems.Select(s => s.Element).FirstOrDefault(e => standing.All(l => l.Element != e || l.Holder != change.Id)) is { } lost
                ? new ChangeTrouble(
                    "lock-lost",
                    $"{change.Id} does not hold {lost} any more{(standing.FirstOrDefault(l => l.Element == lost) is { } other ? $": {other.Holder} ({other.Reason}) does" : "")}. Nothing more was sent.",
                    "`audit` of the change says who took the lock away. Look at the element; then retry, which takes the lock again, or undo.")
                : null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.NotRead(logger, change.Id, e);
            return new ChangeTrouble(Unreachable, $"{UnreachableSentence} Nothing more was sent.", "Check the database; then retry.");
        }
    }

    /// <summary>Gives the locks of a change at rest back, but for one that may still undo itself: nobody else may build on what it takes back.</summary>
    public Task RestAsync(Change change) => change.Confirm is null ? ReleaseAsync(change.Id) : Task.CompletedTask;

    /// <summary>All locks that stand.</summary>
    /// <exception cref="SystemFailureException">The store can't be reached.</exception>
    public async Task<IReadOnlyList<ElementLock>> ListAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await locks.ListAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new SystemFailureException(Unreachable, UnreachableSentence, "Check the database.", e);
        }
    }

    /// <summary>Gives all locks of a change back. A failure is logged: the next start gives back what was left.</summary>
    public Task ReleaseAsync(string changeId) => TryAsync(changeId, () => locks.ReleaseAsync(changeId, CancellationToken.None));

    /// <summary>Gives exactly this lock back.</summary>
    public Task ReleaseAsync(ElementLock standing) => TryAsync(standing.Holder, () => locks.ReleaseAsync(standing, CancellationToken.None));

    private async Task TryAsync(string changeId, Func<Task> release)
    {
        try
        {
            await release();
        }
        catch (Exception e)
        {
            Log.ReleaseFailed(logger, changeId, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3301, LogLevel.Error, "Locks of {ChangeId} could not be taken")]
        public static partial void StoreFailed(ILogger logger, string changeId, Exception exception);

        [LoggerMessage(3303, LogLevel.Error, "The locks could not be looked at for {ChangeId}")]
        public static partial void NotRead(ILogger logger, string changeId, Exception exception);

        [LoggerMessage(3302, LogLevel.Warning, "Locks of {ChangeId} could not be given back; the next start does it")]
        public static partial void ReleaseFailed(ILogger logger, string changeId, Exception exception);
    }
}
