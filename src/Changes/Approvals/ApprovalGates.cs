using TrunkBot.Changes.Life;
using TrunkBot.Changes.Locks;
using TrunkBot.Changes.Plans;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Changes.Approvals;

/// <summary>Everything that must hold before a change begins, in its order, and how each of it stands. Pure; what it does not know fails.</summary>
public static class ApprovalGates
{
    /// <summary>All gates of a change that waits or is approved; of one that was not submitted yet, as they would be if it were now.</summary>
    /// <param name="site">Today's profile; null: there is none any more.</param>
    /// <param name="locks">All locks that stand; null: nobody could tell.</param>
    public static IReadOnlyList<Gate> Judge(Change change, SiteProfile? site, IReadOnlyList<ElementLock>? locks, DateTimeOffset now)
    {
        var pinned = change.Policy is not null || site is null ? change : change with { Policy = PolicyPin.Of(site, PolicyPin.KindOf(change)) };
        return [.. Static(pinned, site), .. Approvals(pinned, now), .. ExecutionWindow.Judge(pinned, now), Age(pinned, now), Lock(pinned, locks)];
    }

    /// <summary>The plan and the policy themselves.</summary>
    internal static IReadOnlyList<Gate> Static(Change change, SiteProfile? site) =>
    [
        PlanHash.Holds(change.Plan) ? Gate.Pass(GateStage.Static, "Plan", $"The plan is what its hash {change.Plan.ShortHash} says.")
            : Gate.Fail(GateStage.Static, "Plan", "plan-changed", "The stored plan is not what its hash says. Plan the change again, and ask who changed the database."),
        Work(change.Plan),
        Checks(change.Plan),
        site is not null ? Gate.Pass(GateStage.Static, "Site", $"The site {site.Name} has its profile.")
            : Gate.Fail(GateStage.Static, "Site", "site-unknown", $"There is no site profile {change.Plan.Intent.Site} any more."),
        Policy(change),
        Requester(change),
        Enough(change),
    ];

    /// <summary>What people decided.</summary>
    internal static IReadOnlyList<Gate> Approvals(Change change, DateTimeOffset now)
    {
        if (change.Policy is not { } policy || !PolicyPin.Holds(policy))
        {
            return [Gate.Fail(GateStage.Approvals, "Approvals", "policy-missing", "No policy that holds is pinned, so no decision counts.")];
        }

        if (ApprovalRules.IsBrokenGlass(change))
        {
            var glass = change.BreakGlass!;
            return [Gate.Pass(GateStage.Approvals, "Approvals", $"{glass.By.DisplayName} broke the glass at {ExecutionWindow.Shown(change, glass.At)}: {glass.Reason}"), InTime(change, now)];
        }

        return [Denials(change, policy), Votes(change, policy), InTime(change, now)];
    }

    private static Gate Work(TrunkPlan plan) => plan.IsEmpty && !plan.HasErrors
        ? Gate.Fail(GateStage.Static, "Work", "nothing-to-do", "Every system is as intended already: there is nothing to do.")
        : Gate.Pass(GateStage.Static, "Work", $"The plan has {plan.Steps.Count} steps.");

    private static Gate Checks(TrunkPlan plan)
    {
        var errors = plan.Findings.Where(f => f.Severity == FindingSeverity.Error).ToList();
        return plan.HasErrors
            ? Gate.Fail(GateStage.Static, "Checks", "plan-has-errors", $"The plan has errors: {string.Join(" ", errors.Select(f => $"{f.Sentence} {f.Fix}".TrimEnd()))}")
            : Gate.Pass(GateStage.Static, "Checks", "The checks of the plan found no error.");
    }

    private static Gate Policy(Change change) => change.Policy switch
    {
        null => Gate.Fail(GateStage.Static, "Policy", "policy-missing", "No policy is pinned, so nobody may decide. Plan the change again."),
        { Needed: < 1 } or { DenyThreshold: < 1 } or { ApprovalMinutes: < 1, Version: not null } => Gate.Fail(
            GateStage.Static, "Policy", "policy-invalid", $"The approval policy of {change.Plan.Intent.Site} asks for no approval or no time: correct the site profile."),
        var policy when !PolicyPin.Holds(policy) => Gate.Fail(
            GateStage.Static, "Policy", "policy-altered", "The pinned policy is not what its version says. Plan the change again, and ask who changed the database."),
        var policy => Gate.Pass(
            GateStage.Static,
            "Policy",
            $"Version {policy.Version ?? "of before"} for {policy.Kind ?? "changes"}, {(change.Course.Submitted is { } at ? $"pinned {ExecutionWindow.Shown(change, at)}" : "as it stands now")}."),
    };

    private static Gate Requester(Change change) =>
        change.Policy is { Requesters: { Count: > 0 } may } && !may.Contains(change.Requester.Id, StringComparer.Ordinal)
            ? Gate.Fail(GateStage.Static, "Requester", "requester-not-allowed", $"The policy of {change.Plan.Intent.Site} lets only {string.Join(", ", may)} ask for this kind of change.")
            : Gate.Pass(GateStage.Static, "Requester", $"{change.Requester.DisplayName} may ask for it.");

