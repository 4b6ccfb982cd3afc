using TrunkBot.Sip.Location;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Tests.Peers;

namespace TrunkBot.Sip.Tests.Location;

/// <summary>RFC 3263 4.1, against a DNS server of the test.</summary>
public sealed class Choosing_a_transport : IAsyncDisposable
{
    private readonly NameServer _dns = new();

    public ValueTask DisposeAsync() => _dns.DisposeAsync();

    private Task<SipTransportKind> ChooseAsync(string uri) =>
        TransportChoice.OfAsync(SipUri.Parse(uri), new SipNameLookup([_dns.EndPoint]), TestContext.Current.CancellationToken);

    [Theory]
    [InlineData("sips:trunk.test", SipTransportKind.Tls)]
    [InlineData("sips:trunk.test;transport=tcp", SipTransportKind.Tls)]
    [InlineData("sip:trunk.test;transport=TCP", SipTransportKind.Tcp)]
    [InlineData("sip:trunk.test;transport=tls", SipTransportKind.Tls)]
    [InlineData("sip:trunk.test;transport=udp", SipTransportKind.Udp)]
    [InlineData("sip:trunk.test;transport=sctp", SipTransportKind.Udp)]
    [InlineData("sip:192.0.2.1", SipTransportKind.Udp)]
    [InlineData("sip:[2001:db8::1]", SipTransportKind.Udp)]
    [InlineData("sip:trunk.test:5060", SipTransportKind.Udp)]
    [InlineData("sip:trunk.test;maddr=192.0.2.1", SipTransportKind.Udp)]
    public async Task What_the_URI_says_is_asked_of_nobody(string uri, SipTransportKind transport)
    {
        Assert.Equal(transport, await ChooseAsync(uri));
        Assert.Empty(_dns.Asked);
    }

    [Theory]
    [InlineData("SIP+D2T", SipTransportKind.Tcp)]
    [InlineData("sips+d2t", SipTransportKind.Tls)]
    [InlineData("SIP+D2U", SipTransportKind.Udp)]
    public async Task What_the_domain_prefers_by_NAPTR_is_taken(string preferred, SipTransportKind transport)
    {
        _dns.Naptr("trunk.test", 10, 50, preferred, "a.test").Naptr("trunk.test", 10, 60, "SIP+D2U", "b.test").Naptr("trunk.test", 5, 10, "SIP+D2W", "web.test").Srv("_sip._udp.trunk.test", 1, 1, 5060, "c.test");

        Assert.Equal(transport, await ChooseAsync("sip:trunk.test"));
        Assert.Equal(["trunk.test NAPTR"], _dns.Asked);
    }

    [Fact]
    public async Task Without_NAPTR_the_first_transport_with_SRV_records_is_taken()
    {
        // The domain says that it offers no UDP.
        _dns.Srv("_sip._udp.trunk.test", 0, 0, 0, ".").Srv("_sips._tcp.trunk.test", 1, 1, 5061, "a.test");

        Assert.Equal(SipTransportKind.Tls, await ChooseAsync("sip:trunk.test"));
        Assert.Equal(["trunk.test NAPTR", "_sip._udp.trunk.test SRV", "_sip._tcp.trunk.test SRV", "_sips._tcp.trunk.test SRV"], _dns.Asked);
    }

    [Fact]
    public async Task Without_records_it_is_UDP() => Assert.Equal(SipTransportKind.Udp, await ChooseAsync("sip:trunk.test"));

    [Fact]
    public async Task A_probe_goes_where_NAPTR_leads()
    {
        await using var server = await Kamailio.StartAsync(9, tcp: true);
        _dns.Naptr("trunk.test", 10, 10, "SIP+D2T", "_sip._tcp.srv.test").Srv("_sip._tcp.srv.test", 1, 1, server.Port, "host.test").A("host.test", "127.0.0.1");
        var names = new SipNameLookup([_dns.EndPoint]);
        var target = SipUri.Parse("sip:trunk.test");

        await using var agent = await SipUserAgent.StartAsync(
            new SipUserAgentOptions { LocalAddress = System.Net.IPAddress.Loopback, Names = names, Transport = await TransportChoice.OfAsync(target, names, TestContext.Current.CancellationToken) },
            TestContext.Current.CancellationToken);
        var result = await agent.OptionsAsync(new OptionsRequest { Target = target }, TestContext.Current.CancellationToken);

        Assert.Equal(200, result.Status);
        Assert.Contains("Via: SIP/2.0/TCP ", result.Trace[0].Message);
    }
}
