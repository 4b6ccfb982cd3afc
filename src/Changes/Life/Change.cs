using System.Text.Json;
using System.Text.Json.Serialization;
using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Control;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Changes.Life;

/// <summary>Where a change stands.</summary>
public enum ChangeState
{
    /// <summary>Planned, shown to the requester, not yet sent for approval.</summary>
    Planned,

    /// <summary>Sent to the approvals channel; nobody decided yet.</summary>
    WaitingForApproval,

    /// <summary>Enough approvals of exactly this plan; not yet begun.</summary>
    Approved,

    /// <summary>A step is being sent.</summary>
    Applying,

    /// <summary>It waits for a person, with its locks: a manual step, or what <see cref="Change.PausedFor"/> says.</summary>
    Paused,

    /// <summary>All steps are done; systems are read back and the trunk is tested.</summary>
    Verifying,

    /// <summary>Provisioned and proven.</summary>
    Done,

    /// <summary>Somebody who may said no.</summary>
    Rejected,

    /// <summary>Nobody answered in time.</summary>
    Expired,

    /// <summary>The requester took it back before it began.</summary>
    Cancelled,

    /// <summary>A step or the verification failed; nothing more is sent until somebody chooses undo or retry.</summary>
    Failed,

    /// <summary>Steps are being undone in reverse order.</summary>
    Undoing,

    /// <summary>On the way back, something that a person did by hand waits for a person to take it back.</summary>
    UndoPaused,

    /// <summary>Everything that was done is undone.</summary>
    Undone,

    /// <summary>Undo failed; the card says what is left and a person must act.</summary>
    Stuck,

    /// <summary>It failed or was stuck, and a person took it over by hand; <see cref="Change.Resolution"/> says who and how.</summary>
    Resolved,
}

public enum StepProgressState
{
    Waiting,
    Running,
    WaitingForPerson,
    Done,
    Failed,
    Undoing,
    Undone,
    UndoFailed,

    /// <summary>Left out: a manual step by somebody, with a reason; any step that another change of the fleet made superfluous. Undo leaves it alone.</summary>
    Skipped,
}

/// <summary>One change from draft to end, as it is shown and stored.</summary>
public sealed record Change
{
    /// <summary>Such as <c>CHG-17</c>.</summary>
    public required string Id { get; init; }

    public required ChangeState State { get; init; }

    public required TrunkPlan Plan { get; init; }

    public required Actor Requester { get; init; }

    /// <summary>Everyone who edited the draft; none of them may approve. Holds the requester.</summary>
    public required IReadOnlyList<Actor> Editors { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>When approval expires; null before submission.</summary>
    public DateTimeOffset? ApprovalExpires { get; init; }

    /// <summary>Approver ids and number needed, as pinned at submission; null before it.</summary>
    public PinnedPolicy? Policy { get; init; }

    public IReadOnlyList<Decision> Decisions { get; init; } = [];

    /// <summary>What was said at submission and what happened while people were asked.</summary>
    public ApprovalCourse Course { get; init; } = new();

    /// <summary>Somebody let it begin without approvals; null: nobody did.</summary>
    public BreakGlass? BreakGlass { get; init; }

    /// <summary>One entry for each step of the plan, in its order.</summary>
    public required IReadOnlyList<StepProgress> Steps { get; init; }

    /// <summary>Values found out on the way.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();

    /// <summary>Why it failed, expired, was rejected or got stuck; null otherwise.</summary>
    public ChangeTrouble? Trouble { get; init; }

    /// <summary>What the verification found; null before it ran.</summary>
    public AcceptanceReport? Acceptance { get; init; }

    public DateTimeOffset? Finished { get; init; }

    /// <summary>What was read from each system when the plan was made: with it a drift can be put into words.</summary>
    public IReadOnlyList<SystemSnapshot> Snapshots { get; init; } = [];

    /// <summary>What an undo could not take back; empty unless the state is <see cref="ChangeState.Stuck"/>.</summary>
    public IReadOnlyList<Leftover> Leftovers { get; init; } = [];

    /// <summary>The managed trunk of that name from before this change, put back by undo; null when there was none.</summary>
    public ManagedTrunk? Replaced { get; init; }

    /// <summary>The fleet that it belongs to; null for a change of its own.</summary>
    public string? Fleet { get; init; }

    /// <summary>Its fleet lets it begin. Means nothing for a change of its own.</summary>
    public bool Released { get; init; }

    /// <summary>What is being done now, in a sentence, for the progress card; null when nothing is.</summary>
    public string? Activity { get; init; }

    /// <summary>Once approved it begins when somebody says so or at its <see cref="Start"/>, not by itself.</summary>
    public bool WaitsForApply { get; init; }

    /// <summary>When it begins by itself; may be given before it is approved. Null: no time was given.</summary>
    public PlannedStart? Start { get; init; }

    /// <summary>What people asked of the run that works on it.</summary>
    public RunWishes Wishes { get; init; } = new();

    /// <summary>Why it is paused; null: a manual step waits.</summary>
    public PauseReason? PausedFor { get; init; }

    /// <summary>Until when it must be confirmed, or it undoes itself; null when it need not.</summary>
    public ConfirmWindow? Confirm { get; init; }

    /// <summary>What befell it beside its steps, oldest first.</summary>
    public IReadOnlyList<Remark> Remarks { get; init; } = [];

    /// <summary>Who took it over by hand; null unless the state is <see cref="ChangeState.Resolved"/>.</summary>
    public Resolution? Resolution { get; init; }
    /// <summary>The version that a run wrote last; 0 where no run is at work. What changes a system is sent only as long as the store holds it.</summary>
    [JsonIgnore]
    public long Version { get; init; }

    /// <summary>What a newer program wrote and this one does not know: in the middle of a rolling upgrade both write, and nothing may be lost.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }
}

/// <param name="Code">Stable code, such as <c>plan-stale</c>.</param>
public sealed record ChangeTrouble(string Code, Sentence Sentence, Sentence Fix);

/// <summary>Who may decide and how many must, as the site said at submission. A later edit of the site profile changes nothing here.</summary>
public sealed record PinnedPolicy(IReadOnlyList<string> Approvers, int Needed)
{
    /// <summary>May confirm manual steps, retry and undo; approve nothing by it.</summary>
    public IReadOnlyList<string> OnCall { get; init; } = [];

