using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using TrunkBot.Changes.Control;
using TrunkBot.Changes.Locks;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Redaction;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Parameters;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Changes.Life;

/// <summary>
/// The way from all steps done to proven: every system is read back and planned again, then the trunk's own tests run. What the site wants to be
/// confirmed in time, and was not, is on its way back afterwards.
/// </summary>
internal sealed partial class VerifyRun(
    Planner planner, Redactor redactor, ISites sites, ITrunkAcceptance acceptance, ITrunkStore trunks, ElementHold hold, ApplyRun apply, StepSender sender, InnerErrors errors, TimeProvider time, ILogger<VerifyRun> logger)
{
    /// <param name="stopping">Ends the trunk's tests at once: they change nothing and are run again after the restart.</param>
    public async Task RunAsync(ChangeCursor cursor, CancellationToken cancellationToken, CancellationToken stopping)
    {
        var change = cursor.Change;
        await cursor.SaveAsync(
            change with { State = ChangeState.Verifying, PausedFor = null, Activity = "Reading every system back.", Confirm = change.Confirm ?? Armed(change, cursor.Now) },
            "verifying");
        if (await ExpireAsync(cursor))
        {
            return;
        }

        if (await hold.TakeAsync(cursor.Change, cancellationToken) is { } locked)
        {
            await apply.FailAsync(cursor, locked);
            return;
        }

        var readBack = new List<AcceptanceLine>();
        if (await DifferenceAsync(cursor.Change, readBack, cancellationToken) is { } difference)
        {
            await cursor.SaveAsync(cursor.Change with { Acceptance = new AcceptanceReport(false, difference.Sentence, readBack) });
            await apply.FailAsync(cursor, difference);
            return;
        }

        readBack.AddRange(LeftOut(cursor.Change));
        if (cursor.Change.Wishes.Confirmed is { } word)
        {
            // Who says that it works has looked, or called, themselves: their word stands in the place of the test.
            await EndAsync(cursor, Vouched(cursor.Change, word, readBack));
            return;
        }

        if (cursor.Change.Plan.Removes)
        {
            await EndOrWaitAsync(cursor, new AcceptanceReport(true, "Read back, nothing of the trunk is left that was to be removed.", readBack));
            return;
        }

        var (report, trouble) = await TestInTimeAsync(cursor, cancellationToken, stopping);
        await cursor.TakeWishesAsync(cancellationToken);
        if (await ExpireAsync(cursor))
        {
            return;
        }

        report = report is null ? null : report with { Lines = [.. readBack, .. report.Lines] };
        if (report is not { Passed: true })
        {
            await cursor.SaveAsync(cursor.Change with { Acceptance = report });
            if (cursor.Change.Wishes.Confirmed is { } meanwhile)
            {
                await EndAsync(cursor, Vouched(cursor.Change, meanwhile, readBack));
                return;
            }

            await apply.FailAsync(cursor, trouble ?? new ChangeTrouble(
                "acceptance-failed",
                $"{report!.Sentence} The trunk stays as it is.",
                $"`diagnose {cursor.Change.Plan.Intent.Name}` looks for the cause; retry tests again, undo takes the trunk back."));
            return;
        }

        await EndOrWaitAsync(cursor, report);
    }

    private ConfirmWindow? Armed(Change change, DateTimeOffset now) =>
        change.Wishes.Confirmed is null && sites.Find(change.Plan.Intent.Site) is { } site ? ConfirmRules.Arm(site.Execution, now) : null;

    /// <summary>True when the time to confirm is over; the change is on its way back then.</summary>
    private static async Task<bool> ExpireAsync(ChangeCursor cursor)
    {
        if (!ConfirmRules.IsExpired(cursor.Change, cursor.Now))
        {
            return false;
        }

        await cursor.SaveAsync(ConfirmRules.Expired(cursor.Change, cursor.Now), "confirm-expired", ConfirmRules.ExpiredSentence(cursor.Change));
        return true;
    }

    /// <summary>Null and null when the time to confirm is over before the tests are: a test that hangs must not hold the way back up.</summary>
    private async Task<(AcceptanceReport? Report, ChangeTrouble? Trouble)> TestInTimeAsync(ChangeCursor cursor, CancellationToken cancellationToken, CancellationToken stopping)
    {
        using var late = cursor.Change.Confirm is { } window
            ? new CancellationTokenSource(window.Until - cursor.Now, time)
            : new CancellationTokenSource();
        using var tests = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping, late.Token);
        tests.Token.ThrowIfCancellationRequested();
        try
        {
            return await TestAsync(cursor, tests.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested && !stopping.IsCancellationRequested)
        {
            // Unless somebody confirmed it meanwhile: then what is missing is the test.
            return (null, new ChangeTrouble(
                "acceptance-not-run", "The trunk's own tests did not end in the time that there was to confirm the change.", "Retry tests again, undo takes the trunk back."));
        }
    }

    private static AcceptanceReport Vouched(Change change, Wish word, IReadOnlyList<AcceptanceLine> readBack) => new(
        true,
        $"{word.By.DisplayName} confirmed that it works.{(change.Acceptance is { } before ? $" The test said: {before.Sentence}" : "")}",
        [
            .. readBack,
            .. (change.Acceptance?.Lines ?? []).Where(l => l.Group is not (ReadBack.Group or LeftOutGroup)),
            new AcceptanceLine("Confirmation", "Confirmed by", $"{word.By.DisplayName} at {StartRules.Utc(word.At)}", AcceptanceState.Passed),
        ]);

    private static IEnumerable<AcceptanceLine> LeftOut(Change change) => change.Plan.Steps
        .Where(s => change.ProgressOf(s.Id).State == StepProgressState.Skipped)
        .Select(s => new AcceptanceLine(LeftOutGroup, s.Title, change.ProgressOf(s.Id).Sentence ?? "", AcceptanceState.NotMeasured));

    // Proven, but the site wants a person's word: it waits with its locks, and undoes itself without it.
    private async Task EndOrWaitAsync(ChangeCursor cursor, AcceptanceReport report)
    {
        if (cursor.Change is { Confirm: { ByTests: false } window, Wishes.Confirmed: null })
        {
            await cursor.SaveAsync(
                cursor.Change with { State = ChangeState.Paused, PausedFor = PauseReason.Confirmation, Acceptance = report, Activity = null },
                "confirmation-awaited",
                $"Until {StartRules.Utc(window.Until)} somebody must confirm that it works.");
            return;
        }

        await EndAsync(cursor, report);
    }

    private async Task EndAsync(ChangeCursor cursor, AcceptanceReport report)
    {
        var plan = cursor.Change.Plan;
        var before = await trunks.FindAsync(plan.Intent.Name, CancellationToken.None);
        if (before is not null && before.ChangeId != cursor.Change.Id)
        {
            // Stored before the trunk is, so that a crash in between can't lose what undo has to put back.
            await cursor.SaveAsync(cursor.Change with { Replaced = before });
        }

        await (plan.Removes
            ? trunks.RemoveAsync(plan.Intent.Name, CancellationToken.None)
            : trunks.SaveAsync(
                new ManagedTrunk(plan.Intent, TrunkParameters.OfTrunk(plan.Values), cursor.Change.Id, cursor.Now) { Facts = Kept(plan.Owned?.Facts, cursor.Change.Facts) }, CancellationToken.None));
        await cursor.SaveAsync(
            cursor.Change with { State = ChangeState.Done, Acceptance = report, Activity = null, Finished = cursor.Now, Confirm = null }, "done", report.Sentence);
        await hold.ReleaseAsync(cursor.Change.Id);
    }

    /// <summary>What earlier changes of the trunk found out, and this one: the later word counts, an empty one takes back.</summary>
    private static Dictionary<string, string> Kept(IReadOnlyDictionary<string, string>? before, IReadOnlyDictionary<string, string> now) =>
        (before ?? new Dictionary<string, string>()).Where(fact => !now.ContainsKey(fact.Key)).Concat(now)
            .Where(fact => fact.Value.Length > 0)
            .ToDictionary(fact => fact.Key, fact => fact.Value, StringComparer.Ordinal);

    // Zero automatic steps left, and no error that keeps a system from planning any. Manual steps may be planned again: of those, what can be read back must be there.
    private async Task<ChangeTrouble?> DifferenceAsync(Change change, List<AcceptanceLine> readBack, CancellationToken cancellationToken)
    {
        if (sites.Find(change.Plan.Intent.Site) is not { } site)
        {
            return new ChangeTrouble(
                "site-unknown", $"There is no site profile {change.Plan.Intent.Site} any more.", "Put the site profile back; then retry.");
        }

        try
        {
            var read = await planner.ReadAsync(change.Plan.Goal, site, cancellationToken);
            var again = planner.Plan(change.Plan.Goal, change.Plan.Values, site, read);
            readBack.AddRange(ReadBack.Lines(again));
            List<Sentence> wrong =
            [
                .. again.Findings.Where(f => f.Severity == FindingSeverity.Error).Select(f => redactor.For(site).Clean(f.Sentence)),
                .. again.Steps.Where(s => !s.IsManual).Select(s => Sentence.Of($"still to do: {s.Title} ({s.Element})")),
                .. await ByHandAsync(change, again, site, cancellationToken),
            ];
            return wrong.Count == 0 ? null : new ChangeTrouble(
                "verify-differs",
                $"Read back, the systems are not as planned; {Sentence.Joined("; ", wrong)}.",
                "See whether somebody else changed them; retry reads back again, undo takes the change back.");
        }
        catch (SystemFailureException e)
        {
            return new ChangeTrouble(e.Code, e.Said, e.Fix);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return errors.Report(change, "reading the systems back", e);
        }
    }

    private async Task<IReadOnlyList<Sentence>> ByHandAsync(Change change, TrunkPlan again, SiteProfile site, CancellationToken cancellationToken)
    {
        var wrong = new List<Sentence>();
        foreach (var step in again.Steps.Where(step => step.IsManual && change.Steps.Any(s => s.StepId == step.Id && s.State != StepProgressState.Skipped)))
        {
            var seen = await sender.ObserveAsync(change, step, site, cancellationToken);
            if (seen.State is StepState.NotBegun or StepState.Partly)
            {
                wrong.Add($"still to do by hand: {step.Title} ({step.Element}): {seen.Sentence}");
            }
        }

        return wrong;
    }

    private const string LeftOutGroup = "Left out";

    private async Task<(AcceptanceReport? Report, ChangeTrouble? Trouble)> TestAsync(ChangeCursor cursor, CancellationToken cancellationToken)
    {
        // The tests tell their progress from any thread; one reader stores it, so that the change keeps one writer.
        var progress = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var test = TestAsync(cursor.Change, progress.Writer, stop.Token);
        try
        {
            await foreach (var sentence in progress.Reader.ReadAllAsync(CancellationToken.None))
            {
                await cursor.SaveAsync(cursor.Change with { Activity = sentence });
            }
        }
        catch
        {
            // This run lost the change or its store: no call of it may go on unattended.
            await stop.CancelAsync();
            await ((Task)test).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            throw;
        }

        return await test;
    }

    private async Task<(AcceptanceReport? Report, ChangeTrouble? Trouble)> TestAsync(
        Change change, ChannelWriter<string> progress, CancellationToken cancellationToken)
    {
        try
        {
            return (await acceptance.RunAsync(change.Plan.Intent, sentence => progress.TryWrite(sentence), cancellationToken), null);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e)
        {
            Log.TestsBroke(logger, change.Id, e);
            return (null, new ChangeTrouble(
                "acceptance-not-run",
                $"The trunk's own tests could not run (reference {change.Id}). The trunk stays as it is, untested.",
                "Look for the reference in the log; retry tests again, undo takes the trunk back."));
        }
        finally
        {
            progress.Complete();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3401, LogLevel.Error, "The acceptance tests of {ChangeId} broke")]
        public static partial void TestsBroke(ILogger logger, string changeId, Exception exception);
    }
}
