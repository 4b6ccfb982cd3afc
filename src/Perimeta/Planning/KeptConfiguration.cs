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

    private readonly List<TwilioEdge> _edges;
    private readonly HashSet<string> _odd;
    private readonly HashSet<string> _concerned;
    private readonly StringBuilder _text = new();

    private KeptConfiguration(TrunkGoal goal, string text, ConfigTree tree)
    {
        var running = RunningConfiguration.Read(text);
        var lines = text.Split('\n');
        _edges = [.. EdgeCatalogue.Shipped.Edges, .. goal.AllEdges];
        _odd = [.. tree.Diagnostics.Select(oddity => lines[oddity.Line - 1].Trim())];
        _concerned = [.. goal.AllEdges.Select(goal.Intent.AdjacencyName)];
        _concerned.UnionWith(running.Adjacencies.Where(there => _concerned.Contains(there.Name, StringComparer.OrdinalIgnoreCase)).Select(there => there.Name).ToList());
        _concerned.UnionWith(goal.AllEdges.SelectMany(edge => PlanFingerprint.OthersToward(edge, goal.Intent, running)).Select(there => there.Name));
        Write(tree.Root, 0, whole: false);
    }

    public static string Of(TrunkGoal goal, string text) => new KeptConfiguration(goal, text, ConfigTree.Read(text))._text.ToString();

    private void Write(ConfigNode node, int depth, bool whole)
    {
        foreach (var child in node.Children)
        {
            if (whole ? IsLine(child) : Keeps(node, child))
            {
                Write(child, depth);
                Write(child, depth + 1, whole || (child.Opens?.Name == "adjacency" && _concerned.Contains(new Adjacency(child).Name)));
                continue;
            }

            // A line that is odd stands in whatever mode was open before it; its plan finding must not go with that mode.
            foreach (var odd in child.Descendants().Where(IsOdd))
            {
                Write(odd, depth);
            }
        }
    }

    private void Write(ConfigNode line, int depth) => _text.Append(' ', depth * 2).Append(SecretLines.Mask(line.Text)).Append('\n');

    private bool IsOdd(ConfigNode node) => node.Kind == LineKind.Unknown && _odd.Contains(node.Text);

    private static bool IsLine(ConfigNode node) => node.Kind is LineKind.Known or LineKind.Unknown;

    private bool Keeps(ConfigNode parent, ConfigNode child) => child.Kind switch
    {
        LineKind.Unknown => IsOdd(child),
        LineKind.Known or LineKind.Implied => parent.Opens is { } mode
            && Matter.TryGetValue(mode.Name, out var words)
            && words.Contains(child.Keyword)
            && child.Keyword switch
            {
                "permit-peer" or "ban-peer" => PeerLine.Read(child) is { } peer && _edges.Exists(edge => edge.Addresses.Any(peer.Covers)),
                "adjacency" => child.Arguments.Count > 1 && IsKept(new Adjacency(child)),
                _ => true,
            },
        _ => false,
    };

    private bool IsKept(Adjacency adjacency) =>
        _concerned.Contains(adjacency.Name) || adjacency.Ranges.Any(range => _edges.Exists(edge => Ranges.Overlap(range, edge.Signaling)));
}
