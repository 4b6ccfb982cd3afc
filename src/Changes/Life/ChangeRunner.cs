using Microsoft.Extensions.Logging;
using TrunkBot.Changes.Control;
using TrunkBot.Changes.Journal;
using TrunkBot.Changes.Locks;

namespace TrunkBot.Changes.Life;

/// <summary>Drives a change until it pauses or ends, and finds those that a stopped process left in the middle.</summary>
internal sealed partial class ChangeRunner(
    IChangeStore store,
    IJournal journal,
    IElementLocks locks,
    ElementHold hold,
    ApplyRun apply,
    VerifyRun verify,
    UndoRun undo,
    ChangeAnnouncer announcer,
    TimeProvider time,
    ILogger<ChangeRunner> logger)
{
    private static readonly ChangeState[] Moving = [ChangeState.Approved, ChangeState.Applying, ChangeState.Verifying, ChangeState.Undoing];

    private readonly RunTurns _turns = new();

    /// <param name="stopping">Asks to stop before the next step.</param>
    public async Task RunAsync(string changeId, CancellationToken cancellationToken, CancellationToken stopping)
    {
        using var turn = await _turns.EnterAsync(changeId, cancellationToken);
        if (await store.FindAsync(changeId, cancellationToken) is not { } stored)
        {
            return;
        }

        var cursor = new ChangeCursor(stored, store, announcer, time);
        try
        {
            if (Moving.Contains(cursor.Change.State) && (cursor.Change.State != ChangeState.Approved || StartRules.MayBegin(cursor.Change, cursor.Now)))
            {
                await cursor.ClaimAsync(journal, cancellationToken);
            }

            switch (cursor.Change.State)
            {
                case ChangeState.Approved when StartRules.Of(cursor.Change, cursor.Now) != StartState.Due:
                    // Woken before its time, or after a request about it.
                    break;
                case ChangeState.Approved or ChangeState.Applying:
                    if (await apply.RunAsync(cursor, cancellationToken, stopping))
                    {
                        await verify.RunAsync(cursor, cancellationToken, stopping);
                    }

                    break;
                case ChangeState.Verifying:
                    await verify.RunAsync(cursor, cancellationToken, stopping);
                    break;
                case ChangeState.Stuck or ChangeState.Cancelled or ChangeState.Resolved:
                    // Given up by a request while it held its locks.
                    await hold.ReleaseAsync(changeId);
                    break;
            }

            // Asked for, or not confirmed in time.
            if (cursor.Change.State == ChangeState.Undoing)
            {
                await undo.RunAsync(cursor, cancellationToken, stopping);
            }
        }
        catch (ChangeTakenOverException e)
        {
            // Two silos, or a cancellation that was first: the winner has written what holds now.
            Log.TakenOver(logger, changeId, e);
        }
    }

    /// <summary>Brings a change to rest whose work ends with an error of the program's own again and again.</summary>
    public async Task BreakOffAsync(string changeId, string reference, CancellationToken cancellationToken)
    {
        using var turn = await _turns.EnterAsync(changeId, cancellationToken);
        if (await store.FindAsync(changeId, cancellationToken) is not { } stored || !Moving.Contains(stored.Change.State))
        {
            return;
        }

        var cursor = new ChangeCursor(stored, store, announcer, time);
        var undoing = cursor.Change.State == ChangeState.Undoing;
        var trouble = InnerErrors.Trouble(reference);
        var next = cursor.Change with
        {
            State = undoing ? ChangeState.Stuck : ChangeState.Failed,
            Trouble = trouble,
            Leftovers = undoing ? Leftovers.Of(cursor.Change, trouble.Sentence) : [],
            Activity = null,
            Steps = [.. cursor.Change.Steps.Select(s => s.State switch
            {
                StepProgressState.Running => s with { State = StepProgressState.Failed, Ended = cursor.Now, Sentence = trouble.Sentence },
                StepProgressState.Undoing => s with { State = StepProgressState.UndoFailed, Ended = cursor.Now, Sentence = trouble.Sentence },
                _ => s,
            })],
        };
        try
        {
            await cursor.SaveAsync(next, undoing ? "stuck" : "failed", $"{trouble.Code}: {trouble.Sentence}");
            await hold.RestAsync(cursor.Change);
        }
        catch (ChangeTakenOverException e)
        {
            Log.TakenOver(logger, changeId, e);
        }
    }

    public async Task<IReadOnlyList<string>> ResumeAsync(CancellationToken cancellationToken)
    {
        foreach (var standing in await locks.ListAsync(cancellationToken))
        {
            // A process died between the end of a change and the return of its locks. Exactly the lock that was seen is given back: the change may have been
            // tried again meanwhile, and then it holds another.
            var change = (await store.FindAsync(standing.Holder, cancellationToken))?.Change;
            if (change is not ({ State: ChangeState.Applying or ChangeState.Verifying or ChangeState.Undoing or ChangeState.Paused or ChangeState.UndoPaused }
                or { State: ChangeState.Failed, Confirm: not null }))
            {
                await hold.ReleaseAsync(standing);
            }
        }

        var now = time.GetUtcNow();
        return [.. (await store.ListAsync(Moving, cancellationToken))
            .Where(c => c.State != ChangeState.Approved || StartRules.MayBegin(c, now)).Select(c => c.Id).Reverse()];
    }

    private static partial class Log
    {
        [LoggerMessage(3501, LogLevel.Warning, "This run of {ChangeId} stops: another one was first")]
        public static partial void TakenOver(ILogger logger, string changeId, Exception exception);
    }
}
