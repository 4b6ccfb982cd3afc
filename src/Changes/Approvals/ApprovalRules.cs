using TrunkBot.Changes.Life;

namespace TrunkBot.Changes.Approvals;

/// <summary>What somebody wants to say to a plan.</summary>
/// <param name="PlanHash">Hash of the plan that the person saw.</param>
/// <param name="Reason">Needed when <paramref name="Approve"/> is false.</param>
public sealed record Vote(Actor By, bool Approve, string PlanHash, string? Reason, DateTimeOffset At);

/// <summary>
/// Who may decide what. Pure, and closed by default: what it does not know, it refuses. Policy and approvers are
/// those pinned at submission, never those of the site profile today. Every rule that fails is reported.
/// </summary>
public static class ApprovalRules
{
    /// <summary>Everything that stands against the vote; empty when it counts.</summary>
    public static IReadOnlyList<Refusal> Judge(Change change, Vote vote)
    {
        if (change.State == ChangeState.Planned)
        {
            return [new Refusal("not-submitted", $"{change.Id} was not sent for approval yet.")];
        }

        if (change.State != ChangeState.WaitingForApproval)
        {
            return [new Refusal("already-decided", $"{change.Id} is decided already: {WhoWasFirst(change)}")];
        }

        var refusals = new List<Refusal>();
        if (change.Policy is not { Needed: > 0 } policy || change.ApprovalExpires is not { } expires)
        {
            return [new Refusal("policy-missing", $"{change.Id} has no approval policy, so nobody can decide it. Plan it again.")];
        }

        if (change.Requester.Id == vote.By.Id || change.Editors.Any(e => e.Id == vote.By.Id))
        {
            refusals.Add(new Refusal("approver-is-requester", "Who asks for a change or edits it can't decide it. Ask another approver."));
        }

        if (!policy.Approvers.Contains(vote.By.Id, StringComparer.Ordinal))
        {
            refusals.Add(new Refusal("not-an-approver", $"You are not among the approvers of {change.Id}."));
        }

        if (vote.At >= expires)
        {
            refusals.Add(new Refusal("approval-expired", $"The time to decide ended at {expires:yyyy-MM-dd HH:mm} UTC. Plan the change again."));
        }

        if (vote.PlanHash != change.Plan.Hash)
        {
            refusals.Add(new Refusal("plan-changed", "The plan that you saw is not the plan that stands. Open the card again and read it."));
        }

        if (change.Decisions.Any(d => d.By.Id == vote.By.Id))
        {
            refusals.Add(new Refusal("already-voted", $"You have already decided on {change.Id}; one person counts once."));
        }

        if (!vote.Approve && string.IsNullOrWhiteSpace(vote.Reason))
        {
            refusals.Add(new Refusal("reason-required", "Say why you reject it: the requester needs to know."));
        }

        return refusals;
    }

    /// <summary>
    /// Whether the stored decisions carry the plan as it stands: enough different pinned approvers, none of them requester
    /// or editor, each for exactly this hash, nobody against. Asked again before anything is sent.
    /// </summary>
    public static bool IsApproved(Change change) =>
        change.Policy is { Needed: > 0 } policy
        && change.Decisions.All(d => d.Approved)
        && change.Decisions
            .Where(d => d.PlanHash == change.Plan.Hash && policy.Approvers.Contains(d.By.Id, StringComparer.Ordinal)
                && d.By.Id != change.Requester.Id && change.Editors.All(e => e.Id != d.By.Id))
            .Select(d => d.By.Id).Distinct(StringComparer.Ordinal).Count() >= policy.Needed;

    /// <summary>Whether the approvals are too old to begin or to try again what they allowed: systems and people have moved on since.</summary>
    public static bool IsOutOfDate(Change change, DateTimeOffset now) => now >= CarriesUntil(change);

    /// <summary>From when on the approvals are too old; null: there are none, or no limit was pinned.</summary>
    public static DateTimeOffset? CarriesUntil(Change change) => change.Policy is { ApprovalMinutes: > 0 and var minutes }
        ? change.Decisions.Where(d => d.Approved).Select(d => (DateTimeOffset?)d.At).Max()?.AddMinutes(minutes)
        : null;

    /// <summary>Whether a person may confirm manual steps, retry and undo: requester, editors, pinned approvers, on-call.</summary>
    public static bool MayOperate(Change change, Actor actor) =>
        change.Requester.Id == actor.Id
        || change.Editors.Any(e => e.Id == actor.Id)
        || change.Policy?.Approvers.Contains(actor.Id, StringComparer.Ordinal) == true
        || change.Policy?.OnCall.Contains(actor.Id, StringComparer.Ordinal) == true;

    /// <summary>Who took the decision that stands, in a sentence.</summary>
    internal static string WhoWasFirst(Change change) => change switch
    {
        { State: ChangeState.Cancelled } => $"{change.Requester.DisplayName} took it back.",
        { State: ChangeState.Expired } => "nobody answered in time.",
        { Decisions: [.., var last] } =>
            $"{last.By.DisplayName} {(last.Approved ? "approved" : "rejected")} it at {last.At:yyyy-MM-dd HH:mm} UTC.",
        _ => $"it is {change.State}.",
    };
}
