using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Control;
using TrunkBot.Changes.Journal;
using TrunkBot.Changes.Locks;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Changes.Life;

/// <summary>The way from approved to all steps done.</summary>
internal sealed class ApplyRun(StaleCheck stale, ISites sites, ElementHold hold, IJournal journal, StepSender sender)
{
    private const string LookOrUndo = "Look at the system yourself; then retry or undo.";

    /// <summary>Runs the steps that are not done. True when all are; false when the change paused or failed, which is stored then.</summary>
    /// <param name="stopping">Asks to stop before the next step; what runs is finished.</param>
    public async Task<bool> RunAsync(ChangeCursor cursor, CancellationToken cancellationToken, CancellationToken stopping)
    {
        var isStart = cursor.Change.State == ChangeState.Approved;
        if (isStart && !ExecutionWindow.IsOpen(cursor.Change, cursor.Now))
        {
            await WaitForTimeAsync(cursor);
            return false;
        }

        // The first write claims the change: a cancellation, or another run, that came first makes this one stop here.
        await cursor.SaveAsync(
            cursor.Change with { State = ChangeState.Applying, Trouble = null, PausedFor = null, Activity = "Checking that nothing has changed since the plan was made." },
            isStart ? "began" : "went-on");

        var (site, trouble, superfluous) = await BeginAsync(cursor.Change, isStart, cursor.Now, cancellationToken);
        if (trouble is not null)
        {
            await FailAsync(cursor, trouble);
            return false;
        }

        foreach (var step in superfluous)
        {
            var sentence = $"Not needed any more: another change of {cursor.Change.Fleet} did it.";
            await cursor.SaveStepAsync(step, s => s with { State = StepProgressState.Skipped, Ended = cursor.Now, Sentence = sentence }, "step-skipped", $"{step.Id}: {sentence}");
        }

        foreach (var step in cursor.Change.Plan.Steps)
        {
            if (cursor.Change.ProgressOf(step.Id).State.IsOver())
            {
                continue;
            }

            cancellationToken.ThrowIfCancellationRequested();
            stopping.ThrowIfCancellationRequested();
            if (!await MayGoOnAsync(cursor, step, cancellationToken))
            {
                return false;
            }

            if (step.IsManual)
            {
                if (await IsDoneAlreadyAsync(cursor, step, site!, cancellationToken))
                {
                    continue;
                }

                var (isDone, why) = await TryFirstAsync(cursor, step, site!, cancellationToken);
                if (isDone)
                {
                    continue;
                }

                await PauseAsync(cursor, step, why);
                return false;
            }

            if (!await StepAsync(cursor, step, site!, cancellationToken))
            {
                return false;
            }
        }

        return true;
    }

    // It stays approved and holds no locks; the host's timer calls again when the time has come.
    private static async Task WaitForTimeAsync(ChangeCursor cursor)
    {
        var closed = ExecutionWindow.Judge(cursor.Change, cursor.Now).Where(g => g.State != GateState.Passes).Select(g => g.Sentence);
        var opens = ExecutionWindow.OpensAt(cursor.Change, cursor.Now);
        var waits = $"Waits for its time{(opens is { } at ? $", {ExecutionWindow.Shown(cursor.Change, at)}" : "")}. {string.Join(" ", closed)}";
        if (cursor.Change.Activity != waits)
        {
            await cursor.SaveAsync(cursor.Change with { Activity = waits });
        }
    }

    /// <summary>Stores the failure and gives the locks back: a change at rest holds none.</summary>
    public async Task FailAsync(ChangeCursor cursor, ChangeTrouble trouble)
    {
        await cursor.SaveAsync(
            cursor.Change with { State = ChangeState.Failed, Trouble = trouble, Activity = null, Confirm = cursor.Change.Wishes.Confirmed is null ? cursor.Change.Confirm : null },
            "failed",
            $"{trouble.Code}: {trouble.Sentence}");
        await hold.RestAsync(cursor.Change);
    }

    // What people asked for, and whether the elements are still this change's own, is looked at before every step.
    private async Task<bool> MayGoOnAsync(ChangeCursor cursor, PlannedStep step, CancellationToken cancellationToken)
    {
        await cursor.TakeWishesAsync(cancellationToken);
        if (PauseRules.Before(cursor.Change, step) is { } reason)
        {
            var why = reason == PauseReason.Asked ? $"{cursor.Change.Wishes.Pause!.By.DisplayName} asked for it." : "It goes step by step.";
            await cursor.SaveAsync(cursor.Change with { State = ChangeState.Paused, PausedFor = reason, Activity = null }, "paused", $"Before {step.Title}: {why}");
            return false;
        }

        if (await hold.LostAsync(cursor.Change, cancellationToken) is { } lost)
        {
            await FailAsync(cursor, lost);
            return false;
        }

        return true;
    }

    private async Task<(SiteProfile? Site, ChangeTrouble? Trouble, IReadOnlyList<PlannedStep> Superfluous)> BeginAsync(Change change, bool isStart, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var site = sites.Find(change.Plan.Intent.Site);
        if (StartGates.Judge(change, site, isStart, now) is [var closed, ..])
        {
            return (null, closed, []);
        }

        if (await hold.TakeAsync(change, cancellationToken) is { } locked)
        {
            return (null, locked, []);
        }

        var (trouble, superfluous) = await stale.RunAsync(change, site!, cancellationToken);
        return (site, trouble, superfluous);
    }

