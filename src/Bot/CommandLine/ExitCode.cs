namespace TrunkBot.CommandLine;

/// <summary>What the program ends with when it was started with a command. Scripts rely on them (docs/command-line.md).</summary>
internal static class ExitCode
{
    public const int Fine = 0;

    /// <summary>Something was found, differs or failed.</summary>
    public const int Findings = 1;

    public const int BadArguments = 2;

    public const int Timeout = 3;

    public const int CannotReach = 4;
}
