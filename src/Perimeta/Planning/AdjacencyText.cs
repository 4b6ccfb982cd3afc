using TrunkBot.Perimeta.Configuration;

namespace TrunkBot.Perimeta.Planning;

/// <summary>The lines of an adjacency that is there, as they can be sent to build it again.</summary>
internal static class AdjacencyText
{
    public const string Inactive = "no activate";

    /// <summary>In the order read, with what the program does not know; without comments and without <c>activate</c>.</summary>
    public static IReadOnlyList<string> LinesOf(ConfigNode adjacency) =>
        [.. adjacency.Descendants().Where(line => line.Kind is LineKind.Known or LineKind.Unknown && line.Keyword != "activate").Select(line => line.Text)];
}
