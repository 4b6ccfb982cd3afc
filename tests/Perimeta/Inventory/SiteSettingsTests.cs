using TrunkBot.Changes.Inventory;
using TrunkBot.Changes.Plans;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Inventory;
using TrunkBot.Perimeta.Planning;
using TrunkBot.Perimeta.Templates;
using TrunkBot.Perimeta.Tests.Templates;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Tests.Inventory;

/// <summary>What a site sets for all its trunks, in adoption, drift and export.</summary>
public sealed class SiteSettingsTests
{
    private static readonly PerimetaSite Carriers = Sample.Perimeta() with
    {
        Adjacency = new() { Account = "Carriers", EditProfilesInbound = ["Strip"], ForceSignalingPeer = true, ForceSignalingPeerInInterop = true, Limits = new() { Regs = 0 } },
    };

    private static readonly PerimetaSite AllEdges = Sample.Perimeta() with { WhitelistAllEdges = true };

    private static readonly PerimetaSite Secure = Sample.Perimeta() with { Templates = new() { Tls = "tls.txt" } };

    private static readonly string[] Permits = [.. Brownfield.Permits("54.244.51", 3), .. Enumerable.Range(192, 4).Select(at => $"permit-peer service-network 2 ipv4 54.171.127.{at}")];

    private static readonly string[] TlsLines = ["lab-invented-tls", "lab-invented-profile acme-tls", "lab-invented-srtp required", "exit"];

    [Fact]
    public void Lines_of_the_settings_that_people_did_not_write_are_not_asked_for()
    {
        var running = Brownfield.Running(Permits, Brownfield.Umatilla, Brownfield.Dublin);

        var trunk = Adopt(running, Carriers);

        Assert.Equal(
            [
                "account Carriers", "call-media-policy / early-media timeout 240", "call-media-policy / repeat-sdp-on-200ok", "deactivation-mode normal", "force-signaling-peer all-requests", "interop",
                "interop / message-manipulation", "interop / message-manipulation / edit-profiles inbound Strip", "privacy trusted", "statistics-setting detail",
            ],
            trunk.Facts["perimeta.adjacency.Twilio-us2.left"].Split('\n').Order(StringComparer.Ordinal));
        Assert.Contains("extra: account Acme", trunk.Facts["perimeta.adjacency.Twilio-us2.extras"].Split('\n'));
        Assert.Empty(Drift(trunk, Carriers, running));
        Assert.Empty(Plan(trunk, Carriers, running).Steps);
    }

    [Fact]
    public void A_line_of_the_settings_that_was_there_and_is_gone_is_drift()
    {
        var intent = Sample.Intent();
        string[] lines = ["adjacency sip acme-east-us2", .. CommandBlocks.AdjacencyLines(intent, intent.Edges[0], Carriers.Adjacency).SkipLast(1), "activate"];
        var permits = Brownfield.Permits("54.244.51", 3);

        Assert.Empty(Drift(new(intent, new Dictionary<string, string>()), Carriers, Brownfield.Running(permits, lines)));
        Assert.Equal(
            [new("adjacency acme-east-us2, account", "Carriers", "Other"), new("adjacency acme-east-us2, adjacency-limits, regs", "0", "missing")],
            Drift(new(intent, new Dictionary<string, string>()), Carriers, Brownfield.Running(permits, [.. lines.Where(line => line != "regs 0").Select(line => line == "account Carriers" ? "account Other" : line)])));
    }

