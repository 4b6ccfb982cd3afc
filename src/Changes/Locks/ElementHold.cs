using Microsoft.Extensions.Logging;
using TrunkBot.Changes.Life;

namespace TrunkBot.Changes.Locks;

/// <summary>Takes and gives back the locks of all elements of a change.</summary>
internal sealed partial class ElementHold(IElementLocks locks, TimeProvider time, ILogger<ElementHold> logger)
{
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
                "lock-store-unreachable",
                "The store of the locks can't be reached, so nobody can tell whether another change is at work. Nothing was sent.",
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

    /// <summary>A lock that another change holds on an element of this one; null when there is none. Takes nothing.</summary>
    public async Task<ElementLock?> HeldByOtherAsync(Change change, CancellationToken cancellationToken) =>
        (await locks.ListAsync(cancellationToken)).FirstOrDefault(l => l.Holder != change.Id && change.Plan.Systems.Any(s => s.Element == l.Element));

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

        [LoggerMessage(3302, LogLevel.Warning, "Locks of {ChangeId} could not be given back; the next start does it")]
        public static partial void ReleaseFailed(ILogger logger, string changeId, Exception exception);
    }
}
