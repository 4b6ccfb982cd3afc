namespace TrunkBot.Changes.Audit;

/// <summary>Who did or tried what, and when. Append-only. What belongs to a change of state is written together with it by its store.</summary>
public interface IAuditTrail
{
    /// <summary>Writes an act that changed nothing, such as a refused approval.</summary>
    Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>All entries of a change, oldest first.</summary>
    Task<IReadOnlyList<AuditEntry>> ListAsync(string changeId, CancellationToken cancellationToken);
}

/// <param name="Who">Actor id, or <c>trunkbot</c> when nobody asked.</param>
/// <param name="What">Stable code of the act, such as <c>approved</c>, <c>approve-refused</c>.</param>
/// <param name="PlanHash">Hash of the plan that stood; null when none did.</param>
/// <param name="Detail">In words; holds no secret.</param>
public sealed record AuditEntry(DateTimeOffset At, string Who, string What, string? ChangeId, string? PlanHash, string Detail)
{
    /// <summary>Stands as <see cref="Who"/> where the program acts by itself.</summary>
    public const string Program = "trunkbot";
}
