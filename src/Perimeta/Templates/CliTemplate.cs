using System.Globalization;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Templates;

/// <summary>One line of a template.</summary>
/// <param name="Number">In the file, from 1.</param>
/// <param name="Level">How many submodes of the section are around it, by its indentation.</param>
internal sealed record TemplateLine(int Number, int Level, string Text)
{
    public const string Exit = "exit";
}

/// <summary>Lines of a site's own with holes, checked when they were read (<see cref="TemplateReader"/>).</summary>
internal sealed class CliTemplate(IReadOnlyDictionary<string, IReadOnlyList<TemplateLine>> sections)
{
    /// <summary>Holes by which a line is known as one trunk's or one adjacency's own.</summary>
    private static readonly string[] Own = [$"{{{TemplateHoles.Name}}}", $"{{{TemplateHoles.Adjacency}}}"];

    public bool Has(string section) => sections.ContainsKey(section);

    /// <summary>The lines of a section with their holes filled; empty when there is no such section.</summary>
    public IReadOnlyList<string> Fill(string section, IReadOnlyDictionary<string, string> values) => [.. Lines(section).Select(line => Fill(line, values))];

    /// <summary>Those of them that tell the trunk's own work from another's.</summary>
    public IReadOnlyList<string> Telling(string section, IReadOnlyDictionary<string, string> values) =>
        [.. Lines(section).Where(line => Array.Exists(Own, line.Text.Contains)).Select(line => Fill(line, values))];

    /// <summary>Those of them that stand in no submode of the section.</summary>
    public IReadOnlyList<string> Outermost(string section, IReadOnlyDictionary<string, string> values) =>
        [.. Lines(section).Where(line => line is { Level: 0, Text: not TemplateLine.Exit }).Select(line => Fill(line, values))];

    /// <param name="edge">null for a section that is about the whole trunk.</param>
    public static IReadOnlyDictionary<string, string> ValuesOf(TrunkIntent intent, PerimetaSite site, TwilioEdge? edge)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [TemplateHoles.Name] = intent.Name,
            [TemplateHoles.ServiceAddress] = intent.ServiceAddress,
            [TemplateHoles.ServiceNetwork] = intent.ServiceNetwork.ToString(CultureInfo.InvariantCulture),
            [TemplateHoles.Realm] = intent.Realm,
            [TemplateHoles.LocalPort] = intent.LocalPort.ToString(CultureInfo.InvariantCulture),
            [TemplateHoles.PeerPort] = intent.PeerPort.ToString(CultureInfo.InvariantCulture),
            [TemplateHoles.CoreAdjacency] = site.CoreAdjacency,
        };
        if (edge is not null)
        {
            values[TemplateHoles.Adjacency] = intent.AdjacencyName(edge);
            values[TemplateHoles.Edge] = edge.Name;
            values[TemplateHoles.Legacy] = edge.Legacy;
            values[TemplateHoles.Peer] = intent.PeerHost(edge);
        }

        return values;
    }

    private IReadOnlyList<TemplateLine> Lines(string section) => sections.GetValueOrDefault(section) ?? [];

    // In one pass: a value that looks like a hole is not filled again.
    private static string Fill(TemplateLine line, IReadOnlyDictionary<string, string> values) => TemplateReader.Hole().Replace(line.Text, hole => values[hole.Groups[1].Value]);
}
