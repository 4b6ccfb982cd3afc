using System.Net;
using TrunkBot.Trunks.Edges;

namespace TrunkBot.Trunks;

/// <summary>How SIP travels between the Perimeta and Twilio.</summary>
public enum SipTransport
{
    Udp,
    Tcp,

    /// <summary>TLS for signalling and SRTP for media: a secure trunk. Needs a site template on the Perimeta.</summary>
    Tls,
}

/// <summary>
/// What somebody wants a trunk to be, complete and checked: the first input of every plan.
/// names follow the seed article and the vendors' own terms.
/// </summary>
public sealed record TrunkIntent
{
    /// <summary>The name people call the trunk by, such as <c>acme-east</c>. Key of the trunk.</summary>
    public required string Name { get; init; }

    /// <summary>Name of the site profile.</summary>
    public required string Site { get; init; }

    /// <summary>The chosen Twilio edges in catalogue order: one adjacency each.</summary>
    public required IReadOnlyList<TwilioEdge> Edges { get; init; }

    public required SipTransport Transport { get; init; }

    /// <summary>The label before <c>.pstn.twilio.com</c>, lower case.</summary>
    public required string TerminationName { get; init; }

    /// <summary>The SBC's public signalling addresses for Twilio's IP access control list (IPv4).</summary>
    public required IReadOnlyList<IPNetwork> PublicAddresses { get; init; }

    /// <summary>Number of the Perimeta service network that faces Twilio.</summary>
    public required int ServiceNetwork { get; init; }

    /// <summary>Perimeta service-address label.</summary>
    public required string ServiceAddress { get; init; }

    /// <summary>Perimeta realm label.</summary>
    public required string Realm { get; init; }

    /// <summary>Perimeta signaling-local-port.</summary>
    public required int LocalPort { get; init; }

    /// <summary>Pattern of the adjacency names with <c>{name}</c>, <c>{edge}</c> and <c>{legacy}</c>.</summary>
    public required string AdjacencyNamePattern { get; init; }

    /// <summary>Perimeta default-interop-profile, such as <c>ManagedAccess</c>.</summary>
    public required string InteropProfile { get; init; }

    /// <summary>Perimeta adjacency-type, such as <c>preset-access</c>.</summary>
    public required string AdjacencyType { get; init; }

    /// <summary>Core-side address of the Perimeta: the binding's Proxy IP address.</summary>
    public required IPAddress CoreProxyAddress { get; init; }

    /// <summary>Port on which the Perimeta's core adjacency listens.</summary>
    public required int CoreProxyPort { get; init; }

    /// <summary>Name of the Remote Media Gateway Model on the CFS.</summary>
    public required string MediaGatewayModel { get; init; }

    /// <summary>Name of the Configured SIP Binding on the CFS.</summary>
    public required string BindingName { get; init; }

    /// <summary>OPTIONS polling interval of the binding in seconds; null: not sent, the switch's own default holds.</summary>
    public int? PollingIntervalSeconds { get; init; }

    /// <summary>Name of the SIP trunk object on the CFS.</summary>
    public required string SipTrunkName { get; init; }

    /// <summary>Trunk group number of the SIP trunk on the CFS; null: as the site's usual.</summary>
    public string? TrunkGroup { get; init; }

    /// <summary>The dialed number that is routed to the trunk for testing, as it looks in the translations (digits only).</summary>
    public required string TestNumber { get; init; }

    /// <summary>Whether Twilio shall send inbound calls to the SBC (origination URL).</summary>
    public required bool Origination { get; init; }

    /// <summary>Numbers (E.164) of the account to attach to the trunk; empty for none.</summary>
    public required IReadOnlyList<string> Numbers { get; init; }

    /// <summary>How a host name names its edge: legacy region (<c>us2</c>, seed article) or edge (<c>umatilla</c>).</summary>
    public required EdgeHostStyle HostStyle { get; init; }

    /// <summary>Termination URI without region part: the trunk's domain at Twilio and the binding's SIP domain name.</summary>
    public string DomainName => $"{TerminationName}.pstn.twilio.com";

    /// <summary>Region-qualified termination host of one edge: the signaling-peer of its adjacency.</summary>
    public string PeerHost(TwilioEdge edge) =>
        $"{TerminationName}.pstn.{(HostStyle == EdgeHostStyle.Legacy ? edge.Legacy : edge.Name)}.twilio.com";

    /// <summary>
    /// The binding's contact domain name: without region part only when there is an adjacency for every edge
    /// (seed article), else the host of the first edge chosen.
    /// </summary>
    public string ContactDomainName =>
        Edges.Count == EdgeCatalogue.Current.Edges.Count ? DomainName : PeerHost(Edges[0]);

    /// <summary>Name of the adjacency that serves <paramref name="edge"/>.</summary>
    public string AdjacencyName(TwilioEdge edge) => AdjacencyName(AdjacencyNamePattern, Name, edge);

    internal static string AdjacencyName(string pattern, string name, TwilioEdge edge) => pattern
        .Replace("{name}", name, StringComparison.Ordinal)
        .Replace("{edge}", edge.Name, StringComparison.Ordinal)
        .Replace("{legacy}", edge.Legacy, StringComparison.Ordinal);

    /// <summary>Port of Twilio's signalling: 5060, or 5061 with TLS (Twilio documentation).</summary>
    public int PeerPort => Transport == SipTransport.Tls ? 5061 : 5060;
}

/// <summary>How a region-qualified Twilio host name names its edge.</summary>
public enum EdgeHostStyle
{
    /// <summary><c>{name}.pstn.us2.twilio.com</c>, as in the seed article.</summary>
    Legacy,

    /// <summary><c>{name}.pstn.umatilla.twilio.com</c>.</summary>
    Edge,
}
