using TrunkBot.Changes.Plans;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Dialects;
using TrunkBot.Perimeta.Planning;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Tests.Planning;

public sealed class PlannerTests
{
    [Fact]
    public void The_seed_articles_adjacency_is_built_line_by_line_and_stays_inactive()
    {
        var build = Plan(Sample.Intent()).Steps.Single(step => step.Id == "perimeta.adjacency.acme-east-us2.build");

        Assert.Equal(
            [
                "config",
                "sbc",
                "signaling",
                "adjacency sip acme-east-us2",
                "deactivation-mode normal",
                "call-media-policy",
                "early-media timeout 240",
                "media-bypass-policy forbid",
                "repeat-sdp-on-200ok",
                "adjacency-type preset-access",
                "privacy trusted",
                "realm GeneralPeeringMedia1",
                "service-address GeneralPeering-01",
                "signaling-local-port 5060",
                "remote-address-range ipv4 54.244.51.0 prefix-len 30",
                "signaling-peer acme-east.pstn.us2.twilio.com",
                "signaling-peer-port 5060",
                "statistics-setting detail",
                "default-interop-profile ManagedAccess",
                "no activate",
                "end",
            ],
            build.Sends);
        Assert.Equal(["config", "sbc", "signaling", "no adjacency sip acme-east-us2", "end"], build.UndoSends);
        Assert.Equal(StepPhase.AdjacencyBuild, build.Phase);
    }

    [Fact]
    public void The_whitelist_gets_every_address_of_the_edge_the_first_and_the_last_included()
    {
        var whitelist = Plan(Sample.Intent()).Steps[0];

        Assert.Equal("perimeta.whitelist", whitelist.Id);
        Assert.Equal(
            [
                "config",
                "system",
                "ip-access-control",
                "trusted-sources",
                "permit-peer service-network 2 ipv4 54.244.51.0",
                "permit-peer service-network 2 ipv4 54.244.51.1",
                "permit-peer service-network 2 ipv4 54.244.51.2",
                "permit-peer service-network 2 ipv4 54.244.51.3",
                "end",
            ],
            whitelist.Sends);
        Assert.Equal("no permit-peer service-network 2 ipv4 54.244.51.3", whitelist.UndoSends[4]);
        Assert.Equal("no permit-peer service-network 2 ipv4 54.244.51.0", whitelist.UndoSends[7]);
    }

    [Fact]
    public void Only_missing_addresses_are_permitted_and_only_they_are_undone()
    {
        var running = Sample.Running.Replace(
            "permit-peer service-network 2 ipv4 198.51.100.20",
            "permit-peer service-network 2 ipv4 54.244.51.1\n      permit-peer service-network 1 ipv4 54.244.51.2",
            StringComparison.Ordinal);

        var whitelist = Plan(Sample.Intent(), running).Steps[0];

        Assert.Equal(
            ["permit-peer service-network 2 ipv4 54.244.51.0", "permit-peer service-network 2 ipv4 54.244.51.2", "permit-peer service-network 2 ipv4 54.244.51.3"],
            whitelist.Sends.Where(line => line.StartsWith("permit", StringComparison.Ordinal)));
        Assert.DoesNotContain("no permit-peer service-network 2 ipv4 54.244.51.1", whitelist.UndoSends);
    }

    [Fact]
    public void Eight_edges_make_thirty_two_permits_and_eight_adjacencies()
    {
        var plan = Plan(Sample.Intent("ashburn", "umatilla", "dublin", "frankfurt", "tokyo", "singapore", "sydney", "sao-paulo"));

        Assert.Equal(32, plan.Steps[0].Sends.Count(line => line.StartsWith("permit-peer ", StringComparison.Ordinal)));
        Assert.Equal(8, plan.Steps.Count(step => step.Phase == StepPhase.AdjacencyBuild));
        Assert.Equal(8, plan.Steps.Count(step => step.Phase == StepPhase.AdjacencyActivate));
        Assert.DoesNotContain(plan.Findings, finding => finding.Code == "whitelist-not-all-edges");
    }

