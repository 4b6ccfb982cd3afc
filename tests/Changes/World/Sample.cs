using System.Net;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Parameters;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Changes.Tests.World;

/// <summary>People, a site and a trunk with good defaults.</summary>
internal static class Sample
{
    public static readonly DateTimeOffset Start = new(2026, 11, 2, 9, 0, 0, TimeSpan.Zero);

    public static readonly Actor Ana = new("webchat:ana", "Ana");
    public static readonly Actor Ben = new("webchat:ben", "Ben");
    public static readonly Actor Cem = new("webchat:cem", "Cem");
    public static readonly Actor Olga = new("webchat:olga", "Olga");
    public static readonly Actor Stranger = new("webchat:zoe", "Zoe");

    public static readonly IReadOnlyList<ParameterValue> Values = [new("name", "acme-east", ValueOrigin.Typed), new("realm", "twilio", ValueOrigin.SiteProfile)];

    public static SiteProfile Site(int needed = 1, params string[] approvers) => new()
    {
        Name = "denver",
        Title = "Denver",
        Perimeta = new PerimetaSite { Element = "den-sbc-1", Host = "127.0.0.1", KnownHosts = "known_hosts", Password = new SecretReference("denver-perimeta") },
        Metaswitch = new MetaswitchSite { Element = "den-cfs-1", MetaSwitchName = "DEN", Url = new Uri("http://127.0.0.1:8080/") },
        Twilio = new TwilioSite { Element = "twilio-denver", AccountSid = "AC00000000000000000000000000000000", Secret = new SecretReference("denver-twilio") },
        Tests = new SipTestSite(),
        Approval = new ApprovalPolicy
        {
            Approvers = approvers.Length == 0 ? [Ben.Id, Cem.Id] : approvers,
            Needed = needed,
            OnCall = [Olga.Id],
            ExpiresAfterMinutes = 60,
            Channel = "approvals",
        },
    };

    public static TrunkIntent Intent(params string[] edges) => new()
    {
        Name = "acme-east",
        Site = "denver",
        Edges = [.. (edges.Length == 0 ? ["umatilla"] : edges).Select(e => EdgeCatalogue.Shipped.Find(e)!)],
        Transport = SipTransport.Udp,
        TerminationName = "acme",
        PublicAddresses = [IPNetwork.Parse("203.0.113.8/29")],
        ServiceNetwork = 20,
        ServiceAddress = "TwilioSA",
        Realm = "twilio",
        LocalPort = 5060,
        AdjacencyNamePattern = "{name}-{legacy}",
        InteropProfile = "ManagedAccess",
        AdjacencyType = "preset-access",
        CoreProxyAddress = IPAddress.Parse("10.0.0.5"),
        CoreProxyPort = 5060,
        MediaGatewayModel = "Twilio",
        BindingName = "acme-east",
        SipTrunkName = "acme-east",
        TestNumber = "16504894546",
        Origination = false,
        Numbers = [],
        HostStyle = EdgeHostStyle.Legacy,
    };
}
