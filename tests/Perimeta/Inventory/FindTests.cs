using TrunkBot.Changes.Inventory;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Findings;

namespace TrunkBot.Perimeta.Tests.Inventory;

/// <summary>Trunks that people built, as their adjacencies show them.</summary>
public sealed class FindTests
{
    [Fact]
    public void A_trunk_is_found_with_its_values_its_objects_and_what_is_its_own()
    {
        var part = Assert.Single(Brownfield.Find(Brownfield.Running([.. Brownfield.Permits("54.244.51", 3), "permit-peer service-network 2 ipv4 54.171.127.192"], Brownfield.Umatilla, Brownfield.Dublin)));

        Assert.Equal(("perimeta", "acme"), (part.System, part.Termination));
        Assert.Equal(
            [
                "adjacency = Twilio-{legacy}", "adjacency-type = preset-peering", "edges = umatilla,dublin", "interop-profile = Peer", "local-port = 5070",
                "realm = GeneralPeeringMedia1", "service-address = GeneralPeering-01", "service-network = 2", "termination = acme",
            ],
            part.Parameters.Select(p => $"{p.Key} = {p.Value}").Order(StringComparer.Ordinal));
        Assert.Equal(
            [
                "adjacency Twilio-us2, active, to ACME.pstn.us2.twilio.com",
                "adjacency Twilio-ie1, active, to acme.pstn.ie1.twilio.com",
                "permit-peer service-network 2 ipv4 54.244.51.0: there",
                "permit-peer service-network 2 ipv4 54.244.51.1: there",
                "permit-peer service-network 2 ipv4 54.244.51.2: there",
                "permit-peer service-network 2 ipv4 54.244.51.3: there",
                "permit-peer service-network 2 ipv4 54.171.127.192: there",
                "permit-peer service-network 2 ipv4 54.171.127.193: missing",
                "permit-peer service-network 2 ipv4 54.171.127.194: missing",
                "permit-peer service-network 2 ipv4 54.171.127.195: missing",
            ],
            part.Objects);
        Assert.Equal(5, part.Facts.Count(fact => fact is { Value: "added" } && fact.Key.StartsWith("perimeta.permit.2.", StringComparison.Ordinal)));
        Assert.Equal("extra: account Acme\nextra: adjacency-limits\ncall-media-policy / extra: early-media timeout 60", part.Facts["perimeta.adjacency.Twilio-us2.extras"]);
        Assert.Contains("54.171.127.193, 54.171.127.194, 54.171.127.195", One(part, "whitelist-incomplete").Sentence, StringComparison.Ordinal);
        Assert.Equal(
            [
                "Adjacency Twilio-us2 is otherwise than the bot would build it, and stays so: missing: deactivation-mode normal; missing: privacy trusted; missing: statistics-setting detail; "
                    + "call-media-policy / missing: repeat-sdp-on-200ok; call-media-policy / early-media timeout 60 instead of early-media timeout 240.",
                "Adjacency Twilio-ie1 is otherwise than the bot would build it, and stays so: missing: call-media-policy; call-media-policy / missing: early-media timeout 240; "
                    + "call-media-policy / missing: media-bypass-policy forbid; call-media-policy / missing: repeat-sdp-on-200ok.",
            ],
            part.Findings.Where(f => f.Code == "adoption-lines-kept").Select(f => f.Sentence));
        Assert.DoesNotContain(part.Findings, f => f.Severity == FindingSeverity.Error);
    }

    [Fact]
    public void Trunks_are_told_apart_by_their_termination_names_and_one_can_be_asked_for()
    {
        var running = Brownfield.Running([], Brownfield.Umatilla, Peer(Brownfield.Dublin, "zeta.pstn.ie1.twilio.com"));

        Assert.Equal(["acme", "zeta"], Brownfield.Find(running).Select(p => p.Termination));
        Assert.Equal(["zeta"], Brownfield.Find(running, new() { ["termination"] = "zeta.pstn.twilio.com" }).Select(p => p.Termination));
        Assert.Empty(Brownfield.Find(running, new() { ["termination"] = "beta" }));
        Assert.Empty(Brownfield.Find(Sample.Running));
    }

    [Theory]
    [InlineData("acme", "acme-us2", "acme-ie1", "{name}-{legacy}")]
    [InlineData("acme", "umatilla_acme", "dublin_acme", "{edge}_{name}")]
    [InlineData("us2", "us2-us2", "us2-ie1", "{name}-{legacy}")]
    [InlineData("other", "Twilio-us2", "Twilio-ie1", "Twilio-{legacy}")]
    [InlineData(null, "acme-us2-peer", "acme-ie1-peer", "acme-{legacy}-peer")]
    public void The_pattern_of_the_names_is_found(string? name, string umatilla, string dublin, string pattern)
    {
        var part = Assert.Single(Brownfield.Find(
            Brownfield.Running([], Named(Brownfield.Umatilla, umatilla), Named(Brownfield.Dublin, dublin)), name is null ? [] : new() { ["name"] = name }));

        Assert.Equal(pattern, part.Parameters["adjacency"]);
        Assert.DoesNotContain(part.Findings, f => f.Severity == FindingSeverity.Error);
    }