    [Theory]
    [InlineData(DynamicPeerRouting.Unknown)]
    [InlineData(DynamicPeerRouting.No)]
    public void Without_dynamic_peer_routing_a_person_confirms_before_the_activation(DynamicPeerRouting routing)
    {
        var plan = Plan(Sample.Intent(), routing: routing);

        Assert.Equal(
            ["perimeta.whitelist", "perimeta.adjacency.acme-east-us2.build", "perimeta.routing", "perimeta.adjacency.acme-east-us2.activate"],
            plan.Steps.Select(step => step.Id));
        Assert.True(plan.Steps[2].IsManual);
        Assert.Empty(plan.Steps[2].Sends);
        Assert.Contains(plan.Steps[2].Worksheet!.Rows, row => row.Value == "MetasphereCFS");
        Assert.Equal(FindingSeverity.Hold, plan.Findings.Single(finding => finding.Code == "routing-not-confirmed").Severity);
    }

    [Fact]
    public void What_is_there_as_planned_is_left_alone()
    {
        var plan = Plan(Sample.Intent(), Provisioned("activate"), DynamicPeerRouting.Unknown);

        Assert.Empty(plan.Steps);
        Assert.All(plan.Objects, item => Assert.Equal(PlannedAction.LeaveAlone, item.Action));
        Assert.DoesNotContain(plan.Findings, finding => finding.Code == "routing-not-confirmed");
    }

    [Fact]
    public void An_adjacency_that_only_lacks_activation_is_only_activated()
    {
        var plan = Plan(Sample.Intent(), Provisioned("no activate"));

        var step = Assert.Single(plan.Steps);
        Assert.Equal(["config", "sbc", "signaling", "adjacency sip acme-east-us2", "activate", "end"], step.Sends);
        Assert.Equal(["config", "sbc", "signaling", "adjacency sip acme-east-us2", "no activate", "end"], step.UndoSends);
    }

    [Fact]
    public void An_existing_adjacency_that_differs_stops_the_plan_with_the_difference()
    {
        var plan = Plan(Sample.Intent(), Provisioned("activate").Replace("privacy trusted", "privacy untrusted", StringComparison.Ordinal));

        var finding = plan.Findings.Single(finding => finding.Code == "adjacency-exists-different");
        Assert.Equal(FindingSeverity.Error, finding.Severity);
        Assert.Contains("privacy untrusted instead of privacy trusted", finding.Sentence, StringComparison.Ordinal);
        Assert.Empty(plan.Steps);
    }

    [Fact]
    public void Further_lines_of_an_existing_adjacency_are_a_warning_and_stay()
    {
        var plan = Plan(Sample.Intent(), Provisioned("activate").Replace("privacy trusted", "privacy trusted\naccount Carriers", StringComparison.Ordinal));

        Assert.Contains("extra: account Carriers", plan.Findings.Single(finding => finding.Code == "adjacency-extra-lines").Sentence, StringComparison.Ordinal);
        Assert.Empty(plan.Steps);
    }

    [Fact]
    public void A_wider_range_of_an_existing_adjacency_stops_the_plan()
    {
        var plan = Plan(Sample.Intent(), Provisioned("no activate").Replace("prefix-len 30\n", "prefix-len 30\nremote-address-range ipv4 0.0.0.0 prefix-len 0\n", StringComparison.Ordinal));

        Assert.Contains("remote-address-range ipv4 0.0.0.0 prefix-len 0", plan.Findings.Single(finding => finding.Code == "adjacency-exists-different").Sentence, StringComparison.Ordinal);
        Assert.Empty(plan.Steps);
    }

    [Fact]
    public void An_invented_dialect_at_a_real_site_is_a_warning()
    {
        var site = Sample.Site(Sample.Perimeta());

        Assert.DoesNotContain("sbc-dialect-invented", Codes(site));
        Assert.Contains("sbc-dialect-invented", Codes(site with { Simulated = false }));

        static IEnumerable<string> Codes(SiteProfile site) =>
            new PerimetaPlanner(new(Sample.Intent()), site, Sample.Lab, RunningConfiguration.Read(Sample.Running)).Plan("perimeta", "Perimeta", "f").Findings.Select(finding => finding.Code);
    }

