using Microsoft.Extensions.Options;
using TrunkBot.Diagnostics.Health;
using TrunkBot.Diagnostics.Probes;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Diagnostics.Diagnosis;

/// <summary>Runs every check of a trunk, with a test call when asked, and sorts what it found by the call's way. Read only but for the call.</summary>
public sealed class TrunkDiagnosis(TrunkHealth health, ITrunkProbe probe, TimeProvider time, IOptions<DiagnosticsOptions> options)
{
    /// <param name="withCall">Whether to place a test call after the checks.</param>
    /// <param name="progress">Given the report of the checks before the call is placed, so that the first evidence shows early.</param>
    public async Task<DiagnosisReport> RunAsync(
        TrunkIntent intent, SiteProfile site, bool withCall, Func<DiagnosisReport, Task>? progress, CancellationToken cancellationToken)
    {
        var report = Sort(await health.ReadAsync(intent, site, cancellationToken));
        if (!withCall)
        {
            return report;
        }

        if (progress is not null)
        {
            await progress(report);
        }

        var (call, problem) = await TimeLimit.RunAsync(
            token => probe.CallAsync(intent, site, token), options.Value.CallLimit, time, cancellationToken);
        return WithCall(report, call, problem) with { At = time.GetUtcNow() };
    }

    private static DiagnosisReport Sort(HealthReport health)
    {
        var causes = new List<Cause>();
        var ruledOut = new List<RuledOut>();
        var notChecked = new List<NotChecked>();
        foreach (var system in health.Systems)
        {
            if (system.Problem is { } problem)
            {
                notChecked.Add(new NotChecked(system.System, "all of its checks", problem));
            }

            foreach (var line in system.Lines)
            {
                switch (line.State)
                {
                    case HealthState.Ok:
                        ruledOut.Add(new RuledOut(system.System, line.What, line.Detail));
                        break;
                    case HealthState.NotAvailable:
                        notChecked.Add(new NotChecked(system.System, line.What, line.Detail));
                        break;
                    default:
                        causes.Add(new Cause(
                            system.System, line.What, line.Detail, line.Code ?? "no-code", line.Fix ?? "no fix is known", line.State == HealthState.Failed, line.IsConsequence));
                        break;
                }
            }
        }

        SortEdges(health.Edges, causes, ruledOut, notChecked);
        return Conclude(health.Trunk, health.At, causes, ruledOut, notChecked, null);
    }

    private static void SortEdges(IReadOnlyList<EdgeProbe> edges, List<Cause> causes, List<RuledOut> ruledOut, List<NotChecked> notChecked)
    {
        var allSilent = EdgeCount.Of(edges).AllSilent;
        foreach (var edge in edges)
        {
            switch (edge.State)
            {
                case ProbeState.Up when edge.Refuses:
                    causes.Add(new Cause(
                        "OPTIONS",
                        edge.Edge,
                        $"{edge.Host} answers {edge.Status} {edge.Detail}".TrimEnd(),
                        "edge-refuses-options",
                        "it can be reached and says no: look at the adjacency, at the trunk's IP access control list and at the account at Twilio",
                        Certain: false));
                    break;
                case ProbeState.Up:
                    ruledOut.Add(new RuledOut("OPTIONS", edge.Edge, $"{edge.Status} {edge.Detail}".TrimEnd()));
                    break;
                case ProbeState.Unchecked:
                    notChecked.Add(new NotChecked("OPTIONS", edge.Edge, edge.Detail));
                    break;
                default:
                    causes.Add(new Cause("OPTIONS", edge.Edge, $"{edge.Host} does not answer: {edge.Detail}", edge.Code ?? "edge-unreachable", FixOf(edge, allSilent), Certain: allSilent));
                    break;
            }
        }
    }

    private static string FixOf(EdgeProbe edge, bool allSilent) =>
        edge.Code == "edge-name-not-found" ? "look at the termination name of the trunk at Twilio, and at the DNS of the bot's machine"
        : allSilent ? "no edge answers: look at DNS of the termination name, at the firewall and at the SBC's way out"
        : "not every edge is silent: look at the firewall and the route to this edge's signalling range, and at Twilio's status page";

    private static DiagnosisReport WithCall(DiagnosisReport report, TestCall? call, string? problem)
    {
        var causes = report.Causes.ToList();
        var ruledOut = report.RuledOut.ToList();
        var notChecked = report.NotChecked.ToList();
        if (call is null)
        {
            notChecked.Add(new NotChecked("Test call", "call and audio", problem ?? "no result"));
        }
        else if (call.Outcome is CallOutcome.NotPlaced or CallOutcome.Cancelled)
        {
            notChecked.Add(new NotChecked("Test call", "call and audio", call.Sentence));
        }
        else if (CallFindings.Of(call) is { } cause)
        {
            causes.Add(cause);
        }
        else if (call.Audio == AudioVerdict.NotMeasured)
        {
            ruledOut.Add(new RuledOut("Test call", "signalling", call.Sentence));
            notChecked.Add(new NotChecked("Test call", "audio", "not measured in this call"));
        }
        else
        {
            ruledOut.Add(new RuledOut("Test call", "signalling and two-way audio", call.Sentence));
        }

        return Conclude(report.Trunk, report.At, causes, ruledOut, notChecked, call);
    }

    private static DiagnosisReport Conclude(
        string trunk, DateTimeOffset at, List<Cause> causes, List<RuledOut> ruledOut, List<NotChecked> notChecked, TestCall? call)
    {
        causes = [.. causes.OrderBy(c => c.Rank)];
        var first = causes.FirstOrDefault();
        var open = notChecked.Count == 0 ? "" : $" {notChecked.Count} could not be checked.";
        var sentence = first is null
            ? ruledOut.Count == 0 ? $"Nothing could be checked.{open}" : $"Nothing wrong was found in {ruledOut.Count} checks.{open}"
            : $"{(first.Certain ? "First on the call's way" : "Worth a look")}: {first.Where}, {first.What}: {first.Sentence.TrimEnd('.')}."
                + (causes.Count > 1 ? $" {causes.Count - 1} more below." : "") + open;
        return new DiagnosisReport
        {
            Trunk = trunk,
            At = at,
            Sentence = sentence,
            Causes = causes,
            RuledOut = ruledOut,
            NotChecked = notChecked,
            Call = call,
        };
    }
}