    [Theory]
    [InlineData("Twilio-us2", "Carrier-ie1")]
    [InlineData("Twilio", "Twilio-ie1")]
    [InlineData("Twilio-US2", "Twilio-IE1")]
    public void Names_without_a_pattern_are_named_and_nothing_is_the_trunks_own(string umatilla, string dublin)
    {
        var part = Assert.Single(Brownfield.Find(Brownfield.Running(Brownfield.Permits("54.244.51", 3), Named(Brownfield.Umatilla, umatilla), Named(Brownfield.Dublin, dublin))));

        var finding = One(part, "adoption-names-irregular");
        Assert.Equal(FindingSeverity.Error, finding.Severity);
        Assert.Contains($"{umatilla}, {dublin}", finding.Sentence, StringComparison.Ordinal);
        Assert.Contains("acme-us2", finding.Fix, StringComparison.Ordinal);
        Assert.Empty(part.Facts);
    }

    [Theory]
    [InlineData("west", "Twilio", "Twilio")]
    [InlineData("Twilio", "Twilio", "{name}")]
    public void The_published_procedures_own_name_is_taken_for_one_edge_with_a_warning(string name, string adjacency, string pattern)
    {
        var part = Assert.Single(Brownfield.Find(Brownfield.Running(Brownfield.Permits("54.244.51", 3), Named(Brownfield.Umatilla, adjacency)), new() { ["name"] = name }));

        Assert.Equal(pattern, part.Parameters["adjacency"]);
        Assert.Equal(FindingSeverity.Warning, One(part, "adoption-names-irregular").Severity);
        Assert.Contains("perimeta.permit.2.54.244.51.0", part.Facts.Keys);
    }

    [Fact]
    public void Values_that_differ_are_named_with_their_adjacencies_and_none_of_them_is_told()
    {
        var part = Assert.Single(Brownfield.Find(Brownfield.Running([], Brownfield.Umatilla, [.. Brownfield.Dublin.Select(line => line.Replace("realm GeneralPeeringMedia1", "realm Other", StringComparison.Ordinal))])));

        var finding = One(part, "adoption-values-differ");
        Assert.Equal((FindingSeverity.Error, "The adjacencies of acme differ in realm: GeneralPeeringMedia1 (Twilio-us2); Other (Twilio-ie1)."), (finding.Severity, finding.Sentence.ToString()));
        Assert.False(part.Parameters.ContainsKey("realm"));
        Assert.Equal("5070", part.Parameters["local-port"]);
    }

    [Theory]
    [InlineData("acme.pstn.twilio.com")]
    [InlineData("acme.pstn.mars.twilio.com")]
    public void A_peer_that_names_no_edge_is_an_error_that_says_what_its_range_is(string peer)
    {
        var part = Assert.Single(Brownfield.Find(Brownfield.Running([], Peer(Brownfield.Umatilla, peer))));

        var finding = One(part, "adoption-edge-unknown");
        Assert.Equal(FindingSeverity.Error, finding.Severity);
        Assert.Equal($"The signaling-peer {peer} of adjacency Twilio-us2 does not say which Twilio edge it leads to; its remote-address-range is that of umatilla.", finding.Sentence);
        Assert.Equal("Set signaling-peer to the host of one edge, such as acme.pstn.us2.twilio.com.", finding.Fix);
        Assert.False(part.Parameters.ContainsKey("edges"));
    }

    [Fact]
    public void A_host_of_the_other_style_is_an_error_until_the_site_says_that_style()
    {
        var running = Brownfield.Running(Brownfield.Permits("54.244.51", 3), Peer(Brownfield.Umatilla, "acme.pstn.umatilla.twilio.com"));

        Assert.Equal(FindingSeverity.Error, One(Assert.Single(Brownfield.Find(running)), "adoption-host-style-differs").Severity);
        var part = Assert.Single(Brownfield.Find(running, site: Sample.Perimeta() with { PeerHostStyle = EdgeHostStyle.Edge }));
        Assert.DoesNotContain(part.Findings, f => f.Severity == FindingSeverity.Error);
        Assert.Equal("umatilla", part.Parameters["edges"]);
    }

