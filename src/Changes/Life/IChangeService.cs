using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Changes.Life;

/// <summary>What may be asked of changes. The host puts one writer per change behind it.</summary>
public interface IChangeService
{
    /// <summary>Reads the systems, makes the plan and stores it as a change in state <see cref="ChangeState.Planned"/>.</summary>
    /// <exception cref="SystemFailureException">A system could not be read.</exception>
    Task<Change> PlanAsync(TrunkGoal goal, IReadOnlyList<ParameterValue> values, Actor requester, CancellationToken cancellationToken);

    Task<ChangeReply> SubmitAsync(string changeId, Actor actor, CancellationToken cancellationToken);

    /// <summary>Approves exactly the plan with this hash. When that makes enough, the change begins by itself.</summary>
    Task<ChangeReply> ApproveAsync(string changeId, string planHash, Actor actor, CancellationToken cancellationToken);

    Task<ChangeReply> RejectAsync(string changeId, string reason, Actor actor, CancellationToken cancellationToken);

    /// <summary>
    /// Takes a change back that has not begun, or that stopped before its first step; requester only. On a change that waits for a
    /// person on the way back it gives the rest of the undo up.
    /// </summary>
    Task<ChangeReply> CancelAsync(string changeId, Actor actor, CancellationToken cancellationToken);

    /// <summary>A person says that the manual step is done; it is checked where it can be, and the change goes on.</summary>
    Task<ChangeReply> ConfirmManualStepAsync(string changeId, string stepId, Actor actor, CancellationToken cancellationToken);

    /// <summary>Somebody shows that the manual step that waits is done: a text from the system's own tool, compared with the worksheet row by row.</summary>
    /// <param name="text">As <see cref="WorksheetProof"/> reads it.</param>
    Task<ChangeReply> ProveManualStepAsync(string changeId, string text, Actor actor, CancellationToken cancellationToken);

    /// <summary>Somebody says what stands against the manual step that waits; it goes on waiting, and the card says so.</summary>
    Task<ChangeReply> ReportProblemAsync(string changeId, string problem, Actor actor, CancellationToken cancellationToken);

    /// <summary>Tries a failed change again from the step that failed.</summary>
    Task<ChangeReply> RetryAsync(string changeId, Actor actor, CancellationToken cancellationToken);

    /// <summary>Undoes what a failed, paused or finished change did.</summary>
    Task<ChangeReply> UndoAsync(string changeId, Actor actor, CancellationToken cancellationToken);

    Task<Change?> FindAsync(string changeId, CancellationToken cancellationToken);

    /// <summary>Changes that are not at their end, newest first; without drafts that have nothing to do.</summary>
    Task<IReadOnlyList<Change>> ListOpenAsync(CancellationToken cancellationToken);

    /// <summary>Everything sent and received by a change, in order.</summary>
    Task<IReadOnlyList<JournalLine>> JournalAsync(string changeId, CancellationToken cancellationToken);
}

/// <summary>What a request to a change led to.</summary>
/// <param name="Accepted">Whether it had its effect.</param>
/// <param name="Code">Stable code of the refusal, such as <c>approver-is-requester</c>, <c>already-decided</c>, <c>plan-changed</c>; null when accepted.</param>
/// <param name="Sentence">What happened, or why not and what to do, for the person who asked.</param>
/// <param name="Change">The change as it stands now; null when it does not exist.</param>
public sealed record ChangeReply(bool Accepted, string? Code, string Sentence, Change? Change)
{
    /// <summary>Every rule that stood against it, not the first only; <see cref="Code"/> is the first one's. Empty when accepted.</summary>
    public IReadOnlyList<Refusal> Refusals { get; init; } = [];
}

/// <summary>One line of a change's journal.</summary>
public sealed record JournalLine(string StepId, string Ticket, WireExchange Exchange);

/// <summary>Told after every change of state or of a step, once the store holds it.</summary>
public interface IChangeObserver
{
    Task ChangedAsync(Change change, CancellationToken cancellationToken);
}

/// <summary>The trunk's own tests after a change: OPTIONS and a test call. Implemented by the host on top of Diagnostics.</summary>
public interface ITrunkAcceptance
{
    /// <param name="progress">Told in a sentence what is being done now.</param>
    Task<AcceptanceReport> RunAsync(TrunkIntent intent, Action<string> progress, CancellationToken cancellationToken);
}

/// <summary>Site profiles by name.</summary>
public interface ISites
{
    IReadOnlyList<Trunks.Sites.SiteProfile> All { get; }

    Trunks.Sites.SiteProfile? Find(string name);
}

/// <summary>A trunk that the bot provisioned and knows.</summary>
/// <param name="ChangeId">The change that made it what it is.</param>
public sealed record ManagedTrunk(TrunkIntent Intent, IReadOnlyList<ParameterValue> Values, string ChangeId, DateTimeOffset Since)
{
    /// <inheritdoc cref="OwnedTrunk.Facts"/>
    public IReadOnlyDictionary<string, string>? Facts { get; init; }

    /// <summary>As a plan needs it.</summary>
    public OwnedTrunk Owned => new(Intent, Facts ?? new Dictionary<string, string>());
}

/// <summary>The trunks under management.</summary>
public interface ITrunkStore
{
    Task<IReadOnlyList<ManagedTrunk>> ListAsync(CancellationToken cancellationToken);

    /// <summary>By name, case ignored.</summary>
    Task<ManagedTrunk?> FindAsync(string name, CancellationToken cancellationToken);

    Task SaveAsync(ManagedTrunk trunk, CancellationToken cancellationToken);

    Task RemoveAsync(string name, CancellationToken cancellationToken);
}
