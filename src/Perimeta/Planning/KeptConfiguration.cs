using System.Text;
using TrunkBot.Changes.Plans;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Planning;

/// <summary>
/// The part of a running configuration that a plan and its fingerprint depend on, in one form: it is stored with the change, and what
/// concerns other people's customers has no place there. What looks like a secret is struck out.
/// </summary>
internal sealed class KeptConfiguration
{
    /// <summary>The words that matter in each mode; an adjacency that the trunk is concerned with is kept whole.</summary>
    private static readonly Dictionary<string, string[]> Matter = new(StringComparer.Ordinal)
    {
        ["config"] = ["system", "sbc"],
        ["system"] = ["service-interface", "ip-access-control"],
        ["service-interface"] = ["service-network", "ipv4"],
        ["ipv4"] = ["local-ip-address"],
        ["local-ip-address"] = ["service-address"],
        ["ip-access-control"] = ["trusted-sources", "blacklisting"],
        ["trusted-sources"] = ["permit-peer"],
        ["blacklisting"] = ["ban-peer"],
        ["sbc"] = ["signaling", "media", "diagnostics"],
        ["signaling"] = ["adjacency"],
        ["adjacency"] = ["remote-address-range", "account", "interop"],
        ["interop"] = ["message-manipulation"],
        ["message-manipulation"] = ["edit-profiles"],
        ["diagnostics"] = ["alarm-thresholds"],
        ["media"] = ["media-address"],
        ["media-address"] = ["realm"],
    };

    /// <summary>Words of which a line is kept only when it is known to matter, and one that opens a mode when a line inside it is.</summary>
    private static readonly HashSet<string> Chosen = ["permit-peer", "ban-peer", "adjacency", "account", "interop", "message-manipulation", "edit-profiles", "diagnostics", "alarm-thresholds"];

    /// <summary>Numbers of the lines with such words that are kept.</summary>
    private readonly HashSet<int> _kept;

    /// <summary>Numbers of the lines that the program does not know and that are kept.</summary>
    private readonly HashSet<int> _unknown;
    private readonly HashSet<string> _concerned;
    private readonly StringBuilder _text = new();

    private KeptConfiguration(TrunkGoal goal, RunningConfiguration running, AdjacencySettings settings)
    {
        var tree = running.Tree;
        var references = new References(settings, running);
        _unknown = [.. tree.Diagnostics.Select(oddity => oddity.Line), .. references.UnknownLines];
        _concerned = [.. goal.AllEdges.Select(goal.Intent.AdjacencyName)];
        _concerned.UnionWith(running.Adjacencies.Where(there => _concerned.Contains(there.Name, StringComparer.OrdinalIgnoreCase)).Select(there => there.Name).ToList());
        _concerned.UnionWith(goal.AllEdges.SelectMany(edge => PlanFingerprint.OthersToward(edge, goal.Intent, running)).Select(there => there.Name));

        var edges = new AddressRanges(EdgeCatalogue.Current.Edges.Concat(goal.AllEdges).Select(edge => (edge.Signaling.BaseAddress, Ranges.Last(edge.Signaling))));
        _kept =
        [
            .. running.Permits.Concat(running.Bans).Where(peer => edges.Overlaps(peer.First, peer.Last)).Select(peer => peer.Line),
            .. running.Adjacencies
                .Where(there => _concerned.Contains(there.Name) || there.Ranges.Any(range => edges.Overlaps(range.BaseAddress, Ranges.Last(range))))
                .Select(there => there.Node.LineNumber),
            .. references.Adjacencies,
            .. references.Lines,
        ];
        Write(tree.Root, 0, whole: false);
    }

    /// <param name="settings">What the site sets in adjacencies; null: nothing.</param>
    public static string Of(TrunkGoal goal, string text, AdjacencySettings? settings = null) =>
        new KeptConfiguration(goal, RunningConfiguration.Read(text), goal.Removes || settings is null ? new() : settings)._text.ToString();

    private void Write(ConfigNode node, int depth, bool whole)
    {
        foreach (var child in node.Children)
        {
            if (whole ? IsLine(child) : Keeps(node, child))
            {
                Write(child, depth);
                Write(child, depth + 1, whole || (child.Opens?.Name == "adjacency" && _concerned.Contains(Adjacency.NameOf(child))));
                continue;
            }

            // A line that is odd stands in whatever mode was open before it; its plan finding must not go with that mode. Nor must a definition.
            foreach (var unknown in _unknown.Count == 0 ? [] : child.Descendants().Where(KeepsUnknown))
            {
                Write(unknown, depth);
            }
        }
    }

    private void Write(ConfigNode line, int depth) => _text.Append(' ', depth * 2).Append(SecretLines.Mask(line.Text)).Append('\n');

    private bool KeepsUnknown(ConfigNode node) => node.Kind == LineKind.Unknown && _unknown.Contains(node.LineNumber);

    private static bool IsLine(ConfigNode node) => node.Kind is LineKind.Known or LineKind.Unknown;

    private bool Keeps(ConfigNode parent, ConfigNode child) => child.Kind switch
    {
        LineKind.Unknown => KeepsUnknown(child),
        LineKind.Known or LineKind.Implied => parent.Opens is { } mode
            && Matter.TryGetValue(mode.Name, out var words)
            && words.Contains(child.Keyword)
            && (!Chosen.Contains(child.Keyword) || (!child.Negated && IsChosen(child))),
        _ => false,
    };

    private bool IsChosen(ConfigNode line) => line.Opens is { Name: not ("adjacency" or "ban-peer") }
        ? line.Descendants().Any(inner => _kept.Contains(inner.LineNumber) || KeepsUnknown(inner))
        : _kept.Contains(line.LineNumber);
}
