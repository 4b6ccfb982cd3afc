using TrunkBot.Changes.Life;
using TrunkBot.Trunks.Language;

namespace TrunkBot.Changes.Approvals;

/// <summary>The way round approvals and times in an emergency, and the look at it afterwards. Locks, the look at the systems and the checks of the plan stay.</summary>
internal static class BreakGlassRules
{
    private const int LongestText = 500;

    public static Verdict Break(Change change, Actor actor, string reason, DateTimeOffset now)
    {
        switch (change.State)
        {
            case ChangeState.Planned:
                return Verdict.Refuse(new Refusal("not-submitted", $"{change.Id} was not sent for approval yet: submit it first, so that it stands in the approvals channel."));
            case ChangeState.WaitingForApproval:
                break;
            case ChangeState.Approved when ExecutionWindow.IsOpen(change, now):
                return Verdict.Refuse(new Refusal("already-decided", $"{change.Id} is approved and may begin: there is no glass to break."));
            case ChangeState.Approved:
                break;
            default:
                return Verdict.Refuse(new Refusal("already-decided", $"{change.Id} is decided already: {ApprovalRules.WhoWasFirst(change)}"));
        }

        if (change.Policy is not { } policy || !PolicyPin.Holds(policy))
        {
            return Verdict.Refuse(new Refusal("policy-missing", $"{change.Id} has no approval policy that holds. Plan it again."));
        }

        var refusals = new List<Refusal>();
        if (!policy.GlassBreakers.Contains(actor.Id, StringComparer.Ordinal))
        {
            refusals.Add(new Refusal(
                "break-glass-not-allowed",
                policy.GlassBreakers.Count == 0 ? Sentence.Of($"The policy of {change.Id} lets nobody break the glass.") : $"The policy of {change.Id} does not name you among those who may break the glass."));
        }

        if (ApprovalRules.TookPart(change, actor.Id) && !policy.BreakGlassByRequester)
        {
            refusals.Add(new Refusal("approver-is-requester", "Who asks for a change or edits it can't break its glass. Ask somebody else whom the policy names."));
        }

        if (change.State == ChangeState.WaitingForApproval && !(now < change.ApprovalExpires))
        {
            refusals.Add(new Refusal("approval-expired", "The time to decide is over. Plan the change again."));
        }

        if (change.Plan.HasErrors)
        {
            refusals.Add(new Refusal("plan-has-errors", "The plan has errors; no emergency makes it right."));
        }

        refusals.AddRange(Text(reason, "Say why it can't wait: it is announced in the approvals channel and looked at afterwards."));
        if (refusals.Count > 0)
        {
            return Verdict.Refuse(refusals);
        }

        var overridden = ApprovalGates.Approvals(change, now).Concat(ExecutionWindow.Judge(change, now)).Where(g => g.State != GateState.Passes).Select(g => g.Sentence);
        return Verdict.Accept(
            change with
            {
                State = ChangeState.Approved,
                Activity = null,
                BreakGlass = new BreakGlass(actor, reason.Trim(), now, change.Plan.Hash, [.. overridden]),
            },
            "glass-broken",
            $"{change.Id} begins without approval, because {actor.DisplayName} broke the glass. It is announced in the approvals channel and waits for review. Reason: {reason.Trim()}");
    }

    public static Verdict Review(Change change, Actor actor, string note, DateTimeOffset now)
    {
        if (change.BreakGlass is not { } glass)
        {
            return Verdict.Refuse(new Refusal("nothing-to-review", $"Nobody broke the glass of {change.Id}: there is nothing to review."));
        }

        if (glass.Review is { } done)
        {
            return Verdict.Refuse(new Refusal("already-reviewed", $"{done.By.DisplayName} reviewed {change.Id} at {done.At:yyyy-MM-dd HH:mm} UTC."));
        }

        var refusals = new List<Refusal>();
        if (change.Policy is not { } policy || !policy.Approvers.Concat(policy.Fallback).Contains(actor.Id, StringComparer.Ordinal))
        {
            refusals.Add(new Refusal("not-an-approver", $"You are not among the approvers of {change.Id}."));
        }

        if (glass.By.Id == actor.Id || ApprovalRules.TookPart(change, actor.Id))
        {
            refusals.Add(new Refusal("reviewer-took-part", $"Who asked for {change.Id} or broke its glass can't review that. Ask another approver."));
        }

        refusals.AddRange(Text(note, "Say what you found: the review stands in the audit."));
        return refusals.Count > 0
            ? Verdict.Refuse(refusals)
            : Verdict.Accept(
                change with { BreakGlass = glass with { Review = new BreakGlassReview(actor, note.Trim(), now) } },
                "glass-reviewed",
                $"{change.Id} is reviewed.");
    }

    private static IEnumerable<Refusal> Text(string text, Sentence missing)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            yield return new Refusal("reason-required", missing);
        }
        else if (text.Trim().Length > LongestText)
        {
            yield return new Refusal("reason-too-long", $"Use at most {LongestText} characters.");
        }
    }
}