    /// <summary>Minutes that there are to approve, and that an approval carries a start or a retry from then on; 0: no limit was pinned.</summary>
    public int ApprovalMinutes { get; init; }

    /// <summary>Short hash of everything else in here: names the policy in the audit, and shows an edit behind the program's back. Null: pinned by an older version.</summary>
    public string? Version { get; init; }

    /// <summary>Kind of change that it was pinned for (<see cref="ChangeKinds"/>).</summary>
    public string? Kind { get; init; }

    /// <inheritdoc cref="ApprovalPolicy.Requesters"/>
    public IReadOnlyList<string> Requesters { get; init; } = [];

    /// <inheritdoc cref="ApprovalPolicy.DenyThreshold"/>
    public int DenyThreshold { get; init; } = 1;

    public IReadOnlyList<ReasonFrom> ReasonRequired { get; init; } = [ReasonFrom.Denier];

    /// <summary>May decide too once the request was escalated.</summary>
    public IReadOnlyList<string> Fallback { get; init; } = [];

    /// <summary>Null: never.</summary>
    public int? RemindBeforeMinutes { get; init; }

    /// <summary>Null: never.</summary>
    public int? EscalateAfterMinutes { get; init; }

    /// <summary>May break the glass.</summary>
    public IReadOnlyList<string> GlassBreakers { get; init; } = [];

    /// <inheritdoc cref="ApprovalPolicy.BreakGlassByRequester"/>
    public bool BreakGlassByRequester { get; init; }

    /// <inheritdoc cref="ApprovalPolicy.OnePersonLab"/>
    public bool OnePersonLab { get; init; }

    /// <inheritdoc cref="ApprovalPolicy.BusinessHours"/>
    public IReadOnlyList<WeeklyWindow> BusinessHours { get; init; } = [];

    /// <inheritdoc cref="ApprovalPolicy.MaintenanceWindows"/>
    public IReadOnlyList<WeeklyWindow> MaintenanceWindows { get; init; } = [];

    /// <inheritdoc cref="ApprovalPolicy.Freezes"/>
    public IReadOnlyList<ChangeFreeze> Freezes { get; init; } = [];

    /// <summary>IANA name of the zone in which those times are; null: UTC.</summary>
    public string? TimeZone { get; init; }
}

/// <summary>What an undo could not take back: a person must, with these lines.</summary>
/// <param name="Why">Why it is left, in one sentence.</param>
/// <param name="Lines">What to send or do by hand, in order.</param>
public sealed record Leftover(string StepId, string System, string Element, string Title, string Why, IReadOnlyList<string> Lines);

/// <summary>One person's word on one plan.</summary>
public sealed record Decision(Actor By, bool Approved, string? Reason, string PlanHash, DateTimeOffset At);

/// <summary>How far one step is.</summary>
public sealed record StepProgress
{
    public required string StepId { get; init; }

    public required StepProgressState State { get; init; }

    public DateTimeOffset? Started { get; init; }

    public DateTimeOffset? Ended { get; init; }

    /// <summary>What the read-back proved or what failed.</summary>
    public string? Sentence { get; init; }

    /// <summary>Who confirmed a manual step.</summary>
    public Actor? ConfirmedBy { get; init; }
}

/// <summary>What the trunk's own tests found after a change.</summary>
/// <param name="Sentence">The verdict in one sentence.</param>
public sealed record AcceptanceReport(bool Passed, string Sentence, IReadOnlyList<AcceptanceLine> Lines);

public enum AcceptanceState
{
    Passed,
    Failed,
    NotMeasured,
}

/// <param name="Group">What it belongs to, such as "Test call" or "OPTIONS".</param>
/// <param name="Value">With unit; "not measured" when there is no value.</param>
public sealed record AcceptanceLine(string Group, string Label, string Value, AcceptanceState State);
