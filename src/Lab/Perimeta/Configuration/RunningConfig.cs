namespace TrunkBot.Lab.Perimeta.Configuration;

/// <summary>The whole configuration as a tree, and the one place where a line changes it.</summary>
internal sealed class RunningConfig
{
    private const int Indent = 2;

    public ConfigNode Root { get; } = new(null, "config");

    /// <summary>Reads the form that <see cref="Print"/> writes. Lines that the grammar does not know are kept as they are.</summary>
    public static RunningConfig Parse(string text)
    {
        var config = new RunningConfig();
        List<(ConfigNode Node, Mode Mode)> open = [(config.Root, Grammar.Top)];
        List<string> comments = [];
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.Trim();
            if (line.Length == 0)
            {
                continue;
            }

            if (line[0] is '#' or '!')
            {
                comments.Add(line);
                continue;
            }

            var depth = (raw.Length - raw.TrimStart().Length) / Indent;
            open.RemoveRange(Math.Min(depth + 1, open.Count), Math.Max(0, open.Count - depth - 1));
            var (parent, mode) = open[^1];
            var negated = line.StartsWith("no ", StringComparison.Ordinal);
            var words = Words.Split(negated ? line[3..] : line) ?? [];
            var found = words.Count == 0 ? null : Find(mode, words);
            var node = found is { Reading.Line: { } canonical }
                ? new ConfigNode(found.Command, canonical, negated) { Comments = comments }
                : new ConfigNode(null, line) { Comments = comments };
            comments = [];
            parent.Put(node, mode);
            open.Add((node, node.Command?.Opens ?? new Mode("", [])));
        }

        return config;
    }

    /// <summary>Writes the configuration below a node, two blanks a level, comments before their line.</summary>
    public static string Print(ConfigNode from, bool withItself = false)
    {
        var lines = new List<string>();
        if (withItself)
        {
            Add(from, 0);
        }
        else
        {
            foreach (var child in from.Children)
            {
                Add(child, 0);
            }
        }

        return string.Concat(lines.Select(line => line + "\n"));

        void Add(ConfigNode node, int depth)
        {
            var blanks = new string(' ', depth * Indent);
            lines.AddRange(node.Comments.Select(comment => blanks + comment));
            lines.Add(blanks + node.Shown);
            foreach (var child in node.Children)
            {
                Add(child, depth + 1);
            }
        }
    }

    /// <summary>Follows the lines of open modes from the top; null when somebody removed one of them meanwhile.</summary>
    public IReadOnlyList<ConfigNode>? Follow(IReadOnlyList<string> path)
    {
        List<ConfigNode> nodes = [Root];
        foreach (var line in path)
        {
            if (nodes[^1].Child(line) is not { } next)
            {
                return null;
            }

            nodes.Add(next);
        }

        return nodes;
    }

    /// <summary>The command of a mode that a line is, or, when none takes it, the complaint of the one that came furthest.</summary>
    public static Match? Find(Mode mode, IReadOnlyList<string> words) => mode.Commands
        .Where(command => command.Keyword == words[0])
        .Select(command => new Match(command, command.Read(words)))
        .MaxBy(match => match.Reading.Understood);
}

/// <summary>A command of the grammar with what came of reading a line against it.</summary>
internal sealed record Match(Command Command, Reading Reading);
