using TrunkBot.Sip.Messages;

namespace TrunkBot.Sip.Tests.Messages;

public sealed class URIs_and_addresses
{
    [Fact]
    public void A_URI_is_taken_apart()
    {
        Assert.True(SipUri.TryParse("sips:+1650;ext=1@acme.pstn.twilio.com:5061;transport=tls;lr?X-Name=v", out var uri));

        Assert.True(uri.Secure);
        Assert.Equal("+1650;ext=1", uri.User);
        Assert.Equal("acme.pstn.twilio.com", uri.Host);
        Assert.Equal(5061, uri.Port);
        Assert.Equal("tls", uri.Parameter("Transport"));
        Assert.Equal("", uri.Parameter("lr"));
        Assert.Null(uri.Parameter("maddr"));
        Assert.Equal("X-Name=v", uri.Headers);
        Assert.Equal("sips:+1650;ext=1@acme.pstn.twilio.com:5061;transport=tls;lr?X-Name=v", uri.ToString());
    }

    [Fact]
    public void An_IPv6_host_keeps_its_brackets_on_the_wire()
    {
        Assert.True(SipUri.TryParse("sip:a@[2001:db8::1]:5062", out var uri));

        Assert.Equal("2001:db8::1", uri.Host);
        Assert.Equal("sip:a@[2001:db8::1]:5062", uri.ToString());
    }

    [Fact]
    public void A_password_is_never_shown()
    {
        Assert.True(SipUri.TryParse("sip:alice:hunter2@h", out var uri));

        Assert.Equal("hunter2", uri.Password);
        Assert.Equal("sip:alice@h", uri.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("tel:+1650")]
    [InlineData("sip:")]
    [InlineData("sip:@h")]
    [InlineData("sip:a b@h")]
    [InlineData("sip:a@h\r\nEvil: x")]
    [InlineData("sip:a@h\n")]
    [InlineData("sip:a@h:0")]
    [InlineData("sip:a@h:65536")]
    [InlineData("sip:a@h:50:60")]
    [InlineData("sip:a@[::1")]
    [InlineData("sip:a@[nonsense]")]
    [InlineData("sip:a%2@h")]
    [InlineData("sip:a%zz@h")]
    [InlineData("sip:a@h;")]
    [InlineData("sip:a@h;x=\"q\"")]
    [InlineData("sip:a@h<>")]
    [InlineData("sip:a@ex_ample")]
    public void What_is_no_SIP_URI_is_refused(string? text) => Assert.False(SipUri.TryParse(text, out _));

    [Fact]
    public void A_user_that_could_not_stand_in_a_URI_builds_none() => Assert.False(SipUri.TryCreate("a@b\r\n", "h", null, out _));

    [Theory]
    [InlineData("\"A. G. <Bell>\" <sip:agb@bell.example;x=1>;tag=a48s", "A. G. <Bell>", "sip:agb@bell.example;x=1", "a48s")]
    [InlineData("Anonymous <sip:c8@anon.example>;TAG=h", "Anonymous", "sip:c8@anon.example", "h")]
    [InlineData("sip:+1212@example;tag=887s", null, "sip:+1212@example", "887s")]
    [InlineData("<tel:+1650>", null, "tel:+1650", null)]
    [InlineData("\"say \\\"hi\\\"\" <sip:a@b>", "say \"hi\"", "sip:a@b", null)]
    public void An_address_gives_name_URI_and_tag(string text, string? name, string uri, string? tag)
    {
        Assert.True(SipAddress.TryParse(text, out var address));

        Assert.Equal((name, uri, tag), (address.DisplayName, address.UriText, address.Tag));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<sip:a@b")]
    [InlineData("<>")]
    [InlineData("<sip:a@b> tag=1")]
    [InlineData("<sip:a b@c>")]
    [InlineData("name")]
    public void What_is_no_address_is_refused(string text) => Assert.False(SipAddress.TryParse(text, out _));

    [Fact]
    public void A_Via_may_have_white_space_in_all_legal_places()
    {
        Assert.True(SipVia.TryParse("SIP / 2.0 / udp  192.0.2.1 : 5062 ; branch = z9hG4bK1 ;rport", out var via));

        Assert.Equal(("UDP", "192.0.2.1", 5062, "z9hG4bK1", true), (via.Transport, via.Host, via.Port, via.Branch, via.WantsRport));
        Assert.Null(via.ReceivedPort);
    }

    [Theory]
    [InlineData("")]
    [InlineData("SIP/2.0/UDP")]
    [InlineData("SIP/2.0/UDP ;branch=1")]
    [InlineData("HTTP/1.1/TCP h")]
    [InlineData("SIP/2.0/UDP h:abc")]
    public void What_is_no_Via_is_refused(string text) => Assert.False(SipVia.TryParse(text, out _));

    [Theory]
    [InlineData("<sip:a@b>;Q=0.7;q=0.1", "q", "0.7")]
    [InlineData("<sip:a@b> ; expires = 90", "expires", "90")]
    [InlineData("<sip:a@b>;+sip.instance=\"<urn;uuid:1>\";q=1", "+sip.instance", "<urn;uuid:1>")]
    [InlineData("<sip:a@b>;text=\"a \\\"b\\\"; q=2\";q=1", "q", "1")]
    [InlineData("<sip:a@b;q=1>", "q", null)]
    [InlineData("<sip:a@b>;q", "q", null)]
    public void A_parameter_is_found_where_it_stands_and_the_first_counts(string text, string name, string? value)
    {
        Assert.True(SipAddress.TryParse(text, out var address));

        Assert.Equal(value, address.Parameters[name]);
    }

    [Fact]
    public void A_parameter_without_a_value_is_there()
    {
        Assert.True(SipAddress.TryParse("<sip:a@b>;isfocus", out var address));

        Assert.Equal((true, false), (address.Parameters.Contains("ISFOCUS"), address.Parameters.Contains("focus")));
    }
}
