using System.Collections;

namespace TrunkBot.Perimeta.Configuration;

/// <summary>What a line of a configuration is.</summary>
public enum LineKind : byte
{
    /// <summary>The node around everything; it is no line.</summary>
    Root,

    /// <summary>A line whose first word a mode knows.</summary>
    Known,

    /// <summary>A line that no open mode knows, or that belongs to one: kept verbatim, never changed, never removed.</summary>
    Unknown,

    /// <summary><c>!</c> or <c>#</c>: shown to people, never sent.</summary>
    Comment,

    Blank,

    /// <summary><c>exit</c>, <c>end</c> or <c>config</c>.</summary>
    Move,

    /// <summary>A parent that a fragment left out. It stands in the tree and not in the text.</summary>
    Implied,
}

/// <summary>One line of a configuration with the lines inside it: a place in a tree. Nothing of the text is copied until it is asked for.</summary>
public readonly struct ConfigNode : IEquatable<ConfigNode>
{
    private readonly ConfigTree _tree;
    private readonly int _index;

    internal ConfigNode(ConfigTree tree, int index) => (_tree, _index) = (tree, index);

    public LineKind Kind => Line.Kind;

    /// <summary>The mode that the line opens; null for a plain line.</summary>
    public ConfigMode? Opens => Line.Opens == ConfigLine.OpensNothing ? null : _tree.Table.Modes[Line.Opens];

    /// <summary>Number of the line in the text, from 1.</summary>
    public int LineNumber => _tree.NumberOf(_index);

    /// <summary>Lines inside this one, in the order read.</summary>
    public ConfigLines Children => new(_tree, _index, deep: false);

    /// <summary>The line exactly as it was read, with its line end.</summary>
    public ReadOnlySpan<char> Raw => Line.Kind == LineKind.Implied ? Opens!.Name : _tree.Source.AsSpan(Line.Start, Line.Length);

    /// <summary>The line without the blanks around it.</summary>
    public string Text => ConfigWords.Trim(Raw).ToString();

    /// <summary>True for <c>no X</c>.</summary>
    public bool Negated => Line.Negated || (Line.Kind == LineKind.Unknown && IsNegation(ConfigWords.Trim(Raw)));

    /// <summary>The first word after a <c>no</c>.</summary>
    public string Keyword => Line.Word == KeywordTable.UnknownWord ? ConfigWords.First(Affirmed).ToString() : _tree.Table.WordOf(Line.Word);

    /// <summary>The words after the keyword, without quotes.</summary>
    public IReadOnlyList<string> Arguments => Words is [_, .. var arguments] ? arguments : [];

    internal string[] Words => ConfigWords.Split(Affirmed);

    /// <summary>The argument of a keyword that takes a name, which may have blanks in it with or without quotes; null when there is none.</summary>
    public string? Value
    {
        get
        {
            var rest = AfterKeyword;
            if (!ConfigWords.Next(ref rest, out var first))
            {
                return null;
            }

            return ConfigWords.TrimStart(rest).IsEmpty ? first.ToString() : string.Join(' ', Arguments);
        }
    }

    /// <summary>
    /// What the line means, the same for every way of writing it: quotes and blanks do not matter. Two lines mean the same when these are equal.
    /// </summary>
    public string Meaning
    {
        get
        {
            // A name of an adjacency may have blanks without quotes (partner guide), so there the quotes mean nothing.
            var words = Words;
            var meant = words is ["adjacency", var protocol, .. var name]
                ? $"adjacency {protocol} {string.Join(' ', name)}"
                : string.Join(' ', words.Select(ConfigWords.Quote));
            return Negated ? "no " + meant : meant;
        }
    }

    /// <summary>Blanks before the line.</summary>
    internal int Indent => Raw.Length - ConfigWords.TrimStart(Raw).Length;

    /// <summary>What follows the keyword, as it stands there.</summary>
    internal ReadOnlySpan<char> AfterKeyword
    {
        get
        {
            var line = Affirmed;
            ConfigWords.Next(ref line, out _);
            return line;
        }
    }

    private ReadOnlySpan<char> Affirmed => ConfigWords.Trim(Raw) is var text && IsNegation(text) ? ConfigWords.TrimStart(text[2..]) : text;

    private ref readonly ConfigLine Line => ref _tree.At(_index);

    /// <summary>The lines inside with this keyword that are not negated.</summary>
    public IEnumerable<ConfigNode> Of(string keyword)
    {
        var word = _tree.Table.NumberOf(keyword);
        return word == KeywordTable.UnknownWord ? [] : OfWord(_tree, _index, word);
    }

    /// <summary>The value of a keyword that stands here once; the last one when it stands here more often; null when it does not.</summary>
    public string? ValueOf(string keyword) => Last(keyword, affirmed: true)?.Value;

    /// <summary>Whether the last of <c>activate</c> and <c>no activate</c> inside is <c>activate</c>.</summary>
    public bool IsActive => Last("activate", affirmed: false) is { Negated: false };

    /// <summary>Every line below, in the order read.</summary>
    public ConfigLines Descendants() => new(_tree, _index, deep: true);

    public bool Equals(ConfigNode other) => ReferenceEquals(_tree, other._tree) && _index == other._index;

    public override bool Equals(object? obj) => obj is ConfigNode other && Equals(other);

    public override int GetHashCode() => _index;

    public static bool operator ==(ConfigNode left, ConfigNode right) => left.Equals(right);

    public static bool operator !=(ConfigNode left, ConfigNode right) => !left.Equals(right);

    private static IEnumerable<ConfigNode> OfWord(ConfigTree tree, int parent, int word)
    {
        for (var at = parent + 1; at < tree.At(parent).End; at = tree.At(at).End)
        {
            if (tree.At(at) is { Kind: LineKind.Known or LineKind.Implied, Negated: false } line && line.Word == word)
            {
                yield return new ConfigNode(tree, at);
            }
        }
    }

    private ConfigNode? Last(string keyword, bool affirmed)
    {
        var (word, found, end) = (_tree.Table.NumberOf(keyword), -1, Line.End);
        for (var at = _index + 1; at < end; at = _tree.At(at).End)
        {
            ref readonly var line = ref _tree.At(at);
            if (line.Word == word && line.Kind is LineKind.Known or LineKind.Implied && !(affirmed && line.Negated))
            {
                found = at;
            }
        }

        return found < 0 ? null : new ConfigNode(_tree, found);
    }

    private static bool IsNegation(ReadOnlySpan<char> text) =>
        text.Length > 3 && text.StartsWith("no", StringComparison.Ordinal) && ConfigWords.IsBlank(text[2]);
}

