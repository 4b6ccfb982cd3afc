using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using TrunkBot.Changes.Locks;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Redaction;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Parameters;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Changes.Life;

/// <summary>The way from all steps done to proven: every system is read back and planned again, then the trunk's own tests run.</summary>
internal sealed partial class VerifyRun(
    Planner planner, Redactor redactor, ISites sites, ITrunkAcceptance acceptance, ITrunkStore trunks, ElementHold hold, ApplyRun apply, StepSender sender, InnerErrors errors, ILogger<VerifyRun> logger)
{
    /// <param name="stopping">Ends the trunk's tests at once: they change nothing and are run again after the restart.</param>
    public async Task RunAsync(ChangeCursor cursor, CancellationToken cancellationToken, CancellationToken stopping)
    {
        await cursor.SaveAsync(
            cursor.Change with { State = ChangeState.Verifying, Activity = "Reading every system back." }, "verifying");

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

        if (cursor.Change.Plan.Removes)
        {
            await EndAsync(cursor, new AcceptanceReport(true, "Read back, nothing of the trunk is left that was to be removed.", readBack));
            return;
        }

        using var tests = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stopping);
        tests.Token.ThrowIfCancellationRequested();
        var (report, trouble) = await TestAsync(cursor, tests.Token);
        report = report is null ? null : report with { Lines = [.. readBack, .. report.Lines] };
        if (report is not { Passed: true })
        {
            await cursor.SaveAsync(cursor.Change with { Acceptance = report });
            await apply.FailAsync(cursor, trouble ?? new ChangeTrouble(
                "acceptance-failed",
                $"{report!.Sentence} The trunk stays as it is.",
                $"`diagnose {cursor.Change.Plan.Intent.Name}` looks for the cause; retry tests again, undo takes the trunk back."));
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
            cursor.Change with { State = ChangeState.Done, Acceptance = report, Activity = null, Finished = cursor.Now }, "done", report.Sentence);
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
            List<string> wrong =
            [
                .. again.Findings.Where(f => f.Severity == FindingSeverity.Error).Select(f => redactor.For(site).Clean(f.Sentence.TrimEnd('.'))),
                .. again.Steps.Where(s => !s.IsManual).Select(s => $"still to do: {s.Title} ({s.Element})"),
                .. await ByHandAsync(change, again, site, cancellationToken),
            ];
            return wrong.Count == 0 ? null : new ChangeTrouble(
                "verify-differs",
                $"Read back, the systems are not as planned; {string.Join("; ", wrong)}.",
                "See whether somebody else changed them; retry reads back again, undo takes the change back.");
        }
        catch (SystemFailureException e)
        {
            return new ChangeTrouble(e.Code, e.Message, e.Fix);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return errors.Report(change, "reading the systems back", e);
        }
    }

    private async Task<IReadOnlyList<string>> ByHandAsync(Change change, TrunkPlan again, SiteProfile site, CancellationToken cancellationToken)
    {
        var wrong = new List<string>();
        foreach (var step in again.Steps.Where(step => step.IsManual && change.Plan.Steps.Any(s => s.Id == step.Id)))
        {
            var seen = await sender.ObserveAsync(change, step, site, cancellationToken);
            if (seen.State is StepState.NotBegun or StepState.Partly)
            {
                wrong.Add($"still to do by hand: {step.Title} ({step.Element}): {seen.Sentence.TrimEnd('.')}");
            }
        }

        return wrong;
    }

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
