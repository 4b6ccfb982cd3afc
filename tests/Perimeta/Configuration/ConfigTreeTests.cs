using TrunkBot.Perimeta.Configuration;

namespace TrunkBot.Perimeta.Tests.Configuration;

public sealed class ConfigTreeTests
{
    private const string Seed = """
        sbc
        signaling
        adjacency sip Twilio
        deactivation-mode normal
        call-media-policy
        early-media timeout 240
        media-bypass-policy forbid
        repeat-sdp-on-200ok
        adjacency-type preset-access
        privacy trusted
        realm GeneralPeeringMedia1
        service-address GeneralPeering-01
        # service-network 2
        # signaling-local-address ipv4 4.3.2.1
        signaling-local-port 5060
        remote-address-range ipv4 54.244.51.0 prefix-len 30
        signaling-peer DUMMY.pstn.us2.twilio.com
        signaling-peer-port 5060
        statistics-setting detail
        default-interop-profile ManagedAccess
        activate
        """;

    [Fact]
    public void The_seed_article_without_indentation_is_understood()
    {
        var adjacency = Assert.Single(RunningConfiguration.Read(Seed).Adjacencies);

        Assert.Equal("Twilio", adjacency.Name);
        Assert.True(adjacency.IsActive);
        Assert.Equal("GeneralPeeringMedia1", adjacency.Realm);
        Assert.Equal("GeneralPeering-01", adjacency.ServiceAddress);
        Assert.Equal("DUMMY.pstn.us2.twilio.com", adjacency.Peer);
        Assert.Equal("54.244.51.0/30", Assert.Single(adjacency.Ranges).ToString());
        Assert.Equal("timeout 240", Assert.Single(adjacency.Node.Of("call-media-policy")).ValueOf("early-media"));
        Assert.Null(Assert.Single(adjacency.Node.Of("call-media-policy")).ValueOf("adjacency-type"));
    }

    [Fact]
    public void A_word_that_only_an_ancestor_knows_climbs_to_it()
    {
        var running = RunningConfiguration.Read("system\nip-access-control\ntrusted-sources\npermit-peer service-network 2 ipv4 192.0.2.1\nblacklisting\nban-peer service-network 2 ipv4 192.0.2.9\nsbc\nmedia\nmedia-address ipv4 192.0.2.3 service-network 2\nrealm R1\n");

        Assert.Equal("192.0.2.1", Assert.Single(running.Permits).First.ToString());
        Assert.Equal("192.0.2.9", Assert.Single(running.Bans).First.ToString());
        Assert.Equal("R1", Assert.Single(running.Realms));
    }

    [Fact]
    public void A_fragment_may_leave_its_parents_out()
    {
        var running = RunningConfiguration.Read("permit-peer service-network 2 ipv4 192.0.2.1\r\nadjacency sip A\r\n\tactivate \r\nadjacency sip B\r\nno activate\r\n");

        Assert.Equal(2, Assert.Single(running.Permits).ServiceNetwork);
        Assert.Equal(["A True", "B False"], running.Adjacencies.Select(adjacency => $"{adjacency.Name} {adjacency.IsActive}"));
    }

    [Fact]
    public void An_unknown_line_keeps_what_is_indented_under_it_and_does_not_close_the_mode()
    {
        var running = RunningConfiguration.Read("adjacency sip A\n  tls-settings\n    realm NotOurs\n    # why\n  realm Ours\n");

        var adjacency = Assert.Single(running.Adjacencies);
        Assert.Equal("Ours", adjacency.Realm);
        var unknown = adjacency.Node.Children.First();
        Assert.Equal(LineKind.Unknown, unknown.Kind);
        Assert.Equal(["realm NotOurs", "# why"], unknown.Children.Select(child => child.Text));
    }

    [Theory]
    [InlineData("adjacency sip \"Two Words\"\n")]
    [InlineData("adjacency sip Two Words\n")]
    public void A_name_with_blanks_is_read_with_and_without_quotes(string text) =>
        Assert.Equal("Two Words", Assert.Single(RunningConfiguration.Read(text).Adjacencies).Name);

    [Fact]
    public void Exit_leaves_one_mode_and_end_leaves_all()
    {
        var running = RunningConfiguration.Read("config\nsystem\nip-access-control\nblacklisting\nban-peer service-network 2 ipv4 192.0.2.9\nexit\nban-peer service-network 2 ipv4 192.0.2.10\nend\nconfig\nsbc\nsignaling\nadjacency sip A\nend\n");

        Assert.Equal(["192.0.2.9", "192.0.2.10"], running.Bans.Select(ban => ban.First.ToString()));
        Assert.Equal("A", Assert.Single(running.Adjacencies).Name);
    }

