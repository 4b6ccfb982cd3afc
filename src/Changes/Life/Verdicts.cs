using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Control;
using TrunkBot.Changes.Requests;
using TrunkBot.Trunks.Language;

namespace TrunkBot.Changes.Life;

/// <summary>What a request would lead to: refusals, or the next state of the change. Pure.</summary>
/// <param name="Next">Null when refused.</param>
internal sealed record Verdict(IReadOnlyList<Refusal> Refusals, Change? Next, string What, Sentence Sentence)
{
    public static Verdict Refuse(params IReadOnlyList<Refusal> refusals) => new(refusals, null, "", "");

    public static Verdict Accept(Change next, string what, Sentence sentence) => new([], next, what, sentence);
}

/// <summary>The rules of each request but submission and manual steps.</summary>
internal static class Verdicts
{
    public static Verdict Approve(Change change, Vote vote)
    {
        if (ApprovalRules.Judge(change, vote) is { Count: > 0 } refusals)
        {
            return Verdict.Refuse(refusals);
        }

        var voted = change with { Decisions = [.. change.Decisions, new Decision(vote.By, true, vote.Reason, vote.PlanHash, vote.At)] };
        return ApprovalRules.IsApproved(voted)
            ? Verdict.Accept(voted with { State = ChangeState.Approved }, "approved", $"{change.Id} is approved and {Begins(voted, vote.At)}")
            : Verdict.Accept(voted, "approved", $"{change.Id} has {ApprovalRules.Approvals(voted).Count} of {change.Policy!.Needed} approvals.");
    }

    public static Verdict Reject(Change change, Vote vote)
    {
        if (ApprovalRules.Judge(change, vote) is { Count: > 0 } refusals)
        {
            return Verdict.Refuse(refusals);
        }

        var reason = string.IsNullOrWhiteSpace(vote.Reason) ? null : vote.Reason.Trim();
        var voted = change with { Decisions = [.. change.Decisions, new Decision(vote.By, false, reason, vote.PlanHash, vote.At)] };
        var denials = ApprovalRules.Denials(voted).Count;
        if (denials < change.Policy!.DenyThreshold && !ApprovalRules.IsHopeless(voted))
        {
            return Verdict.Accept(voted, "rejected", $"{change.Id} has {denials} of {change.Policy.DenyThreshold} rejections that end it; it still waits.");
        }

        return Verdict.Accept(
            voted with
            {
                State = ChangeState.Rejected,
                Trouble = new ChangeTrouble(
                    "rejected", reason is null ? Sentence.Of($"{vote.By.DisplayName} rejected it.") : $"{vote.By.DisplayName} rejected it: {reason}", "Plan it again with what was asked for."),
                Finished = vote.At,
            },
            "rejected",
            $"{change.Id} is rejected.");
    }

    private static Sentence Begins(Change approved, DateTimeOffset now) => ExecutionWindow.OpensAt(approved, now) is { } opens && opens > now
        ? Sentence.Of($"begins not before {ExecutionWindow.Shown(approved, opens)}.")
        : "begins.";

    public static Verdict Cancel(Change change, Actor actor, string? reason, DateTimeOffset now)
    {
        if (change.State == ChangeState.UndoPaused)
        {
            return GiveUp(change, actor);
        }

        var refusals = new List<Refusal>();
        if (change.Requester.Id != actor.Id)
        {
            refusals.Add(new Refusal("not-the-requester", $"Only {change.Requester.DisplayName} can take {change.Id} back. An approver can reject it."));
        }

        // What stopped before its first step left nothing behind, so there is nothing to undo either.
        if (change.State is not (ChangeState.Planned or ChangeState.WaitingForApproval or ChangeState.Approved) && !(change.State == ChangeState.Failed && SentNothing(change)))
        {
            refusals.Add(change.State is ChangeState.Rejected or ChangeState.Expired or ChangeState.Cancelled
                ? new Refusal("already-decided", $"{change.Id} is decided already: {ApprovalRules.WhoWasFirst(change)}")
                : new Refusal("already-begun", $"{change.Id} has begun. Undo takes it back."));
        }

        return refusals.Count > 0
            ? Verdict.Refuse(refusals)
            : Verdict.Accept(
                change with { State = ChangeState.Cancelled, Finished = now, Trouble = Withdrawn(change, actor, reason), Activity = null }, "cancelled", $"{change.Id} is taken back. Nothing was sent.");
    }

    // Of a draft nobody was told; of what others were asked to decide they are told why it is gone.
    private static ChangeTrouble? Withdrawn(Change change, Actor actor, string? reason) => change.State == ChangeState.Planned
        ? null
        : new ChangeTrouble(
            "withdrawn", string.IsNullOrWhiteSpace(reason) ? Sentence.Of($"{actor.DisplayName} withdrew it.") : $"{actor.DisplayName} withdrew it: {reason.Trim()}", "Plan it again when it is wanted.");

    /// <summary>Whether no step was begun, by the program or by a person.</summary>
    public static bool SentNothing(Change change) => change.Plan.Steps.All(change.IsUntouched);

