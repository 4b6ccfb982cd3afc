namespace TrunkBot.Perimeta.Configuration;

/// <summary>Reads a configuration line by line, in one pass: each line costs at most the depth of the open modes.</summary>
internal sealed class ConfigReader
{
    private readonly string _text;
    private readonly KeywordTable _table;
    private readonly ModePath _modes;
    private readonly List<OpenNode> _nodes;
    private readonly ConfigDiagnoser _diagnoser = new();
    private OpenNode? _unknown;

    private ConfigReader(string text, KeywordTable table)
    {
        (_text, _table) = (text, table);
        _modes = new ModePath(table);
        _nodes = [new OpenNode(new ConfigNode(LineKind.Root, table.Top, text, 0, 0), -1)];
    }

    public static ConfigTree Read(string text, KeywordTable table)
    {
        var reader = new ConfigReader(text, table);
        var at = 0;
        for (var number = 1; at < text.Length; number++)
        {
            var newline = text.AsSpan(at).IndexOf('\n');
            var length = newline < 0 ? text.Length - at : newline + 1;
            reader.Line(at, length, number);
            at += length;
        }

        reader._diagnoser.End();
        return new ConfigTree(reader._nodes[0].Node, reader._diagnoser.Found);
    }

    private void Line(int start, int length, int number)
    {
        var raw = _text.AsSpan(start, length);
        var line = raw.Trim();
        if (line.IsEmpty || line[0] is '!' or '#')
        {
            // Stays with an unknown line before it, whose block may go on after it: so the order of the text is the order of the tree.
            Add(line.IsEmpty ? LineKind.Blank : LineKind.Comment, null, start, length, _unknown?.Node);
            return;
        }

        var indent = raw.IndexOfAnyExcept(' ', '\t');
        if (_unknown is { } unknown && indent > unknown.Indent)
        {
            Add(LineKind.Unknown, null, start, length, unknown.Node);
            return;
        }

        _unknown = null;
        _diagnoser.Next(line, number);
        if (line is "exit" or "end" or "config")
        {
            Add(LineKind.Move, null, start, length);
            PopTo(line is "exit" ? Math.Max(1, _modes.Depth - 1) : 1);
            return;
        }

        var first = ConfigWords.First(line);
        var negated = first is "no" && line.Length > 2;
        Settle(negated ? ConfigWords.First(line[2..]) : first, negated, start, length, indent, number);
    }

    private void Settle(ReadOnlySpan<char> word, bool negated, int start, int length, int indent, int number)
    {
        var depth = _modes.DepthKnowing(word, out var opens);
        if (depth == 0 && IsInFragment && _table.ParentsOf(word) is { } parents)
        {
            PopTo(1);
            foreach (var parent in parents)
            {
                Open(Imply(parent), parent, -1);
            }

            depth = _modes.DepthKnowing(word, out opens);
        }

        if (depth == 0)
        {
            _diagnoser.Unknown(word, _modes.Open, number);
            _unknown = new OpenNode(Add(LineKind.Unknown, null, start, length), indent);
            return;
        }

        PopTo(depth);
        var node = Add(LineKind.Known, negated ? null : opens, start, length);
        if (opens is not null && !negated)
        {
            Open(node, opens, indent);
        }
    }

    /// <summary>Only a text that has not shown an outermost parent may leave parents out.</summary>
    private bool IsInFragment => _nodes.Count == 1 || _nodes[1].Node.Kind == LineKind.Implied;

    private ConfigNode Imply(ConfigMode mode)
    {
        var node = new ConfigNode(LineKind.Implied, mode, mode.Name, 0, mode.Name.Length);
        _nodes[^1].Node.Add(node);
        return node;
    }

    private ConfigNode Add(LineKind kind, ConfigMode? opens, int start, int length, ConfigNode? parent = null)
    {
        var node = new ConfigNode(kind, opens, _text, start, length);
        (parent ?? _nodes[^1].Node).Add(node);
        return node;
    }

    private void Open(ConfigNode node, ConfigMode mode, int indent)
    {
        _nodes.Add(new OpenNode(node, indent));
        _modes.Push(mode);
    }

    private void PopTo(int depth)
    {
        _modes.PopTo(depth);
        _nodes.RemoveRange(depth, _nodes.Count - depth);
    }

    private readonly record struct OpenNode(ConfigNode Node, int Indent);
}