    [Fact]
    public void An_empty_argument_differs_from_none()
    {
        var profiles = ConfigTree.Read("adjacency sip A\ninterop\nmessage-manipulation\nedit-profiles inbound \"\"\n").Root.Descendants().Last();

        Assert.Equal(["inbound", ""], profiles.Arguments);
        Assert.Equal("edit-profiles inbound \"\"", profiles.Meaning);
    }

    [Theory]
    [InlineData("sbc\nsignalling\n", 2, "sbc-config-misspelled")]
    [InlineData("adjacency sip A\nservice-network112\n", 2, "sbc-config-joined-word")]
    [InlineData("adjacency sip A\nrealm Xend\nconfig\n", 2, "sbc-config-joined-lines")]
    [InlineData("system\n*****\n", 2, "sbc-config-title-line")]
    public void Near_misses_of_pasted_text_are_pointed_out(string text, int line, string code)
    {
        var diagnostic = Assert.Single(ConfigTree.Read(text).Diagnostics);

        Assert.Equal((line, code), (diagnostic.Line, diagnostic.Code));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("sbc")]
    [InlineData("\uFEFFsystem\r\n\tservice-interface serv1 \r\n\r\n")]
    [InlineData("adjacency sip A\n  tls-settings\n    realm NotOurs\n    # why\n\n  realm \"Ours\" \n")]
    public void What_is_read_is_written_the_same(string text)
    {
        using var written = new StringWriter();
        ConfigTree.Read(text).Write(written);

        Assert.Equal(text, written.ToString());
    }

    [Fact]
    public void A_byte_order_mark_is_no_part_of_the_first_word() =>
        Assert.Equal(LineKind.Known, ConfigTree.Read("\uFEFFsystem\n").Root.Children.First().Kind);

    [Fact]
    public void A_no_break_space_is_a_letter_as_it_is_for_a_device() =>
        Assert.Null(Assert.Single(RunningConfiguration.Read("adjacency sip A\nrealm\u00a0R\n").Adjacencies).Realm);

    [Fact]
    public void Lines_are_counted_in_the_text_and_not_in_the_tree() =>
        Assert.Equal(
            ["adjacency 1", "realm 3", "permit-peer 4"],
            ConfigTree.Read("adjacency sip A\n\nrealm R\npermit-peer service-network 2 ipv4 192.0.2.1\n").Root.Descendants()
                .Where(line => line.Kind == LineKind.Known).Select(line => $"{line.Keyword} {line.LineNumber}"));

    [Fact]
    public void A_whole_configuration_stands_in_the_tree_character_for_character()
    {
        const string text = "! head\r\n\r\nsystem  \r\n\tservice-interface serv1\n strange words \"\" here\n   deeper\nno criticality\nend";

        Assert.Equal(text, ConfigPropertyTests.Written(text));
    }

    [Theory]
    [InlineData("  snmp-community public\n", "  snmp-community ***\n")]
    [InlineData("no shared-secret \"a b\"", "no shared-secret ***")]
    [InlineData("user craft Password hunter2 level 3", "user craft Password ***")]
    [InlineData("pre-shared-key 0xAB", "pre-shared-key ***")]
    [InlineData("realm key West", "realm key West")]
    [InlineData("adjacency sip secret One", "adjacency sip secret One")]
    [InlineData("keyword list\nkey-id 5\n", "keyword list\nkey-id 5\n")]
    public void What_looks_like_a_secret_in_a_line_that_nobody_knows_is_struck_out(string text, string shown) =>
        Assert.Equal(shown, SecretLines.Mask(text));

    [Fact]
    public void Ranges_of_bans_are_understood_in_both_likely_forms()
    {
        var running = RunningConfiguration.Read("ban-peer service-network 2 ipv4 192.0.2.9 prefix-len 29\nban-peer service-network 2 ipv4 192.0.2.100 192.0.2.110\nban-peer service-network x ipv4 1\n");

        Assert.Equal(["192.0.2.8-192.0.2.15", "192.0.2.100-192.0.2.110"], running.Bans.Select(ban => $"{ban.First}-{ban.Last}"));
    }
}
