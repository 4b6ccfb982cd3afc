using System.Net;
using System.Net.Sockets;
using TrunkBot.Sip.Location;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Tests.Peers;

namespace TrunkBot.Sip.Tests.Location;

/// <summary>RFC 3263 4 and RFC 2782, against a DNS server of the test.</summary>
public sealed class Locating_servers : IAsyncDisposable
{
    private readonly NameServer _dns = new();

    public ValueTask DisposeAsync() => _dns.DisposeAsync();

    private async Task<(List<string>? Found, SipFailure? Failure)> LocateAsync(string uri, string protocol = "UDP", string[]? allowed = null, Random? random = null)
    {
        var locator = new ServerLocator(
            protocol, AddressFamily.InterNetwork, new SipNameLookup([_dns.EndPoint], random), allowed?.Select(n => IPNetwork.Parse(n)).ToList());
        var (targets, failure) = await locator.LocateAsync(SipUri.Parse(uri), null, TestContext.Current.CancellationToken);
        if (targets is null)
        {
            return (null, failure);
        }

        var found = new List<string> { targets.Current.EndPoint.ToString() };
        while (targets.MoveOn(new TrunkBot.Sip.Transactions.TransactionTimedOut(0)))
        {
            found.Add(targets.Current.EndPoint.ToString());
        }

        return (found, null);
    }

    [Theory]
    [InlineData("sip:a@192.0.2.1", "UDP", "192.0.2.1:5060")]
    [InlineData("sip:a@192.0.2.1:5070", "UDP", "192.0.2.1:5070")]
    [InlineData("sips:a@192.0.2.1", "TLS", "192.0.2.1:5061")]
    [InlineData("sip:a@trunk.test;maddr=192.0.2.9", "TCP", "192.0.2.9:5060")]
    public async Task An_address_is_taken_as_it_is_and_nobody_is_asked(string uri, string protocol, string target)
    {
        Assert.Equal([target], (await LocateAsync(uri, protocol)).Found!);
        Assert.Empty(_dns.Asked);
    }

    [Fact]
    public async Task A_port_makes_it_a_host_name()
    {
        _dns.A("trunk.test", "192.0.2.1", "192.0.2.2").Srv("_sip._udp.trunk.test", 1, 1, 5080, "other.test");

        Assert.Equal(["192.0.2.1:5070", "192.0.2.2:5070"], (await LocateAsync("sip:a@trunk.test:5070")).Found!);
        Assert.Equal(["trunk.test A"], _dns.Asked);
    }

    [Theory]
    [InlineData("UDP", "192.0.2.10:5080")]
    [InlineData("TCP", "192.0.2.11:5081")]
    [InlineData("TLS", "192.0.2.12:5082")]
    public async Task NAPTR_leads_to_the_service_of_our_transport(string protocol, string target)
    {
        _dns.Naptr("trunk.test", 10, 10, "SIPS+D2T", "_sips._tcp.srv.test").Naptr("trunk.test", 20, 10, "SIP+D2T", "_sip._tcp.srv.test").Naptr("trunk.test", 30, 10, "SIP+D2U", "_sip._udp.srv.test")
            .Srv("_sip._udp.srv.test", 1, 1, 5080, "u.test").Srv("_sip._tcp.srv.test", 1, 1, 5081, "t.test").Srv("_sips._tcp.srv.test", 1, 1, 5082, "s.test")
            .A("u.test", "192.0.2.10").A("t.test", "192.0.2.11").A("s.test", "192.0.2.12");

        Assert.Equal([target], (await LocateAsync("sip:trunk.test", protocol)).Found!);
    }

    [Fact]
    public async Task Of_several_NAPTR_records_order_counts_before_preference()
    {
        _dns.Naptr("trunk.test", 20, 1, "SIP+D2U", "_sip._udp.late.test").Naptr("trunk.test", 10, 90, "SIP+D2U", "_sip._udp.second.test").Naptr("trunk.test", 10, 50, "SIP+D2U", "_sip._udp.first.test")
            .Srv("_sip._udp.first.test", 1, 1, 5080, "a.test").A("a.test", "192.0.2.1");

        Assert.Equal(["192.0.2.1:5080"], (await LocateAsync("sip:trunk.test")).Found!);
    }

    [Fact]
    public async Task A_transport_in_the_URI_passes_NAPTR_over()
    {
        _dns.Naptr("trunk.test", 10, 10, "SIP+D2T", "_sip._tcp.elsewhere.test").Srv("_sip._tcp.trunk.test", 1, 1, 5080, "a.test").A("a.test", "192.0.2.1");

        Assert.Equal(["192.0.2.1:5080"], (await LocateAsync("sip:trunk.test;transport=tcp", "TCP")).Found!);
        Assert.Equal(["_sip._tcp.trunk.test SRV", "a.test A"], _dns.Asked);
    }

