namespace TrunkBot.Lab.Tests.Perimeta;

public sealed class EditorTests
{
    [Fact]
    public void The_seed_adjacency_is_kept_in_the_order_of_the_seed()
    {
        var craft = new Craft().BuildTwilio();

        Assert.Equal(
            """
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
            signaling-peer acme.pstn.us2.twilio.com
            signaling-peer-port 5060
            statistics-setting detail
            default-interop-profile ManagedAccess
            no activate

            """,
            craft.Shown("sbc", "signaling", "adjacency sip Twilio-us2"));
    }

    [Fact]
    public void Lines_in_another_order_end_in_the_same_place()
    {
        var craft = new Craft().Enter("sbc", "signaling", "adjacency sip A", "privacy trusted", "deactivation-mode normal", "interop", "message-manipulation", "edit-profiles outbound X,Y", "call-media-policy");

        Assert.Equal(
            """
            deactivation-mode normal
            call-media-policy
            interop
              message-manipulation
                edit-profiles outbound X,Y
            privacy trusted

            """,
            craft.Shown("sbc", "signaling", "adjacency sip A"));
    }

    [Fact]
    public void A_word_unknown_to_the_mode_climbs_to_the_nearest_mode_that_knows_it()
    {
        var craft = new Craft().Enter("sbc", "signaling", "adjacency sip A", "call-media-policy");
        Assert.Equal("config-adj-cmp", craft.Mode);

        Assert.Null(craft.Type("privacy trusted"));
        Assert.Equal("config-adj-sip", craft.Mode);

        Assert.Null(craft.Type("system"));
        Assert.Equal("config-system", craft.Mode);
    }

    [Fact]
    public void Activate_binds_to_the_innermost_mode_that_knows_it()
    {
        var craft = new Craft().Enter("system", "service-interface serv2", "ipv4", "local-ip-address 203.0.113.12", "activate");

        Assert.Equal("activate\n", craft.Shown("system", "service-interface serv2", "ipv4", "local-ip-address 203.0.113.12"));
    }

    [Fact]
    public void A_word_that_no_mode_knows_is_named_and_changes_neither_mode_nor_configuration()
    {
        var craft = new Craft().Enter("sbc", "signaling", "adjacency sip A");
        var before = craft.Shown();

        Assert.Equal("unknown word 'signalling' in config-adj-sip and in every mode above it", craft.Type("signalling"));
        Assert.Equal("config-adj-sip", craft.Mode);
        Assert.Equal(before, craft.Shown());
    }

    [Theory]
    [InlineData("realm Realm-with-a-name-of-31-letters", "'Realm-with-a-name-of-31-letters' is not a name of 1 to 30 letters, digits, hyphens and underscores")]
    [InlineData("realm", "'realm' needs a name of 1 to 30 letters, digits, hyphens and underscores after it")]
    [InlineData("realm A B", "'B' is one word too many")]
    [InlineData("signaling-local-port 65536", "'65536' is not a port from 1 to 65535")]
    [InlineData("signaling-local-port 05060", "'05060' is not a port from 1 to 65535")]
    [InlineData("remote-address-range ipv4 54.244.51.256 prefix-len 30", "'54.244.51.256' is not an IPv4 address")]
    [InlineData("remote-address-range ipv4 54.244.51 prefix-len 30", "'54.244.51' is not an IPv4 address")]
    [InlineData("remote-address-range ipv4 54.244.51.0/30", "'54.244.51.0/30' is not an IPv4 address")]
    [InlineData("remote-address-range ipv4 54.244.51.0 prefix-len 33", "'33' is not a prefix length from 0 to 32")]
    [InlineData("signaling-peer http://acme", "'http://acme' is not a host name or an IPv4 address")]
    [InlineData("adjacency-type preset-peer", "'preset-peer' is not 'preset-access' or 'preset-peering' or 'preset-core'")]
    [InlineData("statistics-setting details", "'details' is not 'detail' or 'summary'")]
    [InlineData("privacy \"trusted", "a quote is left open or a word follows a quote without a blank")]
    [InlineData("realm \"A\"B", "a quote is left open or a word follows a quote without a blank")]
    [InlineData("no", "'no' needs the line to remove after it")]
    [InlineData("no realm Other", "there is no 'realm Other' here to remove")]
    public void A_wrong_word_is_named(string line, string complaint)
    {
        var craft = new Craft().Enter("sbc", "signaling", "adjacency sip A");

        Assert.Equal(complaint, craft.Type(line));
    }

