using TrunkBot.Changes.Life;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;

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

        if (change.Policy is not { } policy || !PolicyPin.Holds(policy) || change.ApprovalExpires is not { } expires)
        {
            return [new Refusal("policy-missing", $"{change.Id} has no approval policy that holds, so nobody can decide it. Plan it again.")];
        }

        var refusals = new List<Refusal>();
        if (TookPart(change, vote.By.Id) && !policy.OnePersonLab)
        {
            refusals.Add(new Refusal("approver-is-requester", "Who asks for a change or edits it can't decide it. Ask another approver."));
        }

        if (!Deciders(change).Contains(vote.By.Id, StringComparer.Ordinal))
        {
            var isFallback = policy.Fallback.Contains(vote.By.Id, StringComparer.Ordinal) && policy.EscalateAfterMinutes is not null;
            refusals.Add(new Refusal(
                "not-an-approver",
                isFallback
                    ? Sentence.Of($"You may decide {change.Id} only when its approvers have not decided within {policy.EscalateAfterMinutes} minutes; you are told then.")
                    : $"You are not among the approvers of {change.Id}."));
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

        if (string.IsNullOrWhiteSpace(vote.Reason) && NeedsReason(policy, vote.Approve ? ReasonFrom.Approver : ReasonFrom.Denier))
        {
            refusals.Add(new Refusal(
                "reason-required", vote.Approve ? (Sentence)"Say why you approve it: the policy of the site asks for it." : "Say why you reject it: the requester needs to know."));
        }

        return refusals;
    }

    /// <summary>
    /// Whether what is stored carries the plan as it stands: a policy that holds; enough different pinned approvers, none of them requester
    /// or editor, each for exactly this hash, and fewer rejections than end a change; or the glass broken for exactly this hash by
    /// somebody whom the policy names. Asked again before anything is sent.
    /// </summary>
    public static bool IsApproved(Change change) =>
        IsBrokenGlass(change)
        || (PolicyPin.Holds(change.Policy) && Denials(change).Count < change.Policy!.DenyThreshold && Approvals(change).Count >= change.Policy.Needed);

    /// <summary>Whether somebody who may let this plan begin without approvals.</summary>
    public static bool IsBrokenGlass(Change change) =>
        change is { BreakGlass: { } glass, Policy: { } policy }
        && PolicyPin.Holds(policy)
        && glass.PlanHash == change.Plan.Hash
        && policy.GlassBreakers.Contains(glass.By.Id, StringComparer.Ordinal)
        && (policy.BreakGlassByRequester || !TookPart(change, glass.By.Id));

    /// <summary>Accounts that approved and count: pinned, not part of the change, for this very plan, and not against it at the same time.</summary>
    public static IReadOnlyList<Decision> Approvals(Change change)
    {
        var against = Denials(change).Select(d => d.By.Id).ToHashSet(StringComparer.Ordinal);
        return [.. change.Decisions
            .Where(d => d.Approved && d.PlanHash == change.Plan.Hash && !against.Contains(d.By.Id) && MayDecide(change, d.By.Id, d.At))
            .DistinctBy(d => d.By.Id, StringComparer.Ordinal)];
    }

    /// <summary>Rejections, one a person; whoever wrote one there, it counts.</summary>
    public static IReadOnlyList<Decision> Denials(Change change) => [.. change.Decisions.Where(d => !d.Approved).DistinctBy(d => d.By.Id, StringComparer.Ordinal)];

    /// <summary>Accounts of those who may decide now: approvers, once it was escalated the fallback approvers too; never requester and editors.</summary>
    public static IReadOnlyList<string> Able(Change change) =>
        change.Policy is not { } policy ? [] : [.. Deciders(change).Where(a => policy.OnePersonLab || !TookPart(change, a))];

    /// <summary>Whether fewer people than are needed are left who have not rejected it, those counted who may be asked later.</summary>
    public static bool IsHopeless(Change change)
    {
        if (change.Policy is not { } policy)
        {
            return true;
        }

        var against = Denials(change).Select(d => d.By.Id).ToHashSet(StringComparer.Ordinal);
        return policy.Approvers.Concat(policy.Fallback).Distinct(StringComparer.Ordinal)
            .Count(a => (policy.OnePersonLab || !TookPart(change, a)) && !against.Contains(a)) < policy.Needed;
    }

    /// <summary>Requester and everybody who edited the draft.</summary>
    public static bool TookPart(Change change, string account) => change.Requester.Id == account || change.Editors.Any(e => e.Id == account);

    public static bool NeedsReason(PinnedPolicy? policy, ReasonFrom from) => policy is null || policy.ReasonRequired.Contains(from);

    /// <summary>Whether the approvals are too old to begin or to try again what they allowed: systems and people have moved on since. They count from when the change could first begin.</summary>
    public static bool IsOutOfDate(Change change, DateTimeOffset now) => CarriesUntil(change) is { } until && now >= until;

    /// <summary>Until when the approvals carry a start or a retry; null: without end, or there are none.</summary>
    public static DateTimeOffset? CarriesUntil(Change change)
    {
        var last = change.Decisions.Where(d => d.Approved).Select(d => (DateTimeOffset?)d.At).Append(change.BreakGlass?.At).Max();
        return change.Policy is { ApprovalMinutes: > 0 and var minutes } && last is { } from
            ? (ExecutionWindow.OpensAt(change, from) ?? from).AddMinutes(minutes)
            : null;
    }

    /// <summary>Whether a person may confirm manual steps, retry and undo: requester, editors, pinned approvers, on-call.</summary>
    public static bool MayOperate(Change change, Actor actor) =>
        change.Requester.Id == actor.Id
        || change.Editors.Any(e => e.Id == actor.Id)
        || change.Policy?.Approvers.Contains(actor.Id, StringComparer.Ordinal) == true
        || change.Policy?.OnCall.Contains(actor.Id, StringComparer.Ordinal) == true
        || (change.Course.Escalated is not null && change.Policy?.Fallback.Contains(actor.Id, StringComparer.Ordinal) == true)
        || change.BreakGlass?.By.Id == actor.Id;

    private static IReadOnlyList<string> Deciders(Change change) =>
        change.Policy is { } policy ? [.. policy.Approvers.Concat(change.Course.Escalated is null ? [] : policy.Fallback).Distinct(StringComparer.Ordinal)] : [];

    private static bool MayDecide(Change change, string account, DateTimeOffset at) =>
        change.Policy is { } policy
        && (policy.OnePersonLab || !TookPart(change, account))
        && (policy.Approvers.Contains(account, StringComparer.Ordinal)
            || (policy.Fallback.Contains(account, StringComparer.Ordinal) && change.Course.Escalated is { } escalated && at >= escalated));

    /// <summary>Who took the decision that stands, in a sentence.</summary>
    internal static Sentence WhoWasFirst(Change change) => change switch
    {
        { BreakGlass: { } glass } => Sentence.Of($"{glass.By.DisplayName} broke the glass at {glass.At:yyyy-MM-dd HH:mm} UTC."),
        { State: ChangeState.Cancelled } => $"{change.Requester.DisplayName} took it back.",
        { State: ChangeState.Expired } => "nobody answered in time.",
        { Decisions: [.., var last] } =>
            last.Approved
                ? Sentence.Of($"{last.By.DisplayName} approved it at {last.At:yyyy-MM-dd HH:mm} UTC.")
                : $"{last.By.DisplayName} rejected it at {last.At:yyyy-MM-dd HH:mm} UTC.",
        _ => $"it is {change.State}.",
    };
}
