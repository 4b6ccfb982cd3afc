using TrunkBot.Lab.Control;
using TrunkBot.Lab.Perimeta.Configuration;

namespace TrunkBot.Lab.Perimeta.Cli;

/// <summary>How a stay in the CLI ended.</summary>
internal enum CliEnd
{
    /// <summary><c>exit</c> at the top: back to the menu.</summary>
    LeftToMenu,

    /// <summary><c>logout</c>, or the client is gone.</summary>
    LoggedOut,
}

/// <summary>The CLI: <c>config</c>, <c>exit</c>, <c>end</c>, the lines of <see cref="Grammar"/>, <c>show</c>.</summary>
internal sealed class CliSession(Terminal terminal, string dataDirectory, SessionRecorder recorder)
{
    private readonly ConfigFile _file = new(dataDirectory);
    private readonly Disturbances _disturbances = new(new Faults(dataDirectory), terminal, TimeProvider.System);
    private bool _configuring;
    private IReadOnlyList<string> _path = [];

    private string ModeName => !_configuring
        ? "exec"
        : _file.Read().Follow(_path) is { } nodes ? Editor.ModeOf(nodes[^1]).Name : "config";

    private string Prompt => _configuring ? $"{FactoryConfig.HostName}({ModeName})# " : $"{FactoryConfig.HostName}# ";

    public CliEnd Run()
    {
        while (true)
        {
            terminal.Write(Prompt);
            if (terminal.ReadLine() is not { } typed)
            {
                return CliEnd.LoggedOut;
            }

            var line = typed.Trim();
            if (line.Length == 0)
            {
                continue;
            }

            var mode = ModeName;
            if (_disturbances.Before(line) is { } disturbed)
            {
                recorder.Record(mode, line, disturbed, null);
                if (disturbed is LineOutcome.Refused)
                {
                    terminal.Write("% Error: refused because a test asked for it.\n");
                    continue;
                }

                _disturbances.Carry(disturbed);
                return CliEnd.LoggedOut;
            }

            var answer = Answer(line, out var end);
            if (_disturbances.After(line) is { } late)
            {
                recorder.Record(mode, line, late, answer);
                _disturbances.Carry(late);
                return CliEnd.LoggedOut;
            }

            recorder.Record(mode, line, answer.StartsWith('%') ? LineOutcome.Refused : LineOutcome.Accepted, line.StartsWith("show", StringComparison.Ordinal) ? null : answer.Trim());
            terminal.Write(answer);
            if (end is { } ended)
            {
                return ended;
            }
        }
    }

    private string Answer(string line, out CliEnd? end)
    {
        end = null;
        if (line.Length > Terminal.LongestLine)
        {
            return Error($"the line is longer than {Terminal.LongestLine} characters");
        }

        if (line.Any(letter => letter is < ' ' and not '\t' or > '~'))
        {
            return Error("the line holds a character that is not printable ASCII");
        }

        switch (line)
        {
            case ['!' or '#', ..]:
                return "";
            case "logout":
                end = CliEnd.LoggedOut;
                return "Bye.\n";
            case "exit" when !_configuring:
                end = CliEnd.LeftToMenu;
                return "";
            case "exit":
                _configuring = _path.Count > 0;
                _path = [.. _path.SkipLast(1)];
                return "";
            case "end" when _configuring:
                (_configuring, _path) = (false, []);
                return "";
            case "config" when !recorder.MayConfigure:
                return Error($"user {recorder.User} may not change the configuration");
            case "config":
                (_configuring, _path) = (true, []);
                return "";
        }

        if (Words.Split(line) is ["show", ..])
        {
            return Show(line);
        }

        return _configuring ? Configure(line) : Error($"unknown word '{line.Split(' ')[0]}' outside configuration");
    }

    private string Configure(string line)
    {
        var edit = _file.Apply(_path, line);
        _path = edit.Path;
        return edit.Error is { } error ? Error(error) : string.Concat(edit.Notes.Select(note => note + "\n"));
    }

    private string Show(string line)
    {
        var config = _file.Read();
        var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        switch (words)
        {
            case ["show", "config"]:
                return RunningConfig.Print(config.Root);
            case ["show", "config", "here"] when !_configuring:
                return Error("'here' has a meaning inside configuration only");
            case ["show", "config", "here"]:
                return config.Follow(_path) is { } nodes
                    ? RunningConfig.Print(nodes[^1], withItself: _path.Count > 0)
                    : Error("the object that was open has been removed by another session");
            case ["show", "config", "include"]:
                return Error("'include' needs a text after it");
            case ["show", "config", "include", ..]:
                var text = line[(line.IndexOf("include", StringComparison.Ordinal) + "include".Length)..].Trim();
                return string.Concat(RunningConfig.Print(config.Root).Split('\n').Where(shown => shown.Contains(text, StringComparison.Ordinal)).Select(shown => shown + "\n"));
            case ["show", "adjacency"]:
                return ShowAdjacencies(config);
            default:
                return Error($"'{words[^1]}' cannot be shown");
        }
    }

    // Invented: no operational show output is published.
    private static string ShowAdjacencies(RunningConfig config)
    {
        var rows = config.Root.Descendants()
            .Where(node => node.Command?.FixedPart == Grammar.Adjacency)
            .Select(node => $"{node.Line[(Grammar.Adjacency.Length + 1)..],-32}{(node.IsActive ? "active" : "inactive")}\n");
        return $"{"Name",-32}State\n{string.Concat(rows)}";
    }

    private static string Error(string complaint) => $"% Error: {complaint}.\n";
}
