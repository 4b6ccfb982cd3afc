using TrunkBot.Changes.Plans;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Planning;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Tests.Planning;

/// <summary>What a site sets in adjacencies besides the seed article's lines (domain document, section 4).</summary>
public sealed class AdjacencySettingsTests
{
    private const string Northern = """
            adjacency sip NorthernCarrier-1
              account Northern
              interop
                message-manipulation
                  edit-profiles inbound ""
                  edit-profiles outbound StripPrivacy,AddDiversion
              signaling-peer 198.51.100.20
              activate

        """;

    private static readonly AdjacencySettings Everything = new()
    {
        Account = "Northern",
        EditProfilesInbound = [],
        EditProfilesOutbound = ["AddDiversion", "StripPrivacy"],
        ForceSignalingPeer = true,
        DynamicRoutingDomainMatch = true,
        Limits = new()
        {
            Regs = 0,
            CallRate = new() { Sustain = 20, Per = RatePeriod.Second },
            OutOfCallRate = new() { Sustain = 600, Per = RatePeriod.Minute },
        },
    };

    [Fact]
    public void Every_setting_has_its_line_in_the_order_of_the_device()
    {
        var build = Plan(new(Sample.Intent()), Everything).Steps.Single(step => step.Id == "perimeta.adjacency.acme-east-us2.build");

        Assert.Equal(
            [
                "config",
                "sbc",
                "signaling",
                "adjacency sip acme-east-us2",
                "adjacency-limits",
                "regs 0",
                "call-rate sustain 20 per-second",
                "out-of-call-rate sustain 600 per-minute",
                "deactivation-mode normal",
                "account Northern",
                "call-media-policy",
                "early-media timeout 240",
                "media-bypass-policy forbid",
                "repeat-sdp-on-200ok",
                "interop",
                "message-manipulation",
                "edit-profiles inbound \"\"",
                "edit-profiles outbound AddDiversion,StripPrivacy",
                "force-signaling-peer all-requests",
                "adjacency-type preset-access",
                "privacy trusted",
                "realm GeneralPeeringMedia1",
                "service-address GeneralPeering-01",
                "signaling-local-port 5060",
                "remote-address-range ipv4 54.244.51.0 prefix-len 30",
                "signaling-peer acme-east.pstn.us2.twilio.com",
                "dynamic-routing-domain-match acme-east.pstn.us2.twilio.com",
                "signaling-peer-port 5060",
                "statistics-setting detail",
                "default-interop-profile ManagedAccess",
                "no activate",
                "end",
            ],
            build.Sends);
    }

    [Fact]
    public void Inside_interop_the_forced_peer_opens_it_first_when_nothing_else_does() => Assert.Equal(
        ["repeat-sdp-on-200ok", "interop", "force-signaling-peer all-requests", "adjacency-type preset-access"],
        CommandBlocks.AdjacencyLines(Sample.Intent(), Sample.Intent().Edges[0], new() { ForceSignalingPeer = true, ForceSignalingPeerInInterop = true }).Skip(4).Take(4));

    [Theory]
    [InlineData("interop\n  message-manipulation\n    edit-profiles inbound a\n  force-signaling-peer all-requests")]
    [InlineData("interop\n  message-manipulation\n    edit-profiles inbound a\nforce-signaling-peer all-requests")]
    [InlineData("force-signaling-peer all-requests\ninterop\n  message-manipulation\n    edit-profiles inbound a")]
    public void On_which_of_its_two_levels_the_forced_peer_is_read_back_does_not_matter(string actual)
    {
        var intended = CommandBlocks.Intended("A", ["interop", "message-manipulation", "edit-profiles inbound a", "force-signaling-peer all-requests"]);

        Assert.Empty(ConfigDifference.Between(intended, RunningConfiguration.Read("adjacency sip A\n" + actual).Adjacencies[0].Node, activation: false).Lines);
    }

