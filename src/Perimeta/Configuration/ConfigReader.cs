namespace TrunkBot.Perimeta.Configuration;

/// <summary>
/// Reads a configuration line by line, in one pass: each line costs one look-up of its first word and at most the depth of the open modes.
/// Lines are written to the tree in the order of the text, so that the lines inside one are those up to its end.
/// </summary>
internal sealed class ConfigReader
{
    private readonly string _text;
    private readonly KeywordTable _table;
    private readonly ModePath _modes;
    private readonly List<OpenLine> _open = [new(0, -1)];
    private readonly List<int> _implied = [];
    private readonly ConfigDiagnoser _diagnoser;
    private ConfigLine[] _lines;
    private int _count;
    private OpenLine? _unknown;

    private ConfigReader(string text, KeywordTable table)
    {
        (_text, _table) = (text, table);
        _modes = new ModePath(table);
        _diagnoser = new ConfigDiagnoser(table);

        // Counted first, so that the array is made once and has no room to spare.
        _lines = new ConfigLine[text.AsSpan().Count('\n') + 5];
        Append(LineKind.Root, table.Top, KeywordTable.UnknownWord, false, 0, 0);
    }

    public static ConfigTree Read(string text, KeywordTable table)
    {
        var reader = new ConfigReader(text, table);
        var at = 0;
        for (var number = 1; at < text.Length; number++)
        {
            var newline = text.AsSpan(at).IndexOf('\n');
            var length = newline < 0 ? text.Length - at : newline + 1;
            reader.Read(at, length, number);
            at += length;
        }

        reader.PopTo(0);
        reader._diagnoser.End();
        return new ConfigTree(text, table, reader._lines, reader._count, [.. reader._implied], reader._diagnoser.Found);
    }

    private void Read(int start, int length, int number)
    {
        var raw = _text.AsSpan(start, length);
        var line = ConfigWords.Trim(raw);
        if (line.IsEmpty || line[0] is '!' or '#')
        {
            // Stays with an unknown line before it, whose block may go on after it: so the order of the text is the order of the tree.
            Append(line.IsEmpty ? LineKind.Blank : LineKind.Comment, null, KeywordTable.UnknownWord, false, start, length);
            Widen();
            return;
        }

        var indent = raw.IndexOf(line[0]);
        if (_unknown is { } unknown && indent > unknown.Indent)
        {
            Append(LineKind.Unknown, null, KeywordTable.UnknownWord, false, start, length);
            Widen();
            return;
        }

        _unknown = null;
        _diagnoser.Next(line, number);
        if (line is "exit" or "end" or "config")
        {
            Append(LineKind.Move, null, KeywordTable.UnknownWord, false, start, length);
            PopTo(line is "exit" ? Math.Max(1, _open.Count - 1) : 1);
            return;
        }

        var word = ConfigWords.First(line);
        var rest = line[word.Length..];
        var negated = word is "no" && rest.Length > 1;
        if (negated)
        {
            word = ConfigWords.First(rest);
            rest = ConfigWords.TrimStart(rest)[word.Length..];
        }

        Settle(word, rest, negated, start, length, indent, number);
    }

    private void Settle(ReadOnlySpan<char> letters, ReadOnlySpan<char> rest, bool negated, int start, int length, int indent, int number)
    {
        var word = _table.NumberOf(letters);
        ConfigMode? opens = null;
        var depth = word == KeywordTable.UnknownWord ? 0 : _modes.DepthKnowing(word, _modes.Depth, out opens);
        if (depth == 0 && word != KeywordTable.UnknownWord && IsInFragment && _table.ParentsOf(letters) is { } parents)
        {
            PopTo(1);
            foreach (var parent in parents)
            {
                _implied.Add(_count);
                Open(Append(LineKind.Implied, parent, _table.NumberOf(parent.Name), false, 0, 0), parent, -1);
            }

            depth = _modes.DepthKnowing(word, _modes.Depth, out opens);
        }

        if (depth == 0)
        {
            if (word == KeywordTable.UnknownWord)
            {
                _diagnoser.Unknown(letters, rest, _modes.Open, number);
            }
            else
            {
                _diagnoser.OutOfPlace(letters, _modes.Current, number);
            }

            _unknown = new OpenLine(Append(LineKind.Unknown, null, KeywordTable.UnknownWord, false, start, length), indent);
            return;
        }

        CheckPlace(letters, word, depth, indent, number);
        PopTo(depth);
        var line = Append(LineKind.Known, negated ? null : opens, word, negated, start, length);
        if (opens is not null && !negated)
        {
            Open(line, opens, indent);
        }
    }

    /// <summary>Indentation is a hint only: where it says another mode than the words do, the words win and a person is told.</summary>
    private void CheckPlace(ReadOnlySpan<char> letters, int word, int depth, int indent, int number)
    {
        if (depth < _open.Count && indent > _open[depth].Indent && _open[depth].Indent >= 0)
        {
            _diagnoser.Indented(letters, _modes.Open[depth], _modes.Open[depth - 1], deeper: true, number);
        }
        else if (depth > 1 && indent <= _open[depth - 1].Indent && _modes.DepthKnowing(word, depth - 1, out _) is var outer and > 0)
        {
            _diagnoser.TwoLevels(letters, _modes.Open[depth - 1], _modes.Open[outer - 1], number);
        }
        else if (depth > 1 && indent < _open[depth - 1].Indent)
        {
            _diagnoser.Indented(letters, _modes.Open[depth - 1], _modes.Open[depth - 1], deeper: false, number);
        }
    }

    /// <summary>Only a text that has not shown an outermost parent may leave parents out.</summary>
    private bool IsInFragment => _open.Count == 1 || _lines[_open[1].Index].Kind == LineKind.Implied;

    private int Append(LineKind kind, ConfigMode? opens, int word, bool negated, int start, int length)
    {
        if (_count == _lines.Length)
        {
            // Only implied parents were not counted.
            Array.Resize(ref _lines, checked(_count * 2));
        }

        _lines[_count] = new ConfigLine
        {
            Start = start,
            Length = length,
            End = _count + 1,
            Kind = kind,
            Negated = negated,
            Opens = opens?.Number ?? ConfigLine.OpensNothing,
            Word = (byte)word,
        };
        return _count++;
    }

    /// <summary>The line just appended belongs to the unknown one before it, if there is one.</summary>
    private void Widen()
    {
        if (_unknown is { } unknown)
        {
            _lines[unknown.Index].End = _count;
        }
    }

    private void Open(int line, ConfigMode mode, int indent)
    {
        _open.Add(new OpenLine(line, indent));
        _modes.Push(mode);
    }

    private void PopTo(int depth)
    {
        if (depth == _open.Count)
        {
            return;
        }

        for (var at = depth; at < _open.Count; at++)
        {
            _lines[_open[at].Index].End = _count;
        }

        _modes.PopTo(depth);
        _open.RemoveRange(depth, _open.Count - depth);
    }

    private readonly record struct OpenLine(int Index, int Indent);
}
