using TrunkBot.Changes.Life;

namespace TrunkBot.Changes.Audit;

/// <summary>Who did or tried what, and when. Append-only. What belongs to a change of state is written together with it by its store.</summary>
public interface IAuditTrail
{
    /// <summary>Writes an act that changed nothing, such as a refused approval.</summary>
    Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>What people and the program did with a change, oldest first; without the records of its journal's tickets.</summary>
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

    /// <summary>Beginning of <see cref="What"/> in records of the journal's tickets.</summary>
    public const string OfTickets = "ticket-";

    /// <summary>Name of the trunk that it is about; null for none.</summary>
    public string? Trunk { get; init; }

    /// <summary>Version of the approval policy that was pinned to the change; null when none was.</summary>
    public string? PolicyVersion { get; init; }

    /// <summary>The change's number in the site's own change management; null when it has none.</summary>
    public string? TicketNumber { get; init; }

    /// <summary>The message that led to it; null when none did.</summary>
    public Origin? Via { get; init; }

    /// <summary>An act that belongs to no change.</summary>
    public static AuditEntry Of(Actor who, string what, string detail, DateTimeOffset at) => new(at, who.Id, what, null, null, detail) { Via = who.Via };

    /// <summary>An act of a person on a change.</summary>
    public static AuditEntry Of(Change change, Actor who, string what, string detail, DateTimeOffset at) => Of(change, what, detail, at) with { Who = who.Id, Via = who.Via };

    /// <summary>An act of the program on a change.</summary>
    public static AuditEntry Of(Change change, string what, string detail, DateTimeOffset at) => new(at, Program, what, change.Id, change.Plan.Hash, detail)
    {
        Trunk = change.Plan.Intent.Name,
        PolicyVersion = change.Policy?.Version,
        TicketNumber = change.Plan.TicketNumber,
    };
}