    [Fact]
    public void A_missing_account_stops_the_plan_with_those_that_there_are()
    {
        var finding = Finding("account-missing", new() { Account = "Nothern" });

        Assert.Equal(FindingSeverity.Error, finding.Severity);
        Assert.Contains("Those that adjacencies have are: Northern.", finding.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_missing_header_profile_stops_the_plan_with_those_that_there_are()
    {
        var findings = Plan(new(Sample.Intent()), new() { EditProfilesInbound = ["StripPrivacy", "Fix"], EditProfilesOutbound = ["Fix", "Mend"] }).Findings.Where(f => f.Code == "edit-profile-missing").ToList();

        Assert.Equal(["Fix", "Mend"], findings.Select(f => f.Sentence.ToString().Split(' ')[3]));
        Assert.All(findings, f => Assert.Contains("are: StripPrivacy, AddDiversion.", f.Sentence, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("  header-edit\n    profile Fix\n")]
    [InlineData("  header-edit-profile Fix inbound\n")]
    public void A_name_that_a_line_outside_of_adjacencies_has_is_known_wherever_that_stands(string definition) =>
        Assert.DoesNotContain(Plan(new(Sample.Intent()), new() { EditProfilesInbound = ["Fix"] }, Running + definition).Findings, f => f.Code == "edit-profile-missing");

    [Fact]
    public void A_rate_limit_without_an_alarm_threshold_is_a_warning_and_one_with_is_none()
    {
        AdjacencySettings rates = new() { Limits = new() { CallRate = new() { Sustain = 5, Per = RatePeriod.Second } } };

        Assert.Contains("(call-rate)", Finding("rate-limit-without-alarm", rates).Sentence, StringComparison.Ordinal);
        Assert.DoesNotContain(
            Plan(new(Sample.Intent()), rates, Running + "  diagnostics\n    alarm-thresholds\n      calls 5\n").Findings,
            f => f.Code == "rate-limit-without-alarm");
        Assert.DoesNotContain(Plan(new(Sample.Intent()), new() { Limits = new() { Regs = 0 } }).Findings, f => f.Code == "rate-limit-without-alarm");
    }

    [Theory]
    [InlineData("account Northern", "account Southern")]
    [InlineData("outbound StripPrivacy,AddDiversion", "outbound StripPrivacy")]
    [InlineData("      calls 5\n", "")]
    public void What_the_settings_refer_to_changes_the_fingerprint_when_it_goes(string from, string to)
    {
        var before = Running + "  diagnostics\n    alarm-thresholds\n      calls 5\n";
        var after = before.Replace(from, to, StringComparison.Ordinal);
        Assert.NotEqual(before, after);

        Assert.NotEqual(Fingerprint(before, Everything), Fingerprint(after, Everything));
        Assert.Equal(Fingerprint(before, new()), Fingerprint(after, new()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  diagnostics\n    alarm-thresholds\n      calls 5\n      more 6\n")]
    [InlineData("  header-edit\n    profile StripPrivacy\n")]
    public void The_plan_from_what_is_kept_is_the_plan_from_the_whole(string more)
    {
        var whole = Running.Replace("account Northern", "account Southern", StringComparison.Ordinal) + more;
        var kept = KeptConfiguration.Of(new(Sample.Intent()), whole, Everything);

        Assert.Equal(Fingerprint(whole, Everything), Fingerprint(kept, Everything));
        Assert.Equal(kept, KeptConfiguration.Of(new(Sample.Intent()), kept, Everything));
        Assert.Equal(Sentences(whole), Sentences(kept));

        static IEnumerable<string> Sentences(string running) => Plan(new(Sample.Intent()), Everything, running).Findings.Select(f => f.Sentence.ToString());
    }

    [Fact]
    public void Of_other_adjacencies_only_what_proves_a_name_is_kept()
    {
        var kept = KeptConfiguration.Of(new(Sample.Intent()), Running, new() { Account = "Northern" });

        Assert.Contains("    adjacency sip NorthernCarrier-1\n      account Northern\n  media\n", kept, StringComparison.Ordinal);
        Assert.DoesNotContain("Northern", KeptConfiguration.Of(new(Sample.Intent()), Running, new()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_submode_that_an_owned_adjacency_lacks_is_added_whole_and_taken_back_whole()
    {
        var goal = new TrunkGoal(Sample.Intent()) { Owned = new(Sample.Intent(), new Dictionary<string, string>()) };

        var plan = Plan(goal, Everything, Provisioned());

        var edit = Assert.Single(plan.Steps, step => step.Id == "perimeta.adjacency.acme-east-us2.edit");
        Assert.Equal(
            [
                "adjacency-limits", "regs 0", "call-rate sustain 20 per-second", "out-of-call-rate sustain 600 per-minute", "account Northern", "interop", "message-manipulation",
                "edit-profiles inbound \"\"", "edit-profiles outbound AddDiversion,StripPrivacy", "dynamic-routing-domain-match acme-east.pstn.us2.twilio.com", "force-signaling-peer all-requests",
            ],
            edit.Sends.Skip(5).SkipLast(2));
        Assert.Equal(
            ["no force-signaling-peer all-requests", "no dynamic-routing-domain-match acme-east.pstn.us2.twilio.com", "no interop", "no account Northern", "no adjacency-limits"],
            edit.UndoSends.Skip(5).SkipLast(2));
        Assert.DoesNotContain(plan.Findings, f => f.Code == "adjacency-drifted");
    }

    [Fact]
    public void A_service_network_that_no_interface_has_comes_with_those_that_there_are()
    {
        var finding = Assert.Single(
            Lints.Of(Sample.Intent() with { ServiceAddress = "Nowhere", ServiceNetwork = 7 }, Sample.Perimeta(), RunningConfiguration.Read(Sample.Running)),
            finding => finding.Code == "service-network-missing");

        Assert.Equal("No service interface with an address is on service network 7; there are: 1, 2.", finding.Sentence);
    }

    [Fact]
    public void A_realm_on_another_service_network_is_a_warning() => Assert.Contains(
        Lints.Of(Sample.Intent(), Sample.Perimeta(), RunningConfiguration.Read(Sample.Running.Replace("203.0.113.11 service-network 2", "203.0.113.11 service-network 3", StringComparison.Ordinal))),
        finding => finding is { Code: "realm-network-differs", Severity: FindingSeverity.Warning });

    private static string Running => Sample.Running.Replace("    adjacency sip Meta", Northern + "    adjacency sip Meta", StringComparison.Ordinal);

    private static string Provisioned() => PlannerTests.Provisioned("activate").Replace("adjacency sip MetasphereCFS\n", $"{Northern}adjacency sip MetasphereCFS\n", StringComparison.Ordinal);

    private static string Fingerprint(string running, AdjacencySettings settings) => PlanFingerprint.Of(new(Sample.Intent()), RunningConfiguration.Read(running), settings);

    private static Finding Finding(string code, AdjacencySettings settings) => Assert.Single(Plan(new(Sample.Intent()), settings).Findings, finding => finding.Code == code);

    private static SystemPlan Plan(TrunkGoal goal, AdjacencySettings settings, string? running = null) =>
        new PerimetaPlanner(goal, Sample.Site(Sample.Perimeta() with { Adjacency = settings }), Sample.Lab, RunningConfiguration.Read(running ?? Running)).Plan("perimeta", "Perimeta", "f");
}
