using TrunkBot.Changes.Life;
using TrunkBot.Changes.Locks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Changes.Approvals;

/// <summary>How one change stands with its policy: all gates, who could still decide, and who could not.</summary>
/// <param name="Policy">The pinned one; before submission the one that would be pinned now; null: there is none.</param>
/// <param name="Able">Accounts that could decide now.</param>
/// <param name="Excluded">Accounts of the policy that could not, and why.</param>
/// <param name="OpensAt">When it may begin as far as time is concerned; null: never.</param>
public sealed record PolicyAnswer(
    Change Change, PinnedPolicy? Policy, IReadOnlyList<Gate> Gates, IReadOnlyList<string> Able, IReadOnlyList<(string Account, string Why)> Excluded, DateTimeOffset? OpensAt)
{
    public GateState Outcome => Gate.Outcome(Gates);
}

/// <summary>Answers <c>policy explain CHG-n</c>. Only reads.</summary>
public sealed class PolicyExplanation(IChangeStore store, ISites sites, IElementLocks locks, TimeProvider time)
{
    /// <summary>Null: there is no such change.</summary>
    public async Task<PolicyAnswer?> ExplainAsync(string changeId, CancellationToken cancellationToken) =>
        await store.FindAsync(changeId, cancellationToken) is { } stored
            ? Answer(stored.Change, sites.Find(stored.Change.Plan.Intent.Site), await LocksAsync(cancellationToken), time.GetUtcNow())
            : null;

    /// <summary>Changes that began by broken glass and wait for a review.</summary>
    public Task<IReadOnlyList<Change>> UnreviewedAsync(CancellationToken cancellationToken) => store.ListUnreviewedAsync(cancellationToken);

    internal static PolicyAnswer Answer(Change change, SiteProfile? site, IReadOnlyList<ElementLock>? held, DateTimeOffset now)
    {
        var policy = change.Policy ?? (site is null ? null : PolicyPin.Of(site, PolicyPin.KindOf(change)));
        var judged = change with { Policy = policy };
        var isOpen = change.State is ChangeState.Planned or ChangeState.WaitingForApproval;
        var able = isOpen ? [.. ApprovalRules.Able(judged).Where(a => change.Decisions.All(d => d.By.Id != a))] : (IReadOnlyList<string>)[];
        return new PolicyAnswer(
            change,
            policy,
            ApprovalGates.Judge(change, site, held, now),
            able,
            [.. Named(policy).Where(a => !able.Contains(a, StringComparer.Ordinal)).Select(a => (a, Why(judged, a)))],
            ExecutionWindow.OpensAt(judged, now));
    }

    private static IEnumerable<string> Named(PinnedPolicy? policy) => policy is null ? [] : policy.Approvers.Concat(policy.Fallback).Distinct(StringComparer.Ordinal);

    private static string Why(Change change, string account)
    {
        if (!change.Policy!.OnePersonLab && change.Requester.Id == account)
        {
            return "asked for the change";
        }

        if (!change.Policy.OnePersonLab && ApprovalRules.TookPart(change, account))
        {
            return "edited the draft";
        }

        return change.Decisions.FirstOrDefault(d => d.By.Id == account) is { } decision
            ? $"{(decision.Approved ? "approved" : "rejected")} it already"
            : change.State is not (ChangeState.Planned or ChangeState.WaitingForApproval) ? $"nobody is asked any more: it is {change.State}"
            : change.Policy.EscalateAfterMinutes is { } minutes && !change.Policy.Approvers.Contains(account, StringComparer.Ordinal) ? $"a fallback approver, asked when nobody decided within {minutes} minutes"
            : "not an approver";
    }

    // A store that does not answer is one of the answers.
    private async Task<IReadOnlyList<ElementLock>?> LocksAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await locks.ListAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return null;
        }
    }
}
