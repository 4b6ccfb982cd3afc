using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Perimeta.Inventory;

/// <summary>The pattern after which the adjacencies of one trunk are named.</summary>
internal static class AdjacencyNames
{
    private const string Name = "{name}";

    /// <summary>The pattern that gives each adjacency the name that it has; null when there is none.</summary>
    /// <param name="trunk">Name of the trunk, where it is known: a pattern with it is the first choice.</param>
    public static string? Pattern(IReadOnlyList<(string Name, TwilioEdge Edge)> adjacencies, string? trunk)
    {
        var parameter = TrunkParameters.Find("adjacency")!;
        return adjacencies.Select(adjacency => Patterns(adjacency.Name, adjacency.Edge, trunk))
            .Aggregate(static (common, next) => [.. common.Intersect(next)])
            .Where(pattern => parameter.Check(pattern) is null)
            .OrderByDescending(pattern => pattern.Contains(Name, StringComparison.Ordinal))
            .ThenByDescending(pattern => pattern, StringComparer.Ordinal) // {legacy}, the usual one, before {edge}.
            .FirstOrDefault();
    }

    /// <summary>Every pattern that gives this name for this edge: each place at which the edge is named, and each at which the trunk is.</summary>
    private static List<string> Patterns(string name, TwilioEdge edge, string? trunk) =>
    [
        .. Holes(name, edge.Legacy, "{legacy}").Concat(Holes(name, edge.Name, "{edge}")).SelectMany(split => string.IsNullOrEmpty(trunk)
            ? [split.Before + split.Hole + split.After]
            : Holes(split.Before, trunk, Name).Select(inner => inner.Before + inner.Hole + inner.After + split.Hole + split.After)
                .Concat(Holes(split.After, trunk, Name).Select(inner => split.Before + split.Hole + inner.Before + inner.Hole + inner.After))
                .Append(split.Before + split.Hole + split.After)),
    ];

    private static IEnumerable<(string Before, string Hole, string After)> Holes(string text, string word, string hole)
    {
        for (var at = text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.Ordinal))
        {
            yield return (text[..at], hole, text[(at + word.Length)..]);
        }
    }
}
