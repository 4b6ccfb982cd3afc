using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Audit;

namespace TrunkBot.Changes.Life;

/// <summary>Turns a pure verdict into a guarded write: of two people who click at once, one wins and the other is told who.</summary>
internal sealed class ChangeRequests(IChangeStore store, ITrunkStore trunks, IAuditTrail audit, ChangeAnnouncer announcer, TimeProvider time)
{
    private const int Tries = 10;

    public async Task<ChangeReply> DecideAsync(
        string changeId, Actor actor, string request, Func<Change, Verdict> decide, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Tries; i++)
        {
            if (await store.FindAsync(changeId, cancellationToken) is not { } stored)
            {
                return Reply([new Refusal("change-not-found", $"There is no change {changeId}.")], null);
            }

            var verdict = decide(stored.Change);
            if (verdict.Next is not { } next)
            {
                await audit.AppendAsync(
                    AuditEntry.Of(stored.Change, actor, $"{request}-refused", string.Join(", ", verdict.Refusals.Select(r => r.Code)), time.GetUtcNow()),
                    cancellationToken);
                return Reply(verdict.Refusals, stored.Change);
            }

            var because = AuditEntry.Of(next, actor, verdict.What, verdict.Sentence, time.GetUtcNow());
            if (await store.UpdateAsync(next, stored.Version, because, cancellationToken) is not null)
            {
                await announcer.TellAsync(next, because);
                return new ChangeReply(true, null, verdict.Sentence, next);
            }

            // Somebody wrote in between: judge again what stands now.
        }

        return Reply([new Refusal("change-busy", $"{changeId} is being changed by others all the time. Try again.")], null);
    }

    /// <summary>Id of a finished change that provisioned the same trunk after this one; null when this is the last.</summary>
    public async Task<string?> NewerChangeOfTrunkAsync(string changeId, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(changeId, cancellationToken) is not { Change: { State: ChangeState.Done } change })
        {
            return null;
        }

        var owner = (await trunks.FindAsync(change.Plan.Intent.Name, cancellationToken))?.ChangeId;
        return owner == changeId ? null : owner;
    }

    public static ChangeReply Reply(IReadOnlyList<Refusal> refusals, Change? change) =>
        new(false, refusals[0].Code, string.Join(" ", refusals.Select(r => r.Sentence)), change) { Refusals = refusals };
}