    [Fact]
    public void Of_the_other_edges_lines_those_that_nobody_else_needs_are_the_trunks_own_and_those_missing_were_so_before()
    {
        var running = Brownfield.Running([.. Permits, "permit-peer service-network 2 ipv4 54.172.60.0"], Brownfield.Umatilla, Brownfield.Dublin);
        var found = Assert.Single(Brownfield.Find(running, Known, AllEdges));

        var trunk = Adopt(running, AllEdges);

        Assert.Equal("added", trunk.Facts["perimeta.permit.2.54.172.60.0"]);
        Assert.Equal("missing", trunk.Facts["perimeta.permit.2.54.172.60.1"]);
        Assert.Contains("whitelist of service network 2: 1 of 24 addresses of other Twilio edges", found.Objects);
        Assert.StartsWith("Of the addresses of other Twilio edges, 23 are not permitted on service network 2", Assert.Single(found.Findings, f => f.Code == "whitelist-not-all-edges").Sentence, StringComparison.Ordinal);
        Assert.Empty(Drift(trunk, AllEdges, running));
        Assert.Equal("Permit 23 Twilio addresses on service network 2", Assert.Single(Plan(trunk, AllEdges, running).Steps).Title);
        Assert.Equal(
            [new("permit-peer service-network 2 ipv4 54.172.60.0", "there", "missing")],
            Drift(trunk, AllEdges, Brownfield.Running(Permits, Brownfield.Umatilla, Brownfield.Dublin)));
    }

    [Fact]
    public void Beside_another_trunk_to_Twilio_no_line_is_the_trunks_own()
    {
        var other = Brownfield.Dublin.Select(line => line.Replace("acme", "beta", StringComparison.Ordinal));
        var running = Brownfield.Running([.. Permits, "permit-peer service-network 2 ipv4 54.172.60.0"], Brownfield.Umatilla, other);

        var trunk = Adopt(running, AllEdges);

        Assert.DoesNotContain(trunk.Facts, fact => fact.Value == "added");
    }

    [Fact]
    public void A_line_of_an_edge_that_a_trunk_does_not_use_is_drift_where_the_site_wants_all()
    {
        var trunk = new OwnedTrunk(Sample.Intent(), new Dictionary<string, string>());
        var running = Brownfield.Running(Permits);

        Assert.Single(Drift(trunk, Sample.Perimeta(), running));
        var rows = Drift(trunk, AllEdges, running);
        Assert.Equal(1 + 24, rows.Count);
        Assert.Contains(new("permit-peer service-network 2 ipv4 54.172.60.3", "there", "missing"), rows);
    }

    [Fact]
    public void A_secure_trunk_without_the_sites_lines_is_taken_as_it_is_and_one_with_them_is_held_to_them()
    {
        string[] bare = [.. Brownfield.Dublin.Select(line => line.Replace("signaling-peer-port 5060", "signaling-peer-port 5061", StringComparison.Ordinal))];
        string[] partly = [.. bare.SkipLast(1), "lab-invented-srtp optional", "activate"];
        string[] whole = [.. bare.SkipLast(1), .. TlsLines.SkipLast(1), "activate"];

        foreach (var lines in new[] { bare, partly })
        {
            var trunk = Adopt(Brownfield.Running(Permits, lines), Secure, TemplateTexts.Loaded);
            Assert.EndsWith("{template}", trunk.Facts["perimeta.adjacency.Twilio-ie1.left"], StringComparison.Ordinal);
            Assert.Empty(Drift(trunk, Secure, Brownfield.Running(Permits, lines), TemplateTexts.Loaded));
            Assert.Empty(Plan(trunk, Secure, Brownfield.Running(Permits, lines), TemplateTexts.Loaded).Steps);
        }

        var held = Adopt(Brownfield.Running(Permits, whole), Secure, TemplateTexts.Loaded);
        Assert.DoesNotContain("{template}", held.Facts["perimeta.adjacency.Twilio-ie1.left"], StringComparison.Ordinal);
        Assert.Empty(Plan(held, Secure, Brownfield.Running(Permits, whole), TemplateTexts.Loaded).Steps);
        var drifted = Brownfield.Running(Permits, whole.Where(line => line != "lab-invented-srtp required"));
        Assert.Equal([new("adjacency Twilio-ie1, lab-invented-srtp", "required", "missing")], Drift(held, Secure, drifted, TemplateTexts.Loaded));
        Assert.Contains(Plan(held, Secure, drifted, TemplateTexts.Loaded).Steps, step => step.Id == "perimeta.adjacency.Twilio-ie1.edit");
    }

