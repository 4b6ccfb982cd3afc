using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Planning;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Tests.Planning;

public sealed class LintTests
{
    [Fact]
    public void P03_edges_that_stay_off_the_whitelist_are_named() =>
        Finds("whitelist-not-all-edges", FindingSeverity.Warning, "ashburn, dublin, frankfurt, tokyo, singapore, sydney, sao-paulo", Sample.Intent());

    [Fact]
    public void P04_permitted_addresses_in_no_range_are_named() =>
        Finds(
            "whitelist-without-adjacency",
            FindingSeverity.Warning,
            "dublin",
            Sample.Intent(),
            Sample.Running.Replace("ipv4 198.51.100.20", "ipv4 54.171.127.192", StringComparison.Ordinal));

    [Fact]
    public void P05_the_whitelist_must_be_on_the_network_of_the_service_address() =>
        Finds("service-network-differs", FindingSeverity.Error, "is on service network 2, the whitelist would be on 3", Sample.Intent() with { ServiceNetwork = 3 });

    [Fact]
    public void P05_a_network_that_could_not_be_read_is_said_and_not_guessed() =>
        Finds("service-network-unproven", FindingSeverity.Warning, "could not be read", Sample.Intent(), Sample.Running.Replace("    service-network 2\n", "", StringComparison.Ordinal));

    [Fact]
    public void P09_preset_access_is_a_warning() => Finds("preset-access-on-carrier-trunk", FindingSeverity.Warning, "preset-peering", Sample.Intent());

    [Fact]
    public void P09_preset_peering_is_none() =>
        Assert.DoesNotContain(Find(Sample.Intent() with { AdjacencyType = "preset-peering" }, Sample.Running), finding => finding.Code == "preset-access-on-carrier-trunk");

    [Fact]
    public void P10_peering_adjacencies_that_are_built_without_a_limit_of_registrations_are_said() =>
        Finds("peering-without-regs-limit", FindingSeverity.Info, "nothing keeps a far end from registering", Sample.Intent() with { AdjacencyType = "preset-peering" });

    [Fact]
    public void P10_with_the_limit_there_is_nothing_to_say() => Assert.DoesNotContain(
        Lints.Of(Sample.Intent() with { AdjacencyType = "preset-peering" }, Sample.Perimeta() with { Adjacency = new() { Limits = new() { Regs = 0 } } }, RunningConfiguration.Read(Sample.Running)),
        finding => finding.Code == "peering-without-regs-limit");

    [Fact]
    public void P12_a_banned_address_stops_the_plan() =>
        Finds(
            "whitelist-address-banned",
            FindingSeverity.Error,
            "ban-peer service-network 2 ipv4 54.244.51.0 prefix-len 24",
            Sample.Intent(),
            Sample.Running.Replace("    trusted-sources\n", "    blacklisting\n      ban-peer service-network 2 ipv4 54.244.51.0 prefix-len 24\n    trusted-sources\n", StringComparison.Ordinal));

    [Theory]
    [InlineData("remote-address-range ipv4 54.244.51.2 prefix-len 32")]
    [InlineData("signaling-peer acme-east.pstn.us2.twilio.com")]
    public void P14_a_second_way_to_the_same_far_end_stops_the_plan(string line) =>
        Finds(
            "adjacency-far-end-taken",
            FindingSeverity.Error,
            "OldTwilio",
            Sample.Intent(),
            Sample.Running.Replace("    adjacency sip Meta", $"    adjacency sip OldTwilio\n      service-address GeneralPeering-01\n      {line}\n    adjacency sip Meta", StringComparison.Ordinal));

    [Fact]
    public void P14_the_same_local_address_written_without_its_label_is_the_same_way() =>
        Finds("adjacency-far-end-taken", FindingSeverity.Error, "OldTwilio", Sample.Intent(), WithOld("service-network 2\n      signaling-local-address ipv4 203.0.113.10"));