    [Theory]
    [InlineData("adjacency sip Two Words", "'Words' is one word too many")]
    [InlineData("adjacency sip \"Two Words\"", "'Two Words' is not a name of 1 to 30 letters, digits, hyphens and underscores")]
    [InlineData("adjacency h323 A", "'h323' is not 'sip'")]
    [InlineData("no adjacency sip Nobody", "there is no 'adjacency sip Nobody' here to remove")]
    public void A_bad_adjacency_name_is_refused(string line, string complaint)
    {
        var craft = new Craft().Enter("sbc", "signaling");

        Assert.Equal(complaint, craft.Type(line));
    }

    [Fact]
    public void A_repeated_permit_is_accepted_and_changes_nothing()
    {
        var craft = new Craft().Enter("system", "ip-access-control", "trusted-sources", "permit-peer service-network 2 ipv4 54.244.51.0");
        var before = craft.Shown();

        Assert.Null(craft.Type("permit-peer service-network 2 ipv4 54.244.51.0"));
        Assert.Equal(before, craft.Shown());
        Assert.Empty(craft.Notes);
    }

    [Fact]
    public void Permits_gather_and_each_is_removed_alone()
    {
        var craft = new Craft().Enter(
            "system",
            "ip-access-control",
            "trusted-sources",
            "permit-peer service-network 2 ipv4 54.244.51.0",
            "permit-peer service-network 2 ipv4 54.244.51.1",
            "no permit-peer service-network 2 ipv4 54.244.51.0");

        Assert.Equal(
            """
            permit-peer service-network 2 ipv4 198.51.100.20
            permit-peer service-network 2 ipv4 198.51.100.21
            permit-peer service-network 2 ipv4 54.244.51.1

            """,
            craft.Shown("system", "ip-access-control", "trusted-sources"));
        Assert.Equal("'permit-peer' needs 'service-network' after it", craft.Type("no permit-peer"));
    }

    [Fact]
    public void A_new_value_takes_the_place_of_the_old_and_no_keyword_removes_it()
    {
        var craft = new Craft().Enter("sbc", "signaling", "adjacency sip A", "signaling-peer-port 5060", "signaling-peer-port 5070");
        Assert.Equal("signaling-peer-port 5070\n", craft.Shown("sbc", "signaling", "adjacency sip A"));

        Assert.Null(craft.Type("no signaling-peer-port"));
        Assert.Equal("", craft.Shown("sbc", "signaling", "adjacency sip A"));
    }

    [Fact]
    public void A_ban_inside_a_banned_range_is_accepted_with_the_published_note()
    {
        var craft = new Craft().Enter("system", "ip-access-control", "blacklisting", "ban-peer service-network 2 ipv4 192.0.2.77 prefix-len 24");
        Assert.Equal(["! This configuration overlaps with configured banned peer range 192.0.2.9 to 192.0.2.9 and is redundant."], craft.Notes);
        Assert.Equal("config-ban-peer", craft.Mode);

        Assert.Null(craft.Type("ban-peer service-network 2 ipv4 192.0.2.200"));
        Assert.Equal(["! This configuration overlaps with configured banned peer range 192.0.2.0 to 192.0.2.255 and is redundant."], craft.Notes);

        Assert.Null(craft.Type("ban-peer service-network 3 ipv4 192.0.2.200"));
        Assert.Empty(craft.Notes);
    }

    [Fact]
    public void A_permit_of_a_banned_address_is_accepted_with_a_note()
    {
        var craft = new Craft().Enter("system", "ip-access-control", "trusted-sources", "permit-peer service-network 2 ipv4 192.0.2.9");

        Assert.Equal(["! This peer is banned as well, by the range 192.0.2.9 to 192.0.2.9."], craft.Notes);
    }

    [Fact]
    public void Every_published_rate_limit_is_known_and_noted()
    {
        var craft = new Craft().Enter("sbc", "signaling", "adjacency sip A", "adjacency-limits", "regs 0", "call-rate sustain 10 per-second");

        Assert.Equal(["! Calls above this rate are rejected without an alarm: no alarm threshold is configured."], craft.Notes);
        Assert.Null(craft.Type("out-of-call-rate sustain 600 per-minute"));
    }

    [Fact]
    public void The_object_that_another_session_removed_is_missed()
    {
        var craft = new Craft().Enter("sbc", "signaling", "adjacency sip A");
        var signaling = craft.Config.Follow(["sbc", "signaling"])![^1];
        signaling.Remove(signaling.Child("adjacency sip A")!);

        Assert.Equal("the object that was open has been removed by another session; now at the top of the configuration", craft.Type("privacy trusted"));
        Assert.Equal("config", craft.Mode);
    }
}
