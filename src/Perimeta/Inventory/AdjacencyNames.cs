using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Perimeta.Inventory;

/// <summary>The pattern after which the adjacencies of one trunk are named.</summary>
internal static class AdjacencyNames
{
    private const string Name = "{name}";

    /// <summary>The pattern that gives each adjacency the name that it has; null when there is none. The name of a single one need not name its edge.</summary>
    /// <param name="trunk">Name of the trunk, where it is known: a pattern with it is the first choice.</param>
    public static string? Pattern(IReadOnlyList<(string Name, TwilioEdge Edge)> adjacencies, string? trunk)
    {
        var parameter = TrunkParameters.Find("adjacency")!;
        var alone = adjacencies is [var only] ? Trunks(only.Name, trunk).ToList() : [];
        return adjacencies.Select(adjacency => Patterns(adjacency.Name, adjacency.Edge, trunk))
            .Aggregate(static (common, next) => [.. common.Intersect(next)])
            .Concat(alone)
            .Where(pattern => parameter.Check(pattern) is null)
            .OrderByDescending(NamesEdge)
            .ThenByDescending(pattern => pattern.Contains(Name, StringComparison.Ordinal))
            .ThenByDescending(pattern => pattern, StringComparer.Ordinal) // {legacy}, the usual one, before {edge}.
            .FirstOrDefault();
    }

    /// <summary>Whether a pattern gives each edge a name of its own.</summary>
    public static bool NamesEdge(string pattern) => pattern.Contains("{legacy}", StringComparison.Ordinal) || pattern.Contains("{edge}", StringComparison.Ordinal);

    /// <summary>Every pattern that gives this name for this edge: each place at which the edge is named, and each at which the trunk is.</summary>
    private static List<string> Patterns(string name, TwilioEdge edge, string? trunk) =>
    [
        .. Holes(name, edge.Legacy, "{legacy}").Concat(Holes(name, edge.Name, "{edge}")).SelectMany(split =>
            Trunks(split.Before, trunk).Select(before => before + split.Hole + split.After)
                .Concat(Trunks(split.After, trunk).Select(after => split.Before + split.Hole + after))),
    ];

    /// <summary>The text, and for each place at which the trunk is named, the text with the hole there.</summary>
    private static IEnumerable<string> Trunks(string text, string? trunk) =>
        (string.IsNullOrEmpty(trunk) ? [] : Holes(text, trunk, Name)).Select(split => split.Before + split.Hole + split.After).Append(text);

    private static IEnumerable<(string Before, string Hole, string After)> Holes(string text, string word, string hole)
    {
        for (var at = text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.Ordinal))
        {
            yield return (text[..at], hole, text[(at + word.Length)..]);
        }
    }
}
