using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Audit;
using TrunkBot.Trunks.Language;

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

    /// <summary>
    /// What the time alone brings about is judged on the change as it is stored now, and written guarded by its version: of two processes one writes, and who comes second
    /// leaves it to the next round.
    /// </summary>
    /// <param name="turn">What the time makes of a change; null: nothing.</param>
    /// <returns>The change as it was written; null: it was not.</returns>
    public async Task<Change?> TurnAsync(
        string changeId, Func<Change, DateTimeOffset, (Change Next, string What, string Sentence)?> turn, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(changeId, cancellationToken) is not { } stored || turn(stored.Change, now) is not var (next, what, sentence))
        {
            return null;
        }

        var because = AuditEntry.Of(next, what, sentence, now);
        if (await store.UpdateAsync(next, stored.Version, because, cancellationToken) is null)
        {
            return null;
        }

        await announcer.TellAsync(next, because);
        return next;
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
        new(false, refusals[0].Code, Sentence.Joined(" ", refusals.Select(r => r.Sentence)), change) { Refusals = refusals };
}
