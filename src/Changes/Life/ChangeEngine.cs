using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Control;
using TrunkBot.Changes.Journal;
using TrunkBot.Changes.Locks;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Requests;
using TrunkBot.Trunks.Parameters;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Changes.Life;

/// <summary>
/// The life of a change. Requests (<see cref="AskAsync"/>) only record a decision and return at
/// once; <see cref="RunAsync"/> does the work and runs for minutes. After every accepted request the caller schedules
/// <see cref="RunAsync"/> for that change: it does what there is to do and nothing otherwise. Safe to call from anywhere:
/// guarded writes let one of two win.
/// </summary>
public sealed class ChangeEngine : IChangeService
{
    private static readonly ChangeState[] Open =
    [
        ChangeState.Planned, ChangeState.WaitingForApproval, ChangeState.Approved, ChangeState.Applying, ChangeState.Paused,
        ChangeState.Verifying, ChangeState.Failed, ChangeState.Undoing, ChangeState.UndoPaused, ChangeState.Stuck,
    ];

    private readonly Drafts _drafts;
    private readonly ISites _sites;
    private readonly IChangeStore _store;
    private readonly IJournal _journal;
    private readonly ChangeAnnouncer _announcer;
    private readonly ChangeRequests _requests;
    private readonly ApprovalCare _care;
    private readonly ManualSteps _manual;
    private readonly ChangeRunner _runner;
    private readonly ElementHold _hold;
    private readonly ChangeControls _controls;
    private readonly TimeProvider _time;

    internal ChangeEngine(
        Drafts drafts, ISites sites, IChangeStore store, IJournal journal, ChangeAnnouncer announcer,
        ChangeRequests requests, ApprovalCare care, ManualSteps manual, ChangeRunner runner, ElementHold hold, ChangeControls controls, TimeProvider time)
    {
        (_drafts, _sites, _store, _journal) = (drafts, sites, store, journal);
        (_announcer, _requests, _care, _manual, _runner, _hold, _controls, _time) = (announcer, requests, care, manual, runner, hold, controls, time);
    }

    /// <summary>Takes as long as reading all systems takes (seconds). Sends nothing that changes anything.</summary>
    /// <inheritdoc/>
    public async Task<Change> PlanAsync(
        TrunkGoal goal, IReadOnlyList<ParameterValue> values, Actor requester, CancellationToken cancellationToken)
    {
        var (draft, because) = await _drafts.MakeAsync(goal, values, requester, cancellationToken);
        var stored = await _store.AddAsync(draft, because, cancellationToken);
        await _announcer.TellAsync(stored.Change, because);
        return stored.Change;
    }

    /// <summary>
    /// Returns at once; only for a manual step it looks at the one system concerned (seconds) and changes nothing on it. After an accepted request the caller
    /// schedules <see cref="RunAsync"/>.
    /// </summary>
    /// <inheritdoc/>
    public async Task<ChangeReply> AskAsync(string changeId, ChangeRequest request, Actor actor, CancellationToken cancellationToken)
    {
        switch (request)
        {
            case Submit submission:
                return await DecideAsync("submit", change => SubmitRules.Decide(change, submission, actor, _sites.Find(change.Plan.Intent.Site), _time.GetUtcNow()));
            case Approve approval:
                return await DecideAsync(
                    "approve", change => StartRules.OnApproval(Verdicts.Approve(change, new Vote(actor, true, approval.PlanHash, approval.Reason, _time.GetUtcNow())), Execution(change), _time.GetUtcNow()));
            case Reject rejection:
                return await DecideAsync("reject", change => Verdicts.Reject(change, new Vote(actor, false, change.Plan.Hash, rejection.Reason, _time.GetUtcNow())));
            case Cancel cancellation:
                return await DecideAsync("cancel", change => Verdicts.Cancel(change, actor, cancellation.Reason, _time.GetUtcNow()));
            case Retry:
                return await DecideAsync("retry", change => Verdicts.Retry(change, actor, _time.GetUtcNow()));
            case Undo:
                var newer = await _requests.NewerChangeOfTrunkAsync(changeId, cancellationToken);
                var locked = await FindAsync(changeId, cancellationToken) is { } found ? await _hold.AgainstAsync(found, "undo again", cancellationToken) : null;
                return await DecideAsync("undo", change => Verdicts.Undo(change, actor, newer, locked));
            case ReleaseMember release:
                return await DecideAsync("release", change => Verdicts.Release(change, release.FleetId));
            case DropMember drop:
                return await DecideAsync("drop", change => Verdicts.Drop(change, drop, _time.GetUtcNow()));
            case ConfirmManualStep confirmation:
                return await _manual.ConfirmAsync(changeId, confirmation.StepId, actor, cancellationToken);
            case ProveManualStep proof:
                return await _manual.ProveAsync(changeId, proof.Text, actor, cancellationToken);
            case ReportProblem report:
                return await _manual.ReportProblemAsync(changeId, report.Problem, actor, cancellationToken);
            case BreakTheGlass breach:
                return await DecideAsync("break-glass", change => BreakGlassRules.Break(change, actor, breach.Reason, _time.GetUtcNow()));
            case ReviewBreakGlass review:
                return await DecideAsync("review", change => BreakGlassRules.Review(change, actor, review.Note, _time.GetUtcNow()));
            default:
                return await _controls.AskAsync(changeId, request, actor, Execution, cancellationToken);
        }

        ExecutionPolicy Execution(Change change) => _sites.Find(change.Plan.Intent.Site)?.Execution ?? new ExecutionPolicy();

        Task<ChangeReply> DecideAsync(string name, Func<Change, Verdict> decide) => _requests.DecideAsync(changeId, actor, name, decide, cancellationToken);
    }

