using System.Diagnostics;
using TrunkBot.Lab.Control;

namespace TrunkBot.Lab.Perimeta.Cli;

/// <summary>Carries out the faults that a test has switched on for the SBC's sessions.</summary>
internal sealed class Disturbances(Faults faults, Terminal terminal, TimeProvider time)
{
    /// <summary>What happens to a line before it takes effect; null when nothing does.</summary>
    public LineOutcome? Before(string line)
    {
        if (int.TryParse(faults.Lasting("slow"), out var milliseconds) && milliseconds > 0)
        {
            Task.Delay(TimeSpan.FromMilliseconds(milliseconds), time).Wait();
        }

        return faults.Consume("refuse-line", line) ? LineOutcome.Refused
            : faults.Consume("drop-connection-at", line) ? LineOutcome.Dropped
            : faults.Consume("hang-at", line) ? LineOutcome.Hung
            : null;
    }

    /// <summary>What happens to a line after it took effect, in place of an answer; null when nothing does.</summary>
    public LineOutcome? After(string line) =>
        faults.Consume("drop-connection-after", line) ? LineOutcome.Dropped
        : faults.Consume("hang-after", line) ? LineOutcome.Hung
        : null;

    public void Carry(LineOutcome outcome)
    {
        if (outcome == LineOutcome.Dropped)
        {
            CutConnection();
        }

        while (terminal.ReadLine() is not null)
        {
            // Hung: what arrives is swallowed until the client gives up.
        }
    }

    // The parent of this process is the sshd process of this one connection: with it dies the TCP connection, without a good-bye.
    // Only a process named sshd is ended: a session started by hand has a shell above it.
    private static void CutConnection()
    {
        var stat = File.ReadAllText("/proc/self/stat");
        var parent = int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1]);
        using var process = Process.GetProcessById(parent);
        if (process.ProcessName.StartsWith("sshd", StringComparison.Ordinal))
        {
            process.Kill();
        }
    }
}
