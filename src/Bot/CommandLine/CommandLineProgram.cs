using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Text;
using TrunkBot.Trunks;

namespace TrunkBot.CommandLine;

/// <summary>The program without chat: one command, its output, an exit code. A command is a file of its own beside this one.</summary>
internal static class CommandLineProgram
{
    /// <summary>
    /// Whether the arguments are a command's. Without a command word the bot starts, and what there is are its settings: <c>--key value</c>,
    /// <c>--key=value</c>, <c>/key value</c>, <c>key=value</c>.
    /// </summary>
    public static bool IsMeant(string[] args) => args is [var first, ..]
        && (first is "--help" or "-h" or "-?" or "--version" || (first.Length > 0 && first[0] is not ('-' or '/') && !first.Contains('=')));

    public static async Task<int> RunAsync(string[] args)
    {
        // In one buffer: a tree has as many lines as a configuration. Standard error stays as it is, a line at a time.
        await using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false), 1 << 16);
        try
        {
            return await RunAsync(args, output, Console.Error, CancellationToken.None);
        }
        catch (InputException e)
        {
            await Console.Error.WriteLineAsync($"trunkbot: {Terminal.Printable(e.Message)}");
            return ExitCode.BadArguments;
        }
    }

    private static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var root = Root();
        var result = root.Parse(args);
        if (result.Action is ParseErrorAction)
        {
            await ExplainAsync(result, error);
            return ExitCode.BadArguments;
        }

        return await result.InvokeAsync(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false }, cancellationToken);
    }

    // Not a RootCommand, which is named as its file is.
    private static Command Root() => new(
        "trunkbot",
        "Sets up, tests and watches SIP trunks. Without a command the bot itself starts, and the arguments are its settings, such as --urls http://localhost:3978.")
    {
        new HelpOption(),
        new VersionOption(),
        new Command("perimeta", "Reads configurations of a Perimeta SBC from files. Nothing is sent to a device.") { PerimetaReadCommand.Make(), PerimetaDiffCommand.Make() },
        PlanCommand.Make(),
        SnapshotCommand.Make(),
        new Command("twilio", "Looks at a site's Twilio account. Nothing is changed.") { TwilioCheckCommand.Make() },
        new Command("cfs", "Reads from a site's Metaswitch CFS. Nothing is changed.") { CfsReadCommand.Make() },
        AuditCommand.Make(),
        DiagnoseCommand.Make(),
        FindingsCommand.Make(),
        TestCommand.Make(),
        AlarmsCommand.Make(),
        new Command("sip", "Asks and calls SIP servers, and judges SIP messages. Needs no bot, no site profile and no database.") { SipOptionsCommand.Make(), SipCallCommand.Make(), SipParseCommand.Make(), SipSignalCommand.Make() },
    };

    private static async Task ExplainAsync(ParseResult result, TextWriter error)
    {
        var command = result.CommandResult.Command;
        var strange = result.UnmatchedTokens;
        if (strange is [var token, ..])
        {
            var names = token.StartsWith('-') ? command.Options.Select(option => option.Name) : command.Subcommands.Select(inner => inner.Name);
            var what = token.StartsWith('-') ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
            var near = Nearest.To(token.TrimStart('-'), names) is { } name ? $" Did you mean {name}?" : "";
            await error.WriteLineAsync($"trunkbot: there is no {what} \"{Terminal.Printable(token)}\" here.{near}");
        }

        foreach (var problem in strange.Count > 0 ? [] : result.Errors)
        {
            await error.WriteLineAsync($"trunkbot: {Terminal.Printable(problem.Message)}");
        }

        await error.WriteLineAsync($"See {PathOf(result)} --help.");
    }

    private static string PathOf(ParseResult result)
    {
        var words = new List<string>();
        for (var at = result.CommandResult; at is not null; at = at.Parent as System.CommandLine.Parsing.CommandResult)
        {
            words.Insert(0, at.Command.Name);
        }

        return string.Join(' ', words);
    }
}
