using Microsoft.Extensions.Options;
using TrunkBot.Diagnostics.Calls;
using TrunkBot.Diagnostics.Findings;
using TrunkBot.Diagnostics.Probes;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Diagnostics.Diagnosis;

/// <summary>
/// Runs every check of a trunk at once, with a test call when asked, each under its own time limit, and ranks what they saw along the call's way. Read only but for the call.
/// </summary>
public sealed class TrunkDiagnosis(StatusReaders readers, EdgeProbes edgeProbes, ITrunkProbe probe, TimeProvider time, IOptions<DiagnosticsOptions> options)
{
    /// <summary>Checks that end within this are shown together: a channel bears only so many edits of a message.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(700);

    /// <param name="withCall">Whether to place a test call beside the checks.</param>
    /// <param name="progress">Given what is known so far after a check has ended while others have not, one call at a time; null when nobody looks.</param>
    public Task<DiagnosisReport> RunAsync(
        TrunkIntent intent, SiteProfile site, bool withCall, Func<DiagnosisReport, Task>? progress, CancellationToken cancellationToken) =>
        RunAsync(intent, site, withCall ? TestCallOrder.ThroughSwitch : null, progress, cancellationToken);

    /// <param name="order">The test call to place beside the checks; null: none.</param>
    /// <inheritdoc cref="RunAsync(TrunkIntent, SiteProfile, bool, Func{DiagnosisReport, Task}?, CancellationToken)"/>
    public async Task<DiagnosisReport> RunAsync(
        TrunkIntent intent, SiteProfile site, TestCallOrder? order, Func<DiagnosisReport, Task>? progress, CancellationToken cancellationToken)
    {
        TestCall? call = null;
        IReadOnlyList<EdgeProbe> edges = [];

        // In the order of the call's way, whichever ends first.
        List<Task<Seen>> checks =
        [
            .. readers.InOrder.Select(ReadAsync),
            .. readers.InOrder.Select(DeeperAsync),
            NamesAsync(),
            OptionsAsync(),
        ];
        if (order is not null)
        {
            checks.Add(CallAsync(order));
        }

        var all = Task.WhenAll(checks);
        var shown = 0;
        while (progress is not null && !all.IsCompleted)
        {
            if (checks.Count(c => c.IsCompleted) == shown)
            {
                await Task.WhenAny([all, .. checks.Where(c => !c.IsCompleted)]);
            }

            await Task.WhenAny(all, Task.Delay(Gather, time, cancellationToken));
            if (!all.IsCompleted)
            {
                shown = checks.Count(c => c.IsCompleted);
                await progress(Report());
            }
        }

        // A check throws only when the caller gives up.
        await all;
        return Report();

        DiagnosisReport Report()
        {
            var ended = checks.Where(c => c.IsCompletedSuccessfully).ToList();
            return Conclude(intent.Name, ended.Aggregate(Seen.Nothing, (seen, c) => seen + c.Result), edges, call, order is not null, checks.Count - ended.Count);
        }

        async Task<Seen> ReadAsync(IStatusReader reader)
        {
            var (lines, problem) = await readers.WithinLimitAsync(token => reader.ReadAsync(intent, site, token), cancellationToken);
            return lines is null ? Seen.Not(reader.System, "all of its checks", problem) : Seen.Of(reader.System, lines);
        }

        async Task<Seen> OptionsAsync()
        {
            edges = await edgeProbes.AskAsync(intent, site, cancellationToken);
            return EdgeFindings.OfOptions(edges);
        }

        async Task<Seen> DeeperAsync(IStatusReader reader)
        {
            var (lines, problem) = await readers.WithinLimitAsync(token => reader.ReadDeeperAsync(intent, site, token), cancellationToken);
            return lines is null ? Seen.Not(reader.System, "what is asked only in a diagnosis", problem) : Seen.Of(reader.System, lines);
        }

        async Task<Seen> NamesAsync()
        {
            var (names, problem) = await TimeLimit.RunAsync(token => probe.AddressesAsync(intent, site, token), options.Value.NamesLimit, time, cancellationToken);
            return EdgeFindings.OfNames(intent, names, problem);
        }

        async Task<Seen> CallAsync(TestCallOrder order)
        {
            (call, var problem) = await TimeLimit.RunAsync(token => probe.CallAsync(order, intent, site, token), options.Value.CallLimit, time, cancellationToken);
            return CallFindings.Of(call, problem, options.Value);
        }
    }

    private DiagnosisReport Conclude(string trunk, Seen seen, IReadOnlyList<EdgeProbe> edges, TestCall? call, bool withCall, int open)
    {
        var causes = Ranking.Of([.. seen.Wrong.Select(c => Sharper(c, seen.Wrong, edges, call))]);
        return new DiagnosisReport
        {
            Trunk = trunk,
            At = time.GetUtcNow(),
            Sentence = Conclusion(causes, seen, open),
            Causes = causes,
            RuledOut = seen.RuledOut,
            NotChecked = seen.NotChecked,
            Call = call,
            WithCall = withCall,
        };
    }

    /// <summary>Two observations that together say more than each: they are made by different checks, so that only here both are known.</summary>
    private static Cause Sharper(Cause cause, IReadOnlyList<Cause> all, IReadOnlyList<EdgeProbe> edges, TestCall? call) => cause.Code switch
    {
        // A domain of nobody is not answered.
        "twilio-trunk-missing" when edges.FirstOrDefault(e => e.State == ProbeState.Up) is { } answered =>
            cause with { Finding = FindingCatalogue.Find("twilio-domain-of-another-account")!, Sentence = $"{cause.Sentence}, and {answered.Host} answers {answered.Said}", Fix = FindingCatalogue.Find("twilio-domain-of-another-account")!.Fix },

        // The limit alone is a warning; with a call that the switch's side refuses it is why.
        "adjacency-call-rate" when all.Any(c => c.Code == "sip-trunk-not-using-binding") => cause with { Finding = FindingCatalogue.Find("call-rate-exceeded")! },

        // What Twilio complained of within the hour does not hold any more.
        "tls-version-refused" when call is { Outcome: CallOutcome.Answered } => cause with { Finding = FindingCatalogue.Find("twilio-alert")! },
        _ => cause,
    };

    private static Sentence Conclusion(IReadOnlyList<Cause> causes, Seen seen, int open)
    {
        var said = new List<Sentence>();
        if (causes is [var first, ..])
        {
            var others = causes.Count(c => c.BroughtAboutBy is null) - 1;
            var consequences = causes.Count(c => c.BroughtAboutBy is not null);
            said.Add(first.Finding.Severity == FindingSeverity.Warns
                ? Sentence.Of($"Worth a look: {first.Finding.Title}. {first.Where}, {first.What}: {first.Sentence}.")
                : $"Probable cause: {first.Finding.Title}. {first.Where}, {first.What}: {first.Sentence}.");
            Add(others, $"1 more cause below.", $"{others} more causes below.");
            Add(consequences, $"1 consequence.", $"{consequences} consequences.");
        }
        else
        {
            said.Add(seen.RuledOut.Count == 0 ? Sentence.Of($"Nothing could be checked.") : $"Nothing wrong was found in {seen.RuledOut.Count} checks.");
        }

        Add(open, $"1 check is still running.", $"{open} checks are still running.");
        Add(seen.NotChecked.Count, $"1 could not be checked.", $"{seen.NotChecked.Count} could not be checked.");
        return Sentence.Joined(" ", said);

        void Add(int count, Sentence one, Sentence many)
        {
            if (count > 0)
            {
                said.Add(count == 1 ? one : many);
            }
        }
    }
}
