using System.Text.RegularExpressions;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Session;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Templates;

/// <summary>Reads a template and checks all that can be known before a trunk's values are in it, so that a wrong file stops the start and not a change.</summary>
internal sealed partial class TemplateReader
{
    /// <summary>Words of an adjacency that no public source tells how to choose, so that a template may have them; the others are the bot's, or settings of the site.</summary>
    private static readonly string[] Free = ["mandated-transport", "preferred-transport", "listen-transports", "interop"];

    private readonly string _file;
    private readonly TemplateKind _kind;
    private readonly Dictionary<string, IReadOnlyList<TemplateLine>> _sections = new(StringComparer.Ordinal);

    private TemplateReader(string file, TemplateKind kind) => (_file, _kind) = (file, kind);

    [GeneratedRegex(@"\{([A-Za-z]+)\}", RegexOptions.CultureInvariant)]
    internal static partial Regex Hole();

    /// <param name="file">Name for messages.</param>
    /// <exception cref="SiteProfileException">The text can't be used; the message names file, line and reason.</exception>
    public static CliTemplate Read(string file, string text, TemplateKind kind)
    {
        var reader = new TemplateReader(file, kind);
        reader.Read(text);
        reader.CheckSections();
        return new CliTemplate(reader._sections);
    }

    private void Read(string text)
    {
        TemplateSection? section = null;
        var lines = new List<(int Number, string Text)>();
        var (number, begun) = (0, 0);
        foreach (var raw in text.TrimStart('\uFEFF').Split('\n'))
        {
            number++;
            var line = raw.TrimEnd('\r', ' ');
            var words = line.TrimStart(' ');
            if (words.Length == 0 || words[0] is '#' or '!')
            {
                continue;
            }

            if (words[0] == '[')
            {
                Take(section, begun, lines);
                section = _kind.Sections.FirstOrDefault(known => $"[{known.Name}]" == words)
                    ?? throw Wrong(number, $"there is no section {CliLine.Printable(words)} here; there are {string.Join(", ", _kind.Sections.Select(known => $"[{known.Name}]"))}");
                (begun, lines) = (number, []);
                continue;
            }

            lines.Add((number, section is null ? throw Wrong(number, $"a section must be begun first: {string.Join(", ", _kind.Sections.Select(known => $"[{known.Name}]"))}") : line));
        }

        Take(section, begun, lines);
    }

    private void Take(TemplateSection? section, int begun, List<(int Number, string Text)> lines)
    {
        if (section is null)
        {
            return;
        }

        if (lines.Count == 0)
        {
            throw Wrong(begun, $"the section [{section.Name}] has no line");
        }

        if (_sections.ContainsKey(section.Name))
        {
            throw Wrong(begun, $"the section [{section.Name}] stands twice");
        }

        lines.ForEach(line => CheckLine(section, line.Number, line.Text.TrimStart(' ')));
        _sections[section.Name] = Nest(section, lines);
        if (section.Needs.FirstOrDefault(hole => !lines.Exists(line => line.Text.Contains($"{{{hole}}}", StringComparison.Ordinal))) is { } lacking)
        {
            throw Wrong(begun, $"no line of [{section.Name}] has {{{lacking}}}: its lines could not be told from another trunk's");
        }

        if (section.IsInAdjacency)
        {
            CheckInside(_sections[section.Name]);
        }
    }

    private void CheckSections()
    {
        foreach (var section in _kind.Sections.Where(section => section.IsRequired && !_sections.ContainsKey(section.Name)))
        {
            throw Wrong(1, $"there is no section [{section.Name}]");
        }

        foreach (var section in _kind.Sections.Where(section => section.Undo is { } undo && _sections.ContainsKey(section.Name) != _sections.ContainsKey(undo)))
        {
            throw Wrong(1, _sections.ContainsKey(section.Name)
                ? $"the section [{section.Name}] has no [{section.Undo}] that takes it back"
                : $"the section [{section.Undo}] takes back what no [{section.Name}] does");
        }
    }

