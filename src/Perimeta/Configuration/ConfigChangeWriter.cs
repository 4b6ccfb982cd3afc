using System.Text.RegularExpressions;

namespace TrunkBot.Perimeta.Configuration;

/// <summary>
/// Writes the lines from one state to another, a block for each object: first what is added or changed (whitelist, addresses, adjacencies, bans),
/// then what is removed in the reverse order, so that nothing is taken away before what takes its place is there.
/// </summary>
internal sealed partial class ConfigChangeWriter(ConfigChangeOptions options, bool fragment)
{
    /// <summary>Modes of which each is an object of its own, in the order in which they are made.</summary>
    private static readonly string[] Objects = ["trusted-sources", "service-interface", "media-address", "adjacency", "ban-peer"];

    /// <summary>Keywords whose value is one name, which is never written with a blank in it.</summary>
    private static readonly HashSet<string> Names = ["adjacency", "account", "realm", "service-address", "default-interop-profile", "service-interface", "port-group-name"];

    private readonly List<ConfigBlock> _blocks = [];
    private readonly List<LeftToPerson> _left = [];

    private readonly List<IReadOnlyList<string>> _inner = [];

    public IReadOnlyList<ConfigBlock> Blocks => _blocks;

    /// <summary>The lines of each block without the words that enter and leave configuration, which are the device's.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Inner => _inner;

    public IReadOnlyList<LeftToPerson> Left => _left;

    public void Write(ConfigSection from, ConfigSection to)
    {
        var (there, wanted) = (ObjectsOf(from), ObjectsOf(to));
        foreach (var (path, target) in wanted.OrderBy(entry => entry.Value.Rank))
        {
            Reach(there.GetValueOrDefault(path), target, path);
        }

        foreach (var (path, gone) in there.Where(entry => !fragment && !wanted.ContainsKey(entry.Key)).OrderByDescending(entry => entry.Value.Rank))
        {
            Remove(gone, path);
        }
    }

    private static Dictionary<string, Target> ObjectsOf(ConfigSection top)
    {
        var found = new Dictionary<string, Target>(StringComparer.Ordinal);
        Collect(top, []);
        return found;

        void Collect(ConfigSection section, IReadOnlyList<string> path)
        {
            var rank = Array.IndexOf(Objects, section.Mode.Name);
            if (rank >= 0 || section.Settings.Count > 0 || section.Unknown.Count > 0)
            {
                found.Add(string.Join(" / ", path), new Target(section, path, rank < 0 ? Objects.Length : rank));
            }

            foreach (var inner in section.Sections.Values.Where(_ => rank < 0).OrderBy(inner => inner.Order))
            {
                Collect(inner, [.. path, inner.Opener]);
            }
        }
    }

    private void Reach(Target? there, Target wanted, string path)
    {
        var isAdjacency = wanted.Section.Mode.Name == "adjacency";
        if ((there is null && wanted.IsObject ? Refusal(wanted.Section.Opener, isNew: true) : null) is { } reason)
        {
            _left.Add(new(path, wanted.Section.Opener, reason));
            return;
        }

        // What is inside was looked at, and nothing of it may be sent when the line that leads there can't be.
        var lines = new List<string>();
        var unsent = _left.Count;
        Lines(there?.Section, wanted.Section, path, isAdjacency, lines);
        var (wasActive, active) = (there?.Section.IsActive ?? false, wanted.Section.IsActive);
        if ((lines.Count > 0 || there is null || (isAdjacency && wasActive != active)) && Closed(wanted) is { } closed)
        {
            _left.RemoveRange(unsent, _left.Count - unsent);
            _left.Add(new(path, wanted.Section.Opener, closed));
            return;
        }

        if (!isAdjacency)
        {
            if (lines.Count > 0 || (there is null && wanted.Section.Mode.Name != "trusted-sources" && wanted.IsObject))
            {
                Add(path, there is null && wanted.Section.Mode.Name != "trusted-sources" ? "build" : "change", [.. wanted.Path, .. lines]);
            }

            return;
        }

        var deactivate = there is not null && wasActive && (!active || (lines.Count > 0 && options.DeactivateBeforeEdit));
        if (deactivate)
        {
            Add(path, "deactivate", [.. wanted.Path, "no activate"]);
        }

        if (there is null)
        {
            Add(path, "build", [.. wanted.Path, .. lines, "no activate"]);
        }
        else if (lines.Count > 0)
        {
            Add(path, "change", [.. wanted.Path, .. lines]);
        }

        if (active && (deactivate || !wasActive))
        {
            Add(path, "activate", [.. wanted.Path, "activate"]);
        }
    }

    private void Remove(Target gone, string path)
    {
        if (!gone.IsObject || gone.Section.Mode.Name == "trusted-sources")
        {
            var lines = new List<string>();
            Lines(gone.Section, new ConfigSection(gone.Section.Mode, gone.Section.Opener), path, false, lines);
            if (lines.Count > 0 && Closed(gone) is { } closed)
            {
                _left.Add(new(path, gone.Section.Opener, closed));
            }
            else if (lines.Count > 0)
            {
                Add(path, "change", [.. gone.Path, .. lines]);
            }

            return;
        }

        var opener = gone.Section.Opener;
        if ((gone.Section.HoldsUnknown ? "it holds lines that are not understood, which are never removed" : Closed(gone)) is { } reason)
        {
            _left.Add(new(path, $"no {opener}", reason));
            return;
        }

        if (gone.Section.Mode.Name == "adjacency" && gone.Section.IsActive)
        {
            Add(path, "deactivate", [.. gone.Path, "no activate"]);
        }

        Add(path, "remove", [.. gone.Path.SkipLast(1), $"no {opener}"]);
    }

