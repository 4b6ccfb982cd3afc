using TrunkBot.Trunks.Sites;

namespace TrunkBot.Trunks.Tests;

/// <summary>A site profile as small as one may be, with room to change it.</summary>
internal static class TestSites
{
    public const string Json = """
        {
          "name": "denver",
          "title": "Denver",
          "defaults": {
            "acl": "203.0.113.0/28",
            "service-network": "2",
            "service-address": "GeneralPeering-01",
            "realm": "GeneralPeeringMedia1",
            "cfs-proxy": "10.20.0.5:5070"
          },
          "choices": { "service-address": ["GeneralPeering-01", "GeneralPeering-02"] },
          "perimeta": { "element": "SBC-1", "host": "192.0.2.1", "knownHosts": "known_hosts", "password": "secret:sbc" },
          "metaswitch": { "element": "CFS-1", "metaSwitchName": "CFS-1", "url": "http://192.0.2.2:8080/services/ShService" },
          "twilio": { "element": "twilio", "accountSid": "AC00000000000000000000000000000001", "secret": "secret:twilio" },
          "tests": {},
          "approval": { "approvers": ["ben"], "channel": "webchat:approvals" }
        }
        """;

    public static SiteProfile Denver { get; } = SiteProfileReader.Read(Json, "denver.json");

    public static SiteProfile? Find(string name) => name == "denver" ? Denver : null;

    public static Dictionary<string, string> Typed(params (string Key, string Text)[] more)
    {
        var typed = new Dictionary<string, string> { ["name"] = "acme-east", ["site"] = "denver" };
        foreach (var (key, text) in more)
        {
            typed[key] = text;
        }

        return typed;
    }
}
