using TrunkBot.Changes.Plans;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Changes.Systems;

/// <summary>
/// One system that a trunk change touches: read it, plan against what was read, apply, observe and undo one step.
/// Implemented once each for Perimeta, the Metaswitch CFS and Twilio.
/// </summary>
public interface INetworkSystem
{
    /// <summary>Stable name: <c>perimeta</c>, <c>metaswitch</c> or <c>twilio</c>.</summary>
    string Name { get; }

    /// <summary>What people call it on cards, such as "Perimeta".</summary>
    string Title { get; }

    /// <summary>The network element of this system at a site: one change at a time holds its lock.</summary>
    string ElementOf(SiteProfile site);

    /// <summary>Reads all that planning needs. Read only.</summary>
    /// <exception cref="SystemFailureException">The system could not be read; code and message are fit for chat.</exception>
    Task<SystemSnapshot> ReadAsync(TrunkGoal goal, SiteProfile site, CancellationToken cancellationToken);

    /// <summary>Works out the steps from the snapshot to the goal. Pure: no I/O, no clock; the same input gives the same plan.</summary>
    SystemPlan Plan(TrunkGoal goal, SiteProfile site, SystemSnapshot snapshot);

    /// <summary>
    /// Applies one automatic step and proves it by reading back. Never throws for what a device does: that is a
    /// <see cref="StepResult"/> with a failure. Everything sent and received goes through <see cref="StepContext.Record"/>, redacted.
    /// </summary>
    Task<StepResult> ApplyAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken);

    /// <summary>Looks whether a step is done, half done or not begun, without changing anything.</summary>
    Task<StepObservation> ObserveAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken);

    /// <summary>Undoes one step, whatever part of it was done. Undoing what was never done succeeds and sends nothing.</summary>
    Task<StepResult> UndoAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken);
}

/// <summary>What was read from one system, kept as text so that it can be stored and compared.</summary>
/// <param name="Content">The driver's own canonical text (JSON or CLI); holds no secret.</param>
/// <param name="Fingerprint">Lower-case hex SHA-256 of the part of the content that the plan depends on.</param>
public sealed record SystemSnapshot(string System, string Element, DateTimeOffset ReadAt, string Content, string Fingerprint);

/// <summary>What a step may use while it runs.</summary>
public sealed record StepContext
{
    public required TrunkIntent Intent { get; init; }

    public required SiteProfile Site { get; init; }

    /// <summary>Values that earlier steps of the change found out, such as <c>twilio.trunk.sid</c>.</summary>
    public required IReadOnlyDictionary<string, string> Facts { get; init; }

    /// <summary>Ticket of this run of the step, unique; stands in the journal before the first byte is sent.</summary>
    public required string Ticket { get; init; }

    /// <summary>Puts what is sent or received into the journal, at once and in order.</summary>
    public required Action<WireExchange> Record { get; init; }
}

public enum WireDirection
{
    Sent,
    Received,
}

/// <summary>One thing sent to or received from a system: a CLI line, a request, an answer. Redacted: it never holds a secret.</summary>
public sealed record WireExchange(DateTimeOffset At, WireDirection Direction, string Text);

/// <summary>How applying or undoing a step ended.</summary>
public sealed record StepResult
{
    public required bool Succeeded { get; init; }

    /// <summary>What the read-back proved, or what was found: one sentence.</summary>
    public required string Sentence { get; init; }

    /// <summary>Stable failure code, such as <c>sbc-line-refused</c>; null on success.</summary>
    public string? FailureCode { get; init; }

    /// <summary>What to do about the failure; null on success.</summary>
    public string? Fix { get; init; }

    /// <summary>False when the request may or may not have reached the system: observe before anything else is sent.</summary>
    public bool OutcomeKnown { get; init; } = true;

    /// <summary>Values for later steps and for this step's own undo. Kept even when the step failed.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();

    public static StepResult Done(string sentence, IReadOnlyDictionary<string, string>? facts = null) =>
        new() { Succeeded = true, Sentence = sentence, Facts = facts ?? new Dictionary<string, string>() };

    public static StepResult Failed(string code, string sentence, string fix, bool outcomeKnown = true) =>
        new() { Succeeded = false, Sentence = sentence, FailureCode = code, Fix = fix, OutcomeKnown = outcomeKnown };
}

public enum StepState
{
    NotBegun,
    Partly,
    Done,

    /// <summary>There is no way to read this back; only a person can say.</summary>
    CannotTell,
}

/// <summary>What was seen when a step was observed.</summary>
/// <param name="Facts">Values for later steps and for this step's own undo; kept whatever the state.</param>
public sealed record StepObservation(StepState State, string Sentence, IReadOnlyDictionary<string, string>? Facts = null);

/// <summary>A system could not be read or reached. Code and message are fit for chat and hold no secret.</summary>
public sealed class SystemFailureException(string code, Sentence said, Sentence fix, Exception? inner = null) : Exception(said, inner)
{
    /// <summary>Stable code, such as <c>sbc-unreachable</c>.</summary>
    public string Code { get; } = code;

    /// <summary>The message, fit to be said in other languages.</summary>
    public Sentence Said { get; } = said;

    public Sentence Fix { get; } = fix;
}
