using System.Net;
using Microsoft.Extensions.Time.Testing;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Tests.Peers;
using TrunkBot.Sip.Tests.Transactions;
using static TrunkBot.Sip.Tests.Peers.Scenarios;

namespace TrunkBot.Sip.Tests.Calls;

public sealed class Probes
{
    private static OptionsRequest To(int port) => new() { Target = SipUri.Parse($"sip:acme@127.0.0.1:{port}") };

    [Theory]
    [InlineData("200 OK", 200)]
    [InlineData("404 Not Found", 404)]
    public async Task Any_final_answer_means_up(string reply, int status)
    {
        await using var peer = await Peer.SippAsync(Of(Recv("OPTIONS"), Reply(reply)));
        await using var agent = await Agent.StartAsync();

        var result = await agent.OptionsAsync(To(peer.Port), Agent.Ct);

        Assert.Equal((OptionsState.Up, status), (result.State, result.Status));
        Assert.InRange(result.RoundTripMilliseconds!.Value, 0.01, 3_000);
        Assert.Equal(2, result.Trace.Count);
        Assert.Null(result.Failure);
    }

    [Theory]
    [InlineData(SipTransportKind.Udp, "u1")]
    [InlineData(SipTransportKind.Tcp, "t1")]
    public async Task An_IPv6_server_is_asked_from_an_IPv6_address(SipTransportKind transport, string sipp)
    {
        await using var peer = await Peer.SippAsync(Of(Recv("OPTIONS"), Reply("200 OK")), "-i", "::1", "-t", sipp);
        await using var agent = await SipUserAgent.StartAsync(new SipUserAgentOptions { LocalAddress = IPAddress.IPv6Any, Transport = transport }, Agent.Ct);

        var result = await agent.OptionsAsync(new OptionsRequest { Target = SipUri.Parse($"sip:acme@[::1]:{peer.Port}") }, Agent.Ct);

        Assert.Equal((OptionsState.Up, 200), (result.State, result.Status));
        Assert.Contains($" [::1]:{agent.LocalEndPoint.Port};branch=", result.Trace[0].Message);
        Assert.Contains("From: <sip:probe@[::1]>;", result.Trace[0].Message);
    }

    [Fact]
    public async Task A_proxy_is_asked_in_place_of_the_host_and_no_name_is_looked_up()
    {
        await using var peer = await Peer.SippAsync(Of(Recv("OPTIONS"), Reply("200 OK")));
        await using var agent = await Agent.StartAsync();

        var result = await agent.OptionsAsync(
            new OptionsRequest { Target = SipUri.Parse("sip:acme.pstn.twilio.com"), OutboundProxy = SipUri.Parse($"sip:127.0.0.1:{peer.Port}") }, Agent.Ct);

        Assert.Equal(OptionsState.Up, result.State);
        Assert.Equal("OPTIONS sip:acme.pstn.twilio.com SIP/2.0", result.Trace[0].FirstLine);
    }

    [Fact]
    public async Task Silence_until_the_limit_means_unreachable_without_a_round_trip()
    {
        var time = new FakeTimeProvider();
        await using var wire = new FakeWire();
        await using var agent = SipUserAgent.Start(wire, new SipUserAgentOptions { TimeProvider = time });

        var probe = agent.OptionsAsync(To(5090) with { Timeout = TimeSpan.FromSeconds(4) }, Agent.Ct);
        await wire.NextAsync("OPTIONS");
        time.Advance(TimeSpan.FromSeconds(4));
        var result = await probe;

        Assert.Equal((OptionsState.Unreachable, null, "sip-timeout"), (result.State, result.Status, result.Failure!.Code));
        Assert.Null(result.RoundTripMilliseconds);
    }

    [Fact]
    public async Task The_round_trip_is_taken_when_the_answer_comes()
    {
        var time = new FakeTimeProvider();
        await using var wire = new FakeWire();
        await using var agent = SipUserAgent.Start(wire, new SipUserAgentOptions { TimeProvider = time });

        var probe = agent.OptionsAsync(To(5090), Agent.Ct);
        var options = await wire.NextAsync("OPTIONS");
        time.Advance(TimeSpan.FromMilliseconds(87));
        wire.Answer(options, 200, "OK");
        time.Advance(TimeSpan.FromMilliseconds(500));

        Assert.Equal(87, (await probe).RoundTripMilliseconds);
    }

    [Theory]
    [InlineData("sip:no-such-host.invalid", "sip-name-not-found")]
    [InlineData("sips:a@127.0.0.1", "sip-tls-required")]
    [InlineData("sip:a@127.0.0.1;transport=tls", "sip-tls-required")]
    [InlineData("sip:a@[::1]", "sip-name-not-found")]
    public async Task What_was_not_sent_is_unchecked_with_the_reason(string target, string code)
    {
        await using var agent = await Agent.StartAsync();

        var result = await agent.OptionsAsync(new OptionsRequest { Target = SipUri.Parse(target) }, Agent.Ct);

        Assert.Equal((OptionsState.Unchecked, code), (result.State, result.Failure!.Code));
        Assert.Empty(result.Trace);
    }

    [Fact]
    public async Task An_address_that_the_site_does_not_allow_gets_nothing()
    {
        await using var wire = new FakeWire();
        await using var agent = SipUserAgent.Start(wire, new SipUserAgentOptions { AllowedPeers = [IPNetwork.Parse("192.0.2.0/24")] });

        var result = await agent.OptionsAsync(To(5090), Agent.Ct);

        Assert.Equal((OptionsState.Unchecked, "sip-peer-not-allowed"), (result.State, result.Failure!.Code));
        Assert.Equal(0, wire.SentCount());
    }

    [Fact]
    public async Task Giving_up_a_probe_ends_it()
    {
        await using var wire = new FakeWire();
        await using var agent = SipUserAgent.Start(wire, new SipUserAgentOptions { TimeProvider = new FakeTimeProvider() });
        using var giveUp = new CancellationTokenSource();

        var probe = agent.OptionsAsync(To(5090), giveUp.Token);
        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => probe);
    }

    [Fact]
    public async Task Many_probes_at_once_keep_their_answers_apart()
    {
        await using var peer = await Peer.SippAsync(Of(Recv("OPTIONS"), Reply("200 OK")));
        await using var agent = await Agent.StartAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => agent.OptionsAsync(To(peer.Port), Agent.Ct)));

        Assert.All(results, r => Assert.Equal(OptionsState.Up, r.State));
        Assert.Equal(50, results.Select(r => r.Trace[0].Message).Distinct().Count());
    }

    [Theory]
    [InlineData("Authorization: Digest username=\"u\", response=\"abc\"\r\nTo: x", "Authorization: ***\r\nTo: x")]
    [InlineData("proxy-authorization:Digest x", "proxy-authorization:***")]
    [InlineData("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AQIDBAUG|2^31\r\na=ptime:20", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:********|2^31\r\na=ptime:20")]
    [InlineData("INVITE sip:u:pw@h SIP/2.0", "INVITE sip:u:***@h SIP/2.0")]
    [InlineData("Contact: <sip:h:5060>", "Contact: <sip:h:5060>")]
    public void Credentials_are_struck_out_of_traces(string text, string shown) => Assert.Equal(shown, SipTrace.Redact(text));
}
