using TrunkBot.Changes.Life;
using TrunkBot.Changes.Locks;
using TrunkBot.Changes.Requests;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Changes.Control;

/// <summary>What people ask of how a change is run: when it begins, pause, one step at a time, taking it over by hand, its locks.</summary>
internal sealed class ChangeControls(
    IChangeStore store, ITrunkStore trunks, ChangeRequests requests, UndoRun undo, Unlocking unlocking, ChangeClock clock, DryRun dryRun, TimeProvider time)
{
    public ChangeClock Clock => clock;

    public DryRun DryRun => dryRun;

    /// <param name="policy">How the site of a change has changes run.</param>
    public Task<ChangeReply> AskAsync(string changeId, ChangeRequest request, Actor actor, Func<Change, ExecutionPolicy> policy, CancellationToken cancellationToken)
    {
        return request switch
        {
            Apply apply => DecideAsync("apply", (change, now) => StartRules.Apply(change, apply, actor, policy(change), now)),
            Stop => DecideAsync("stop", (change, now) => StartRules.Stop(change, actor, now)),
            Pause => DecideAsync("pause", (change, now) => PauseRules.Pause(change, actor, now)),
            Resume => DecideAsync("resume", (change, _) => PauseRules.Resume(change, actor)),
            RunOneStep => DecideAsync("step", (change, _) => PauseRules.OneStep(change, actor)),
            SkipManualStep skip => DecideAsync("skip", (change, now) => PauseRules.Skip(change, skip.Reason.Trim(), actor, now)),
            Confirm => DecideAsync("confirm", (change, now) => ConfirmRules.Confirm(change, actor, now)),
            Resolve resolve => ResolveAsync(changeId, resolve.Note.Trim(), actor, cancellationToken),
            Unlock unlock => unlocking.AskAsync(changeId, unlock, actor, cancellationToken),
            _ => throw new ArgumentOutOfRangeException(nameof(request), request, "Nobody answers that request."),
        };

        Task<ChangeReply> DecideAsync(string name, Func<Change, DateTimeOffset, Verdict> decide) =>
            requests.DecideAsync(changeId, actor, name, change => decide(change, time.GetUtcNow()), cancellationToken);
    }

    // The trunk is put back to what stood before an undo that got stuck, before the change ends: a crash in between leaves a change that can be resolved again.
    private async Task<ChangeReply> ResolveAsync(string changeId, string note, Actor actor, CancellationToken cancellationToken)
    {
        ManagedTrunk? managed = null;
        if ((await store.FindAsync(changeId, cancellationToken))?.Change is { } change)
        {
            if (change.State == ChangeState.Stuck && ResolveRules.Decide(change, note, actor, null, time.GetUtcNow()).Next is not null)
            {
                await undo.ForgetTrunkAsync(change);
            }

            managed = await trunks.FindAsync(change.Plan.Intent.Name, cancellationToken);
        }

        return await requests.DecideAsync(changeId, actor, "resolve", c => ResolveRules.Decide(c, note, actor, managed, time.GetUtcNow()), cancellationToken);
    }
}