    public static Verdict Retry(Change change, Actor actor, DateTimeOffset now)
    {
        var refusals = Operator(change, actor);
        if (change.State != ChangeState.Failed)
        {
            refusals.Add(new Refusal("not-failed", $"{change.Id} did not fail, so there is nothing to try again."));
        }
        else if (change.Steps.Any(s => !s.State.IsOver()) && ApprovalRules.IsOutOfDate(change, now))
        {
            refusals.Add(new Refusal("approval-expired", TooOld(change)));
        }
        else if (!ExecutionWindow.IsOpen(change, now))
        {
            var closed = ExecutionWindow.Judge(change, now).Where(g => g.State != GateState.Passes).ToList();
            refusals.AddRange(closed.Select(g => new Refusal(g.Code, $"{g.Sentence} An undo does not wait for that.")));
        }

        return refusals.Count > 0
            ? Verdict.Refuse(refusals)
            : Verdict.Accept(
                change with { State = ChangeState.Applying, Trouble = null, Confirm = null, Wishes = change.Wishes with { Pause = null, Confirmed = null } },
                "retried",
                $"{change.Id} is tried again from where it failed.");
    }

    /// <summary>The fleet lets one of its changes begin.</summary>
    public static Verdict Release(Change change, string fleetId) => change.Fleet != fleetId || change.State != ChangeState.Approved || change.Released
        ? Verdict.Refuse(new Refusal("not-releasable", $"{change.Id} is not an approved change of {fleetId} that waits to begin."))
        : Verdict.Accept(change with { Released = true }, "released", $"{fleetId} lets {change.Id} begin.");

    /// <summary>The fleet gives one of its changes up that has not begun.</summary>
    public static Verdict Drop(Change change, DropMember drop, DateTimeOffset now) =>
        change.Fleet != drop.FleetId || change.Released || change.State is not (ChangeState.Planned or ChangeState.WaitingForApproval or ChangeState.Approved)
            ? Verdict.Refuse(new Refusal("already-begun", $"{change.Id} is not a change of {drop.FleetId} that has not begun."))
            : Verdict.Accept(
                change with { State = ChangeState.Cancelled, Finished = now, Trouble = new ChangeTrouble("fleet-given-up", drop.Why, $"Plan it again, or see {drop.FleetId}.") },
                "cancelled",
                $"{change.Id} is given up with {drop.FleetId}. Nothing was sent.");

    /// <summary>Why an approval that is out of date does not carry a start or a retry, and what to do.</summary>
    public static Sentence TooOld(Change change) =>
        $"The approval of {change.Id} is older than {change.Policy!.ApprovalMinutes} minutes. Say `{(SentNothing(change) ? "cancel" : "undo")} {change.Id}`; then plan the trunk again and have it approved.";

    /// <param name="newer">Id of a later change of the same trunk; null when there is none.</param>
    /// <param name="locked">What stands against taking the locks; null when nothing does.</param>
    public static Verdict Undo(Change change, Actor actor, string? newer, Refusal? locked)
    {
        var refusals = Operator(change, actor);
        if (change.State is not (ChangeState.Failed or ChangeState.Paused or ChangeState.Done or ChangeState.Stuck or ChangeState.UndoPaused))
        {
            refusals.Add(new Refusal("nothing-to-undo", $"{change.Id} is {change.State}: only a failed, paused, finished or stuck change can be undone."));
        }

        if (newer is not null)
        {
            refusals.Add(new Refusal("changed-since", $"{newer} changed this trunk after {change.Id}. Undo {newer} first."));
        }

        if (locked is not null)
        {
            refusals.Add(locked);
        }

        return refusals.Count > 0
            ? Verdict.Refuse(refusals)
            : Verdict.Accept(
                change with { State = ChangeState.Undoing, Trouble = null, Finished = null, Confirm = null, PausedFor = null }, "undo-asked", $"{change.Id} is being undone, last step first.");
    }

    // A person who can't or won't take a manual step back must not hold the elements for ever.
    private static Verdict GiveUp(Change change, Actor actor)
    {
        if (Operator(change, actor) is { Count: > 0 } refusals)
        {
            return Verdict.Refuse(refusals);
        }

        var left = Leftovers.Of(change, $"{actor.DisplayName} gave the way back up before this was taken back.");
        return Verdict.Accept(
            change with
            {
                State = ChangeState.Stuck,
                Trouble = Leftovers.Trouble(left),
                Leftovers = left,
                Activity = null,
                Steps = [.. change.Steps.Select(s => s.State == StepProgressState.WaitingForPerson ? s with { State = StepProgressState.UndoFailed } : s)],
            },
            "undo-given-up",
            $"The way back of {change.Id} is given up. What is left stands on its card; the systems are free for other changes.");
    }

    public static List<Refusal> Operator(Change change, Actor actor) => ApprovalRules.MayOperate(change, actor)
        ? []
        : [new Refusal("not-allowed", $"Only requester, approvers and on-call of {change.Id} can do this.")];
}
