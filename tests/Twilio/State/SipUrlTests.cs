using TrunkBot.Trunks;
using TrunkBot.Twilio.Planning;
using TrunkBot.Twilio.State;

namespace TrunkBot.Twilio.Tests.State;

public sealed class SipUrlTests
{
    [Theory]
    [InlineData("sip:203.0.113.16:5060;transport=udp", "sip:203.0.113.16")]
    [InlineData("sip:203.0.113.16:5060;transport=udp", "SIP://203.0.113.16:5060")]
    [InlineData("sip:SBC.example.com;transport=TLS", "sip:sbc.example.com:5061;transport=tls")]
    [InlineData("sip:h;edge=dublin;transport=tcp", "sip:h:5060;transport=tcp;edge=dublin")]
    public void Spellings_of_the_same_url_are_the_same(string one, string other) => Assert.True(SipUrl.Same(one, other));

    [Theory]
    [InlineData("sip:203.0.113.16", "sip:203.0.113.17")]
    [InlineData("sip:h:5060", "sip:h:5061")]
    [InlineData("sip:h;transport=tcp", "sip:h")]
    [InlineData("sip:a@h", "sip:b@h")]
    [InlineData("sip:h", "https://h")]
    [InlineData("sip:", "sip:")]
    public void Different_urls_differ(string one, string other) => Assert.False(SipUrl.Same(one, other));

    [Theory]
    [InlineData("203.0.113.20", 28, "203.0.113.16/28")]
    [InlineData("203.0.113.16", 28, "203.0.113.16/28")]
    [InlineData("198.51.100.7", null, "198.51.100.7/32")]
    [InlineData("198.51.100.7", 0, "0.0.0.0/0")]
    public void An_entry_stands_for_its_whole_range(string address, int? prefix, string range) =>
        Assert.Equal(range, AddressState.Text(AddressState.Network(address, prefix)!.Value));

    [Theory]
    [InlineData("2001:db8::1", 64)]
    [InlineData("nonsense", 32)]
    [InlineData(null, 32)]
    [InlineData("203.0.113.1", 33)]
    public void What_is_no_ipv4_range_is_none(string? address, int? prefix) => Assert.Null(AddressState.Network(address, prefix));

    [Fact]
    public void Origination_goes_to_the_first_public_address_and_fixes_the_edge_only_when_not_all_are_served()
    {
        Assert.Equal("sip:203.0.113.16:5060;transport=udp", TwilioPlanner.OriginationUrl(Given.Intent));
        Assert.Equal(
            "sip:203.0.113.16:5061;transport=tls;edge=umatilla",
            TwilioPlanner.OriginationUrl(Given.Intent with { Edges = Given.Umatilla, Transport = SipTransport.Tls, LocalPort = 5061 }));
    }
}
