using System.Text;
using TrunkBot.Changes.Plans;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Trunks.Edges;

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
        ["sbc"] = ["signaling", "media"],
        ["signaling"] = ["adjacency"],
        ["adjacency"] = ["remote-address-range"],
        ["media"] = ["media-address"],
        ["media-address"] = ["realm"],
    };

    /// <summary>Numbers of the permit-peer, ban-peer and adjacency lines that are kept.</summary>
    private readonly HashSet<int> _kept;
    private readonly HashSet<int> _odd;
    private readonly HashSet<string> _concerned;
    private readonly StringBuilder _text = new();

    private KeptConfiguration(TrunkGoal goal, RunningConfiguration running)
    {
        var tree = running.Tree;
        _odd = [.. tree.Diagnostics.Select(oddity => oddity.Line)];
        _concerned = [.. goal.AllEdges.Select(goal.Intent.AdjacencyName)];
        _concerned.UnionWith(running.Adjacencies.Where(there => _concerned.Contains(there.Name, StringComparer.OrdinalIgnoreCase)).Select(there => there.Name).ToList());
        _concerned.UnionWith(goal.AllEdges.SelectMany(edge => PlanFingerprint.OthersToward(edge, goal.Intent, running)).Select(there => there.Name));

        var edges = new AddressRanges(EdgeCatalogue.Shipped.Edges.Concat(goal.AllEdges).Select(edge => (edge.Signaling.BaseAddress, Ranges.Last(edge.Signaling))));
        _kept =
        [
            .. running.Permits.Concat(running.Bans).Where(peer => edges.Overlaps(peer.First, peer.Last)).Select(peer => peer.Line),
            .. running.Adjacencies
                .Where(there => _concerned.Contains(there.Name) || there.Ranges.Any(range => edges.Overlaps(range.BaseAddress, Ranges.Last(range))))
                .Select(there => there.Node.LineNumber),
        ];
        Write(tree.Root, 0, whole: false);
    }

    public static string Of(TrunkGoal goal, string text) => new KeptConfiguration(goal, RunningConfiguration.Read(text))._text.ToString();

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

            // A line that is odd stands in whatever mode was open before it; its plan finding must not go with that mode.
            foreach (var odd in _odd.Count == 0 ? [] : child.Descendants().Where(IsOdd))
            {
                Write(odd, depth);
            }
        }
    }

    private void Write(ConfigNode line, int depth) => _text.Append(' ', depth * 2).Append(SecretLines.Mask(line.Text)).Append('\n');

    private bool IsOdd(ConfigNode node) => node.Kind == LineKind.Unknown && _odd.Contains(node.LineNumber);

    private static bool IsLine(ConfigNode node) => node.Kind is LineKind.Known or LineKind.Unknown;

    private bool Keeps(ConfigNode parent, ConfigNode child) => child.Kind switch
    {
        LineKind.Unknown => IsOdd(child),
        LineKind.Known or LineKind.Implied => parent.Opens is { } mode
            && Matter.TryGetValue(mode.Name, out var words)
            && words.Contains(child.Keyword)
            && (child.Keyword is not ("permit-peer" or "ban-peer" or "adjacency") || (!child.Negated && _kept.Contains(child.LineNumber))),
        _ => false,
    };
}
