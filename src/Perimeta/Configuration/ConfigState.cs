namespace TrunkBot.Perimeta.Configuration;

/// <summary>
/// What lines come to when a command line takes them one after another: a keyword that stands once has its last value, <c>no X</c> takes X away,
/// a submode that is opened twice is one. One section is one mode with its own name, such as one adjacency.
/// </summary>
internal sealed class ConfigSection(ConfigMode mode, string opener, ConfigSection? outer = null)
{
    private readonly Dictionary<string, ConfigSetting> _settings = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ConfigSection> _sections = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _unknown = new(StringComparer.Ordinal);
    private int _next;
    private int _indent;

    public ConfigMode Mode { get; } = mode;

    /// <summary>The line that opens it, in one way of writing.</summary>
    public string Opener { get; } = opener;

    /// <summary>Place among the lines of the section around it.</summary>
    public int Order { get; private init; }

    public IReadOnlyDictionary<string, ConfigSetting> Settings => _settings;

    public IReadOnlyDictionary<string, ConfigSection> Sections => _sections;

    /// <summary>Lines that no mode knows, each with what belongs to it.</summary>
    public IReadOnlyCollection<string> Unknown => _unknown.Keys;

    /// <summary>Whether it or a section in it holds a line that is not understood.</summary>
    public bool HoldsUnknown => _unknown.Count > 0 || _sections.Values.Any(section => section.HoldsUnknown);

    public bool IsActive => _settings.TryGetValue("activate", out var activate) && activate.IsSet;

    /// <summary>Takes the lines inside a node after those taken before.</summary>
    /// <param name="repeatable">Further keywords of an adjacency that may stand several times.</param>
    /// <param name="twice">Called with a line that takes the place of an earlier one with another value.</param>
    public void Take(ConfigNode node, IReadOnlyCollection<string> repeatable, Action<ConfigSection, ConfigNode>? twice = null)
    {
        _indent = node.Kind == LineKind.Known ? node.Indent : 0;
        foreach (var child in node.Children)
        {
            if (child.Kind == LineKind.Unknown)
            {
                At(child.Indent).TakeUnknown(child);
            }
            else if (child.Kind is LineKind.Known or LineKind.Implied)
            {
                TakeLine(child, repeatable, twice);
            }
        }
    }

    /// <summary>
    /// The section that an unknown line is about. It stands with the mode that was open; where it is indented no deeper than the line that opened
    /// this mode, it is about a mode further out, and does not keep this one from being removed.
    /// </summary>
    private ConfigSection At(int indent) => outer is not null && _indent > 0 && indent <= _indent ? outer.At(indent) : this;

    private void TakeUnknown(ConfigNode line) =>
        _unknown.TryAdd(string.Join('\n', line.Descendants().Where(inner => inner.Kind == LineKind.Unknown).Select(inner => inner.Text).Prepend(line.Text)), _next++);

    private void TakeLine(ConfigNode line, IReadOnlyCollection<string> repeatable, Action<ConfigSection, ConfigNode>? twice)
    {
        var keyword = line.Keyword;
        var affirmed = line.Meaning[(line.Negated ? "no ".Length : 0)..];
        if (line.Opens is { } opens)
        {
            if (!_sections.TryGetValue(affirmed, out var section))
            {
                _sections.Add(affirmed, section = new ConfigSection(opens, affirmed, this) { Order = _next++ });
            }

            section.Take(line, repeatable, twice);
        }
        else if (line.Negated && Mode.Modes.Any(mode => mode.Name == keyword))
        {
            _sections.Remove(affirmed);
        }
        else if (Mode.Repeatable.Contains(keyword) || (Mode.Name == "adjacency" && repeatable.Contains(keyword)))
        {
            if (line.Negated)
            {
                _settings.Remove(affirmed);
            }
            else
            {
                _settings.TryAdd(affirmed, new ConfigSetting(keyword, affirmed, $"no {affirmed}", true, _next++));
            }
        }
        else
        {
            // Which profiles are applied is one setting for each direction, and the published way to say "none" is an empty list.
            var profiles = keyword == "edit-profiles" && line.Arguments is [var direction, ..] ? $"edit-profiles {direction}" : null;
            var set = !line.Negated && !(profiles is not null && line.Arguments is [_, ""]);
            var slot = profiles ?? keyword;
            if (set && _settings.TryGetValue(slot, out var earlier) && earlier.IsSet && earlier.Line != affirmed)
            {
                twice?.Invoke(this, line);
            }

            _settings[slot] = new ConfigSetting(keyword, affirmed, profiles is null ? $"no {keyword}" : $"{profiles} \"\"", set, _next++);
        }
    }
}

/// <summary>A keyword with its value in a section.</summary>
/// <param name="Line">The line that sets it, in one way of writing.</param>
/// <param name="Unset">The line that takes it away.</param>
/// <param name="IsSet">False where it was taken away in so many words, which is the same as not being there.</param>
/// <param name="Order">Place among the lines of its section.</param>
internal sealed record ConfigSetting(string Keyword, string Line, string Unset, bool IsSet, int Order);