    [Fact]
    public void A_save_command_of_the_site_ends_every_block()
    {
        var dialect = Sample.Lab with { Words = new ModeWords { Save = "save config" } };
        var steps = new PerimetaPlanner(new(Sample.Intent()), Sample.Site(Sample.Perimeta()), dialect, RunningConfiguration.Read(Sample.Running)).Plan("perimeta", "Perimeta", "f").Steps;

        Assert.All(steps, step => Assert.Equal(["end", "save config"], step.Sends.TakeLast(2)));
        Assert.All(steps, step => Assert.Equal(["end", "save config"], step.UndoSends.TakeLast(2)));
    }

    [Fact]
    public void A_trunk_over_tls_makes_no_lines_at_all()
    {
        var plan = Plan(Sample.Intent() with { Transport = SipTransport.Tls });

        Assert.Empty(plan.Steps);
        Assert.Contains(plan.Findings, finding => finding is { Code: "tls-template-missing", Severity: FindingSeverity.Error });
    }

    [Theory]
    [InlineData("acme\nreboot")]
    [InlineData("acme\n")]
    [InlineData("acme east")]
    [InlineData("acme!")]
    [InlineData("\"acme\"")]
    [InlineData("1acme")]
    [InlineData("acme-east-with-a-name-that-is-too")]
    [InlineData("")]
    public void A_name_that_is_no_safe_name_never_becomes_a_line(string name)
    {
        var plan = Plan(Sample.Intent() with { AdjacencyNamePattern = "{name}", Name = name });

        Assert.Empty(plan.Steps);
        var finding = Assert.Single(plan.Findings, finding => finding.Code == "sbc-name-unsafe");
        Assert.Equal(FindingSeverity.Error, finding.Severity);
        Assert.DoesNotContain('\n', finding.Sentence.ToString());
    }

    [Fact]
    public void The_plan_is_the_same_for_the_same_input()
    {
        var (one, two) = (Plan(Sample.Intent()), Plan(Sample.Intent()));

        Assert.Equal(one.Steps.Select(step => step.Id + string.Join('\n', step.Sends) + step.Payload), two.Steps.Select(step => step.Id + string.Join('\n', step.Sends) + step.Payload));
    }

    internal static string Provisioned(string activation) => Sample.Running
        .Replace(
            "      permit-peer service-network 2 ipv4 198.51.100.20\n",
            "permit-peer service-network 2 ipv4 54.244.51.0\npermit-peer service-network 2 ipv4 54.244.51.1\npermit-peer service-network 2 ipv4 54.244.51.2\npermit-peer service-network 2 ipv4 54.244.51.3\n",
            StringComparison.Ordinal)
        .Replace(
            "    adjacency sip MetasphereCFS\n",
            $"""
            adjacency sip acme-east-us2
            deactivation-mode normal
            call-media-policy
            early-media timeout 240
            media-bypass-policy forbid
            repeat-sdp-on-200ok
            adjacency-type preset-access
            privacy trusted
            realm GeneralPeeringMedia1
            service-address GeneralPeering-01
            signaling-local-port 5060
            remote-address-range ipv4 54.244.51.0 prefix-len 30
            signaling-peer acme-east.pstn.us2.twilio.com
            signaling-peer-port 5060
            statistics-setting detail
            default-interop-profile ManagedAccess
            {activation}
            adjacency sip MetasphereCFS

            """,
            StringComparison.Ordinal);

    private static SystemPlan Plan(TrunkIntent intent, string running = Sample.Running, DynamicPeerRouting routing = DynamicPeerRouting.Yes) =>
        new PerimetaPlanner(new(intent), Sample.Site(Sample.Perimeta(routing)), Sample.Lab, RunningConfiguration.Read(running)).Plan("perimeta", "Perimeta", "f");
}
