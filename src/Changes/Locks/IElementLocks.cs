namespace TrunkBot.Changes.Locks;

/// <summary>
/// One change at a time per network element. The store decides who is first; an exception from it means no:
/// without a lock nothing is sent.
/// </summary>
public interface IElementLocks
{
    /// <summary>
    /// Takes the lock of one element if it is free, and returns the lock that stands afterwards. It is the caller's when its
    /// holder is <paramref name="wanted"/>'s; a holder may take its own lock again (after a crash) and keeps the first time.
    /// </summary>
    Task<ElementLock> TakeAsync(ElementLock wanted, CancellationToken cancellationToken);

    /// <summary>Gives back every lock of that holder. Harmless when it holds none.</summary>
    Task ReleaseAsync(string holder, CancellationToken cancellationToken);

    /// <summary>Gives back exactly this lock, as it was listed. Harmless when it does not stand any more, or was taken anew since.</summary>
    Task ReleaseAsync(ElementLock standing, CancellationToken cancellationToken);

    /// <summary>All locks that stand, by element.</summary>
    Task<IReadOnlyList<ElementLock>> ListAsync(CancellationToken cancellationToken);
}

/// <param name="Element">Name of the network element in its site profile, such as <c>den-sbc-1</c>.</param>
/// <param name="Holder">Id of the change that holds it.</param>
/// <param name="Reason">What the change does, in a few words.</param>
public sealed record ElementLock(string Element, string Holder, string Reason, DateTimeOffset Since);
