using System.Globalization;
using System.Net;
using TrunkBot.Perimeta.Configuration;

namespace TrunkBot.Perimeta.Steps;

/// <summary>Whose a whitelist line is: each one that a trunk's change added is a fact of the trunk.</summary>
internal static class PermitFacts
{
    private const string Prefix = "perimeta.permit.";
    private const string Added = "added";

    public static Dictionary<string, string> Own(int serviceNetwork, IEnumerable<string> addresses) => Say(serviceNetwork, addresses, Added);

    /// <summary>An empty fact takes an earlier one back.</summary>
    public static Dictionary<string, string> Disown(int serviceNetwork, IEnumerable<string> addresses) => Say(serviceNetwork, addresses, "");

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
        addresses.ToDictionary(address => $"{Prefix}{serviceNetwork}.{address}", _ => value, StringComparer.Ordinal);
}

/// <summary>Whether a whitelist line is needed.</summary>
internal static class PermitUse
{
    /// <param name="besides">Adjacencies that do not count.</param>
    public static bool IsNeeded(RunningConfiguration running, int serviceNetwork, IPAddress address, IReadOnlyCollection<string> besides) =>
        running.Adjacencies.Any(adjacency => adjacency.Accepts(address) && !besides.Contains(adjacency.Name) && MayUseNetwork(running, adjacency, serviceNetwork));

    /// <summary>Only a line of just this address, never a range that somebody else wrote.</summary>
    public static bool HasPermit(this RunningConfiguration running, int serviceNetwork, IPAddress address) =>
        running.Permits.Any(permit => permit.ServiceNetwork == serviceNetwork && permit.First.Equals(permit.Last) && permit.First.Equals(address));

    private static bool MayUseNetwork(RunningConfiguration running, Adjacency adjacency, int serviceNetwork) =>
        running.ServiceAddresses.FirstOrDefault(address => address.Label == adjacency.ServiceAddress)?.ServiceNetwork is not { } network
        || network == serviceNetwork;
}
