using System.Security.Cryptography;
using System.Text;
using TrunkBot.Changes.Plans;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Planning;

/// <summary>
/// A hash over the parts of a configuration that a plan depends on, by meaning: other people's work elsewhere, comments, order,
/// and lines that the program does not know (such as counters) leave it as it is.
/// </summary>
internal static class PlanFingerprint
{
    /// <param name="settings">What the site sets in adjacencies; null: nothing.</param>
    public static string Of(TrunkGoal goal, RunningConfiguration running, AdjacencySettings? settings = null) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(
            '\n', Parts(goal, running).Concat(goal.Removes || settings is null ? [] : new References(settings, running).Facts())))));

    /// <summary>Adjacencies that lead to an edge, by range or by peer, whatever their name.</summary>
    public static IEnumerable<Adjacency> OthersToward(TwilioEdge edge, TrunkIntent intent, RunningConfiguration running) =>
        running.Adjacencies.Where(adjacency =>
            string.Equals(adjacency.Peer, intent.PeerHost(edge), StringComparison.OrdinalIgnoreCase)
            || adjacency.Ranges.Any(range => Ranges.Overlap(range, edge.Signaling)));

    private static IEnumerable<string> Parts(TrunkGoal goal, RunningConfiguration running)
    {
        var intent = goal.Intent;
        var addresses = EdgeCatalogue.Current.Edges.Concat(goal.AllEdges).SelectMany(edge => edge.Addresses).Distinct().ToList();
        foreach (var address in addresses)
        {
            yield return $"{address} permitted {running.IsPermitted(intent.ServiceNetwork, address)}";
            yield return $"{address} banned {running.Bans.Any(ban => ban.ServiceNetwork == intent.ServiceNetwork && ban.Covers(address))}";
            yield return $"{address} reached {running.IsAccepted(address)}";
        }

        var labels = running.ServiceAddresses.Where(address => address.Label == intent.ServiceAddress).DefaultIfEmpty(new ServiceAddress("", null, null));
        foreach (var label in labels.Select(label => $"service address {label.Label} {label.ServiceNetwork} {label.Local}").Order(StringComparer.Ordinal))
        {
            yield return label;
        }

        yield return $"realm {running.Realms.Contains(intent.Realm)}";
        foreach (var network in running.NetworksOf(intent.Realm).Order())
        {
            yield return $"realm on {network}";
        }

        var names = goal.AllEdges.Select(intent.AdjacencyName).ToHashSet(StringComparer.Ordinal);
        var concerned = running.Adjacencies
            .Where(adjacency => names.Contains(adjacency.Name))
            .Concat(goal.AllEdges.SelectMany(edge => OthersToward(edge, intent, running)))
            .Distinct();
        foreach (var block in concerned.Select(adjacency => Meaning(adjacency.Node)).Order(StringComparer.Ordinal))
        {
            yield return block;
        }
    }

    private static string Meaning(ConfigNode node) =>
        $"{node.Meaning}{{{string.Join(';', node.Children.Where(child => child.Kind == LineKind.Known).Select(Meaning).Distinct().Order(StringComparer.Ordinal))}}}";
}
