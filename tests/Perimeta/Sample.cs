using System.Net;
using TrunkBot.Perimeta.Dialects;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Tests;

/// <summary>A trunk and a site with good defaults.</summary>
internal static class Sample
{
    public const string Running = """
        system
          service-interface serv1
            service-network 1
            ipv4
              local-ip-address 10.20.0.5
                service-address Core-01
                activate
          service-interface serv2
            service-network 2
            ipv4
              local-ip-address 203.0.113.10
                service-address GeneralPeering-01
                activate
          ip-access-control
            trusted-sources
              permit-peer service-network 2 ipv4 198.51.100.20
        sbc
          signaling
            adjacency sip MetasphereCFS
              adjacency-type preset-core
              realm CoreMedia1
              service-address Core-01
              remote-address-range ipv4 10.20.0.20 prefix-len 32
              signaling-peer 10.20.0.20
              activate
          media
            media-address ipv4 203.0.113.11 service-network 2
              realm GeneralPeeringMedia1

        """;

    public static DialectCatalogue Dialects { get; } = new(null);

    public static Dialect Lab => Dialects.Find("lab-invented")!;

    public static TrunkIntent Intent(params string[] edges) => new()
    {
        Name = "acme-east",
        Site = "denver",
        Edges = [.. (edges.Length == 0 ? ["umatilla"] : edges).Select(name => EdgeCatalogue.Shipped.Find(name)!)],
        Transport = SipTransport.Udp,
        TerminationName = "acme-east",
        PublicAddresses = [IPNetwork.Parse("203.0.113.10/32")],
        ServiceNetwork = 2,
        ServiceAddress = "GeneralPeering-01",
        Realm = "GeneralPeeringMedia1",
        LocalPort = 5060,
        AdjacencyNamePattern = "{name}-{legacy}",
        InteropProfile = "ManagedAccess",
        AdjacencyType = "preset-access",
        CoreProxyAddress = IPAddress.Parse("10.20.0.5"),
        CoreProxyPort = 5060,
        MediaGatewayModel = "Twilio",
        BindingName = "Twilio",
        SipTrunkName = "Twilio",
        TestNumber = "16504894546",
        Origination = false,
        Numbers = [],
        HostStyle = EdgeHostStyle.Legacy,
    };

    public static PerimetaSite Perimeta(DynamicPeerRouting routing = DynamicPeerRouting.Yes) => new()
    {
        Element = "LAB-SBC-01",
        Host = "127.0.0.1",
        KnownHosts = "known_hosts",
        Dialect = "lab-invented",
        DynamicPeerRouting = routing,

        // Only the trunk's own edges, so that a test that is not about the whitelist stays short.
        WhitelistAllEdges = false,
    };

    public static SiteProfile Site(PerimetaSite perimeta) => new()
    {
        Name = "denver",
        Title = "Denver",
        Simulated = true,
        Perimeta = perimeta,
        Metaswitch = new() { Element = "CFS", MetaSwitchName = "CFS", Url = new("https://127.0.0.1:8443/") },
        Twilio = new() { Element = "AC", AccountSid = "AC", Secret = new("twilio") },
        Tests = new(),
        Approval = new() { Approvers = ["ben"], Channel = "approvals" },
    };
}
