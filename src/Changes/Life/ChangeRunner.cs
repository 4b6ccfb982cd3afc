using Microsoft.Extensions.Logging;
using TrunkBot.Changes.Locks;

namespace TrunkBot.Changes.Life;

/// <summary>Drives a change until it pauses or ends, and finds those that a stopped process left in the middle.</summary>
internal sealed partial class ChangeRunner(
    IChangeStore store,
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

    public async Task RunAsync(string changeId, CancellationToken cancellationToken)
    {
        using var turn = await _turns.EnterAsync(changeId, cancellationToken);
        if (await store.FindAsync(changeId, cancellationToken) is not { } stored)
        {
            return;
        }

        var cursor = new ChangeCursor(stored, store, announcer, time);
        try
        {
            switch (cursor.Change.State)
            {
                case ChangeState.Approved or ChangeState.Applying:
                    if (await apply.RunAsync(cursor, cancellationToken))
                    {
                        await verify.RunAsync(cursor, cancellationToken);
                    }

                    break;
                case ChangeState.Verifying:
                    await verify.RunAsync(cursor, cancellationToken);
                    break;
                case ChangeState.Undoing:
                    await undo.RunAsync(cursor, cancellationToken);
                    break;
            }
        }
        catch (ChangeTakenOverException e)
        {
            // Two silos, or a cancellation that was first: the winner has written what holds now.
            Log.TakenOver(logger, changeId, e);
        }
    }

    public async Task<IReadOnlyList<string>> ResumeAsync(CancellationToken cancellationToken)
    {
        foreach (var holder in (await locks.ListAsync(cancellationToken)).Select(l => l.Holder).Distinct(StringComparer.Ordinal))
        {
            // The process died between the end of a change and the return of its locks.
            var state = (await store.FindAsync(holder, cancellationToken))?.Change.State;
            if (state is not (ChangeState.Applying or ChangeState.Verifying or ChangeState.Undoing or ChangeState.Paused or ChangeState.UndoPaused))
            {
                await hold.ReleaseAsync(holder);
            }
        }

        return [.. (await store.ListAsync(Moving, cancellationToken)).Select(c => c.Id).Reverse()];
    }

    private static partial class Log
    {
        [LoggerMessage(3501, LogLevel.Warning, "This run of {ChangeId} stops: another one was first")]
        public static partial void TakenOver(ILogger logger, string changeId, Exception exception);
    }
}
