using TrunkBot.Chat.Turns;

namespace TrunkBot.Chat.Places;

/// <summary>Something that one follower is to hear.</summary>
/// <param name="Sequence">Given by the store.</param>
/// <param name="Person">Account whose quiet hours hold; null for a group.</param>
/// <param name="CanNotWait">It comes during quiet hours too.</param>
public sealed record Notice(long Sequence, string Trunk, ConversationReference Where, string? Person, string Text, bool CanNotWait, DateTimeOffset At);

/// <summary>Has notices said in one process at a time: two would say the same twice. Implemented by a host of several processes.</summary>
public interface INoticeBell
{
    /// <summary>Sees to it that <see cref="Followers.DeliverAsync"/> is called. Returns when it was.</summary>
    Task RingAsync();
}

/// <summary>Notices that were not said yet: they outlive a restart and a platform that is away.</summary>
public interface INoticeStore
{
    Task AddAsync(IReadOnlyList<Notice> notices, CancellationToken cancellationToken);

    /// <summary>Oldest first.</summary>
    Task<IReadOnlyList<Notice>> ListAsync(CancellationToken cancellationToken);

    Task RemoveAsync(IReadOnlyList<Notice> notices, CancellationToken cancellationToken);

    /// <summary>
    /// Remembers the last value of a subject, such as the state of a trunk's health, so that each change of it is told once, whoever sees it first
    /// and however often.
    /// </summary>
    /// <param name="allows">Given the value that stands and since when; null: none does.</param>
    /// <returns>The value that stood before, when <paramref name="allows"/> let it be replaced and nobody else was faster; else not moved.</returns>
    Task<MarkMove> MoveMarkAsync(string subject, string value, DateTimeOffset now, Func<Mark?, bool> allows, CancellationToken cancellationToken);
}

public sealed record Mark(string Value, DateTimeOffset At);

public sealed record MarkMove(bool IsMoved, Mark? Before);
