using System.Net;

namespace TrunkBot.Lab.Switch.Path;

/// <summary>
/// The lab's DNS: termination names and the signalling addresses that they stand for.
/// Source: Twilio's published list of IP addresses for Elastic SIP Trunking (signalling, eight edges), as of 2026-04.
/// </summary>
public static class EdgeNames
{
    private const string Root = ".twilio.com";

    private static readonly (string Edge, string Legacy, IPNetwork Signalling)[] Edges =
    [
        ("ashburn", "us1", IPNetwork.Parse("54.172.60.0/30")),
        ("umatilla", "us2", IPNetwork.Parse("54.244.51.0/30")),
        ("dublin", "ie1", IPNetwork.Parse("54.171.127.192/30")),
        ("frankfurt", "de1", IPNetwork.Parse("35.156.191.128/30")),
        ("tokyo", "jp1", IPNetwork.Parse("54.65.63.192/30")),
        ("singapore", "sg1", IPNetwork.Parse("54.169.127.128/30")),
        ("sydney", "au1", IPNetwork.Parse("54.252.254.64/30")),
        ("sao-paulo", "br1", IPNetwork.Parse("177.71.206.192/30")),
    ];

    /// <returns>The addresses of the name: four for one edge, all thirty-two for <c>{x}.pstn.twilio.com</c>, itself for an address, none for an unknown name.</returns>
    public static IReadOnlyList<IPAddress> Resolve(string name)
    {
        if (IPAddress.TryParse(name, out var literal))
        {
            return [literal];
        }

        return Split(name) switch
        {
            (_, null) => [.. Edges.SelectMany(edge => Hosts(edge.Signalling))],
            (_, { } place) => [.. Edges.Where(edge => edge.Edge == place || edge.Legacy == place).SelectMany(edge => Hosts(edge.Signalling))],
            null => [],
        };
    }

    /// <returns>The trunk's termination domain that a host name stands for, without its edge; null when it is no termination name.</returns>
    public static string? TerminationDomain(string name) => Split(name) is { Customer: var customer } ? $"{customer}.pstn{Root}" : null;

    /// <summary>The edge that a termination name leads to, by its present name; null when it names none.</summary>
    public static string? EdgeOf(string name) => Split(name) is (_, { } place) ? Edges.FirstOrDefault(edge => edge.Edge == place || edge.Legacy == place).Edge : null;

    /// <summary>Twilio looks for the trunk by the whole host name; with an edge in it, by the name without the edge.</summary>
    private static (string Customer, string? Edge)? Split(string name)
    {
        var lower = name.ToLowerInvariant();
        if (!lower.EndsWith(Root, StringComparison.Ordinal))
        {
            return null;
        }

        var front = lower[..^Root.Length];
        var mark = front.LastIndexOf(".pstn", StringComparison.Ordinal);
        if (mark <= 0)
        {
            return null;
        }

        return front[(mark + ".pstn".Length)..] switch
        {
            "" => (front[..mark], null),
            ['.', .. var edge] when !edge.Contains('.', StringComparison.Ordinal) => (front[..mark], edge),
            _ => null,
        };
    }

    /// <summary>All four addresses of a /30 are hosts at Twilio, the first and the last too.</summary>
    private static IEnumerable<IPAddress> Hosts(IPNetwork network)
    {
        var bytes = network.BaseAddress.GetAddressBytes();
        for (var host = 0; host < 4; host++)
        {
            yield return new IPAddress([bytes[0], bytes[1], bytes[2], (byte)(bytes[3] + host)]);
        }
    }
}
