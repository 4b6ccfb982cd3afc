using System.Globalization;
using System.Net;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Trunks.Edges;

namespace TrunkBot.Perimeta.Steps;

/// <summary>Whose a whitelist line is: each one that a trunk's change added is a fact of the trunk.</summary>
internal static class PermitFacts
{
    private const string Prefix = "perimeta.permit.";
    private const string Added = "added";
    private const string Missing = "missing";

    public static Dictionary<string, string> Own(int serviceNetwork, IEnumerable<string> addresses) => Say(serviceNetwork, addresses, Added);

    /// <summary>An empty fact takes an earlier one back.</summary>
    public static Dictionary<string, string> Disown(int serviceNetwork, IEnumerable<string> addresses) => Say(serviceNetwork, addresses, "");

    /// <summary>Lines of edges that the trunk does not use and that were not there when it was adopted; once a change adds one, it is the trunk's own instead.</summary>
    public static Dictionary<string, string> Lack(int serviceNetwork, IEnumerable<string> addresses) => Say(serviceNetwork, addresses, Missing);

    public static bool Lacked(IReadOnlyDictionary<string, string> facts, int serviceNetwork, IPAddress address) =>
        facts.GetValueOrDefault(Key(serviceNetwork, address.ToString())) == Missing;

    public static IEnumerable<(int ServiceNetwork, IPAddress Address)> Of(IReadOnlyDictionary<string, string> facts)
    {
        foreach (var (key, value) in facts)
        {
            if (value == Added
                && key.StartsWith(Prefix, StringComparison.Ordinal)
                && key[Prefix.Length..].Split('.', 2) is [var network, var address]
                && int.TryParse(network, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && IPAddress.TryParse(address, out var parsed))
            {
                yield return (number, parsed);
            }
        }
    }

    private static Dictionary<string, string> Say(int serviceNetwork, IEnumerable<string> addresses, string value) =>
        addresses.ToDictionary(address => Key(serviceNetwork, address), _ => value, StringComparer.Ordinal);

    private static string Key(int serviceNetwork, string address) => $"{Prefix}{serviceNetwork}.{address}";
}

/// <summary>Whether a whitelist line is needed.</summary>
internal static class PermitUse
{
    /// <param name="besides">Adjacencies that do not count.</param>
    /// <param name="allEdges">Whether every adjacency that leads to Twilio needs the addresses of all edges: the site wants them on the whitelist, whoever added them.</param>
    public static bool IsNeeded(RunningConfiguration running, int serviceNetwork, IPAddress address, IReadOnlyCollection<string> besides, bool allEdges = false) =>
        running.Adjacencies.Any(adjacency => (adjacency.Accepts(address) || (allEdges && LeadsToTwilio(adjacency))) && !besides.Contains(adjacency.Name) && MayUseNetwork(running, adjacency, serviceNetwork));

    /// <summary>Only a line of just this address, never a range that somebody else wrote.</summary>
    public static bool HasPermit(this RunningConfiguration running, int serviceNetwork, IPAddress address) =>
        running.Permits.Any(permit => permit.ServiceNetwork == serviceNetwork && permit.First.Equals(permit.Last) && permit.First.Equals(address));

    private static bool LeadsToTwilio(Adjacency adjacency) =>
        adjacency.Ranges.Any(range => EdgeCatalogue.Current.Edges.Any(edge => Ranges.Overlap(range, edge.Signaling)));

    private static bool MayUseNetwork(RunningConfiguration running, Adjacency adjacency, int serviceNetwork) =>
        running.ServiceAddresses.FirstOrDefault(address => address.Label == adjacency.ServiceAddress)?.ServiceNetwork is not { } network
        || network == serviceNetwork;
}