    [Fact]
    public async Task SRV_records_are_tried_by_priority_and_each_of_their_addresses()
    {
        _dns.Srv("_sip._udp.trunk.test", 20, 0, 5080, "backup.test").Srv("_sip._udp.trunk.test", 10, 0, 5090, "main.test")
            .A("main.test", "192.0.2.1", "192.0.2.2").A("backup.test", "192.0.2.3");

        Assert.Equal(["192.0.2.1:5090", "192.0.2.2:5090", "192.0.2.3:5080"], (await LocateAsync("sip:trunk.test")).Found!);
    }

    [Fact]
    public async Task Weights_share_the_first_place_as_they_say()
    {
        _dns.Srv("_sip._udp.trunk.test", 1, 75, 5060, "big.test").Srv("_sip._udp.trunk.test", 1, 25, 5060, "small.test").A("big.test", "192.0.2.1").A("small.test", "192.0.2.2");
        var locator = new ServerLocator("UDP", AddressFamily.InterNetwork, new SipNameLookup([_dns.EndPoint], new Random(2782)), null);
        var big = 0;
        for (var i = 0; i < 400; i++)
        {
            var (targets, _) = await locator.LocateAsync(SipUri.Parse("sip:trunk.test"), null, TestContext.Current.CancellationToken);
            big += targets!.Current.EndPoint.Address.Equals(IPAddress.Parse("192.0.2.1")) ? 1 : 0;
        }

        Assert.InRange(big, 270, 330);

        // Four names, each asked once: what is known is not asked again.
        Assert.Equal(4, _dns.Asked.Count);
    }

    [Fact]
    public async Task Without_NAPTR_and_SRV_the_host_itself_is_asked()
    {
        _dns.A("trunk.test", "192.0.2.1");

        Assert.Equal(["192.0.2.1:5061"], (await LocateAsync("sip:trunk.test", "TLS")).Found!);
        Assert.Equal(["trunk.test NAPTR", "_sips._tcp.trunk.test SRV", "trunk.test A"], _dns.Asked);
    }

    [Fact]
    public async Task A_domain_that_offers_no_such_service_says_so()
    {
        _dns.Srv("_sips._tcp.trunk.test", 0, 0, 0, ".").A("trunk.test", "192.0.2.1");

        Assert.Equal("sip-service-not-offered", (await LocateAsync("sip:trunk.test", "TLS")).Failure!.Code);
    }

    [Theory]
    [InlineData("sip:nobody.test", "UDP", "sip-name-not-found")]
    [InlineData("sip:nobody.test:5060", "UDP", "sip-name-not-found")]
    [InlineData("sips:trunk.test", "UDP", "sip-tls-required")]
    [InlineData("sip:trunk.test;transport=tls", "TCP", "sip-tls-required")]
    public async Task What_cannot_be_found_is_named(string uri, string protocol, string code) => Assert.Equal(code, (await LocateAsync(uri, protocol)).Failure!.Code);

    [Fact]
    public async Task A_server_to_which_the_site_allows_no_SIP_is_passed_over()
    {
        _dns.Srv("_sip._udp.trunk.test", 1, 0, 5060, "evil.test").Srv("_sip._udp.trunk.test", 2, 0, 5060, "good.test").A("evil.test", "198.51.100.1").A("good.test", "192.0.2.1").A("only-evil.test", "198.51.100.1");

        Assert.Equal(["192.0.2.1:5060"], (await LocateAsync("sip:trunk.test", allowed: ["192.0.2.0/24"])).Found!);
        Assert.Equal("sip-peer-not-allowed", (await LocateAsync("sip:only-evil.test", allowed: ["192.0.2.0/24"])).Failure!.Code);
    }

    [Fact]
    public async Task Broken_answers_are_the_same_as_none()
    {
        _dns.Naptr("trunk.test", 10, 10, "SIP+D2U", "_sip._udp.trunk.test").Srv("_sip._udp.trunk.test", 1, 1, 5080, "a.test").A("a.test", "192.0.2.1").A("trunk.test", "192.0.2.1");
        var random = new Random(1035);
        _dns.Spoil = answer =>
        {
            // The number of the question stays, else the answer would just be thrown away; the flags, too: cut, it would be asked for again over TCP.
            for (var i = 0; i < 6; i++)
            {
                answer[random.Next(4, answer.Length)] = (byte)random.Next(256);
            }

            return answer;
        };
        for (var i = 0; i < 1_500; i++)
        {
            var locator = new ServerLocator("UDP", AddressFamily.InterNetwork, new SipNameLookup([_dns.EndPoint]), [IPNetwork.Parse("192.0.2.0/24")]);

            var (targets, failure) = await locator.LocateAsync(SipUri.Parse("sip:trunk.test"), null, TestContext.Current.CancellationToken);

            Assert.True(targets is null ? failure is not null : targets.All.All(t => t.EndPoint.Address.ToString().StartsWith("192.0.2.", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task A_domain_with_thousands_of_servers_does_not_keep_us_busy()
    {
        for (var i = 0; i < 60; i++)
        {
            _dns.A("trunk.test", $"192.0.2.{i + 1}");
        }

        Assert.Equal(16, (await LocateAsync("sip:trunk.test:5060")).Found!.Count);
    }
}
