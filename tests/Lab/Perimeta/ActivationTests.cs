namespace TrunkBot.Lab.Tests.Perimeta;

public sealed class ActivationTests
{
    private static readonly string[] Complete =
    [
        "realm GeneralPeeringMedia1",
        "service-address GeneralPeering-01",
        "remote-address-range ipv4 54.244.51.0 prefix-len 30",
        "signaling-peer acme.pstn.us2.twilio.com",
    ];

    [Fact]
    public void A_complete_adjacency_is_activated_and_taken_out_of_service()
    {
        var craft = new Craft().BuildTwilio();
        var adjacency = craft.Config.Follow(["sbc", "signaling", "adjacency sip Twilio-us2"])![^1];
        Assert.False(adjacency.IsActive);

        Assert.Null(craft.Type("activate"));
        Assert.True(adjacency.IsActive);

        Assert.Null(craft.Type("no activate"));
        Assert.False(adjacency.IsActive);
    }

    [Theory]
    [InlineData("realm", "'adjacency sip A' cannot be activated: it has no 'realm'")]
    [InlineData("service-address", "'adjacency sip A' cannot be activated: it has no 'service-address'")]
    [InlineData("signaling-peer", "'adjacency sip A' cannot be activated: it has no 'signaling-peer'")]
    [InlineData("remote-address-range", "'adjacency sip A' cannot be activated: it has no 'remote-address-range'")]
    public void An_incomplete_adjacency_is_not_activated(string missing, string complaint)
    {
        var craft = new Craft().Enter(["sbc", "signaling", "adjacency sip A", .. Complete.Where(line => line.Split(' ')[0] != missing)]);

        Assert.Equal(complaint, craft.Type("activate"));
    }

    [Theory]
    [InlineData("realm Peering", "'adjacency sip A' cannot be activated: realm 'Peering' is not defined under sbc media")]
    [InlineData("service-address Peering", "'adjacency sip A' cannot be activated: service-address 'Peering' is not defined under system")]
    public void An_undefined_label_is_not_activated(string line, string complaint)
    {
        var craft = new Craft().Enter(["sbc", "signaling", "adjacency sip A", .. Complete, line]);

        Assert.Equal(complaint, craft.Type("activate"));
    }

    [Fact]
    public void A_service_network_with_a_local_address_stands_for_a_service_address()
    {
        var craft = new Craft().Enter(["sbc", "signaling", "adjacency sip A", .. Complete, "no service-address", "service-network 2", "signaling-local-address ipv4 203.0.113.10"]);

        Assert.Null(craft.Type("activate"));
    }

    [Theory]
    [InlineData("realm CoreMedia1", "'realm' cannot be changed while 'adjacency sip Twilio-us2' is active: 'no activate' it first")]
    [InlineData("no realm", "'realm' cannot be changed while 'adjacency sip Twilio-us2' is active: 'no activate' it first")]
    [InlineData("service-address Core-01", "'service-address' cannot be changed while 'adjacency sip Twilio-us2' is active: 'no activate' it first")]
    [InlineData("signaling-peer other.pstn.twilio.com", "'signaling-peer' cannot be changed while 'adjacency sip Twilio-us2' is active: 'no activate' it first")]
    public void What_an_active_adjacency_stands_on_is_not_changed(string line, string complaint)
    {
        var craft = new Craft().BuildTwilio();
        Assert.Null(craft.Type("activate"));

        Assert.Equal(complaint, craft.Type(line));
        Assert.Null(craft.Type("no activate"));
        Assert.Null(craft.Type(line));
    }

    [Fact]
    public void The_same_value_again_is_accepted_while_active()
    {
        var craft = new Craft().BuildTwilio();
        Assert.Null(craft.Type("activate"));

        Assert.Null(craft.Type("realm GeneralPeeringMedia1"));
        Assert.Null(craft.Type("statistics-setting summary"));
    }

    [Fact]
    public void An_active_adjacency_is_not_removed()
    {
        var craft = new Craft().BuildTwilio();
        Assert.Null(craft.Type("activate"));

        Assert.Equal("'adjacency sip Twilio-us2' is active: 'no activate' it first", craft.Type("no adjacency sip Twilio-us2"));

        Assert.Null(craft.Type("no activate"));
        Assert.Null(craft.Type("no adjacency sip Twilio-us2"));
        Assert.Equal("config-sbc-sig", craft.Mode);
        Assert.Null(craft.Config.Follow(["sbc", "signaling", "adjacency sip Twilio-us2"]));
    }
}
