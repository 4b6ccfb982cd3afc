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
    /// The same for a ticket under which something is sent that changes a system, together with a look at the change: false as well when the change is not at
    /// <paramref name="version"/> any more, because another run has taken it over.
    /// </summary>
    Task<bool> OpenAsync(JournalTicket ticket, long version, CancellationToken cancellationToken);

    /// <summary>
    /// Writes one thing sent or received, durably, before it returns. Synchronous because drivers call it in the middle of
    /// a dialogue with a device, where order counts and nothing may be lost in a queue when the process dies.
    /// </summary>
    /// <exception cref="TicketClosedException">The ticket is closed: another run has taken over, and nothing more may be sent under it.</exception>
    void Record(string ticketId, WireExchange exchange);

    /// <summary>
    /// Closes every open ticket of a change that is not for looking only, as <see cref="TicketOutcome.Unknown"/>. A run that takes a change over does so before it looks at anything: the run
    /// before it may be dead, or alive on a machine that was cut off or slept, and then it can write no line any more, and so send none.
    /// </summary>
    Task AbandonAsync(string changeId, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Writes how the ticket ended.</summary>
    /// <exception cref="TicketClosedException">It has ended before.</exception>
    Task CloseAsync(string ticketId, TicketOutcome outcome, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>All tickets of a change in the order in which they were opened.</summary>
    Task<IReadOnlyList<JournalTicket>> TicketsAsync(string changeId, CancellationToken cancellationToken);

    /// <summary>Everything sent and received by a change, in order.</summary>
    Task<IReadOnlyList<JournalLine>> LinesAsync(string changeId, CancellationToken cancellationToken);
}

/// <summary>A ticket is closed already, and takes nothing more.</summary>
public sealed class TicketClosedException(string ticketId) : Exception($"Ticket {ticketId} is closed: another run has taken the change over.");

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
