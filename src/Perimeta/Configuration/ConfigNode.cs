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

/// <summary>One line of a configuration with the lines inside it. Refers to the text that was read; nothing of it is copied.</summary>
public sealed class ConfigNode
{
    private readonly string _source;
    private readonly int _start;
    private readonly int _length;
    private List<ConfigNode>? _children;

    internal ConfigNode(LineKind kind, ConfigMode? opens, string source, int start, int length)
    {
        Kind = kind;
        Opens = opens;
        _source = source;
        _start = start;
        _length = length;
    }

    public LineKind Kind { get; }

    /// <summary>The mode that the line opens; null for a plain line.</summary>
    public ConfigMode? Opens { get; }

    /// <summary>Lines inside this one, in the order read.</summary>
    public IReadOnlyList<ConfigNode> Children => _children ?? [];

    /// <summary>The line exactly as it was read, with its line end.</summary>
    public ReadOnlySpan<char> Raw => _source.AsSpan(_start, _length);

    /// <summary>The line without the blanks around it.</summary>
    public string Text => Raw.Trim().ToString();

    /// <summary>True for <c>no X</c>.</summary>
    public bool Negated => IsNegation(Raw.Trim());

    /// <summary>The first word after a <c>no</c>.</summary>
    public string Keyword => ConfigWords.First(Affirmed).ToString();

    /// <summary>The words after the keyword, without quotes.</summary>
    public IReadOnlyList<string> Arguments => Words[1..];

    internal string[] Words => ConfigWords.Split(Affirmed);

    /// <summary>The argument of a keyword that takes a name, which may have blanks in it with or without quotes; null when there is none.</summary>
    public string? Value => Arguments is { Count: > 0 } arguments ? string.Join(' ', arguments) : null;

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

    private ReadOnlySpan<char> Affirmed => Raw.Trim() is var text && IsNegation(text) ? text[2..].TrimStart() : text;

    /// <summary>The lines inside with this keyword that are not negated.</summary>
    public IEnumerable<ConfigNode> Of(string keyword) =>
        Children.Where(child => child.Kind is LineKind.Known or LineKind.Implied && !child.Negated && child.Keyword == keyword);

    /// <summary>The value of a keyword that stands here once; the last one when it stands here more often; null when it does not.</summary>
    public string? ValueOf(string keyword) => Of(keyword).LastOrDefault()?.Value;

    /// <summary>Whether the last of <c>activate</c> and <c>no activate</c> inside is <c>activate</c>.</summary>
    public bool IsActive => Children.LastOrDefault(child => child is { Kind: LineKind.Known, Keyword: "activate" }) is { Negated: false };

    /// <summary>Every line below, in the order read.</summary>
    public IEnumerable<ConfigNode> Descendants()
    {
        foreach (var child in Children)
        {
            yield return child;
            foreach (var inner in child.Descendants())
            {
                yield return inner;
            }
        }
    }

    internal void Add(ConfigNode child) => (_children ??= []).Add(child);

    private static bool IsNegation(ReadOnlySpan<char> text) =>
        text.Length > 3 && text.StartsWith("no", StringComparison.Ordinal) && char.IsWhiteSpace(text[2]);
}