    [Fact]
    public void The_exported_lines_have_the_templates_in_their_places_and_the_whitelist_of_all_edges()
    {
        var site = Carriers with { WhitelistAllEdges = true, DynamicPeerRouting = DynamicPeerRouting.No, Templates = new() { Tls = "tls.txt", CallPolicy = "policy.txt" } };

        var files = PasteScripts.Of(Sample.Intent() with { Transport = SipTransport.Tls }, Sample.Site(site), Sample.Lab, TemplateTexts.Loaded);

        Assert.Equal(32, files[0].Text.Split("permit-peer service-network 2").Length - 1);
        InOrder(
            files[0].Text, "permit-peer", "config\nsbc\nlab-invented-tls-profile acme-east-tls\nlab-invented-cipher strong\nend\n", "adjacency sip acme-east-us2\nadjacency-limits\nregs 0\n", "account Carriers\n",
            "interop\nmessage-manipulation\nedit-profiles inbound Strip\nforce-signaling-peer all-requests\n",
            "lab-invented-tls\nlab-invented-profile acme-east-tls\nlab-invented-srtp required\nexit\nno activate\nend\n",
            "config\nsbc\nlab-invented-policy Main\nlab-invented-route acme-east-us2 MetasphereCFS\nlab-invented-route MetasphereCFS acme-east-us2\nend\n", "adjacency sip acme-east-us2\nactivate\nend\n");
        InOrder(
            files[1].Text, "no activate\n", "no lab-invented-route MetasphereCFS acme-east-us2\nno lab-invented-route acme-east-us2 MetasphereCFS\n", "no adjacency sip acme-east-us2\n",
            "config\nsbc\nno lab-invented-tls-profile acme-east-tls\nend\n", "no permit-peer service-network 2");
        Assert.Contains("and with them the 1 before them, which lead calls between the adjacencies and MetasphereCFS by the site's template", files[0].Purpose, StringComparison.Ordinal);
    }

    [Fact]
    public void By_hand_what_a_secure_trunk_needs_besides_is_a_worksheet_too()
    {
        var intent = Sample.Intent() with { Transport = SipTransport.Tls };

        var plan = new PerimetaPlanner(new(intent), Sample.Site(Secure with { ApplyByHand = true }), Sample.Lab, RunningConfiguration.Read(Sample.Running), TemplateTexts.Loaded).Plan("perimeta", "Perimeta", "f");

        Assert.Equal(["perimeta.whitelist", "perimeta.tls", "perimeta.adjacency.acme-east-us2.build", "perimeta.adjacency.acme-east-us2.activate"], plan.Steps.Select(step => step.Id));
        Assert.All(plan.Steps, step => Assert.Empty(step.Sends));
        Assert.Equal(["config", "sbc", "lab-invented-tls-profile acme-east-tls", "lab-invented-cipher strong", "end"], plan.Steps[1].Worksheet!.Rows.Select(row => row.Value));
    }

    private static readonly Dictionary<string, string> Known = new() { ["name"] = "acme", ["termination"] = "acme" };

    private static void InOrder(string text, params string[] parts)
    {
        var at = 0;
        foreach (var part in parts)
        {
            var next = text.IndexOf(part, at, StringComparison.Ordinal);
            Assert.True(next >= 0, $"{part} is not after position {at} of\n{text}");
            at = next + part.Length;
        }
    }

    private static OwnedTrunk Adopt(string running, PerimetaSite site, LoadedTemplates? templates = null) =>
        Brownfield.Adopt(Assert.Single(Brownfield.Find(running, Known, site, templates)), "acme", Sample.Site(site));

    private static IReadOnlyList<ObjectDifference> Drift(OwnedTrunk trunk, PerimetaSite site, string running, LoadedTemplates? templates = null) =>
        TrunkDrift.Of(trunk, site, Sample.Lab, RunningConfiguration.Read(running), templates);

    private static SystemPlan Plan(OwnedTrunk trunk, PerimetaSite site, string running, LoadedTemplates? templates = null) =>
        new PerimetaPlanner(new TrunkGoal(trunk.Intent) { Owned = trunk }, Sample.Site(site), Sample.Lab, RunningConfiguration.Read(running), templates).Plan("perimeta", "Perimeta", "f");
}
