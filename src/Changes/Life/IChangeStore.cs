using TrunkBot.Changes.Audit;

namespace TrunkBot.Changes.Life;

/// <summary>Where changes live. Every write is guarded by the version that was read, so that of two writers one loses.</summary>
public interface IChangeStore
{
    /// <summary>Stores a new change under the next free id (<c>CHG-1</c>, <c>CHG-2</c> ...); the draft's own id is ignored.</summary>
    Task<VersionedChange> AddAsync(Change draft, AuditEntry because, CancellationToken cancellationToken);

    Task<VersionedChange?> FindAsync(string changeId, CancellationToken cancellationToken);

    /// <summary>
    /// Stores the change, its new decisions and the audit entry together if its version is still <paramref name="version"/>.
    /// Returns the new version, or null when somebody else was first and nothing was written. Plan and snapshots never change.
    /// </summary>
    Task<long?> UpdateAsync(Change change, long version, AuditEntry? because, CancellationToken cancellationToken);

    /// <summary>Changes in one of these states, newest first.</summary>
    Task<IReadOnlyList<Change>> ListAsync(IReadOnlyCollection<ChangeState> states, CancellationToken cancellationToken);

    /// <summary>The same changes in the same order, without plan, snapshots and steps: for lists that people read often.</summary>
    Task<IReadOnlyList<ChangeSummary>> SummariesAsync(IReadOnlyCollection<ChangeState> states, CancellationToken cancellationToken);

    /// <summary>Changes in any state that began by broken glass and that no approver has looked at since, oldest first.</summary>
    Task<IReadOnlyList<Change>> ListUnreviewedAsync(CancellationToken cancellationToken);
}

/// <param name="Version">Concurrency token: one more after every write.</param>
public sealed record VersionedChange(Change Change, long Version);
