using TrunkBot.Lab.Control;

namespace TrunkBot.Lab.Perimeta.Cli;

/// <summary>
/// What a craft user meets after login: a menu whose choice 1 enters the CLI (seed article). Its wording is invented.
/// </summary>
internal sealed class CraftMenu(Terminal terminal, string dataDirectory, SessionRecorder recorder)
{
    public const string Greeting = """
        TrunkBot lab: a simulated session border controller. This is not a Metaswitch product.
        Prompts, menu, error texts and show output are invented.

        """;

    private const string Menu = """

        LAB-SBC-01 craft menu
          1. CLI
          2. System status
          0. Log off

        """;

    private const string Question = "Choice: ";

    public void Run()
    {
        if (new Faults(dataDirectory).Lasting("banner") is { } banner)
        {
            terminal.Write(banner + "\n");
        }

        terminal.Write(Greeting + Menu + Question);
        while (terminal.ReadLine() is { } line)
        {
            switch (line.Trim())
            {
                case "0":
                    recorder.Record("menu", line, LineOutcome.Accepted, null);
                    terminal.Write("Bye.\n");
                    return;
                case "1":
                    recorder.Record("menu", line, LineOutcome.Accepted, null);
                    if (new CliSession(terminal, dataDirectory, recorder).Run() == CliEnd.LoggedOut)
                    {
                        return;
                    }

                    terminal.Write(Menu + Question);
                    break;
                case "2":
                    recorder.Record("menu", line, LineOutcome.Accepted, null);
                    terminal.Write("System status: the lab is running (invented).\n" + Menu + Question);
                    break;
                case "":
                    terminal.Write(Question);
                    break;
                default:
                    recorder.Record("menu", line, LineOutcome.Refused, "no such choice");
                    terminal.Write("% Error: no such choice: type 1, 2 or 0.\n" + Question);
                    break;
            }
        }
    }
}

/// <summary>The log under the name of one session.</summary>
internal sealed class SessionRecorder(SessionLog log, string session, string user)
{
    /// <summary>Accounts whose name starts so may look and not touch.</summary>
    private const string ReadOnlyPrefix = "defread";

    public string User => user;

    public bool MayConfigure => !user.StartsWith(ReadOnlyPrefix, StringComparison.Ordinal);

    public void Record(string mode, string line, LineOutcome outcome, string? answer) => log.Write(session, user, mode, line, outcome, answer);
}
