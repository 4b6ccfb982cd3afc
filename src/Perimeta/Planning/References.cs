using TrunkBot.Perimeta.Configuration;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Planning;

/// <summary>
/// Names that the site's settings put into an adjacency and that the device must know already: the account and the header profiles. Where either is defined
/// is not published, so that a name counts as known when an adjacency uses it, or when a line outside of all adjacencies that the program does not know has it among its words.
/// </summary>
internal sealed class References
{
    private readonly HashSet<string> _wanted;
    private readonly IReadOnlyList<int> _thresholds;
    private readonly Dictionary<string, (int Line, int Adjacency)> _accounts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int Line, int Adjacency)> _profiles = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _definitions = new(StringComparer.Ordinal);

    public References(AdjacencySettings settings, RunningConfiguration running)
    {
        Account = settings.Account;
        Profiles = [.. (settings.EditProfilesInbound ?? []).Concat(settings.EditProfilesOutbound ?? []).Distinct(StringComparer.Ordinal)];
        NeedsThresholds = settings.Limits?.Rates().Any() == true;
        _wanted = [.. Profiles, .. new[] { Account }.OfType<string>()];
        _thresholds = [.. NeedsThresholds ? ThresholdsOf(running).Select(line => line.LineNumber) : []];
        if (_wanted.Count == 0)
        {
            return;
        }

        foreach (var adjacency in running.Adjacencies)
        {
            foreach (var line in adjacency.Node.Of("account"))
            {
                Note(_accounts, line, adjacency, line.Value is { } name ? [name] : []);
            }

            foreach (var line in adjacency.Node.Of("interop").SelectMany(interop => interop.Of("message-manipulation")).SelectMany(manipulation => manipulation.Of("edit-profiles")))
            {
                Note(_profiles, line, adjacency, line.Arguments is [_, var list] ? list.Split(',', StringSplitOptions.RemoveEmptyEntries) : []);
            }
        }

        foreach (var line in Outside(running.Tree.Root))
        {
            foreach (var name in line.Arguments.Where(_wanted.Contains))
            {
                _definitions.TryAdd(name, line.LineNumber);
            }
        }
    }

    public string? Account { get; }

    /// <summary>In the order in which they are named, each once.</summary>
    public IReadOnlyList<string> Profiles { get; }

    /// <summary>Whether the site sets a rate limit, so that somebody must be told when it rejects (lint P11).</summary>
    public bool NeedsThresholds { get; }

    /// <summary>Whether there is any line under <c>sbc / diagnostics / alarm-thresholds</c>; what it may say is not published.</summary>
    public bool HasThresholds => _thresholds.Count > 0;

    public IEnumerable<string> KnownAccounts => _accounts.Keys;

    public IEnumerable<string> KnownProfiles => _profiles.Keys;

    /// <summary>
    /// Numbers of the lines that this rests on: of each name the first that has it. Of names that nobody asks for only where one that is asked for is
    /// missing, so that it can be said which there are.
    /// </summary>
    public IEnumerable<int> Lines => Used.Select(use => use.Line);

    /// <summary>Numbers of the lines that open the adjacencies around them.</summary>
    public IEnumerable<int> Adjacencies => Used.Select(use => use.Adjacency);

    /// <summary>Numbers of lines that the program does not know and that this rests on.</summary>
    public IEnumerable<int> UnknownLines => [.. _definitions.Values, .. NeedsThresholds ? _thresholds.Take(1) : []];

    private IEnumerable<(int Line, int Adjacency)> Used => [.. Kept(_accounts, new[] { Account }.OfType<string>()), .. Kept(_profiles, Profiles)];

    public bool IsKnown(string name) => _accounts.ContainsKey(name) || _profiles.ContainsKey(name) || _definitions.ContainsKey(name);

    /// <summary>What a plan depends on, in words of its own.</summary>
    public IEnumerable<string> Facts() =>
    [
        .. _wanted.Order(StringComparer.Ordinal).Select(name => $"reference {name} {IsKnown(name)}"),
        .. NeedsThresholds ? [$"thresholds {HasThresholds}"] : Array.Empty<string>(),
    ];

    public static IEnumerable<ConfigNode> ThresholdsOf(RunningConfiguration running) => running.Tree.Root.Of("sbc")
        .SelectMany(sbc => sbc.Of("diagnostics")).SelectMany(diagnostics => diagnostics.Of("alarm-thresholds"))
        .SelectMany(thresholds => thresholds.Children).Where(line => line.Kind is LineKind.Unknown or LineKind.Known && !line.Negated);

    private IEnumerable<(int Line, int Adjacency)> Kept(Dictionary<string, (int Line, int Adjacency)> used, IEnumerable<string> asked)
    {
        var names = asked.ToList();
        return names.TrueForAll(IsKnown) ? names.Where(used.ContainsKey).Select(name => used[name]) : used.Values;
    }

    private static void Note(Dictionary<string, (int Line, int Adjacency)> found, ConfigNode line, Adjacency adjacency, IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            found.TryAdd(name, (line.LineNumber, adjacency.Node.LineNumber));
        }
    }

    private static IEnumerable<ConfigNode> Outside(ConfigNode node)
    {
        foreach (var child in node.Children)
        {
            if (child is { Kind: LineKind.Unknown, Negated: false })
            {
                yield return child;
            }

            foreach (var inner in child.Opens?.Name == "adjacency" ? [] : Outside(child))
            {
                yield return inner;
            }
        }
    }
}
