using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Requests;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Changes.Life;

/// <summary>What must hold before people are asked to approve. With it, policy and approvers are pinned: a later edit of the site profile changes nothing for this change.</summary>
internal static class SubmitRules
{
    private const int LongestReason = 500;

    public static Verdict Decide(Change change, Submit request, Actor actor, SiteProfile? site, DateTimeOffset now)
    {
        if (change.State != ChangeState.Planned)
        {
            return Verdict.Refuse(new Refusal("already-submitted", $"{change.Id} was sent for approval already."));
        }

        var refusals = new List<Refusal>();
        if (!ApprovalRules.TookPart(change, actor.Id))
        {
            refusals.Add(new Refusal("not-the-requester", $"Only {change.Requester.DisplayName} can send {change.Id} for approval."));
        }

        var policy = site is null ? null : PolicyPin.Of(site, PolicyPin.KindOf(change));
        var asked = change with
        {
            State = ChangeState.WaitingForApproval,
            ApprovalExpires = now.AddMinutes(policy?.ApprovalMinutes ?? 0),
            Policy = policy,
            Course = new ApprovalCourse { Submitted = now, Reason = Words(request.Reason), NotBefore = request.NotBefore, NotAfter = request.NotAfter },
        };

        // Without a profile the policy is missing too, which says nothing more.
        refusals.AddRange(ApprovalGates.Static(asked, site)
            .Where(g => g.State != GateState.Passes && (site is not null || g.Code is not ("policy-missing" or "too-few-approvers")))
            .Select(g => new Refusal(g.Code, g.Sentence)));
        if (policy is not null)
        {
            refusals.AddRange(Asked(asked, policy, now));
        }

        return refusals.Count > 0
            ? Verdict.Refuse(refusals)
            : Verdict.Accept(
                asked,
                "submitted",
                $"{change.Id} waits for {policy!.Needed} {(policy.Needed == 1 ? (Sentence)"approval" : (Sentence)"approvals")}.{Opening(asked, now)}");
    }

    private static IEnumerable<Refusal> Asked(Change asked, PinnedPolicy policy, DateTimeOffset now)
    {
        if (asked.Course.Reason is null && ApprovalRules.NeedsReason(policy, ReasonFrom.Requester))
        {
            yield return new Refusal("reason-required", $"Say what the change is for: submit {asked.Id} reason=\"...\".");
        }

        if (asked.Course.Reason?.Length > LongestReason)
        {
            yield return new Refusal("reason-too-long", $"The reason is longer than {LongestReason} characters.");
        }

        if (ExecutionWindow.OpensAt(asked, now) is null)
        {
            yield return new Refusal(
                "window-impossible",
                $"With those times {asked.Id} could never begin. {string.Join(" ", ExecutionWindow.Judge(asked, now).Where(g => g.State != GateState.Passes).Select(g => g.Sentence))} Give other times.");
        }
    }

    private static string Opening(Change asked, DateTimeOffset now) =>
        ExecutionWindow.OpensAt(asked, now) is { } opens && opens > now ? $" It begins not before {ExecutionWindow.Shown(asked, opens)}." : "";

    private static string? Words(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