    [Theory]
    [InlineData("service-network 2\n      signaling-local-address ipv4 203.0.113.99")]
    [InlineData("service-network 1\n      signaling-local-address ipv4 203.0.113.10")]
    public void P14_another_local_address_is_another_way(string lines) =>
        Assert.DoesNotContain(Find(Sample.Intent(), WithOld(lines)), finding => finding.Code == "adjacency-far-end-taken");

    [Fact]
    public void P14_another_service_address_is_another_way() =>
        Assert.DoesNotContain(
            Find(Sample.Intent(), Sample.Running.Replace("    adjacency sip Meta", "    adjacency sip OldTwilio\n      service-address Core-01\n      signaling-peer acme-east.pstn.us2.twilio.com\n    adjacency sip Meta", StringComparison.Ordinal)),
            finding => finding.Code == "adjacency-far-end-taken");

    [Fact]
    public void P15_a_missing_service_address_comes_with_those_that_exist() =>
        Finds("service-address-missing", FindingSeverity.Error, "there are: Core-01, GeneralPeering-01", Sample.Intent() with { ServiceAddress = "Nowhere" });

    [Fact]
    public void P15_a_missing_realm_comes_with_those_that_exist() =>
        Finds("realm-missing", FindingSeverity.Error, "there are: GeneralPeeringMedia1", Sample.Intent() with { Realm = "Nowhere" });

    [Fact]
    public void Edges_that_would_share_a_name_stop_the_plan() =>
        Finds("adjacency-name-duplicate", FindingSeverity.Error, "umatilla, dublin", Sample.Intent("umatilla", "dublin") with { AdjacencyNamePattern = "{name}" });

    [Fact]
    public void TCP_is_said_to_be_the_Perimetas_own_affair() =>
        Finds("transport-not-configured", FindingSeverity.Warning, "the same lines as for UDP", Sample.Intent() with { Transport = SipTransport.Tcp });

    [Fact]
    public void An_address_that_does_media_only_stops_the_plan()
    {
        var finding = Assert.Single(Lints.Of(Sample.Intent(), Sample.Perimeta() with { Role = PerimetaRole.Media }, RunningConfiguration.Read(Sample.Running)), finding => finding.Code == "sbc-media-only");

        Assert.Equal(FindingSeverity.Error, finding.Severity);
        Assert.True(Lints.PreventsLines(finding));
    }

    [Fact]
    public void P18_a_misspelt_line_of_the_configuration_is_shown() =>
        Finds("sbc-config-misspelled", FindingSeverity.Warning, "\"signalling\" is no word here; \"signaling\" is", Sample.Intent(), Sample.Running.Replace("  media\n", "  signalling\n  media\n", StringComparison.Ordinal));

    [Fact]
    public void P18_no_more_than_five_odd_lines_are_shown() =>
        Assert.Equal(5, Find(Sample.Intent(), Sample.Running + string.Concat(Enumerable.Repeat("***\n", 9))).Count(finding => finding.Code == "sbc-config-title-line"));

    [Fact]
    public void Every_finding_has_a_source_and_a_fix() =>
        Assert.All(Find(Sample.Intent() with { Realm = "x", ServiceAddress = "y", Transport = SipTransport.Tls }, Sample.Running), finding => Assert.True(finding.Source is not null && finding.Fix is not null));

    private static string WithOld(string lines) => Sample.Running.Replace(
        "    adjacency sip Meta",
        $"    adjacency sip OldTwilio\n      signaling-peer acme-east.pstn.us2.twilio.com\n      {lines}\n    adjacency sip Meta",
        StringComparison.Ordinal);

    private static void Finds(string code, FindingSeverity severity, string words, TrunkIntent intent, string running = Sample.Running)
    {
        var finding = Assert.Single(Find(intent, running), finding => finding.Code == code);
        Assert.Equal(severity, finding.Severity);
        Assert.Contains(words, finding.Sentence, StringComparison.Ordinal);
    }

    private static List<Finding> Find(TrunkIntent intent, string running) =>
        [.. Lints.Of(intent, Sample.Perimeta(DynamicPeerRouting.Unknown), RunningConfiguration.Read(running))];
}