    // Nobody is asked to do what somebody has done already. What can't be looked at now is left to the person.
    private async Task<bool> IsDoneAlreadyAsync(ChangeCursor cursor, PlannedStep step, SiteProfile site, CancellationToken cancellationToken)
    {
        await cursor.SaveAsync(cursor.Change with { Activity = $"Looking whether it is done already: {step.Title}" });
        return await LookAsync(cursor, step, site, cancellationToken) is { State: StepState.Done } seen
            && await DoneAsync(cursor, step, seen.Sentence);
    }

    // A manual step that sends something is tried by its system first, once: the worksheet is for what the system does not do.
    private async Task<(bool IsDone, string? Why)> TryFirstAsync(ChangeCursor cursor, PlannedStep step, SiteProfile site, CancellationToken cancellationToken)
    {
        if (step.Sends.Count == 0)
        {
            return (false, null);
        }

        var tickets = await journal.TicketsAsync(cursor.Change.Id, cancellationToken);
        if (tickets.Any(t => t.StepId == step.Id && t.Purpose == TicketPurpose.Apply))
        {
            return (false, "It was tried automatically before. Look what came of that, then follow the worksheet from there.");
        }

        await cursor.SaveAsync(cursor.Change with { Activity = step.Title });
        var result = await sender.SendAsync(cursor.Change, step, site, TicketPurpose.Apply, cancellationToken);
        await cursor.KeepAsync(result.Facts);
        return result.Succeeded
            ? (await DoneAsync(cursor, step, result.Sentence), null)
            : (false, $"{result.Sentence} {result.Fix}".TrimEnd());
    }

    private static Task PauseAsync(ChangeCursor cursor, PlannedStep step, string? why) =>
        cursor.SaveAsync(
            cursor.Change.WithStep(step.Id, s => s with { State = StepProgressState.WaitingForPerson, Started = s.Started ?? cursor.Now, Sentence = why ?? s.Sentence })
                with { State = ChangeState.Paused, Activity = null },
            "paused",
            $"{step.Title}: a person does it.{(why is null ? "" : $" {why}")}");

    private async Task<bool> StepAsync(ChangeCursor cursor, PlannedStep step, SiteProfile site, CancellationToken cancellationToken)
    {
        await cursor.SaveAsync(
            cursor.Change.WithStep(step.Id, s => s with { State = StepProgressState.Running, Started = cursor.Now, Ended = null, Sentence = null })
                with { Activity = step.Title });
        try
        {
            var tickets = await journal.TicketsAsync(cursor.Change.Id, cancellationToken);
            if (tickets.Any(t => t.StepId == step.Id && t.Purpose == TicketPurpose.Apply))
            {
                // Sent before: after a crash, or a try that failed. Nobody knows what arrived until somebody looks.
                var seen = await sender.ObserveAsync(cursor.Change, step, site, cancellationToken);
                await cursor.KeepAsync(seen.Facts);
                switch (seen.State)
                {
                    case StepState.Done:
                        return await DoneAsync(cursor, step, seen.Sentence);
                    case StepState.CannotTell:
                        return await FailedAsync(cursor, step, new ChangeTrouble("step-outcome-unknown", $"{seen.Sentence}", LookOrUndo));
                    case StepState.Partly:
                        var back = await sender.SendAsync(cursor.Change, step, site, TicketPurpose.Undo, cancellationToken);
                        await cursor.KeepAsync(back.Facts);
                        if (!back.Succeeded)
                        {
                            return await FailedAsync(cursor, step, TroubleOf(back));
                        }

                        break;
                }
            }

            // Facts are kept whatever became of the step: with them a driver knows later what it made itself.
            var result = await sender.SendAsync(cursor.Change, step, site, TicketPurpose.Apply, cancellationToken);
            await cursor.KeepAsync(result.Facts);
            if (!result.OutcomeKnown && await LookAsync(cursor, step, site, cancellationToken) is { State: StepState.Done } arrived)
            {
                return await DoneAsync(cursor, step, arrived.Sentence);
            }

            return result.Succeeded
                ? await DoneAsync(cursor, step, result.Sentence)
                : await FailedAsync(cursor, step, TroubleOf(result));
        }
        catch (SystemFailureException e)
        {
            return await FailedAsync(cursor, step, new ChangeTrouble(e.Code, e.Said, e.Fix));
        }
    }

    // Null when it can't be seen: then what was known before is what to tell.
    private async Task<StepObservation?> LookAsync(ChangeCursor cursor, PlannedStep step, SiteProfile site, CancellationToken cancellationToken)
    {
        try
        {
            var seen = await sender.ObserveAsync(cursor.Change, step, site, cancellationToken);
            await cursor.KeepAsync(seen.Facts);
            return seen;
        }
        catch (SystemFailureException)
        {
            return null;
        }
    }

    private static async Task<bool> DoneAsync(ChangeCursor cursor, PlannedStep step, string sentence)
    {
        await cursor.SaveStepAsync(
            step, s => s with { State = StepProgressState.Done, Started = s.Started ?? cursor.Now, Ended = cursor.Now, Sentence = sentence }, "step-done", $"{step.Id}: {sentence}");
        return true;
    }

    private async Task<bool> FailedAsync(ChangeCursor cursor, PlannedStep step, ChangeTrouble trouble)
    {
        await cursor.SaveStepAsync(step, s => s with { State = StepProgressState.Failed, Ended = cursor.Now, Sentence = trouble.Sentence });
        await FailAsync(cursor, trouble);
        return false;
    }

    private static ChangeTrouble TroubleOf(StepResult result) =>
        new(result.FailureCode ?? "step-failed", $"{result.Sentence}", result.Fix is { } fix ? Sentence.Of($"{fix}") : LookOrUndo);
}