    [Fact]
    public void Two_adjacencies_to_one_edge_are_an_error()
    {
        var part = Assert.Single(Brownfield.Find(Brownfield.Running([], Brownfield.Umatilla, Named(Brownfield.Umatilla, "Twilio-us2-old"))));

        Assert.Contains("Twilio-us2, Twilio-us2-old", One(part, "adoption-edge-twice").Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Twilio Oregon us2", "Twilio Oregon us2")]
    [InlineData("\"Twilio us2\"", "Twilio us2")]
    [InlineData("Twilio\u0007us2", "Twilio?us2")]
    public void A_name_that_the_bot_never_writes_is_told_and_never_becomes_a_value(string name, string shown)
    {
        var part = Assert.Single(Brownfield.Find(Brownfield.Running([], Named(Brownfield.Umatilla, name))));

        Assert.Contains($"adjacency {shown}, active", part.Objects[0], StringComparison.Ordinal);
        Assert.Contains($"\"{shown}\"", One(part, "sbc-name-unsafe").Sentence, StringComparison.Ordinal);
        Assert.False(part.Parameters.ContainsKey("adjacency"));
        Assert.Empty(part.Facts);
    }

    [Fact]
    public void A_line_that_another_adjacency_needs_is_not_the_trunks_own()
    {
        var other = new[] { "adjacency sip Other", "service-address GeneralPeering-01", "remote-address-range ipv4 54.244.51.2 prefix-len 32", "signaling-peer 54.244.51.2", "activate" };
        var part = Assert.Single(Brownfield.Find(Brownfield.Running(Brownfield.Permits("54.244.51", 3), Brownfield.Umatilla, other)));

        Assert.Contains("permit-peer service-network 2 ipv4 54.244.51.2: there, and another adjacency needs it too", part.Objects);
        Assert.False(part.Facts.ContainsKey("perimeta.permit.2.54.244.51.2"));
        Assert.True(part.Facts.ContainsKey("perimeta.permit.2.54.244.51.3"));
        Assert.Equal(FindingSeverity.Warning, One(part, "adjacency-far-end-taken").Severity);
    }

    [Fact]
    public void What_stands_in_the_way_of_calls_is_told()
    {
        string[] umatilla = [.. Brownfield.Umatilla.Select(line => line switch
        {
            "activate" => "no activate",
            "remote-address-range ipv4 54.244.51.2 prefix-len 30" => "remote-address-range ipv4 54.172.60.0 prefix-len 30",
            "signaling-peer-port 5060" => "signaling-peer-port 5080",
            "realm GeneralPeeringMedia1" => "realm Gone",
            "account Acme" => "auth-password hunter2",
            _ => line,
        })];
        var part = Assert.Single(Brownfield.Find(Brownfield.Running(["permit-peer service-network 3 ipv4 54.244.51.0"], umatilla)));

        Assert.Equal("Adjacency Twilio-us2 is inactive.", One(part, "adjacency-inactive").Sentence);
        Assert.Contains("has remote-address-range ipv4 54.172.60.0 prefix-len 30 instead of remote-address-range ipv4 54.244.51.0 prefix-len 30", One(part, "adjacency-range-differs").Sentence, StringComparison.Ordinal);
        Assert.Contains("has signaling-peer-port 5080 instead of signaling-peer-port 5060", One(part, "adjacency-peer-differs").Sentence, StringComparison.Ordinal);
        Assert.Contains("Some are on service network 3", One(part, "whitelist-incomplete").Sentence, StringComparison.Ordinal);
        Assert.Contains("there are: GeneralPeeringMedia1", One(part, "realm-missing").Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Port_5061_tells_a_secure_trunk_and_a_local_address_tells_its_label()
    {
        string[] umatilla = [.. Brownfield.Umatilla.SelectMany(line => line switch
        {
            "signaling-peer-port 5060" => ["signaling-peer-port 5061"],
            "service-address GeneralPeering-01" => new[] { "service-network 2", "signaling-local-address ipv4 203.0.113.10" },
            _ => [line],
        })];
        var part = Assert.Single(Brownfield.Find(Brownfield.Running([], umatilla)));

        Assert.Equal(("tls", "GeneralPeering-01", "2"), (part.Parameters["transport"], part.Parameters["service-address"], part.Parameters["service-network"]));
    }

    [Fact]
    public void A_secret_is_neither_told_nor_kept_and_says_that_the_adjacency_can_not_be_put_back()
    {
        var running = Brownfield.Running(Brownfield.Permits("54.244.51", 3), [.. Brownfield.Umatilla[..^1], "auth-password hunter2", "activate"]);
        var part = Assert.Single(Brownfield.Find(SecretLines.Mask(running)));

        Assert.Equal(FindingSeverity.Warning, One(part, "adjacency-holds-secret").Severity);
        Assert.DoesNotContain(part.Facts.Values.Concat(part.Objects).Concat(part.Findings.Select(f => f.Sentence.ToString())), text => text.Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public void Words_of_a_device_stay_words()
    {
        var part = Assert.Single(Brownfield.Find(Brownfield.Running([], [.. Brownfield.Umatilla.Select(line => line == "realm GeneralPeeringMedia1" ? "realm \u001b[31mRed" : line)])));

        Assert.All(part.Findings, f => Assert.DoesNotContain(f.Sentence.ToString(), char.IsControl));
    }

    private static Finding One(FoundPart part, string code) => Assert.Single(part.Findings, f => f.Code == code);

    private static string[] Named(string[] lines, string name) => [$"adjacency sip {name}", .. lines[1..]];

    private static string[] Peer(string[] lines, string peer) => [.. lines.Select(line => line.StartsWith("signaling-peer ", StringComparison.Ordinal) ? $"signaling-peer {peer}" : line)];
}
