using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Control;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Requests;
using TrunkBot.Trunks.Language;

namespace TrunkBot.Changes.Locks;

/// <summary>
/// Takes a lock away from a change at rest. From one that runs never: it is paused first. Should it begin to run at that very moment, it
/// misses its lock before its next step, and stops.
/// </summary>
internal sealed class Unlocking(IElementLocks locks, ISites sites, ChangeRequests requests, TimeProvider time)
{
    private const int LongestReason = 500;

    public async Task<ChangeReply> AskAsync(string changeId, Unlock request, Actor actor, CancellationToken cancellationToken)
    {
        IReadOnlyList<ElementLock>? standing;
        try
        {
            standing = await locks.ListAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            standing = null;
        }

        var held = standing?.FirstOrDefault(l => l.Element == request.Element && l.Holder == changeId);
        var reply = await requests.DecideAsync(
            changeId,
            actor,
            "unlock",
            change => standing is null
                ? Verdict.Refuse(new Refusal(ElementHold.Unreachable, $"{ElementHold.UnreachableSentence} Nothing was unlocked. Check the database."))
                : Decide(change, request with { Reason = request.Reason.Trim() }, actor, held),
            cancellationToken);
        if (!reply.Accepted)
        {
            return reply;
        }

        try
        {
            // After the change was told, and only if it is still at rest: whoever reads its card knows why the lock is gone.
            await locks.ReleaseAsync(held!, cancellationToken);
            return reply;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return ChangeRequests.Reply([new Refusal(ElementHold.Unreachable, $"{ElementHold.UnreachableSentence} The lock may still stand: say `locks`, then `unlock` again.")], reply.Change);
        }
    }

    private Verdict Decide(Change change, Unlock request, Actor actor, ElementLock? held)
    {
        var refusals = new List<Refusal>();
        if (held is null)
        {
            refusals.Add(new Refusal("not-locked", $"{change.Id} does not hold {request.Element}. Say `locks` for what is held."));
        }

        if (!request.AsAdministrator && sites.Find(change.Plan.Intent.Site)?.Execution.Unlock.Contains(actor.Id, StringComparer.Ordinal) != true)
        {
            refusals.Add(new Refusal("not-allowed", $"Only administrators and those whom the site names (execution.unlock) may take a lock away."));
        }

        if (change.State is ChangeState.Applying or ChangeState.Verifying or ChangeState.Undoing)
        {
            refusals.Add(new Refusal("holder-running", $"{change.Id} is {change.State}: while it runs its locks can't be taken away. Say `pause {change.Id}` first, or wait until it has ended."));
        }

        if (request.Reason.Length is 0 or > LongestReason)
        {
            refusals.Add(new Refusal("reason-required", $"Say why, in at most {LongestReason} characters: unlock {request.Element} the SBC is needed for an emergency."));
        }

        Sentence sentence = $"{actor.DisplayName} took the lock of {request.Element} away from {change.Id}: {request.Reason}";
        return refusals.Count > 0
            ? Verdict.Refuse(refusals)
            : Verdict.Accept(change.With(new Remark(time.GetUtcNow(), sentence)), "unlocked", sentence);
    }
}
