namespace TrunkBot.Perimeta.Configuration;

/// <summary>A mode of the command line: the words that it knows, and which of them open a further mode.</summary>
/// <param name="name">Its name in this program and in a dialect's <c>modes</c>: the keyword that opens it.</param>
/// <param name="lines">Keywords of plain lines.</param>
/// <param name="modes">Modes that are opened from here by their own name.</param>
public sealed class ConfigMode(string name, IReadOnlyList<string> lines, IReadOnlyList<ConfigMode> modes)
{
    private readonly Dictionary<string, ConfigMode?> _words = lines
        .Select(line => KeyValuePair.Create(line, (ConfigMode?)null))
        .Concat(modes.Select(mode => KeyValuePair.Create(mode.Name, (ConfigMode?)mode)))
        .ToDictionary(StringComparer.Ordinal);

    public string Name { get; } = name;

    /// <summary>Modes that are opened from here.</summary>
    public IReadOnlyList<ConfigMode> Modes { get; } = modes;

    /// <summary>Every word that is known here.</summary>
    public IReadOnlyCollection<string> Words => _words.Keys;

    /// <summary>Whether a line may begin with <paramref name="word"/> here.</summary>
    /// <param name="opens">The mode that such a line opens; null for a plain line.</param>
    public bool Knows(ReadOnlySpan<char> word, out ConfigMode? opens) =>
        _words.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(word, out opens);
}
