using TrunkBot.Changes.Journal;
using TrunkBot.Changes.Locks;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Changes.Life;

/// <summary>
/// The way back: every step that ran, wholly or partly, in reverse order. What a person did, a person takes back before
/// anything earlier is touched: routing that still leads to a trunk must go before the trunk does. What can't be undone is
/// reported with the lines to do it by hand; the earlier steps of the same element are then left alone, because they may carry it.
/// </summary>
internal sealed class UndoRun(ISites sites, ITrunkStore trunks, ElementHold hold, IJournal journal, StepSender sender)
{
    /// <param name="stopping">Asks to stop before the next step.</param>
    public async Task RunAsync(ChangeCursor cursor, CancellationToken cancellationToken, CancellationToken stopping)
    {
        await cursor.SaveAsync(
            cursor.Change with { State = ChangeState.Undoing, Trouble = null, Leftovers = [], Activity = "Taking the change back." }, "undo-began");

        var (site, trouble) = await BeginAsync(cursor.Change, cancellationToken);
        if (trouble is not null)
        {
            // Another change can only have come here between the request, which looks at the locks, and now.
            // Of a plan that somebody changed the lines can't be trusted, so none are shown.
            await StuckAsync(cursor, trouble, trouble.Code == "plan-changed" ? [] : Leftovers.Of(cursor.Change, trouble.Sentence));
            return;
        }

        var left = new List<Leftover>();
        foreach (var step in cursor.Change.Plan.Steps.Reverse())
        {
            if (cursor.Change.ProgressOf(step.Id).State is StepProgressState.Waiting or StepProgressState.Undone
                || await WasNeverDoneAsync(cursor.Change, step, cancellationToken))
            {
                continue;
            }

            cancellationToken.ThrowIfCancellationRequested();
            stopping.ThrowIfCancellationRequested();
            if (await hold.LostAsync(cursor.Change, cancellationToken) is { } lost)
            {
                await StuckAsync(cursor, lost, Leftovers.Of(cursor.Change, lost.Sentence));
                return;
            }

            var why = left.FirstOrDefault(l => l.Element == step.Element) is { } first
                ? $"Not tried, because \"{first.Title}\" on the same element is left."
                : await UndoAsync(cursor, step, site!, cancellationToken);
            if (cursor.Change.State == ChangeState.UndoPaused)
            {
                return;
            }

            if (why is not null)
            {
                left.Add(Leftovers.Of(step, why));
                await cursor.SaveStepAsync(
                    step, s => s with { State = StepProgressState.UndoFailed, Ended = cursor.Now, Sentence = why }, "undo-step-failed", $"{step.Id}: {why}");
            }
        }

        if (left.Count > 0)
        {
            await StuckAsync(cursor, Leftovers.Trouble(left), left);
            return;
        }

        await ForgetTrunkAsync(cursor.Change);
        await cursor.SaveAsync(cursor.Change with { State = ChangeState.Undone, Activity = null, Finished = cursor.Now }, "undone");
        await hold.ReleaseAsync(cursor.Change.Id);
    }

    // Left out, and its system did not try it either.
    private async Task<bool> WasNeverDoneAsync(Change change, PlannedStep step, CancellationToken cancellationToken) =>
        change.ProgressOf(step.Id).State == StepProgressState.Skipped
        && (step.Sends.Count == 0 || (await journal.TicketsAsync(change.Id, cancellationToken)).All(t => t.StepId != step.Id || t.Purpose != TicketPurpose.Apply));

    private async Task<(SiteProfile? Site, ChangeTrouble? Trouble)> BeginAsync(Change change, CancellationToken cancellationToken)
    {
        if (!PlanHash.Holds(change.Plan))
        {
            return (null, new ChangeTrouble(
                "plan-changed",
                "The stored plan is not the plan that was approved, so its undo lines can't be trusted. Nothing was sent.",
                "Undo by hand with the journal of the change. Ask who changed the database."));
        }

        return sites.Find(change.Plan.Intent.Site) is { } site
            ? (site, await hold.TakeAsync(change, cancellationToken))
            : (null, new ChangeTrouble(
                "site-unknown", $"There is no site profile {change.Plan.Intent.Site} any more.", "Put the site profile back; then undo again."));
    }

    /// <summary>Undoes one step; null when it is undone, otherwise why it is left.</summary>
    private async Task<string?> UndoAsync(ChangeCursor cursor, PlannedStep step, SiteProfile site, CancellationToken cancellationToken)
    {
        if (step is { UndoSends.Count: 0, Worksheet: null or { Undo: "" } })
        {
            return await UndoneAsync(cursor, step, "There is nothing to undo.");
        }

        await cursor.SaveAsync(
            cursor.Change.WithStep(step.Id, s => s with { State = StepProgressState.Undoing, Started = cursor.Now, Ended = null }) with { Activity = $"Undo: {step.Title}" });
        try
        {
            return step.IsManual
                ? await ManualAsync(cursor, step, site, cancellationToken)
                : await AutomaticAsync(cursor, step, site, cancellationToken);
        }
        catch (SystemFailureException e)
        {
            return $"{e.Message} {e.Fix}";
        }
    }