    /// <summary>The lines inside a section: what goes, then what comes. A word that a submode would take as well comes before any submode is opened.</summary>
    private void Lines(ConfigSection? from, ConfigSection to, string path, bool isAdjacency, List<string> lines)
    {
        foreach (var unknown in to.Unknown.Where(unknown => from?.Unknown.Contains(unknown) != true))
        {
            _left.Add(new(path, Session.CliLine.Printable(unknown.Split('\n')[0]), "it is not understood, so it is not sent"));
        }

        foreach (var unknown in from?.Unknown.Where(unknown => !to.Unknown.Contains(unknown)) ?? [])
        {
            _left.Add(new(path, Session.CliLine.Printable(unknown.Split('\n')[0]), "it is not understood, so it is not removed"));
        }

        foreach (var (slot, setting) in from?.Settings.Where(setting => setting.Value.IsSet).OrderBy(setting => setting.Value.Order) ?? Enumerable.Empty<KeyValuePair<string, ConfigSetting>>())
        {
            if (!(to.Settings.TryGetValue(slot, out var wanted) && wanted.IsSet) && !(isAdjacency && slot == "activate"))
            {
                Send(setting.Unset, path, lines);
            }
        }

        foreach (var (opener, gone) in from?.Sections.Where(section => IsInside(section.Value) && !to.Sections.ContainsKey(section.Key)).OrderBy(section => section.Value.Order) ?? Enumerable.Empty<KeyValuePair<string, ConfigSection>>())
        {
            if (gone.HoldsUnknown)
            {
                _left.Add(new(path, $"no {opener}", "it holds lines that are not understood, which are never removed"));
            }
            else
            {
                Send($"no {opener}", path, lines);
            }
        }

        var settings = to.Settings
            .Where(setting => setting.Value.IsSet && !(isAdjacency && setting.Key == "activate"))
            .Where(setting => !(from is not null && from.Settings.TryGetValue(setting.Key, out var there) && there.IsSet && there.Line == setting.Value.Line))
            .Select(setting => (setting.Value.Order, Late: setting.Key == "activate", Early: Below(to.Mode).Any(mode => mode.Words.Contains(setting.Value.Keyword)), setting.Value.Line, Section: (ConfigSection?)null));
        var sections = to.Sections.Values.Where(IsInside).Select(section => (section.Order, Late: false, Early: false, Line: section.Opener, Section: (ConfigSection?)section));
        foreach (var (_, _, _, line, section) in settings.Concat(sections).OrderBy(entry => entry.Late).ThenByDescending(entry => entry.Early).ThenBy(entry => entry.Order))
        {
            if (section is null)
            {
                Send(line, path, lines);
                continue;
            }

            var there = from?.Sections.GetValueOrDefault(line);
            if (Refusal(line, isNew: false) is { } reason)
            {
                _left.Add(new(path, line, reason));
                continue;
            }

            var inner = new List<string>();
            Lines(there, section, $"{path} / {line}", false, inner);
            if (there is null || inner.Count > 0)
            {
                lines.Add(line);
                lines.AddRange(inner);
            }
        }
    }

    // What is an object of its own, or leads to some, has blocks of its own.
    private static bool IsInside(ConfigSection section) => !Objects.Contains(section.Mode.Name) && !Below(section.Mode).Any(mode => Objects.Contains(mode.Name));

    private static IEnumerable<ConfigMode> Below(ConfigMode mode) => mode.Modes.SelectMany(inner => Below(inner).Prepend(inner));

    private void Send(string line, string path, List<string> lines)
    {
        if (Refusal(line, isNew: !line.StartsWith("no ", StringComparison.Ordinal)) is { } reason)
        {
            _left.Add(new(path, Session.CliLine.Printable(line), reason));
        }
        else
        {
            lines.Add(line);
        }
    }

    /// <summary>Why a place can't be gone to; null when it can.</summary>
    private static string? Closed(Target target) => target.Path.Select(line => Refusal(line, isNew: false)).FirstOrDefault(reason => reason is not null);

    /// <summary>Why a line is not written; null when it may be.</summary>
    private static string? Refusal(string line, bool isNew)
    {
        var words = ConfigWords.Split(line.StartsWith("no ", StringComparison.Ordinal) ? line.AsSpan(3) : line);
        return !Session.CliLine.IsSafe(line) ? "it holds a letter that is not printable ASCII, or is too long"
            : words.Any(word => word.AsSpan().ContainsAny(" \t\"?") || word is ['!' or '#', ..]) ? "it holds a blank, a quote, ?, ! or #, which are read and never written"
            : words.Length > 0 && Names.Contains(words[0]) && words.Length > (words[0] == "adjacency" ? 3 : 2) ? "its name has a blank, which is read and never written"
            : isNew && words.Length > 0 && words[0] is "adjacency" or "realm" or "service-address" && !SafeName().IsMatch(words[^1]) ? "its name is not one that is written: a letter, then at most 29 letters, digits, hyphens and underscores"
            : null;
    }

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_-]{0,29}\z", RegexOptions.CultureInvariant)]
    private static partial Regex SafeName();

    private void Add(string path, string purpose, IReadOnlyList<string> lines)
    {
        _inner.Add(lines);
        _blocks.Add(new(path, purpose, [.. new[] { options.Enter }.Where(word => word.Length > 0), .. lines, options.Leave, .. new[] { options.Save }.OfType<string>()]));
    }

    /// <param name="Path">The lines that lead there from the top, its own the last.</param>
    private sealed record Target(ConfigSection Section, IReadOnlyList<string> Path, int Rank)
    {
        /// <summary>Whether it can be removed as a whole.</summary>
        public bool IsObject => Rank < Objects.Length;
    }
}
