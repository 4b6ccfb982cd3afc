using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Requests;
using TrunkBot.Trunks.Language;

namespace TrunkBot.Changes.Fleets;

/// <summary>
/// Changes of many trunks under one intent. Each is a change like any other, with its own plan, journal, undo and policy; here is decided
/// which of them begins, and when none does any more. Safe to call from anywhere: guarded writes let one of two win.
/// </summary>
public sealed class Fleets(
    Drafts planning, IChangeService changes, IChangeStore changeStore, IFleetStore store, ITrunkStore trunks, ISites sites, IAuditTrail audit,
    IEnumerable<IFleetObserver> observers, TimeProvider time)
{
    private static readonly Actor Program = new(AuditEntry.Program, "TrunkBot");

    private readonly FleetPlanner _planner = new(planning, changes, changeStore, trunks, sites);
    private readonly IReadOnlyList<IFleetObserver> _observers = [.. observers];

    /// <summary>How many trunks a goal means.</summary>
    public async Task<int> CountAsync(FleetGoal goal, CancellationToken cancellationToken) => (await _planner.MeantAsync(goal, cancellationToken)).Count;

    /// <summary>Reads the systems of every trunk that is meant, plans it and stores what is to do. Takes as long as that many readings. Sends nothing that changes anything.</summary>
    /// <param name="selector">As it was typed, for people.</param>
    /// <param name="progress">Told how many trunks were looked at, and of how many.</param>
    /// <returns>Null with a refusal when nothing can be planned.</returns>
    public async Task<(Fleet? Fleet, Refusal? Against)> PlanAsync(
        FleetGoal goal, string selector, string edits, Actor requester, Action<int, int> progress, CancellationToken cancellationToken)
    {
        var meant = await _planner.MeantAsync(goal, cancellationToken);
        if (meant.Count is 0 or > FleetPlanner.MostTrunks)
        {
            return (null, meant.Count == 0
                ? new Refusal("fleet-empty", $"No trunk under management is meant by {selector}.")
                : new Refusal("fleet-too-large", $"{selector} means {meant.Count} trunks; one fleet takes at most {FleetPlanner.MostTrunks}. Name a site or part of the names."));
        }

        var (drafts, rest) = await _planner.DraftAsync(goal, meant, requester, done => progress(done, meant.Count), cancellationToken);
        var now = time.GetUtcNow();
        var fleet = await store.AddAsync(
            new Fleet
            {
                Id = "",
                State = drafts.Count == 0 ? FleetState.Done : FleetState.Planned,
                Selector = selector,
                Edits = edits,
                Requester = requester,
                Created = now,
                Members = [],
                Rest = rest,
                Finished = drafts.Count == 0 ? now : null,
            },
            cancellationToken);
        var members = await _planner.StoreAsync(fleet.Id, goal, drafts, cancellationToken);
        await SaveAsync(fleet.Id, f => f with { Members = members }, requester, "fleet-planned", $"{selector} {edits}".TrimEnd(), cancellationToken);
        return ((await store.FindAsync(fleet.Id, cancellationToken))!.Value.Fleet, null);
    }

    public async Task<Fleet?> FindAsync(string fleetId, CancellationToken cancellationToken) => (await store.FindAsync(fleetId, cancellationToken))?.Fleet;

    public Task<IReadOnlyList<Fleet>> ListOpenAsync(CancellationToken cancellationToken) => store.ListAsync(onlyOpen: true, cancellationToken);

    /// <summary>The changes of a fleet as they stand, in its order.</summary>
    public async Task<IReadOnlyList<Change>> MembersAsync(Fleet fleet, CancellationToken cancellationToken)
    {
        var members = new List<Change>();
        foreach (var member in fleet.Members)
        {
            members.Add((await changeStore.FindAsync(member.ChangeId, cancellationToken))!.Change);
        }

        return members;
    }

    /// <summary>Sends all its plans for approval; requester only.</summary>
    public async Task<FleetReply> SubmitAsync(string fleetId, Actor actor, CancellationToken cancellationToken)
    {
        if (await FindAsync(fleetId, cancellationToken) is not { } fleet)
        {
            return FleetReply.Unknown(fleetId);
        }

        if (fleet.Members.Count == 0)
        {
            return FleetReply.Refused("nothing-to-do", $"{fleetId} holds no change: every system is as planned already, or its planning was broken off. Plan it again.");
        }

        if (fleet.State != FleetState.Planned)
        {
            return FleetReply.Refused("already-submitted", $"{fleetId} was sent for approval already.");
        }

        var refused = await AskAllAsync(fleet.Members, _ => new Submit(), actor, except: "already-submitted", cancellationToken);
        if (refused.Count > 0)
        {
            return FleetReply.Refused(refused[0].Code, Sentence.Joined(" ", refused.Select(r => r.Sentence).Distinct().Take(5)));
        }

        await SaveAsync(fleetId, f => f.State == FleetState.Planned ? f with { State = FleetState.WaitingForApproval } : null, actor, "fleet-submitted", fleet.Hash, cancellationToken);
        return FleetReply.Said($"{fleetId} waits for approval.");
    }

    /// <summary>Approves exactly the plans under this hash, each by the policy of its site.</summary>
    public async Task<FleetReply> ApproveAsync(string fleetId, string hash, Actor actor, CancellationToken cancellationToken)
    {
        if (await FindAsync(fleetId, cancellationToken) is not { } fleet)
        {
            return FleetReply.Unknown(fleetId);
        }

        if (fleet.Hash != hash)
        {
            return FleetReply.Refused("plan-changed", "The plans that you saw are not those that stand. Open the card again and read it.");
        }

        if (fleet.State != FleetState.WaitingForApproval)
        {
            return FleetReply.Refused("already-decided", $"{fleetId} is {fleet.State}: there is nothing to decide.");
        }

        var refused = await AskAllAsync(fleet.Members, m => new Approve(m.PlanHash), actor, except: null, cancellationToken);
        await NoteAsync(actor, refused.Count == fleet.Members.Count ? "fleet-approve-refused" : "fleet-approved", fleet, cancellationToken);
        await TendAsync(fleetId, cancellationToken);
        return refused.Count == fleet.Members.Count ? FleetReply.Refused(refused[0].Code, refused[0].Sentence)
            : refused.Count == 0 ? FleetReply.Said($"You approved {fleetId}: {Count(fleet.Members.Count)}.")
            : FleetReply.Said($"You approved {Count(fleet.Members.Count - refused.Count)} of {fleet.Members.Count}; the others are not yours to approve: {refused[0].Sentence}");
    }

    /// <summary>Rejects the whole fleet: who may reject one of its changes may.</summary>
    public async Task<FleetReply> RejectAsync(string fleetId, string reason, Actor actor, CancellationToken cancellationToken)
    {
        if (await FindAsync(fleetId, cancellationToken) is not { } fleet)
        {
            return FleetReply.Unknown(fleetId);
        }

        if (fleet.State != FleetState.WaitingForApproval)
        {
            return FleetReply.Refused("already-decided", $"{fleetId} is {fleet.State}: there is nothing to decide.");
        }

        ChangeReply? last = null;
        foreach (var member in fleet.Members)
        {
            last = await changes.AskAsync(member.ChangeId, new Reject(reason), actor, cancellationToken);
            if (last.Accepted)
            {
                await TendAsync(fleetId, cancellationToken);
                return FleetReply.Said($"{fleetId} is rejected.");
            }
        }

        return FleetReply.Refused(last!.Code!, last.Sentence);
    }

    /// <summary>Takes back a fleet that has not begun; requester only.</summary>
    public async Task<FleetReply> CancelAsync(string fleetId, Actor actor, CancellationToken cancellationToken)
    {
        if (await FindAsync(fleetId, cancellationToken) is not { } fleet)
        {
            return FleetReply.Unknown(fleetId);
        }

        if (fleet.Requester.Id != actor.Id)
        {
            return FleetReply.Refused("not-the-requester", $"Only {fleet.Requester.DisplayName} can take {fleetId} back. An approver can reject it.");
        }

        if (fleet.State is not (FleetState.Planned or FleetState.WaitingForApproval))
        {
            return FleetReply.Refused("already-begun", $"{fleetId} is {fleet.State}. Stop ends it before the next change, undo takes it back.");
        }

        await GiveUpAsync(fleet, FleetState.Cancelled, new ChangeTrouble("fleet-cancelled", $"{actor.DisplayName} took it back.", "Plan it again when it is wanted."), actor, cancellationToken);
        return FleetReply.Said($"{fleetId} is taken back. Nothing was sent.");
    }

    /// <summary>No further change begins; those at work go on to their end.</summary>
    public Task<FleetReply> StopAsync(string fleetId, Actor actor, CancellationToken cancellationToken) => StepAsync(
        fleetId, actor, "fleet-stopped",
        f => f.State is FleetState.Running or FleetState.Undoing ? null : new Refusal("not-running", $"{fleetId} is {f.State}: there is nothing to stop."),
        f => f with { State = FleetState.Stopped, Trouble = new ChangeTrouble("fleet-stopped", $"{actor.DisplayName} stopped it.", $"Say `fleet resume {fleetId}` or `fleet undo {fleetId}`.") },
        $"{fleetId} is stopped: no further change begins. What is at work goes on to its end.",
        cancellationToken);

    /// <summary>Goes on after a stop. Changes that failed must have come to an end first: retried, undone, or given up.</summary>
    public async Task<FleetReply> ResumeAsync(string fleetId, Actor actor, CancellationToken cancellationToken)
    {
        IReadOnlyList<Change> members = await FindAsync(fleetId, cancellationToken) is { } fleet ? await MembersAsync(fleet, cancellationToken) : [];
        var open = members.Where(c => c.State is ChangeState.Failed or ChangeState.Stuck).Select(c => c.Id).ToList();
        var ended = members.Where(FleetRun.IsGivenUp).Select(c => c.Id).ToList();
        return await StepAsync(
            fleetId, actor, "fleet-resumed",
            f => f.State != FleetState.Stopped ? new Refusal("not-stopped", $"{fleetId} is {f.State}: it is not stopped.")
                : open.Count > 0 ? new Refusal("fleet-has-failures", $"First retry or undo what failed: {string.Join(", ", open)}.")
                : null,
            f => f with { State = f.UndoAskedBy is null ? FleetState.Running : FleetState.Undoing, Trouble = null, WithoutChanges = f.UndoAskedBy is null ? ended : f.WithoutChanges },
            $"{fleetId} goes on.",
            cancellationToken);
    }

    /// <summary>Undoes every change of the fleet that did anything, the last one first; those that have not begun are given up.</summary>
    public Task<FleetReply> UndoAsync(string fleetId, Actor actor, CancellationToken cancellationToken) => StepAsync(
        fleetId, actor, "fleet-undo-asked",
        f => f.State is FleetState.Stopped or FleetState.Done && f.Members.Count > 0 ? null
            : new Refusal("nothing-to-undo", $"{fleetId} is {f.State}: only a stopped or finished fleet can be undone."),
        f => f with { State = FleetState.Undoing, UndoAskedBy = actor, Trouble = null, Finished = null },
        $"{fleetId} is being undone, the last change first.",
        cancellationToken);

    /// <summary>Does what there is to do: lets changes begin, stops, ends. To be called after every change of one of its members, and once a minute.</summary>
    public async Task TendAsync(string fleetId, CancellationToken cancellationToken)
    {
        if (await FindAsync(fleetId, cancellationToken) is not { IsOpen: true } fleet)
        {
            await TellAsync(fleetId, cancellationToken);
            return;
        }

        var members = await MembersAsync(fleet, cancellationToken);
        var next = FleetRun.Next(fleet, members, time.GetUtcNow());
        if (next.Fleet is { IsOpen: false, State: not FleetState.Done and not FleetState.Undone } ended)
        {
            await GiveUpAsync(fleet, ended.State, ended.Trouble!, Program, cancellationToken);
            return;
        }

        if (next.Fleet is { } moved)
        {
            await SaveAsync(
                fleetId, f => f.State == fleet.State ? f with { State = moved.State, Trouble = moved.Trouble, Finished = moved.Finished } : null,
                Program, $"fleet-{Word(moved.State)}", moved.Trouble?.Sentence ?? "", cancellationToken);
            if (moved.State == FleetState.Running)
            {
                await TendAsync(fleetId, cancellationToken);
            }

            return;
        }

        foreach (var (changeId, request, actor) in next.Ask)
        {
            var reply = await changes.AskAsync(changeId, request, actor ?? Program, cancellationToken);
            if (!reply.Accepted && request is Undo)
            {
                var trouble = new ChangeTrouble(reply.Code!, $"{changeId}: {reply.Sentence}", $"See to {changeId}; then say `fleet resume {fleetId}`.");
                await SaveAsync(fleetId, f => f.State == FleetState.Undoing ? f with { State = FleetState.Stopped, Trouble = trouble } : null, Program, "fleet-stopped", trouble.Sentence, cancellationToken);
                return;
            }
        }

        await TellAsync(fleetId, cancellationToken);
    }

    private async Task<FleetReply> StepAsync(
        string fleetId, Actor actor, string what, Func<Fleet, Refusal?> against, Func<Fleet, Fleet> step, Sentence said, CancellationToken cancellationToken)
    {
        if (await FindAsync(fleetId, cancellationToken) is not { } fleet)
        {
            return FleetReply.Unknown(fleetId);
        }

        var members = await MembersAsync(fleet, cancellationToken);
        if (!members.All(c => ApprovalRules.MayOperate(c, actor)))
        {
            return FleetReply.Refused("not-allowed", $"Only who may work on every change of {fleetId} can do this: requester, approvers and on-call of each site.");
        }

        if (against(fleet) is { } refusal)
        {
            await NoteAsync(actor, $"{what}-refused", fleet, cancellationToken);
            return FleetReply.Refused(refusal.Code, refusal.Sentence);
        }

        await SaveAsync(fleetId, f => against(f) is null ? step(f) : null, actor, what, said, cancellationToken);
        await TendAsync(fleetId, cancellationToken);
        return FleetReply.Said(said);
    }

    private async Task GiveUpAsync(Fleet fleet, FleetState state, ChangeTrouble trouble, Actor who, CancellationToken cancellationToken)
    {
        await AskAllAsync(fleet.Members, _ => new DropMember(fleet.Id, trouble.Sentence), Program, except: "already-begun", cancellationToken);
        await SaveAsync(
            fleet.Id, f => f.IsOpen ? f with { State = state, Trouble = trouble, Finished = time.GetUtcNow() } : null, who, $"fleet-{Word(state)}", trouble.Sentence, cancellationToken);
    }

    private async Task<List<Refusal>> AskAllAsync(
        IReadOnlyList<FleetMember> members, Func<FleetMember, ChangeRequest> request, Actor actor, string? except, CancellationToken cancellationToken)
    {
        var refused = new List<Refusal>();
        foreach (var member in members)
        {
            var reply = await changes.AskAsync(member.ChangeId, request(member), actor, cancellationToken);
            if (!reply.Accepted && reply.Code != except)
            {
                refused.Add(new Refusal(reply.Code!, $"{member.ChangeId}: {reply.Sentence}"));
            }
        }

        return refused;
    }

    /// <param name="next">Null: it stays as it is.</param>
    private async Task SaveAsync(string fleetId, Func<Fleet, Fleet?> next, Actor who, string what, string detail, CancellationToken cancellationToken)
    {
        while (await store.FindAsync(fleetId, cancellationToken) is var (fleet, version) && next(fleet) is { } changed)
        {
            if (await store.UpdateAsync(changed, version, cancellationToken))
            {
                await audit.AppendAsync(new AuditEntry(time.GetUtcNow(), who.Id, what, fleetId, changed.Hash, detail) { Via = who.Via }, cancellationToken);
                break;
            }
        }

        await TellAsync(fleetId, cancellationToken);
    }

    private Task NoteAsync(Actor who, string what, Fleet fleet, CancellationToken cancellationToken) =>
        audit.AppendAsync(new AuditEntry(time.GetUtcNow(), who.Id, what, fleet.Id, fleet.Hash, "") { Via = who.Via }, cancellationToken);

    private async Task TellAsync(string fleetId, CancellationToken cancellationToken)
    {
        foreach (var observer in _observers)
        {
            await observer.ChangedAsync(fleetId, cancellationToken);
        }
    }

    private static string Count(int members) => members == 1 ? "1 change" : $"{members} changes";

    private static string Word(FleetState state) => state.ToString().ToLowerInvariant();
}

/// <summary>What a request to a fleet led to.</summary>
/// <param name="Code">Stable code of the refusal; null when accepted.</param>
/// <param name="Sentence">What happened, or why not and what to do.</param>
public sealed record FleetReply(bool Accepted, string? Code, Sentence Sentence)
{
    internal static FleetReply Unknown(string fleetId) => Refused("fleet-not-found", $"There is no fleet {fleetId}.");

    internal static FleetReply Refused(string code, Sentence sentence) => new(false, code, sentence);

    internal static FleetReply Said(Sentence sentence) => new(true, null, sentence);
}