/// <summary>Lines inside a line, in the order read: those directly inside it, or all below it.</summary>
public readonly struct ConfigLines : IEnumerable<ConfigNode>
{
    private readonly ConfigTree _tree;
    private readonly int _parent;
    private readonly bool _deep;

    internal ConfigLines(ConfigTree tree, int parent, bool deep) => (_tree, _parent, _deep) = (tree, parent, deep);

    public bool IsEmpty => _tree.At(_parent).End == _parent + 1;

    public Enumerator GetEnumerator() => new(_tree, _parent, _deep);

    IEnumerator<ConfigNode> IEnumerable<ConfigNode>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public struct Enumerator : IEnumerator<ConfigNode>
    {
        private readonly ConfigTree _tree;
        private readonly int _parent;
        private readonly bool _deep;
        private int _at;

        internal Enumerator(ConfigTree tree, int parent, bool deep) => (_tree, _parent, _deep, _at) = (tree, parent, deep, parent);

        public readonly ConfigNode Current => new(_tree, _at);

        readonly object IEnumerator.Current => Current;

        public bool MoveNext()
        {
            _at = _deep || _at == _parent ? _at + 1 : _tree.At(_at).End;
            return _at < _tree.At(_parent).End;
        }

        public void Reset() => _at = _parent;

        public readonly void Dispose()
        {
        }
    }
}
