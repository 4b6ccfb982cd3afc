using System.Text.Json;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Trunks.Tests;

public sealed class SiteProfileReaderTests
{
    [Fact]
    public void The_labs_profile_is_read()
    {
        var path = Path.Combine(RepositoryRoot(), "src", "Lab", "Site", "denver.json");

        var profile = SiteProfileReader.Read(File.ReadAllText(path), "denver.json");

        Assert.True(profile.Simulated);
        Assert.Equal("LAB-SBC-01", profile.Perimeta.Element);
        Assert.Equal(DynamicPeerRouting.Yes, profile.Perimeta.DynamicPeerRouting);
        Assert.Equal(new SecretReference("lab-twilio"), profile.Twilio.Secret);
    }

    [Theory]
    [InlineData("\"title\": \"Denver\"", "\"titel\": \"Denver\"", 3, "titel")]
    [InlineData("\"title\": \"Denver\"", "\"title\": \"Denver\", \"calls\": { \"country\": \"UK\" }", 3, "calls.country: \"UK\" is no country with telephone numbers: write it in two capitals, such as US")]
    [InlineData("\"title\": \"Denver\"", "\"title\": \"Denver\", \"calls\": { \"denied\": [\"900\"] }", 3, "calls.denied: \"900\" must begin with + and a country code, such as +44161")]
    [InlineData("\"title\": \"Denver\"", "\"title\": \"Denver\", \"calls\": { \"perSecond\": 0 }", 3, "calls.perSecond: must be from 0.01 to 100")]
    [InlineData("\"title\": \"Denver\"", "\"title\": \"Denver\", \"calls\": { \"perDay\": -1 }", 3, "calls.perDay: must be from 0 (none) to 1000000")]
    [InlineData("\"host\": \"192.0.2.1\"", "\"host\": 7", 12, "perimeta.host")]
    [InlineData("\"secret:sbc\"", "\"hunter2\"", 12, "must be a reference of the form \"secret:NAME\"")]
    [InlineData("\"service-network\": \"2\"", "\"service-network\": \"two\"", 6, "defaults.service-network: give a service network number")]
    [InlineData("\"service-network\": \"2\"", "\"colour\": \"red\"", 6, "defaults.colour: there is no such trunk parameter")]
    [InlineData("\"title\": \"Denver\"", "\"title\": \"Denver\", \"timeZone\": \"Denver\"", 3, "timeZone: there is no time zone \"Denver\"; write it like America/Denver")]
    [InlineData("\"host\": \"192.0.2.1\"", "\"host\": \"192.0.2.1\", \"privateKeyPassphrase\": \"secret:p\"", 12, "perimeta.privateKeyPassphrase: there is no perimeta.privateKeyFile that it could open")]
    [InlineData("\"host\": \"192.0.2.1\"", "\"host\": \"192.0.2.1\", \"privateKeyFile\": \"k\", \"identityAgent\": \"a\"", 12, "perimeta.identityAgent: stands beside perimeta.privateKeyFile: a key comes from a file or from an agent")]
    [InlineData("\"host\": \"192.0.2.1\"", "\"host\": \"192.0.2.1\", \"identityAgent\": \"a\", \"identityFingerprint\": \"MD5:1\"", 12, "perimeta.identityFingerprint: must begin with SHA256:, as ssh-add -l shows it")]
    [InlineData("\"host\": \"192.0.2.1\"", "\"host\": \"192.0.2.1\", \"jump\": { \"host\": \"j\", \"user\": \"u\" }", 12, "perimeta.jump: knownHosts missing")]
    [InlineData("\"host\": \"192.0.2.1\"", "\"host\": \"192.0.2.1\", \"jump\": { \"host\": \"j\", \"user\": \"u\", \"knownHosts\": \"k\", \"port\": 0 }", 12, "perimeta.jump.port: must be a port from 1 to 65535")]
    [InlineData("\"host\": \"192.0.2.1\"", "\"host\": \"192.0.2.1\", \"jump\": { \"host\": \"j\", \"user\": \"u\", \"knownHosts\": \"k\", \"identityFingerprint\": \"SHA256:x\" }", 12, "perimeta.jump.identityFingerprint: there is no perimeta.jump.identityAgent whose key it could choose")]
    [InlineData("\"host\": \"192.0.2.1\"", "\"host\": \"192.0.2.1\", \"adjacency\": { \"account\": \"a b\" }", 12, "perimeta.adjacency.account: use 1 to 30 letters, digits, hyphens or underscores")]
    [InlineData("\"host\": \"192.0.2.1\"", "\"host\": \"192.0.2.1\", \"adjacency\": { \"account\": \"a\\nreboot\" }", 12, "perimeta.adjacency.account: use 1 to 30 letters")]
    [InlineData("\"host\": \"192.0.2.1\"", "\"host\": \"192.0.2.1\", \"adjacency\": { \"editProfilesInbound\": [\"Fix\", \"a,b\"] }", 12, "perimeta.adjacency.editProfilesInbound: \"a,b\": use 1 to 30 letters")]
    [InlineData("\"host\": \"192.0.2.1\"", "\"host\": \"192.0.2.1\", \"adjacency\": { \"editProfilesOutbound\": [\"Fix\", \"Fix\"] }", 12, "perimeta.adjacency.editProfilesOutbound: names a profile twice")]
    [InlineData("\"host\": \"192.0.2.1\"", "\"host\": \"192.0.2.1\", \"adjacency\": { \"forceSignalingPeerInInterop\": true }", 12, "perimeta.adjacency.forceSignalingPeerInInterop: has no effect without perimeta.adjacency.forceSignalingPeer")]
    [InlineData("\"host\": \"192.0.2.1\"", "\"host\": \"192.0.2.1\", \"adjacency\": { \"limits\": {} }", 12, "perimeta.adjacency.limits: needs at least one limit")]
    [InlineData("\"host\": \"192.0.2.1\"", "\"host\": \"192.0.2.1\", \"adjacency\": { \"limits\": { \"regs\": -1 } }", 12, "perimeta.adjacency.limits.regs: must be from 0 to 1000000")]
    [InlineData("\"host\": \"192.0.2.1\"", "\"host\": \"192.0.2.1\", \"adjacency\": { \"limits\": { \"callRate\": { \"sustain\": 0, \"per\": \"second\" } } }", 12, "perimeta.adjacency.limits.callRate.sustain: must be from 1 to 1000000")]
    [InlineData("\"host\": \"192.0.2.1\"", "\"host\": \"192.0.2.1\", \"adjacency\": { \"limits\": { \"callRate\": { \"sustain\": 5 } } }", 12, "perimeta.adjacency.limits.callRate: per missing")]
    [InlineData("\"host\": \"192.0.2.1\"", "\"host\": \"192.0.2.1\", \"adjacency\": { \"limits\": { \"callRate\": { \"sustain\": 5, \"per\": \"hour\" } } }", 12, "perimeta.adjacency.limits.callRate.per")]
    [InlineData("\"host\": \"192.0.2.1\"", "\"host\": \"192.0.2.1\", \"adjacency\": { \"acount\": \"a\" }", 12, "acount")]
    [InlineData("\"host\": \"192.0.2.1\"", "\"host\": \"192.0.2.1\", \"templates\": { \"tls\": \" \" }", 12, "perimeta.templates.tls: must be the path of a file")]
    [InlineData("\"host\": \"192.0.2.1\"", "\"host\": \"192.0.2.1\", \"whitelistAllEdges\": \"yes\"", 12, "perimeta.whitelistAllEdges")]
    [InlineData("\"tests\": {}", "\"tests\": { \"hepCollector\": \"homer.example.net\" }", 15, "tests.hepCollector: \"homer.example.net\" is not of the form address:port; write it like 192.0.2.10:9060")]
    [InlineData("\"tests\": {}", "\"tests\": { \"hepCollector\": \"192.0.2.10\" }", 15, "tests.hepCollector")]
    [InlineData("\"ben\"]", "\"ben\"], \"needed\": 2", 16, "approval.needed: must be at least 1 and at most the number of approvers")]
    [InlineData("\"ben\"]", "\"ben\"], \"denyThreshold\": 0", 16, "approval.denyThreshold: must be at least 1 and at most the number of approvers")]
    [InlineData("\"ben\"]", "\"ben\"], \"remindBeforeMinutes\": 480", 16, "approval.remindBeforeMinutes: must be at least 1 and less than expiresAfterMinutes")]
    [InlineData("\"ben\"]", "\"ben\"], \"escalateAfterMinutes\": 30", 16, "approval.escalateAfterMinutes: has no effect without fallbackApprovers")]
    [InlineData("\"ben\"]", "\"ben\"], \"fallbackApprovers\": [\"dana\"]", 16, "approval.fallbackApprovers: have no effect without escalateAfterMinutes")]
    [InlineData("\"ben\"]", "\"ben\"], \"breakGlassByRequester\": true", 16, "approval.breakGlassByRequester: has no effect without breakGlass")]
    [InlineData("\"ben\"]", "\"ben\"], \"onePersonLab\": true", 16, "approval.onePersonLab: is allowed only at a simulated site: on a real network somebody else approves")]
    [InlineData("\"ben\"]", "\"ben\"], \"reasonRequired\": [\"everybody\"]", 16, "approval.reasonRequired")]
    [InlineData("\"ben\"]", "\"ben\"], \"matchEmail\": true", 16, "matchEmail")]
    [InlineData("\"ben\"]", "\"ben\"], \"businessHours\": [{ \"from\": \"8\", \"to\": \"17:00\" }]", 16, "approval.businessHours[0].from: write a time of the day like \"08:00\"")]
    [InlineData("\"ben\"]", "\"ben\"], \"businessHours\": [{ \"days\": [], \"from\": \"08:00\", \"to\": \"17:00\" }]", 16, "approval.businessHours: each needs at least one day")]
    [InlineData("\"approval\": {", "\"health\": { \"silences\": [{ \"from\": \"08:00\", \"to\": \"08:00\" }] }, \"approval\": {", 16, "health.silences: begins and ends at the same time")]
    [InlineData("\"ben\"]", "\"ben\"], \"maintenanceWindows\": [{ \"from\": \"08:00\", \"to\": \"08:00\" }]", 16, "approval.maintenanceWindows: begins and ends at the same time")]
    [InlineData("\"ben\"]", "\"ben\"], \"freezes\": [{ \"from\": \"20.12.2026\", \"to\": \"2027-01-02\", \"reason\": \"x\" }]", 16, "approval.freezes[0].from: write a day like \"2026-12-20\"")]
    [InlineData("\"ben\"]", "\"ben\"], \"freezes\": [{ \"from\": \"2027-01-03\", \"to\": \"2027-01-02\", \"reason\": \"x\" }]", 16, "approval.freezes: ends before it begins: \"x\"")]
    [InlineData("\"ben\"]", "\"ben\"], \"freezes\": [{ \"from\": \"2027-01-01\", \"to\": \"2027-01-02\", \"reason\": \" \" }]", 16, "approval.freezes: each needs a reason in one line")]
    [InlineData("\"ben\"]", "\"ben\"], \"kinds\": { \"delete\": {} }", 16, "approval.kinds.delete: there is no such kind of change; there is set-up, change, removal, fleet")]
    [InlineData("\"ben\"]", "\"ben\"], \"kinds\": { \"removal\": { \"needed\": 2 } }", 16, "approval.kinds.removal.needed: must be at least 1 and at most the number of approvers")]
    [InlineData("\"ben\"]", "\"ben\"], \"kinds\": { \"removal\": { \"channel\": \"x\" } }", 16, "channel")]
    [InlineData("\"tests\": {}", "\"tests\": { \"talkSeconds\": 900 }", 15, "tests.talkSeconds: must be from 3 to 60 seconds")]
    [InlineData("\"secret\": \"secret:twilio\"", "\"secret\": \"secret:twilio\", \"apiBaseUrl\": \"https://twilio.example\"", 14, "twilio.apiBaseUrl: must be https://api.twilio.com or on this machine")]
    [InlineData("\"secret\": \"secret:twilio\"", "\"secret\": \"secret:twilio\", \"trunkingBaseUrl\": \"http://trunking.twilio.com\"", 14, "twilio.trunkingBaseUrl: must be https://trunking.twilio.com or on this machine")]
    [InlineData("\"http://192.0.2.2:8080/services/ShService\"", "\"ftp://192.0.2.2/\"", 13, "metaswitch.url: must be an http or https address")]
    [InlineData("\"http://192.0.2.2:8080/services/ShService\"", "\"http://me:pw@192.0.2.2/\"", 13, "metaswitch.url: must be an http or https address without a login")]
    [InlineData("\"http://192.0.2.2:8080/services/ShService\"", "\"http://192.0.2.2:8080/services/ShService\", \"tls\": { \"caFile\": \"ca.pem\" }", 13, "metaswitch.tls: has no effect on an http address")]
    [InlineData("\"http://192.0.2.2:8080/services/ShService\"", "\"https://192.0.2.2/\", \"tls\": {}", 13, "metaswitch.tls: needs a caFile or pins")]
    [InlineData("\"http://192.0.2.2:8080/services/ShService\"", "\"https://192.0.2.2/\", \"tls\": { \"pins\": [\"sha256/AAAA\"] }", 13, "metaswitch.tls.pins: \"sha256/AAAA\" is not sha256/ and the Base64 of 32 bytes")]
    [InlineData("\"http://192.0.2.2:8080/services/ShService\"", "\"http://192.0.2.2:8080/services/ShService\", \"commands\": { \"siptrunk\": { \"path\": \"/x\" } }", 13, "metaswitch.commands.siptrunk: there is no such work; there is rmgm, binding-enable, sip-trunk, translations")]
    [InlineData("\"http://192.0.2.2:8080/services/ShService\"", "\"http://192.0.2.2:8080/services/ShService\", \"commands\": { \"sip-trunk\": { \"path\": \"x\" } }", 13, "metaswitch.commands.sip-trunk.path: must be an absolute path")]
    [InlineData("\"http://192.0.2.2:8080/services/ShService\"", "\"http://192.0.2.2:8080/services/ShService\", \"commands\": { \"rmgm\": { \"path\": \"/x\", \"timeoutSeconds\": 0 } }", 13, "metaswitch.commands.rmgm.timeoutSeconds: must be from 1 to 3600 seconds")]
    [InlineData("\"http://192.0.2.2:8080/services/ShService\"", "\"http://192.0.2.2:8080/services/ShService\", \"commands\": { \"binding\": { \"path\": \"/x\" } }", 13, "metaswitch.commands.binding: there is no such work; there is rmgm, binding-enable, sip-trunk, translations")]
    [InlineData("\"http://192.0.2.2:8080/services/ShService\"", "\"http://192.0.2.2:8080/services/ShService\", \"worksheets\": { \"siptrunk\": { } }", 13, "metaswitch.worksheets.siptrunk: there is no such sheet; there is rmgm, binding-enable, sip-trunk, translations, binding")]
    [InlineData("\"http://192.0.2.2:8080/services/ShService\"", "\"http://192.0.2.2:8080/services/ShService\", \"worksheets\": { \"rmgm\": { \"place\": \"a\\u0007b\" } }", 13, "metaswitch.worksheets.rmgm: must not hold control characters")]
    [InlineData("\"http://192.0.2.2:8080/services/ShService\"", "\"http://192.0.2.2:8080/services/ShService\", \"interopProfiles\": [ { \"name\": \"x\", \"models\": [], \"fixBits\": [] } ]", 13, "metaswitch.interopProfiles: profile \"x\" needs models")]
    [InlineData("\"http://192.0.2.2:8080/services/ShService\"", "\"http://192.0.2.2:8080/services/ShService\", \"shadow\": { \"host\": \"db\", \"port\": 0 }", 13, "metaswitch.shadow.port: must be a port from 1 to 65535")]
    [InlineData("\"secret\": \"secret:twilio\"", "\"secret\": \"secret:twilio\", \"voiceBaseUrl\": \"https://voice.ie1.twilio.com\"", 14, "twilio.voiceBaseUrl: must be https://voice.twilio.com or on this machine")]
    [InlineData("\"secret\": \"secret:twilio\"", "\"secret\": \"secret:twilio\", \"trunkingBaseUrl\": \"https://trunking.dublin.ie1.twilio.com\"", 14, "twilio.trunkingBaseUrl: is of another region than the other base URLs")]
    public void A_bad_profile_is_refused_with_file_line_and_reason(string good, string bad, int line, string reason)
    {
        var refusal = Assert.Throws<SiteProfileException>(
            () => SiteProfileReader.Read(TestSites.Json.Replace(good, bad, StringComparison.Ordinal), "denver.json"));

        Assert.Equal(line, refusal.Line);
        Assert.StartsWith($"denver.json, line {line}: ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_sheet_of_a_binding_has_words_of_the_site_too()
    {
        var site = SiteProfileReader.Read(
            TestSites.Json.Replace("\"http://192.0.2.2:8080/services/ShService\"", "\"http://192.0.2.2:8080/services/ShService\", \"applyByHand\": true, \"worksheets\": { \"binding\": { \"place\": \"SIP > Bindings\" } }", StringComparison.Ordinal), "denver.json");

        Assert.True(site.Metaswitch.ApplyByHand);
        Assert.Equal("SIP > Bindings", site.Metaswitch.Worksheets["binding"].Place);
    }

    [Fact]
    public void A_group_may_hold_as_many_approvers_as_are_needed()
    {
        var site = SiteProfileReader.Read(TestSites.Json.Replace("[\"ben\"]", "[\"group:voice\"], \"needed\": 2", StringComparison.Ordinal), "denver.json");

        Assert.Equal(["group:voice"], site.Approval.Approvers);
        Assert.Equal(2, site.Approval.Needed);
    }

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once_in_the_order_of_the_file()
    {
        var bad = TestSites.Json
            .Replace("\"service-network\": \"2\"", "\"service-network\": \"two\"", StringComparison.Ordinal)
            .Replace("10.20.0.5:5070", "proxy", StringComparison.Ordinal)
            .Replace("\"tests\": {}", "\"tests\": { \"talkSeconds\": 900 }", StringComparison.Ordinal)
            .Replace("[\"ben\"]", "[]", StringComparison.Ordinal);

        var refusal = Assert.Throws<SiteProfileException>(() => SiteProfileReader.Read(bad, "denver.json"));

        Assert.Equal(
            """
            denver.json, line 6: defaults.service-network: give a service network number: a whole number from 1 to 65535
            denver.json, line 9: defaults.cfs-proxy: give an IPv4 address, with a port if it is not 5060, such as 10.20.0.5:5060
            denver.json, line 15: tests.talkSeconds: must be from 3 to 60 seconds
            denver.json, line 16: approval.needed: must be at least 1 and at most the number of approvers
            """,
            refusal.Message);
        Assert.Equal(6, refusal.Line);
    }

    [Theory]
    [InlineData("\"title\": \"Denver\",", "", "denver.json, line 1: title missing")]
    [InlineData("\"host\": \"192.0.2.1\", \"knownHosts\": \"known_hosts\",", "", "denver.json, line 12: perimeta: host, knownHosts missing")]
    public void A_missing_member_is_named_with_the_line_on_which_it_should_begin(string good, string bad, string message) =>
        Assert.Equal(message, Assert.Throws<SiteProfileException>(() => SiteProfileReader.Read(TestSites.Json.Replace(good, bad, StringComparison.Ordinal), "denver.json")).Message);

    [Theory]
    [InlineData("{", "denver.json, line 1: ")]
    [InlineData("null", "denver.json, line 1: the file holds null, not a site profile")]
    public void A_file_that_is_no_profile_at_all_is_refused(string json, string message) =>
        Assert.StartsWith(message, Assert.Throws<SiteProfileException>(() => SiteProfileReader.Read(json, "denver.json")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("\"service-address\": [\"GeneralPeering-01\", \"GeneralPeering-02\"]", "\"edges\": [\"boston\"]", "choices.edges: \"boston\": no such edge")]
    [InlineData("\"service-address\": [\"GeneralPeering-01\", \"GeneralPeering-02\"]", "\"service-network\": [\"3\"]", "defaults.service-network: \"2\" is not one of this site's: 3")]
    public void Defaults_and_choices_must_fit_each_other(string good, string bad, string reason) =>
        Assert.Contains(reason, Assert.Throws<SiteProfileException>(() => SiteProfileReader.Read(TestSites.Json.Replace(good, bad, StringComparison.Ordinal), "denver.json")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_secret_that_was_put_into_a_profile_by_mistake_is_not_repeated()
    {
        var refusal = Assert.Throws<SiteProfileException>(
            () => SiteProfileReader.Read(TestSites.Json.Replace("secret:sbc", "hunter2", StringComparison.Ordinal), "denver.json"));

        Assert.DoesNotContain("hunter2", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reference_is_written_as_it_is_read() =>
        Assert.Equal("\"secret:sbc\"", JsonSerializer.Serialize(new SecretReference("sbc")));

    internal static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Bot.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }
}