    private static Gate Enough(Change change)
    {
        if (change.Policy is not { } policy)
        {
            return Gate.Fail(GateStage.Static, "Approvers", "too-few-approvers", "No policy is pinned, so nobody is an approver.");
        }

        var able = policy.Approvers.Count(a => policy.OnePersonLab || !ApprovalRules.TookPart(change, a));
        return able < policy.Needed
            ? Gate.Fail(
                GateStage.Static,
                "Approvers",
                "too-few-approvers",
                $"{change.Plan.Intent.Site} asks for {policy.Needed} approvals, but only {able} of its approvers did not take part in this change. Add approvers to the site profile.")
            : Gate.Pass(GateStage.Static, "Approvers", $"{able} approvers could decide, {policy.Needed} are needed.");
    }

    private static Gate Denials(Change change, PinnedPolicy policy)
    {
        var denials = ApprovalRules.Denials(change);
        var who = string.Join("; ", denials.Select(d => d.Reason is { Length: > 0 } reason ? $"{d.By.DisplayName}: {reason}" : d.By.DisplayName));
        if (denials.Count >= policy.DenyThreshold)
        {
            return Gate.Fail(GateStage.Approvals, "Rejections", "rejected", $"{denials.Count} rejected it ({who}), and the policy lets {policy.DenyThreshold} end it.");
        }

        return denials.Count > 0 && ApprovalRules.IsHopeless(change)
            ? Gate.Fail(GateStage.Approvals, "Rejections", "rejected", $"{denials.Count} rejected it ({who}), and too few are left who could approve it.")
            : Gate.Pass(GateStage.Approvals, "Rejections", denials.Count == 0 ? (Sentence)"Nobody rejected it." : $"{denials.Count} rejected it ({who}); {policy.DenyThreshold} would end it.");
    }

    private static Gate Votes(Change change, PinnedPolicy policy)
    {
        var votes = ApprovalRules.Approvals(change);
        var who = votes.Count == 0 ? "" : $" ({string.Join(", ", votes.Select(d => d.By.DisplayName))})";
        if (votes.Count >= policy.Needed)
        {
            return Gate.Pass(GateStage.Approvals, "Approvals", $"{votes.Count} of {policy.Needed} approvals{who}.");
        }

        return change.State switch
        {
            ChangeState.Planned => Gate.Wait(GateStage.Approvals, "Approvals", "not-submitted", "It was not sent for approval yet."),
            ChangeState.WaitingForApproval => Gate.Wait(GateStage.Approvals, "Approvals", "approvals-missing", $"{votes.Count} of {policy.Needed} approvals{who}."),
            _ => Gate.Fail(GateStage.Approvals, "Approvals", "approvals-missing", $"{votes.Count} of {policy.Needed} approvals{who}, and nobody is asked any more: it is {change.State}."),
        };
    }

    private static Gate InTime(Change change, DateTimeOffset now)
    {
        if (change.State == ChangeState.WaitingForApproval)
        {
            return change.ApprovalExpires is { } expires && now < expires
                ? Gate.Pass(GateStage.Approvals, "Time to decide", $"It can be decided until {ExecutionWindow.Shown(change, expires)}.")
                : Gate.Fail(GateStage.Approvals, "Time to decide", "approval-expired", "The time to decide is over. Plan the change again.");
        }

        return ApprovalRules.CarriesUntil(change) is not { } until ? Gate.Pass(GateStage.Approvals, "Time to decide", "It does not run yet.")
            : now < until ? Gate.Pass(GateStage.Approvals, "Time to decide", $"The approvals carry a start until {ExecutionWindow.Shown(change, until)}.")
            : Gate.Fail(GateStage.Approvals, "Time to decide", "approval-expired", $"The approvals carried a start until {ExecutionWindow.Shown(change, until)}. Plan the change again.");
    }

    // Only a hint: what counts is the look at the systems when the change begins.
    private static Gate Age(Change change, DateTimeOffset now) => Gate.Pass(
        GateStage.Dynamic,
        "Systems unchanged",
        $"Read {(now - change.Created).TotalMinutes:0} minutes ago, when the plan was made; every system is read again at the start, and one that changed stops it.");

    private static Gate Lock(Change change, IReadOnlyList<ElementLock>? locks)
    {
        if (locks is null)
        {
            return Gate.Fail(GateStage.Lock, "Locks", "lock-store-unreachable", "The store of the locks can't be reached, so nobody can tell whether another change is at work.");
        }

        var held = locks.Where(l => l.Holder != change.Id && change.Plan.Systems.Any(s => s.Element == l.Element)).ToList();
        return held.Count == 0
            ? Gate.Pass(GateStage.Lock, "Locks", "No other change is at work on its elements.")
            : Gate.Wait(GateStage.Lock, "Locks", "element-locked", Sentence.Joined(" ", held.Select(l => Sentence.Of($"{l.Element} is held by {l.Holder} ({l.Reason}) since {ExecutionWindow.Shown(change, l.Since)}."))));
    }
}
