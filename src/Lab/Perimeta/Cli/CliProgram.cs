namespace TrunkBot.Lab.Perimeta.Cli;

/// <summary>One login at the simulated SBC: the process that the private sshd forces on every session.</summary>
internal static class CliProgram
{
    public static int Run(string dataDirectory)
    {
        using var terminal = Terminal.OfThisProcess();
        var user = Environment.GetEnvironmentVariable("LOGNAME") ?? "unknown";
        var recorder = new SessionRecorder(new SessionLog(dataDirectory, TimeProvider.System), $"{Environment.ProcessId}", user);
        try
        {
            new CraftMenu(terminal, dataDirectory, recorder).Run();
            return 0;
        }
        catch (IOException)
        {
            // The client hung up while it was being written to.
            return 1;
        }
    }
}
