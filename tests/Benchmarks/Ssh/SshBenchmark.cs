using System.Globalization;
using System.Runtime.InteropServices;

namespace TrunkBot.Benchmarks.Ssh;

/// <summary>
/// An eight-edge trunk applied to the lab's SBC through the bot's own session, and the same lines piped into it by OpenSSH's client:
/// the same sshd, in one run, in turn.
/// </summary>
internal static class SshBenchmark
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var at = arguments.ToList().IndexOf("--rounds");
        var rounds = at >= 0 && at + 1 < arguments.Count ? int.Parse(arguments[at + 1], CultureInfo.InvariantCulture) : 7;
        await using var bench = await TrunkBench.StartAsync();

        // The first round is for the compiler: of the bot, and of the lab, whose every login is a new process.
        var (_, applied) = await bench.ByBotAsync();
        var expected = bench.Running;
        var ways = new Way[]
        {
            new("the bot: 17 steps, one line at a time, each step read before and after", applied, async _ => (await bench.ByBotAsync()).Took),
            new("OpenSSH's client, the same lines piped", applied, bench.ByOpenSshAsync),
            new("OpenSSH's client, the same lines piped into a terminal (-tt)", applied, lines => bench.ByOpenSshAsync(lines, "-tt")),
            new("OpenSSH's client, only the plan's lines: nothing is read back", ["1", .. bench.PlannedLines], bench.ByOpenSshAsync),
        };
        for (var round = 0; round < rounds; round++)
        {
            foreach (var way in ways)
            {
                way.Took.Add(await way.Run(way.Lines));
                if (bench.Running != expected)
                {
                    Console.Error.WriteLine($"Round {round + 1}, \"{way.Name}\": the device's configuration is not the one that the bot left.");
                    return 1;
                }
            }
        }

        Console.WriteLine($"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}, {rounds} rounds in turn");
        Console.WriteLine();
        Console.WriteLine("| how | lines | median | fastest | slowest | the bot takes |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|");
        foreach (var way in ways)
        {
            // By rounds: what else the machine does in one falls on all ways alike.
            var median = Median(way.Took);
            var ratio = way == ways[0] ? "" : string.Create(CultureInfo.InvariantCulture, $"{Median(ways[0].Took.Zip(way.Took, static (bot, other) => bot / other)):0.00} x");
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {way.Name} | {way.Lines.Count} | {median.TotalSeconds:0.00} s | {way.Took.Min().TotalSeconds:0.00} s | {way.Took.Max().TotalSeconds:0.00} s | {ratio} |"));
        }

        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Of the bot's time {Median(bench.Logins.Skip(1)).TotalSeconds:0.00} s (median) are the login up to the CLI's prompt."));
        return 0;
    }

    private static T Median<T>(IEnumerable<T> measured) => measured.Order().ToList() is var sorted ? sorted[sorted.Count / 2] : default!;

    private sealed record Way(string Name, IReadOnlyList<string> Lines, Func<IReadOnlyList<string>, Task<TimeSpan>> Run)
    {
        public List<TimeSpan> Took { get; } = [];
    }
}
