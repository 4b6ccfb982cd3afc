using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Templates;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Planning;

/// <summary>
/// Lines of the published adjacency, and of the site's settings for adjacencies, that one which people built did not have when it was taken under management, or
/// had otherwise: a fact of the trunk. Of the site's template for secure trunks it has all lines, or counts as having none: where its submodes begin and end only the
/// site knows, so it is not taken apart. What they chose stays, so these lines are not asked for; a value that is changed afterwards is another line, and is.
/// </summary>
internal static class AdoptedLines
{
    /// <summary>Beginning of every fact on how an adjacency was left.</summary>
    public const string Prefix = "perimeta.adjacency.";

    /// <summary>Stands for all lines of the template; no line has a brace.</summary>
    private const string Template = "{template}";

    public static IReadOnlyDictionary<string, string> None { get; } = new Dictionary<string, string>();

    public static string Key(string adjacency) => $"{Prefix}{adjacency}.left";

    /// <param name="left">The intended lines that are not there.</param>
    /// <param name="template">Whether the site's template for secure trunks is left as a whole.</param>
    public static Dictionary<string, string> Fact(string adjacency, IEnumerable<DifferentLine> left, bool template = false) =>
        new() { [Key(adjacency)] = string.Join('\n', left.Select(line => PathOf(line.Place, line.Intended!)).Concat(template ? [Template] : [])) };

    /// <summary>The lines that the adjacency of an edge shall have, all told: the published ones, those of the site's settings and of its template, without those that were not there when it was adopted.</summary>
    /// <param name="facts">Of the trunk; <see cref="None"/> of an adjacency that is built.</param>
    public static IReadOnlyList<string> Of(TrunkIntent trunk, TwilioEdge edge, PerimetaSite site, LoadedTemplates templates, IReadOnlyDictionary<string, string> facts)
    {
        var name = trunk.AdjacencyName(edge);
        return Without(name, CommandBlocks.AdjacencyLines(trunk, edge, site.Adjacency, LeavesTemplate(name, facts) ? [] : templates.SecureLines(trunk, site, edge)), facts);
    }

    public static bool LeavesTemplate(string adjacency, IReadOnlyDictionary<string, string> facts) =>
        facts.TryGetValue(Key(adjacency), out var fact) && fact.Split('\n').Contains(Template, StringComparer.Ordinal);

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
            .Select(line => (Line: line, Path: PathOf(ConfigDifference.IsOfNoPlace(line) ? "" : place, line.Meaning)))
            .Where(entry => !left.Contains(entry.Path))
            .SelectMany(entry => Kept(entry.Line, entry.Path).Prepend(entry.Line.Text));
    }

    private static string PathOf(string place, string line) => place.Length == 0 ? line : $"{place} / {line}";
}