    private void CheckLine(TemplateSection section, int number, string line)
    {
        if (!CliLine.IsSafe(line) || line.Contains('?', StringComparison.Ordinal))
        {
            throw Wrong(number, $"\"{CliLine.Printable(line)}\" holds ?, a control character or a letter that is not ASCII, or is longer than {CliLine.Longest} characters");
        }

        foreach (var hole in Hole().Matches(line).Select(hole => hole.Groups[1].Value).Where(hole => !section.Holes.Contains(hole)))
        {
            throw Wrong(number, $"there is no hole {{{CliLine.Printable(hole)}}} in [{section.Name}]; there are {string.Join(", ", section.Holes.Select(known => $"{{{known}}}"))}");
        }

        if (Hole().Replace(line, "").AsSpan().ContainsAny('{', '}'))
        {
            throw Wrong(number, "a brace stands alone: a hole is {word}");
        }

        var plain = Hole().Replace(line, "A");
        if (line != TemplateLine.Exit && ConfigTree.Read(plain).Root.Descendants().Last() is { Kind: LineKind.Known or LineKind.Unknown } node && node.Meaning != plain)
        {
            throw Wrong(number, $"one blank between words, and quotes only around what has blanks or is empty: {CliLine.Printable(node.Meaning)}");
        }

        if (line is "config" or "end" or "activate" or "no activate" || line.StartsWith("configure ", StringComparison.Ordinal))
        {
            throw Wrong(number, $"\"{line}\" is the bot's own: it enters and leaves configuration, and activates");
        }

        if (SecretLines.Mask(line) != line)
        {
            throw Wrong(number, "this looks like a secret, which would stand on cards and in the journal: put it on the device by hand, and name it here");
        }
    }

    /// <summary>Works out the submodes by the indentation, and that <c>exit</c> leaves none that was not opened.</summary>
    private List<TemplateLine> Nest(TemplateSection section, List<(int Number, string Text)> lines)
    {
        var found = new List<TemplateLine>();
        var (indents, open) = (new List<int>(), new Stack<TemplateLine>());
        foreach (var (number, text) in lines)
        {
            var indent = text.Length - text.TrimStart(' ').Length;
            indents.RemoveAll(other => other > indent);
            if (found is [.., var before] && indents.Count > 0 && indents[^1] < indent && indents.Count > before.Level)
            {
                open.Push(before.Text == TemplateLine.Exit ? throw Wrong(number, "it is indented deeper than the exit before it") : before);
                indents.Add(indent);
            }
            else if (found.Count == 0)
            {
                indents.Add(indent);
            }
            else if (indents.Count == 0 || indents[^1] != indent)
            {
                throw Wrong(number, "it is indented like no line before it");
            }

            var line = new TemplateLine(number, indents.Count - 1, text.Trim(' '));
            if (line.Text == TemplateLine.Exit)
            {
                if (!open.TryPop(out var opener) || line.Level < opener.Level)
                {
                    throw Wrong(number, "exit leaves more modes than this section opened (indent what is inside a submode)");
                }
            }
            else
            {
                while (open.TryPeek(out var opener) && opener.Level >= line.Level)
                {
                    _ = section.IsInAdjacency ? throw Wrong(number, $"the submode of line {opener.Number} is not left with exit before it: this line may land in it") : open.Pop();
                }

                if (open.Count < line.Level)
                {
                    throw Wrong(number, "it is indented as inside a submode that is left already");
                }
            }

            found.Add(line);
        }

        // Outside of adjacencies the block's last word leaves them all.
        return section.IsInAdjacency && open.TryPeek(out var left) ? throw Wrong(left.Number, "the submode is not left with exit: what the bot writes next may land in it") : found;
    }

    /// <summary>Lines for an adjacency must not lead out of it, and not say what the bot says.</summary>
    private void CheckInside(IReadOnlyList<TemplateLine> lines)
    {
        foreach (var line in lines.Where(line => line.Text != TemplateLine.Exit))
        {
            var tree = ConfigTree.Read($"adjacency sip A\n{line.Text}\n");
            var inside = RunningConfiguration.Of(tree).Adjacencies is [var adjacency] && !adjacency.Node.Children.IsEmpty;
            var node = tree.Root.Descendants().Last();
            if (!inside || node.Opens?.Name == "adjacency")
            {
                throw Wrong(line.Number, $"\"{CliLine.Printable(line.Text)}\" leads out of the adjacency");
            }

            if (node.Kind == LineKind.Known && !Free.Contains(node.Keyword))
            {
                throw Wrong(line.Number, $"{node.Keyword} is written by the bot, or by a setting of the site");
            }
        }
    }

    private SiteProfileException Wrong(int line, string reason) => new(_file, line, reason);
}