    /// <summary>
    /// Runs long: does the work of a change until it pauses, fails or ends; does nothing for one that has no work. A second
    /// call for the same change waits for the first and then does what is left.
    /// </summary>
    /// <param name="cancellationToken">Breaks off what is running, as a crash would.</param>
    /// <param name="stopping">Asks to stop before the next step; the one that runs is finished first.</param>
    /// <exception cref="OperationCanceledException">The process stops; the change goes on after <see cref="ResumeAsync"/>.</exception>
    /// <exception cref="Exception">Store or journal failed: nothing more is sent. Call it again when they are back; each open step is observed first.</exception>
    public Task RunAsync(string changeId, CancellationToken cancellationToken, CancellationToken stopping = default) =>
        _runner.RunAsync(changeId, cancellationToken, stopping);

    /// <summary>
    /// For a change whose <see cref="RunAsync"/> throws again and again although the store works: it is failed (on the way back:
    /// stuck) with <c>step-broke</c>, and its locks are given back. Throws as long as the store does not work.
    /// </summary>
    /// <param name="reference">Under which the error stands in the log.</param>
    public Task BreakOffAsync(string changeId, string reference, CancellationToken cancellationToken) =>
        _runner.BreakOffAsync(changeId, reference, cancellationToken);

    /// <summary>
    /// To be called once at start. Returns soon: gives back locks that a dead process left, and names the changes that it left
    /// in the middle, oldest first. The caller schedules <see cref="RunAsync"/> for each.
    /// </summary>
    public Task<IReadOnlyList<string>> ResumeAsync(CancellationToken cancellationToken) => _runner.ResumeAsync(cancellationToken);

    /// <summary>
    /// Called by a timer of the host, about once a minute and right after a start. Begins what is to begin now and takes back what nobody confirmed:
    /// names the changes that have work. The caller schedules <see cref="RunAsync"/> for each.
    /// </summary>
    public Task<IReadOnlyList<string>> TickAsync(CancellationToken cancellationToken) => _controls.Clock.TickAsync(_time.GetUtcNow(), cancellationToken);

    /// <summary>
    /// Called by a timer of the host, about once a minute: expires what nobody answered, reminds, escalates. Harmless when several processes do it at once.
    /// </summary>
    public Task<Tending> TendAsync(DateTimeOffset now, CancellationToken cancellationToken) => _care.TendAsync(now, cancellationToken);

    /// <inheritdoc/>
    public Task<DryRunReport?> DryRunAsync(string changeId, Actor actor, CancellationToken cancellationToken) => _controls.DryRun.RunAsync(changeId, actor, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ElementLock>> LocksAsync(CancellationToken cancellationToken) => _hold.ListAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<Change?> FindAsync(string changeId, CancellationToken cancellationToken) =>
        (await _store.FindAsync(changeId, cancellationToken))?.Change;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ChangeSummary>> ListOpenAsync(CancellationToken cancellationToken) =>
        [.. (await _store.SummariesAsync(Open, cancellationToken)).Where(c => !c.IsIdle)];

    /// <inheritdoc/>
    public Task<IReadOnlyList<JournalLine>> JournalAsync(string changeId, CancellationToken cancellationToken) =>
        _journal.LinesAsync(changeId, cancellationToken);
}
