using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using TrunkBot.Benchmarks.World;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Dialects;
using TrunkBot.Perimeta.Planning;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Benchmarks.Trees;

/// <summary>
/// How fast a configuration is read and how much it takes, and how long one trunk takes to plan against it, for three sizes. Two peers read in
/// the same run: the least that a reader by lines does (cut at line ends, trim), which knows no modes, and <see cref="JsonDocument"/> over the
/// same lines as nested JSON, which like the tree keeps places in one text instead of copies.
/// </summary>
internal static class TreeBenchmark
{
    private const int Rounds = 15;

    public static int Run(string[] args)
    {
        int[] sizes = [1_000, 10_000, 100_000];
        if (args is not [] && !(args is ["--adjacencies", var list] && TryNumbers(list, out sizes)))
        {
            return 2;
        }

        Console.WriteLine($"{Environment.ProcessorCount} cores, {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}; processor time of the whole process, its garbage collector included; the best of {Rounds} rounds, since what else runs on the machine only adds");
        Console.WriteLine();
        Console.WriteLine("| adjacencies | lines | text MB | read ms | MB/s | ns a line | to Split+Trim | to JsonDocument | live, of UTF-8 bytes | live, of UTF-16 bytes | allocated, of UTF-8 bytes | understand ms | plan ms | snapshot to plan ms |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var size in sizes)
        {
            Row(size);
        }

        return 0;
    }

    private static bool TryNumbers(string list, out int[] numbers)
    {
        numbers = [.. list.Split(',').Select(word => int.TryParse(word, out var number) ? number : 0)];
        return numbers.All(number => number is > 0 and <= 1_000_000);
    }

    private static void Row(int adjacencies)
    {
        var text = RealisticConfiguration.Of(adjacencies);
        var bytes = Encoding.UTF8.GetByteCount(text);
        var json = Json(ConfigTree.Read(text));
        var live = Live(text);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var tree = ConfigTree.Read(text);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated + (text.Length * 2L);

        var read = Best(() => ConfigTree.Read(text));
        var split = Best(() => text.Split('\n').Select(line => line.Trim()).ToArray());
        var document = Best(() => JsonDocument.Parse(json)) * (bytes / (double)json.Length);
        var understand = Best(() => RunningConfiguration.Of(tree));
        var running = RunningConfiguration.Of(tree);
        var intent = BenchTrunk.Intent("acme-east", ["umatilla"]) with { ServiceAddress = "Peering-02", Realm = "Media-02" };
        var site = BenchTrunk.Site(new() { Element = "SBC-DEN-01", Host = "127.0.0.1", KnownHosts = "known_hosts", Dialect = "published", DynamicPeerRouting = DynamicPeerRouting.Yes });
        var dialect = new DialectCatalogue(null).Find("published")!;
        var plan = Best(() => new PerimetaPlanner(new(intent), site, dialect, running).Plan("perimeta", "Perimeta", PlanFingerprint.Of(new(intent), running)));
        var whole = Best(() =>
        {
            var kept = RunningConfiguration.Read(KeptConfiguration.Of(new(intent), text));
            return new PerimetaPlanner(new(intent), site, dialect, kept).Plan("perimeta", "Perimeta", PlanFingerprint.Of(new(intent), kept));
        });
        var steps = new PerimetaPlanner(new(intent), site, dialect, running).Plan("perimeta", "Perimeta", "").Steps.Count;
        if (steps != 3)
        {
            throw new InvalidOperationException($"a trunk of one edge has 3 steps here, not {steps}: what was measured is not what was meant");
        }

        FormattableString row = $"| {adjacencies:N0} | {tree.LineCount:N0} | {bytes / 1e6:F1} | {read:F1} | {bytes / 1e3 / read:F0} | {read * 1e6 / tree.LineCount:F0} | {read / split:F2} | {read / document:F2} | {live / (double)bytes:F2} | {live / 2.0 / text.Length:F2} | {allocated / (double)bytes:F2} | {understand:F1} | {plan:F1} | {whole:F1} |";
        Console.WriteLine(row.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Bytes that the tree and the text hold after a full collection.</summary>
    private static long Live(string text)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var tree = Read(text);
        var live = GC.GetTotalMemory(forceFullCollection: true) - before + (text.Length * 2L);
        GC.KeepAlive(tree);
        return live;
    }

    // In a method of its own, so that nothing of the reader is still held by a register.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ConfigTree Read(string text) => ConfigTree.Read(text);

    private static double Best<T>(Func<T> work)
    {
        // Until the compiler has done with it: it compiles anew after 30 calls, and after the same again with what it counted.
        var warm = Stopwatch.StartNew();
        for (var calls = 0; calls < 5 || (calls < 100 && warm.ElapsedMilliseconds < 2_000); calls++)
        {
            GC.KeepAlive(work());
        }

        var times = new double[Rounds];
        for (var round = 0; round < Rounds; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            var before = Environment.CpuUsage.TotalTime;
            GC.KeepAlive(work());
            times[round] = (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
        }

        return times.Min();
    }

    private static byte[] Json(ConfigTree tree)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartArray();
            Write(tree.Root);
            writer.WriteEndArray();

            void Write(ConfigNode parent)
            {
                foreach (var child in parent.Children)
                {
                    writer.WriteStringValue(child.Text);
                    if (!child.Children.IsEmpty)
                    {
                        writer.WriteStartArray();
                        Write(child);
                        writer.WriteEndArray();
                    }
                }
            }
        }

        return stream.ToArray();
    }
}
