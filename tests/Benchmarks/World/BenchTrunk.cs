using System.Net;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Benchmarks.World;

/// <summary>A trunk and a site to measure the Perimeta with; what the others would need is there and reaches nobody.</summary>
internal static class BenchTrunk
{
    public static TrunkIntent Intent(string name, IEnumerable<string> edges) => new()
    {
        Name = name,
        Site = "bench",
        Edges = [.. edges.Select(edge => EdgeCatalogue.Shipped.Find(edge)!)],
        Transport = SipTransport.Udp,
        TerminationName = name,
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

    public static SiteProfile Site(PerimetaSite perimeta) => new()
    {
        Name = "bench",
        Title = "Bench",
        Simulated = true,
        Perimeta = perimeta,
        Metaswitch = new() { Element = "CFS", MetaSwitchName = "CFS", Url = new("http://127.0.0.1:1/") },
        Twilio = new() { Element = "AC", AccountSid = "AC", Secret = new("none") },
        Tests = new(),
        Approval = new() { Approvers = ["nobody"], Channel = "none" },
    };
}
