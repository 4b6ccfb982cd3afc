using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using TrunkBot.Benchmarks.World;
using TrunkBot.Changes.Life;
using TrunkBot.Diagnostics;
using TrunkBot.Hosting;

namespace TrunkBot.Benchmarks.Watch;

/// <summary>
/// Many trunks watched by the bot as it is shipped, in one process: its grains, its store, its SIP. Simulated are the three systems' answers; OPTIONS go over UDP to a
/// responder on loopback. Trunks are spread over sites, each with an SBC, a switch and an account of its own; all edges are asked from one source.
/// </summary>
internal static class WatchBenchmark
{
    private static readonly string[] Edges = ["ashburn", "umatilla", "dublin", "frankfurt"];

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var (trunks, sites, interval, seconds) = (Number("--trunks", 10_000), Number("--sites", 100), Number("--interval", 60), Number("--seconds", 180));
        var folder = Directory.CreateTempSubdirectory("trunkbot-watch-").FullName;
        using var responder = new OptionsResponder();
        var systems = new SimulatedSystems();
        WriteSites(folder, sites, responder.Port);
        await using var app = await TrunkBotHost.BuildAsync(
            [
                "--environment", "Lab", $"--Storage:DataDirectory={Path.Combine(folder, "data")}", $"--Sites:Directory={Path.Combine(folder, "sites")}", "--Cluster:SiloPort=0", "--Urls=http://127.0.0.1:0",
                "--BotFramework:AllowUnauthenticatedLoopbackInLab=true", "--Secrets:lab-perimeta=x", "--Secrets:lab-twilio=x", "--Secrets:lab-subscriber=x", $"--Health:IntervalSeconds={interval}",
                "--Logging:LogLevel:Default=Warning",
            ],
            builder =>
            {
                builder.Services.RemoveAll<IStatusReader>();
                systems.AddTo(builder.Services);
            });
        var store = app.Services.GetRequiredService<ITrunkStore>();
        for (var i = 0; i < trunks; i++)
        {
            var name = $"customer-{i:00000}";
            var intent = BenchTrunk.Intent(name, [Edges[i % Edges.Length], Edges[(i + 1) % Edges.Length]]) with { Site = $"site-{i % sites:000}" };
            await store.SaveAsync(new ManagedTrunk(intent, [], "CHG-1", TimeProvider.System.GetUtcNow()), CancellationToken.None);
        }

        await app.StartAsync();

        // The first interval is for the compiler, and for what is done only once for each trunk.
        await Task.Delay(TimeSpan.FromSeconds(interval + 10), TimeProvider.System);
        systems.Reset();
        var options = responder.Count;
        var size = Size(folder);
        var process = Process.GetCurrentProcess();
        var (processor, began) = (process.TotalProcessorTime, Stopwatch.GetTimestamp());
        await Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System);
        process.Refresh();
        var took = Stopwatch.GetElapsedTime(began);
        var cores = (process.TotalProcessorTime - processor) / took;
        var looks = systems.Looks;
        Row("trunks, sites, edges of each", $"{trunks}, {sites}, 2");
        Row("looks a second (wanted)", $"{looks / took.TotalSeconds:0.0} ({(double)trunks / interval:0.0})");
        Row("trunks that were looked at in the time", $"{systems.Trunks} of {trunks}");
        Row("processor, cores", $"{cores:0.00}");
        Row("processor a look, ms", $"{cores * took.TotalMilliseconds / Math.Max(looks, 1):0.00}");
        Row("memory held, MiB", $"{process.WorkingSet64 / 1024 / 1024}");
        Row("reads of SBCs a second", $"{systems.SbcReads / took.TotalSeconds:0.0}");
        Row("OPTIONS a second, to all edges", $"{(responder.Count - options) / took.TotalSeconds:0.00}");
        Row("shortest time between two OPTIONS to one edge, s", $"{responder.ShortestGap.TotalSeconds:0.0}");
        Row("growth of the database, MiB an hour", $"{(Size(folder) - size) / 1048576.0 / took.TotalHours:0}");
        await app.StopAsync();
        Directory.Delete(folder, recursive: true);
        return systems.Trunks == trunks && responder.ShortestGap >= TimeSpan.FromSeconds(15) ? 0 : 1;

        int Number(string option, int otherwise) =>
            arguments.ToList().IndexOf(option) is var at and >= 0 && at + 1 < arguments.Count ? int.Parse(arguments[at + 1], CultureInfo.InvariantCulture) : otherwise;
    }

    private static void Row(string what, string value) => Console.WriteLine($"| {what} | {value} |");

    private static long Size(string folder) => Directory.EnumerateFiles(Path.Combine(folder, "data"), "trunkbot.db*").Sum(f => new FileInfo(f).Length);

    private static void WriteSites(string folder, int count, int port)
    {
        Directory.CreateDirectory(Path.Combine(folder, "sites"));
        var denver = File.ReadAllText(Path.Combine(Subject.Repository(), "src/Lab/Site/denver.json"));
        for (var i = 0; i < count; i++)
        {
            var text = denver.Replace("\"denver\"", $"\"site-{i:000}\"", StringComparison.Ordinal).Replace("LAB-SBC-01", $"SBC-{i:000}", StringComparison.Ordinal)
                .Replace("\"CFS-1\"", $"\"CFS-{i:000}\"", StringComparison.Ordinal).Replace("twilio-lab", $"account-{i:000}", StringComparison.Ordinal)
                .Replace("\"optionsProxy\": \"127.0.0.1:15060\"", $"\"optionsProxy\": \"127.0.0.1:{port}\"", StringComparison.Ordinal);
            File.WriteAllText(Path.Combine(folder, "sites", $"site-{i:000}.json"), text);
        }
    }
}
