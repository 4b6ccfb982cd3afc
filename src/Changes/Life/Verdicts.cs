using TrunkBot.Changes.Approvals;

namespace TrunkBot.Changes.Life;

/// <summary>What a request would lead to: refusals, or the next state of the change. Pure.</summary>
/// <param name="Next">Null when refused.</param>
internal sealed record Verdict(IReadOnlyList<Refusal> Refusals, Change? Next, string What, string Sentence)
{
    public static Verdict Refuse(params IReadOnlyList<Refusal> refusals) => new(refusals, null, "", "");

    public static Verdict Accept(Change next, string what, string sentence) => new([], next, what, sentence);
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
            ? Verdict.Accept(voted with { State = ChangeState.Approved }, "approved", $"{change.Id} is approved and begins.")
            : Verdict.Accept(voted, "approved", $"{change.Id} has {voted.Decisions.Count} of {change.Policy!.Needed} approvals.");
    }

    public static Verdict Reject(Change change, Vote vote)
    {
        if (ApprovalRules.Judge(change, vote) is { Count: > 0 } refusals)
        {
            return Verdict.Refuse(refusals);
        }

        var reason = vote.Reason!.Trim();
        return Verdict.Accept(
            change with
            {
                State = ChangeState.Rejected,
                Decisions = [.. change.Decisions, new Decision(vote.By, false, reason, vote.PlanHash, vote.At)],
                Trouble = new ChangeTrouble("rejected", $"{vote.By.DisplayName} rejected it: {reason}", "Plan it again with what was asked for."),
                Finished = vote.At,
            },
            "rejected",
            $"{change.Id} is rejected.");
    }

    public static Verdict Cancel(Change change, Actor actor, DateTimeOffset now)
    {
        var refusals = new List<Refusal>();
        if (change.Requester.Id != actor.Id)
        {
            refusals.Add(new Refusal("not-the-requester", $"Only {change.Requester.DisplayName} can take {change.Id} back. An approver can reject it."));
        }

        if (change.State is not (ChangeState.Planned or ChangeState.WaitingForApproval or ChangeState.Approved))
        {
            refusals.Add(change.State is ChangeState.Rejected or ChangeState.Expired or ChangeState.Cancelled
                ? new Refusal("already-decided", $"{change.Id} is decided already: {ApprovalRules.WhoWasFirst(change)}")
                : new Refusal("already-begun", $"{change.Id} has begun. Undo takes it back."));
        }

        return refusals.Count > 0
            ? Verdict.Refuse(refusals)
            : Verdict.Accept(change with { State = ChangeState.Cancelled, Finished = now }, "cancelled", $"{change.Id} is taken back. Nothing was sent.");
    }

    public static Verdict Retry(Change change, Actor actor)
    {
        var refusals = Operator(change, actor);
        if (change.State != ChangeState.Failed)
        {
            refusals.Add(new Refusal("not-failed", $"{change.Id} did not fail, so there is nothing to try again."));
        }

        return refusals.Count > 0
            ? Verdict.Refuse(refusals)
            : Verdict.Accept(
                change with
                {
                    State = ChangeState.Applying,
                    Trouble = null,
                    Steps = [.. change.Steps.Select(s => s.State == StepProgressState.Failed ? s with { State = StepProgressState.Waiting } : s)],
                },
                "retried",
                $"{change.Id} is tried again from where it failed.");
    }

    /// <param name="newer">Id of a later change of the same trunk; null when there is none.</param>
    public static Verdict Undo(Change change, Actor actor, string? newer)
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

        return refusals.Count > 0
            ? Verdict.Refuse(refusals)
            : Verdict.Accept(
                change with { State = ChangeState.Undoing, Trouble = null, Finished = null }, "undo-asked", $"{change.Id} is being undone, last step first.");
    }

    public static List<Refusal> Operator(Change change, Actor actor) => ApprovalRules.MayOperate(change, actor)
        ? []
        : [new Refusal("not-allowed", $"Only requester, approvers and on-call of {change.Id} can do this.")];
}
