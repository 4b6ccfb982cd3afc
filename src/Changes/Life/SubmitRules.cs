using TrunkBot.Changes.Approvals;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Changes.Life;

/// <summary>What must hold before people are asked to approve.</summary>
internal static class SubmitRules
{
    public static Verdict Decide(Change change, Actor actor, SiteProfile? site, DateTimeOffset now)
    {
        if (change.State != ChangeState.Planned)
        {
            return Verdict.Refuse(new Refusal("already-submitted", $"{change.Id} was sent for approval already."));
        }

        var refusals = new List<Refusal>();
        if (change.Requester.Id != actor.Id && change.Editors.All(e => e.Id != actor.Id))
        {
            refusals.Add(new Refusal("not-the-requester", $"Only {change.Requester.DisplayName} can send {change.Id} for approval."));
        }

        if (change.Plan.IsEmpty)
        {
            refusals.Add(new Refusal("nothing-to-do", "Every system is as intended already: there is nothing to do."));
        }

        if (change.Plan.HasErrors)
        {
            var errors = change.Plan.Findings.Where(f => f.Severity == FindingSeverity.Error).ToList();
            refusals.Add(new Refusal("plan-has-errors", $"The plan has errors: {string.Join(" ", errors.Select(f => $"{f.Sentence} {f.Fix}".TrimEnd()))}"));
        }

        if (site is null)
        {
            refusals.Add(new Refusal("site-unknown", $"There is no site profile {change.Plan.Intent.Site} any more."));
            return Verdict.Refuse(refusals);
        }

        var policy = site.Approval;
        var able = policy.Approvers.Where(a => change.Requester.Id != a && change.Editors.All(e => e.Id != a)).Distinct(StringComparer.Ordinal).Count();
        if (policy.Needed < 1 || policy.ExpiresAfterMinutes < 1)
        {
            refusals.Add(new Refusal("policy-invalid", $"The approval policy of {site.Name} asks for no approval or no time: correct the site profile."));
        }
        else if (able < policy.Needed)
        {
            refusals.Add(new Refusal(
                "too-few-approvers",
                $"{site.Name} asks for {policy.Needed} approvals, but only {able} of its approvers did not take part in this change. Add approvers to the site profile."));
        }

        return refusals.Count > 0
            ? Verdict.Refuse(refusals)
            : Verdict.Accept(
                change with
                {
                    State = ChangeState.WaitingForApproval,
                    ApprovalExpires = now.AddMinutes(policy.ExpiresAfterMinutes),
                    Policy = new PinnedPolicy([.. policy.Approvers], policy.Needed) { OnCall = [.. policy.OnCall], ApprovalMinutes = policy.ExpiresAfterMinutes },
                },
                "submitted",
                $"{change.Id} waits for {policy.Needed} {(policy.Needed == 1 ? "approval" : "approvals")}.");
    }
}
