using TrunkBot.Trunks.Findings;

namespace TrunkBot.Perimeta.Configuration;

/// <summary>Something odd in a configuration text that a person should look at.</summary>
/// <param name="Line">Number of the line, from 1.</param>
/// <param name="Code">Stable code, such as <c>sbc-config-misspelled</c>.</param>
/// <param name="Severity">How much it weighs in the text by itself: an error when a device would not take the line as it was meant.</param>
public sealed record ConfigDiagnostic(int Line, string Code, string Sentence, FindingSeverity Severity);

/// <summary>
/// A configuration text as a tree; the lines of its nodes one after another are the text, character for character. Besides the text it takes
/// 16 bytes a line: the lines stand in one array in the order of the text, and each says where the lines inside it end.
/// </summary>
public sealed class ConfigTree
{
    private readonly ConfigLine[] _lines;
    private readonly int[] _implied;

    internal ConfigTree(string text, KeywordTable table, ConfigLine[] lines, int count, int[] implied, IReadOnlyList<ConfigDiagnostic> diagnostics)
    {
        Source = text;
        Table = table;
        _lines = lines;
        _implied = implied;
        Count = count;
        Diagnostics = diagnostics;
    }

    public ConfigNode Root => new(this, 0);

    /// <summary>What is odd in the text, in the order of its lines.</summary>
    public IReadOnlyList<ConfigDiagnostic> Diagnostics { get; }

    /// <summary>Lines of the text.</summary>
    public int LineCount => Count - 1 - _implied.Length;

    /// <summary>Nodes with the root and the implied parents.</summary>
    internal int Count { get; }

    internal string Source { get; }

    internal KeywordTable Table { get; }

    /// <summary>Reads a configuration or a fragment of one. Never fails: what is not understood is kept as it is.</summary>
    public static ConfigTree Read(string text) => ConfigReader.Read(text, KeywordTable.Published);

    /// <summary>Writes the tree: every line as it was read, with its own line end.</summary>
    public void Write(TextWriter writer)
    {
        for (var at = 1; at < Count; at++)
        {
            if (_lines[at].Kind != LineKind.Implied)
            {
                writer.Write(Source.AsSpan(_lines[at].Start, _lines[at].Length));
            }
        }
    }

    internal ref readonly ConfigLine At(int index) => ref _lines[index];

    /// <summary>Number of the line in the text, from 1; for an implied parent that of the line that implied it.</summary>
    internal int NumberOf(int index)
    {
        var at = Array.BinarySearch(_implied, index);
        return index - (at < 0 ? ~at : at);
    }
}

/// <summary>One line in the array of a tree.</summary>
internal struct ConfigLine
{
    public const byte OpensNothing = byte.MaxValue;

    public int Start;
    public int Length;

    /// <summary>Index after the last line inside this one.</summary>
    public int End;

    public LineKind Kind;
    public bool Negated;

    /// <summary>Number of the mode that the line opens.</summary>
    public byte Opens;

    /// <summary>Number of the keyword in the table.</summary>
    public byte Word;
}
