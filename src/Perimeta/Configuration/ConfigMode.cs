namespace TrunkBot.Perimeta.Configuration;

/// <summary>A mode of the command line: the words that it knows, and which of them open a further mode.</summary>
/// <param name="name">Its name in this program and in a dialect's <c>modes</c>: the keyword that opens it.</param>
/// <param name="lines">Keywords of plain lines.</param>
/// <param name="modes">Modes that are opened from here by their own name.</param>
public sealed class ConfigMode(string name, IReadOnlyList<string> lines, IReadOnlyList<ConfigMode> modes)
{
    private const byte Unknown = 0;
    private const byte Plain = 1;
    private const byte FirstMode = 2;

    // By the number that the table gave a word: a look-up without a hash, since each line of a text asks every open mode.
    private byte[] _byWord = [];

    public string Name { get; } = name;

    /// <summary>Modes that are opened from here.</summary>
    public IReadOnlyList<ConfigMode> Modes { get; } = modes;

    /// <summary>Every word that is known here.</summary>
    public IReadOnlyList<string> Words { get; } = [.. lines, .. modes.Select(mode => mode.Name)];

    /// <summary>Keywords of plain lines that may stand here several times, each with another value.</summary>
    public IReadOnlyList<string> Repeatable { get; init; } = [];

    /// <summary>Position in <see cref="KeywordTable.Modes"/>.</summary>
    internal byte Number { get; private set; }

    /// <summary>Whether a line may begin with a word here.</summary>
    /// <param name="word">Its number in the table.</param>
    /// <param name="opens">The mode that such a line opens; null for a plain line.</param>
    internal bool Knows(int word, out ConfigMode? opens)
    {
        var entry = _byWord[word];
        opens = entry >= FirstMode ? Modes[entry - FirstMode] : null;
        return entry != Unknown;
    }

    internal void Enter(byte number, Dictionary<string, byte> words)
    {
        Number = number;
        _byWord = new byte[words.Count + 1];
        for (var at = 0; at < Words.Count; at++)
        {
            _byWord[words[Words[at]]] = at < Words.Count - Modes.Count ? Plain : (byte)(FirstMode + at - (Words.Count - Modes.Count));
        }
    }
}
