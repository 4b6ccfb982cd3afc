using TrunkBot.Changes.Life;
using TrunkBot.Changes.Systems;

namespace TrunkBot.Changes.Journal;

/// <summary>
/// The append-only record of what was sent to the systems. A ticket is in it before the first byte of a step leaves;
/// a ticket without an outcome after a restart means that the process died in the middle of that step.
/// </summary>
public interface IJournal
{
    /// <summary>Writes the ticket, durably. False when it is there already: another run is at this step, and this one must stop.</summary>
    Task<bool> OpenAsync(JournalTicket ticket, CancellationToken cancellationToken);

    /// <summary>
    /// Writes one thing sent or received, durably, before it returns. Synchronous because drivers call it in the middle of
    /// a dialogue with a device, where order counts and nothing may be lost in a queue when the process dies.
    /// </summary>
    void Record(string ticketId, WireExchange exchange);

    /// <summary>Writes how the ticket ended.</summary>
    Task CloseAsync(string ticketId, TicketOutcome outcome, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>All tickets of a change in the order in which they were opened.</summary>
    Task<IReadOnlyList<JournalTicket>> TicketsAsync(string changeId, CancellationToken cancellationToken);

    /// <summary>Everything sent and received by a change, in order.</summary>
    Task<IReadOnlyList<JournalLine>> LinesAsync(string changeId, CancellationToken cancellationToken);
}

/// <summary>What a ticket was opened for.</summary>
public enum TicketPurpose
{
    /// <summary>The step's sends.</summary>
    Apply,

    /// <summary>The step's undo sends.</summary>
    Undo,

    /// <summary>Looking only; nothing is changed by it.</summary>
    Observe,

    /// <summary>Looking only, to tell what a change would do.</summary>
    DryRun,
}

/// <summary>How a ticket ended.</summary>
public enum TicketOutcome
{
    Succeeded,

    /// <summary>It failed, and the system is known not to have taken more than what was recorded.</summary>
    Failed,

    /// <summary>The request may or may not have had its effect.</summary>
    Unknown,
}

/// <param name="Attempt">Counts from 1 per step and purpose.</param>
/// <param name="Outcome">Null while it is open, or when the process died in the middle.</param>
public sealed record JournalTicket(
    string ChangeId, string StepId, TicketPurpose Purpose, int Attempt, DateTimeOffset Opened, TicketOutcome? Outcome = null)
{
    /// <summary>Unique over all changes, such as <c>CHG-4:twilio.trunk:apply:1</c>.</summary>
    public string Id => $"{ChangeId}:{StepId}:{Purpose.ToString().ToLowerInvariant()}:{Attempt}";
}
