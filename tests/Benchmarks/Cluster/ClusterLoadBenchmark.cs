using System.Globalization;

namespace TrunkBot.Benchmarks.Cluster;

/// <summary>Many trunks known, many changes in flight and turns at a fixed rate, on one silo and on several.</summary>
internal static class ClusterLoadBenchmark
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        LoadShape shape;
        try
        {
            shape = LoadShape.Of(arguments);
        }
        catch (FormatException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }

        var folder = Directory.CreateTempSubdirectory("trunkbot-cluster-load-").FullName;
        try
        {
            await using var cluster = await LoadCluster.StartAsync(folder, shape);
            Say($"{shape.Trunks} trunks are stored.");
            var runs = new List<LoadRun>();
            foreach (var silos in shape.Silos)
            {
                runs.Add(await RunAsync(cluster, shape, silos));
            }

            Console.WriteLine(LoadReport.Write(shape, runs));
            return runs.All(r => r.IsWell(shape)) ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<LoadRun> RunAsync(LoadCluster cluster, LoadShape shape, int count)
    {
        await using var silos = await cluster.StartSilosAsync(count);
        await using var changes = new ChangesInFlight(silos, shape);
        using var turns = new MixedTurns(silos, shape, changes);
        var gauge = new StoreGauge(silos.Database);

        // What is compiled and cached at the first use is not what is asked here; meanwhile the changes come to their number.
        var before = await gauge.ReadAsync();
        changes.Start();
        await turns.RunAsync((int)shape.Life.TotalSeconds + 4);
        var (ended, processor, load) = (changes.Ended.Count, silos.Silos.Select(s => s.ProcessorSeconds).ToList(), MachineLoad());
        using var stop = new CancellationTokenSource();
        var sampling = SampleAsync(silos, changes, gauge, stop.Token);
        var results = await turns.RunAsync(shape.Seconds);
        await stop.CancelAsync();
        var samples = await sampling;
        var (endedMeanwhile, spent) = (changes.Ended.Count - ended, silos.Silos.Select((s, i) => s.ProcessorSeconds - processor[i]).ToList());
        Say($"{count} silo(s): {results.Timing.Sent} turns, {endedMeanwhile} changes ended; waiting for those in flight.");
        var drained = await changes.DrainAsync(TimeSpan.FromMinutes(5));
        var after = await gauge.ReadAsync();
        var run = new LoadRun
        {
            Silos = count,
            Turns = results,
            Before = before,
            After = after,
            EndedMeanwhile = endedMeanwhile,
            Asked = changes.Asked,
            Ended = [.. changes.Ended.GroupBy(e => e.State).Select(g => (g.Key, g.Count()))],
            Drained = drained,
            OpenChanges = [.. samples.Select(s => s.Open)],
            ConnectionsBusy = samples.Average(s => s.Busy),
            ConnectionsWaiting = samples.Average(s => s.Waiting),
            MemoryMebibytes = [.. samples.SelectMany(s => s.Memory)],
            ProcessorSeconds = spent,
            Doubled = silos.Elements.Doubled,
            TwoAtOnce = silos.Elements.Mixed + silos.Elements.Overlapping,
            Incomplete = changes.Ended.Count(e => e.State == "Done" && silos.Elements.Commits(e.Trunk).Count != LoadShape.Steps),
            MachineLoadBefore = load,
            Complaints = Complaints(silos),
        };
        foreach (var unwell in changes.Ended.Where(e => e.State != "Done"))
        {
            Say($"{count} silo(s), CHG-{unwell.Number} {unwell.State}: {await gauge.TroubleAsync(unwell.Number)}");
        }

        foreach (var complaint in run.Complaints)
        {
            Say($"{count} silo(s), log: {complaint}");
        }

        return run;
    }

    private static async Task<IReadOnlyList<Sample>> SampleAsync(
        RunningSilos silos, ChangesInFlight changes, StoreGauge gauge, CancellationToken stop)
    {
        var samples = new List<Sample>();
        while (!stop.IsCancellationRequested)
        {
            var (busy, waiting) = await gauge.ConnectionsAsync();
            samples.Add(new(changes.Open, [.. silos.Silos.Select(s => s.ResidentMebibytes)], busy, waiting));
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return samples;
    }

    /// <summary>What the silos logged as a warning or an error: how often which event, and the first such line.</summary>
    private static IReadOnlyList<string> Complaints(RunningSilos silos) =>
    [
        .. silos.Silos.SelectMany(s => s.Log().Split('\n'))
            .Where(l => l.StartsWith("warn:", StringComparison.Ordinal) || l.StartsWith("fail:", StringComparison.Ordinal))
            .GroupBy(l => l.Split(']')[0])
            .Select(g => $"{g.Count()} times {g.First()[..Math.Min(900, g.First().Length)]}"),
    ];

    private sealed record Sample(int Open, IReadOnlyList<long> Memory, long Busy, long Waiting);

    /// <summary>Processes that ran or wanted to over the last minute.</summary>
    private static double MachineLoad() => double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);

    private static void Say(string text) => Console.Error.WriteLine(text);
}
