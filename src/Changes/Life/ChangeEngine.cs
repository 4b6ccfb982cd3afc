using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Journal;
using TrunkBot.Changes.Locks;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Redaction;
using TrunkBot.Changes.Requests;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Parameters;

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

    private readonly Planner _planner;
    private readonly ISites _sites;
    private readonly IChangeStore _store;
    private readonly IJournal _journal;
    private readonly Redactor _redactor;
    private readonly ChangeAnnouncer _announcer;
    private readonly ChangeRequests _requests;
    private readonly ManualSteps _manual;
    private readonly ChangeRunner _runner;
    private readonly ElementHold _hold;
    private readonly TimeProvider _time;

    internal ChangeEngine(
        Planner planner, ISites sites, IChangeStore store, IJournal journal, Redactor redactor, ChangeAnnouncer announcer,
        ChangeRequests requests, ManualSteps manual, ChangeRunner runner, ElementHold hold, TimeProvider time)
    {
        (_planner, _sites, _store, _journal, _redactor) = (planner, sites, store, journal, redactor);
        (_announcer, _requests, _manual, _runner, _hold, _time) = (announcer, requests, manual, runner, hold, time);
    }

    /// <summary>Takes as long as reading all systems takes (seconds). Sends nothing that changes anything.</summary>
    /// <inheritdoc/>
    public async Task<Change> PlanAsync(
        TrunkGoal goal, IReadOnlyList<ParameterValue> values, Actor requester, CancellationToken cancellationToken)
    {
        var intent = goal.Intent;
        var site = _sites.Find(intent.Site) ?? throw new SystemFailureException(
            "site-unknown", $"There is no site profile {intent.Site}.", $"Choose one of: {string.Join(", ", _sites.All.Select(s => s.Name))}.");
        if (site.Ticket?.Wrong(TrunkParameters.TicketOf(values)) is { } wrong)
        {
            throw new SystemFailureException("ticket-number", $"ticket: {wrong}.", "Say the line again with ticket=NUMBER.");
        }

        var redaction = _redactor.For(site);
        var read = await _planner.ReadAsync(goal, site, cancellationToken);
        var plan = _planner.Plan(goal, values, site, read);
        var now = _time.GetUtcNow();
        var because = new AuditEntry(now, requester.Id, "planned", null, plan.Hash, $"{Purpose(goal)} {intent.Name} at {intent.Site}")
        {
            Trunk = intent.Name,
            TicketNumber = plan.TicketNumber,
            Via = requester.Via,
        };
        var stored = await _store.AddAsync(
            new Change
            {
                Id = "",
                State = ChangeState.Planned,
                Plan = plan,
                Requester = requester,
                Editors = [requester],
                Created = now,
                Steps = [.. plan.Steps.Select(s => new StepProgress { StepId = s.Id, State = StepProgressState.Waiting })],
                Snapshots = redaction.Clean(read),
            },
            because,
            cancellationToken);
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
            case Submit:
                return await DecideAsync("submit", change => SubmitRules.Decide(change, actor, _sites.Find(change.Plan.Intent.Site), _time.GetUtcNow()));
            case Approve approval:
                return await DecideAsync("approve", change => Verdicts.Approve(change, new Vote(actor, true, approval.PlanHash, null, _time.GetUtcNow())));
            case Reject rejection:
                return await DecideAsync("reject", change => Verdicts.Reject(change, new Vote(actor, false, change.Plan.Hash, rejection.Reason, _time.GetUtcNow())));
            case Cancel:
                return await DecideAsync("cancel", change => Verdicts.Cancel(change, actor, _time.GetUtcNow()));
            case Retry:
                return await DecideAsync("retry", change => Verdicts.Retry(change, actor, _time.GetUtcNow()));
            case Undo:
                var newer = await _requests.NewerChangeOfTrunkAsync(changeId, cancellationToken);
                var held = await FindAsync(changeId, cancellationToken) is { } found ? await _hold.HeldByOtherAsync(found, cancellationToken) : null;
                return await DecideAsync("undo", change => Verdicts.Undo(change, actor, newer, held));
            case ConfirmManualStep confirmation:
                return await _manual.ConfirmAsync(changeId, confirmation.StepId, actor, cancellationToken);
            case ProveManualStep proof:
                return await _manual.ProveAsync(changeId, proof.Text, actor, cancellationToken);
            case ReportProblem report:
                return await _manual.ReportProblemAsync(changeId, report.Problem, actor, cancellationToken);
            default:
                throw new ArgumentOutOfRangeException(nameof(request), request, "Nobody answers that request.");
        }

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

    /// <summary>Called by a timer of the host, about once a minute. Expires what nobody answered; returns the ids of those.</summary>
    public Task<IReadOnlyList<string>> ExpireAsync(DateTimeOffset now, CancellationToken cancellationToken) => _requests.ExpireAsync(now, cancellationToken);

    /// <inheritdoc/>
    public async Task<Change?> FindAsync(string changeId, CancellationToken cancellationToken) =>
        (await _store.FindAsync(changeId, cancellationToken))?.Change;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Change>> ListOpenAsync(CancellationToken cancellationToken) =>
        [.. (await _store.ListAsync(Open, cancellationToken)).Where(c => c is not { State: ChangeState.Planned, Plan.IsEmpty: true })];

    /// <inheritdoc/>
    public Task<IReadOnlyList<JournalLine>> JournalAsync(string changeId, CancellationToken cancellationToken) =>
        _journal.LinesAsync(changeId, cancellationToken);

    private static string Purpose(TrunkGoal goal) => goal switch
    {
        { Removes: true } => "removal of trunk",
        { Owned: not null } => "change of trunk",
        _ => "trunk",
    };
}
