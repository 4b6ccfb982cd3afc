using TrunkBot.Perimeta.Configuration;

namespace TrunkBot.Perimeta.Planning;

/// <summary>
/// Lines of the published adjacency that one which people built did not have when it was taken under management, or had otherwise: a fact of the trunk.
/// What they chose stays, so these lines are not asked for; a value that is changed afterwards is another line, and is.
/// </summary>
internal static class AdoptedLines
{
    /// <summary>Beginning of every fact on how an adjacency was left.</summary>
    public const string Prefix = "perimeta.adjacency.";

    public static string Key(string adjacency) => $"{Prefix}{adjacency}.left";

    /// <param name="left">The intended lines that are not there.</param>
    public static Dictionary<string, string> Fact(string adjacency, IEnumerable<DifferentLine> left) =>
        new() { [Key(adjacency)] = string.Join('\n', left.Select(line => PathOf(line.Place, line.Intended!))) };

    /// <summary>The lines of an adjacency without those that were not there when it was adopted.</summary>
    public static IReadOnlyList<string> Without(string adjacency, IReadOnlyList<string> lines, IReadOnlyDictionary<string, string> facts)
    {
        if (!facts.TryGetValue(Key(adjacency), out var fact) || fact.Length == 0)
        {
            return lines;
        }

        var left = fact.Split('\n').ToHashSet(StringComparer.Ordinal);
        return [.. Kept(CommandBlocks.Intended(adjacency, lines), "")];

        IEnumerable<string> Kept(ConfigNode block, string place) => block.Children
            .Select(line => (Line: line, Path: PathOf(place, line.Meaning)))
            .Where(entry => !left.Contains(entry.Path))
            .SelectMany(entry => Kept(entry.Line, entry.Path).Prepend(entry.Line.Text));
    }

    private static string PathOf(string place, string line) => place.Length == 0 ? line : $"{place} / {line}";
}
