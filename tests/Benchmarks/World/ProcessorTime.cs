using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace TrunkBot.Benchmarks.World;

/// <summary>What a program of another kind takes, as the shell that ran it says.</summary>
internal static partial class ProcessorTime
{
    /// <summary>Runs one command to its end.</summary>
    /// <returns>Processor time (user and system) of the command alone, and how long it took.</returns>
    /// <exception cref="InvalidOperationException">It ended with another code than 0; its last line is in the message.</exception>
    public static async Task<(TimeSpan Cpu, TimeSpan Wall)> OfAsync(string command, string folder)
    {
        var before = Stopwatch.GetTimestamp();
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", $"{command} > out.txt 2>&1; echo $?; times"]) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        var said = (await shell.StandardOutput.ReadToEndAsync()).Split('\n');
        await shell.WaitForExitAsync();
        var wall = Stopwatch.GetElapsedTime(before);
        if (said[0] != "0")
        {
            throw new InvalidOperationException($"{command.Split(' ')[0]} ended with {said[0]}: {(await File.ReadAllLinesAsync(Path.Combine(folder, "out.txt"))).LastOrDefault(l => l.Length > 0)}");
        }

        // The second line of `times` is that of the shell's children.
        return (Times().Matches(said[2]).Aggregate(TimeSpan.Zero, (sum, m) => sum
            + TimeSpan.FromMinutes(int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)) + TimeSpan.FromSeconds(double.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture))), wall);
    }

    [GeneratedRegex(@"(\d+)m([\d.]+)s")]
    private static partial Regex Times();
}
