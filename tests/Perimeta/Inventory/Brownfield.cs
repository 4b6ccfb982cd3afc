using TrunkBot.Changes.Inventory;
using TrunkBot.Changes.Plans;
using TrunkBot.Perimeta.Inventory;
using TrunkBot.Perimeta.Templates;
using TrunkBot.Trunks.Parameters;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Tests.Inventory;

/// <summary>A trunk to Twilio as people build one: their own names, their own order, lines that the bot does not write, and none of some that it does.</summary>
internal static class Brownfield
{
    public static readonly string[] Umatilla =
    [
        "adjacency sip Twilio-us2",
        "account Acme",
        "signaling-peer ACME.pstn.us2.twilio.com",
        "signaling-peer-port 5060",
        "remote-address-range ipv4 54.244.51.2 prefix-len 30",
        "realm GeneralPeeringMedia1",
        "service-address GeneralPeering-01",
        "adjacency-type preset-peering",
        "default-interop-profile Peer",
        "call-media-policy",
        "early-media timeout 60",
        "media-bypass-policy forbid",
        "adjacency-limits",
        "regs 0",
        "signaling-local-port 5070",
        "activate",
    ];

    public static readonly string[] Dublin =
    [
        "adjacency sip Twilio-ie1",
        "deactivation-mode normal",
        "adjacency-type preset-peering",
        "privacy trusted",
        "realm GeneralPeeringMedia1",
        "service-address GeneralPeering-01",
        "signaling-local-port 5070",
        "remote-address-range ipv4 54.171.127.192 prefix-len 30",
        "signaling-peer acme.pstn.ie1.twilio.com",
        "signaling-peer-port 5060",
        "statistics-setting detail",
        "default-interop-profile Peer",
        "activate",
    ];

    public static string[] Permits(string network, int last) => [.. Enumerable.Range(0, last + 1).Select(at => $"permit-peer service-network 2 ipv4 {network}.{at}")];

    /// <summary>The sample's device with lines of people under system / ip-access-control / trusted-sources and under sbc / signaling.</summary>
    public static string Running(IEnumerable<string> permits, params IEnumerable<string>[] adjacencies) =>
        $"{Sample.Running}system\nip-access-control\ntrusted-sources\n{Lines(permits)}sbc\nsignaling\n{Lines(adjacencies.SelectMany(lines => lines))}";

    public static IReadOnlyList<FoundPart> Find(string running, Dictionary<string, string>? known = null, PerimetaSite? site = null, LoadedTemplates? templates = null) =>
        PerimetaInventory.Find(Sample.Site(site ?? Sample.Perimeta()), Sample.Lab, known ?? [], running, templates);

    /// <summary>The trunk under management, read as strictly as what is typed.</summary>
    public static OwnedTrunk Adopt(FoundPart part, string name, SiteProfile site)
    {
        var typed = new Dictionary<string, string>(part.Parameters) { ["name"] = name, ["site"] = "denver", ["acl"] = "203.0.113.10", ["cfs-proxy"] = "10.20.0.5" };
        var reading = IntentReader.Read(typed, _ => site);
        Assert.Empty(reading.Errors);
        return new(reading.Intent!, part.Facts);
    }

    private static string Lines(IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\n"));
}
