using System.Globalization;
using System.Text;

namespace TrunkBot.Benchmarks.Cluster;

/// <summary>What was seen with one number of silos.</summary>
internal sealed record LoadRun
{
    public required int Silos { get; init; }

    public required TurnResults Turns { get; init; }

    public required StoreReading Before { get; init; }

    public required StoreReading After { get; init; }

    /// <summary>Changes that came to their end while turns were measured.</summary>
    public required int EndedMeanwhile { get; init; }

    /// <summary>Changes asked for, from the start of the silos to their stop.</summary>
    public required int Asked { get; init; }

    /// <summary>In which state how many ended.</summary>
    public required IReadOnlyList<(string State, int Count)> Ended { get; init; }

    /// <summary>All of them ended in time when no more were begun.</summary>
    public required bool Drained { get; init; }

    /// <summary>How many were open, once a second.</summary>
    public required IReadOnlyList<int> OpenChanges { get; init; }

    /// <summary>Resident memory of each silo, once a second.</summary>
    public required IReadOnlyList<long> MemoryMebibytes { get; init; }

    /// <summary>The silos' connections to the database at work, on average.</summary>
    public required double ConnectionsBusy { get; init; }

    /// <summary>Those of them that waited for a lock.</summary>
    public required double ConnectionsWaiting { get; init; }

    /// <summary>Of each silo, while turns were measured.</summary>
    public required IReadOnlyList<double> ProcessorSeconds { get; init; }

    /// <summary>Steps that an element got more than once.</summary>
    public required int Doubled { get; init; }

    /// <summary>How often two changes were at one element.</summary>
    public required int TwoAtOnce { get; init; }

    /// <summary>Changes that say that they are done, and of which the element does not have every step.</summary>
    public required int Incomplete { get; init; }

    /// <summary>Load average of the machine just before.</summary>
    public required double MachineLoadBefore { get; init; }

    /// <summary>Warnings and errors in the logs.</summary>
    public required IReadOnlyList<string> Complaints { get; init; }

    public int Lost => Asked - Ended.Sum(e => e.Count);

    public int Unanswered => Turns.Timing.Sent - Turns.Timing.Milliseconds.Length;

    /// <summary>Whether the load was there and all of it was borne. How fast is for people to judge.</summary>
    public bool IsWell(LoadShape shape) =>
        Drained && Lost == 0 && Ended.All(e => e.State == "Done") && (Doubled, TwoAtOnce, Incomplete) == (0, 0, 0)
        && Turns.Timing.Failed == 0 && Unanswered == 0 && OpenChanges.Average() >= 0.9 * shape.Changes;
}

/// <summary>The runs as tables in Markdown.</summary>
internal static class LoadReport
{
    private const double Kibibyte = 1024;

    private const double Mebibyte = 1024 * 1024;

    public static string Write(LoadShape shape, IReadOnlyList<LoadRun> runs)
    {
        var text = new StringBuilder();
        Line($"{shape.Trunks} trunks known, {shape.Changes} changes in flight, {shape.Rate} turns a second for {shape.Seconds} s; everything on one machine with {Environment.ProcessorCount} cores.");
        Line($"Changes run over simulated elements, one a change, that work {shape.StepSeconds} s on each of {LoadShape.Steps} steps; what `status` reads is the lab's (sshd, SOAP, REST, SIP).");
        Line($"");
        Line($"| silos | turns | refused | without effect | p50 ms | p99 ms | max ms | changes in flight | ended a minute | memory a silo MiB, mean (max) | cores a silo | connections at work (waiting for a lock) | load average before |");
        Line($"|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var run in runs)
        {
            var timing = run.Turns.Timing;
            var seconds = timing.Lasted.TotalSeconds;
            Line(
                $"| {run.Silos} | {timing.Sent} | {timing.Failed} | {run.Unanswered} | {timing.Percentile(0.5):0} | {timing.Percentile(0.99):0} | {timing.Percentile(1):0} | {run.OpenChanges.Min()} to {run.OpenChanges.Max()} | {run.EndedMeanwhile * 60 / seconds:0} | {run.MemoryMebibytes.Average():0} ({run.MemoryMebibytes.Max()}) | {run.ProcessorSeconds.Average() / seconds:0.00} | {run.ConnectionsBusy:0.0} ({run.ConnectionsWaiting:0.0}) | {run.MachineLoadBefore:0.0} |");
        }

        Line($"");
        Line($"| silos | database before MiB | after | KiB a change | audit records a change | journal rows a change | changes asked for | ended | lost | steps doubled | elements with two at once |");
        Line($"|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var run in runs)
        {
            var ended = Math.Max(1, run.EndedMeanwhile);
            Line(
                $"| {run.Silos} | {run.Before.Database / Mebibyte:0.0} | {run.After.Database / Mebibyte:0.0} | {(run.After.Changes - run.Before.Changes) / Kibibyte / ended:0} | {(double)(run.After.Audit - run.Before.Audit) / ended:0.0} | {(double)(run.After.Journal - run.Before.Journal) / ended:0.0} | {run.Asked} | {string.Join(", ", run.Ended.Select(e => $"{e.Count} {e.State}"))} | {run.Lost} | {run.Doubled} | {run.TwoAtOnce} |");
        }

        Line($"");
        Line($"| first message, p50 / p99 ms | {string.Join(" | ", runs.Select(r => r.Silos == 1 ? "1 silo" : $"{r.Silos} silos"))} |");
        Line($"|---|{string.Concat(runs.Select(_ => "---|"))}");
        foreach (var command in MixedTurns.Commands)
        {
            Line($"| `{command}` | {string.Join(" | ", runs.Select(r => Pair(r.Turns.ByCommand[command])))} |");
            if (runs.Any(r => r.Turns.ByEdit[command].Any()))
            {
                Line($"| `{command}`, the systems read | {string.Join(" | ", runs.Select(r => Pair(r.Turns.ByEdit[command])))} |");
            }
        }

        return text.ToString();

        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
    }

    private static string Pair(IEnumerable<double> milliseconds)
    {
        var sorted = milliseconds.Order().ToList();
        return sorted.Count == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{At(0.5):0} / {At(0.99):0}");

        double At(double share) => sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Count) - 1)];
    }
}