    private async Task<string?> AutomaticAsync(ChangeCursor cursor, PlannedStep step, SiteProfile site, CancellationToken cancellationToken)
    {
        // An earlier undo may have done it. After an apply whose result was lost, what is seen holds the facts by which the system knows its own work.
        var tickets = (await journal.TicketsAsync(cursor.Change.Id, cancellationToken)).Where(t => t.StepId == step.Id).ToList();
        var isTriedAgain = tickets.Any(t => t.Purpose == TicketPurpose.Undo);
        if ((isTriedAgain || tickets.Any(t => t.Outcome == TicketOutcome.Unknown))
            && await ObserveAsync(cursor, step, site, cancellationToken) is { State: StepState.NotBegun } gone && isTriedAgain)
        {
            return await UndoneAsync(cursor, step, gone.Sentence);
        }

        var result = await sender.SendAsync(cursor.Change, step, site, TicketPurpose.Undo, cancellationToken);
        await cursor.KeepAsync(result.Facts);
        if (!result.OutcomeKnown && await ObserveAsync(cursor, step, site, cancellationToken) is { State: StepState.NotBegun } arrived)
        {
            return await UndoneAsync(cursor, step, arrived.Sentence);
        }

        return result.Succeeded ? await UndoneAsync(cursor, step, result.Sentence) : $"{result.Sentence} {result.Fix}".TrimEnd();
    }

    private async Task<StepObservation> ObserveAsync(ChangeCursor cursor, PlannedStep step, SiteProfile site, CancellationToken cancellationToken)
    {
        var seen = await sender.ObserveAsync(cursor.Change, step, site, cancellationToken);
        await cursor.KeepAsync(seen.Facts);
        return seen;
    }

    // The program can't take back what a person did. It looks, and waits for what it can't see to be gone.
    private async Task<string?> ManualAsync(ChangeCursor cursor, PlannedStep step, SiteProfile site, CancellationToken cancellationToken)
    {
        var confirmedBy = cursor.Change.ProgressOf(step.Id).ConfirmedBy;
        if (confirmedBy is null && step.UndoSends.Count > 0)
        {
            // Where the system did it in a person's place, it takes it back.
            var result = await sender.SendAsync(cursor.Change, step, site, TicketPurpose.Undo, cancellationToken);
            await cursor.KeepAsync(result.Facts);
            if (result.Succeeded)
            {
                return await UndoneAsync(cursor, step, result.Sentence);
            }
        }

        var seen = await ObserveAsync(cursor, step, site, cancellationToken);
        return seen.State switch
        {
            StepState.NotBegun => await UndoneAsync(cursor, step, seen.Sentence),
            StepState.CannotTell when confirmedBy is null =>
                await PauseAsync(cursor, step, $"Nobody said that it was done, and it can't be read back. Take it back by hand or see that it was never done, then confirm that here.{OrGiveUp(cursor)}"),
            StepState.CannotTell =>
                await PauseAsync(cursor, step, $"{confirmedBy!.DisplayName} did it by hand, and it can't be read back. Take it back by hand, then confirm that here.{OrGiveUp(cursor)}"),
            _ => await PauseAsync(cursor, step, $"{seen.Sentence} Take it back by hand, then confirm that here.{OrGiveUp(cursor)}"),
        };
    }

    private static string OrGiveUp(ChangeCursor cursor) => $" `cancel {cursor.Change.Id}` gives the way back up and leaves the rest as it is.";

    private static async Task<string?> PauseAsync(ChangeCursor cursor, PlannedStep step, string sentence)
    {
        await cursor.SaveAsync(
            cursor.Change.WithStep(step.Id, s => s with { State = StepProgressState.WaitingForPerson, Started = cursor.Now, Ended = null, Sentence = sentence })
                with { State = ChangeState.UndoPaused, Activity = null },
            "undo-paused",
            $"{step.Title}: a person takes it back.");
        return null;
    }

    private static async Task<string?> UndoneAsync(ChangeCursor cursor, PlannedStep step, string sentence)
    {
        await cursor.SaveStepAsync(
            step, s => s with { State = StepProgressState.Undone, Ended = cursor.Now, Sentence = sentence }, "step-undone", $"{step.Id}: {sentence}");
        return null;
    }

    private async Task StuckAsync(ChangeCursor cursor, ChangeTrouble trouble, IReadOnlyList<Leftover> left)
    {
        await cursor.SaveAsync(
            cursor.Change with { State = ChangeState.Stuck, Trouble = trouble, Leftovers = left, Activity = null }, "stuck", $"{trouble.Code}: {trouble.Sentence}");
        await hold.ReleaseAsync(cursor.Change.Id);
    }

    /// <summary>Puts back what was under management before the change; nothing when it is not this change's any more.</summary>
    public async Task ForgetTrunkAsync(Change change)
    {
        var name = change.Plan.Intent.Name;

        // A removal left no trunk behind, any other change its own; what a later change made is left alone.
        if ((await trunks.FindAsync(name, CancellationToken.None))?.ChangeId != (change is { Plan.Removes: true, Replaced: not null } ? null : change.Id))
        {
            return;
        }

        await (change.Replaced is { } before ? trunks.SaveAsync(before, CancellationToken.None) : trunks.RemoveAsync(name, CancellationToken.None));
    }
}
