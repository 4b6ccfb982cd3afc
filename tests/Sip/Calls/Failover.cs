using System.Net;
using TrunkBot.Sip.Digest;
using TrunkBot.Sip.Location;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Tests.Peers;
using TrunkBot.Sip.Tests.Transactions;
using TrunkBot.Sip.Transactions;
using static TrunkBot.Sip.Tests.Peers.Scenarios;

namespace TrunkBot.Sip.Tests.Calls;

/// <summary>A server that fails is left for the next of its domain (RFC 3263 4.3).</summary>
public sealed class Failover : IAsyncDisposable
{
    private readonly NameServer _dns = new();

    public ValueTask DisposeAsync() => _dns.DisposeAsync();

    private Task<SipUserAgent> StartAsync(SipTransportKind transport) => SipUserAgent.StartAsync(
        new SipUserAgentOptions { LocalAddress = IPAddress.Loopback, Transport = transport, Names = new SipNameLookup([_dns.EndPoint]), Timers = new SipTimers { T1 = TimeSpan.FromSeconds(5) } }, Agent.Ct);

    private void Domain(string service, params int[] ports)
    {
        for (var i = 0; i < ports.Length; i++)
        {
            _dns.Srv($"{service}.trunk.test", (ushort)i, 0, ports[i], "host.test");
        }

        _dns.A("host.test", "127.0.0.1");
    }

    [Fact]
    public async Task A_probe_goes_on_to_the_server_that_answers_and_tells_of_the_others()
    {
        await using var overloaded = await Peer.SippAsync(Of(Recv("OPTIONS"), Reply("503 Service Unavailable")), "-t", "t1");
        await using var good = await Peer.SippAsync(Of(Recv("OPTIONS"), Reply("200 OK")), "-t", "t1");
        var closed = Peer.FreePort();
        Domain("_sip._tcp", closed, overloaded.Port, good.Port);
        await using var agent = await StartAsync(SipTransportKind.Tcp);

        var result = await agent.OptionsAsync(new OptionsRequest { Target = SipUri.Parse("sip:trunk.test") }, Agent.Ct);

        Assert.Equal((OptionsState.Up, 200, good.Port), (result.State, result.Status, result.Peer!.Port));
        Assert.Equal([(closed, "sip-transport-error"), (overloaded.Port, "sip-rejected")], result.Skipped.Select(s => (s.Peer.Port, s.Failure.Code)));
        Assert.Equal(3, result.Trace.Where(l => l.Sent).Select(l => l.Message.Split("branch=")[1].Split(';')[0]).Distinct().Count());
    }

    [Fact]
    public async Task The_last_servers_503_is_the_result()
    {
        await using var overloaded = await Peer.SippAsync(Of(Recv("OPTIONS"), Reply("503 Service Unavailable")));
        Domain("_sip._udp", overloaded.Port);
        await using var agent = await StartAsync(SipTransportKind.Udp);

        var result = await agent.OptionsAsync(new OptionsRequest { Target = SipUri.Parse("sip:trunk.test") }, Agent.Ct);

        Assert.Equal((OptionsState.Up, 503), (result.State, result.Status));
        Assert.Empty(result.Skipped);
    }

    [Fact]
    public async Task A_call_goes_to_the_second_server_when_the_first_is_overloaded()
    {
        await using var overloaded = await Peer.SippAsync(Reject("503 Service Unavailable"));
        await using var good = await Peer.SippAsync(Answer());
        Domain("_sip._udp", overloaded.Port, good.Port);
        await using var agent = await StartAsync(SipTransportKind.Udp);

        var result = await agent.CallAsync(Agent.Call(1) with { Target = SipUri.Parse("sip:+16504894546@trunk.test") }, Agent.Ct);

        Assert.Equal((CallOutcome.Answered, 200, good.Port), (result.Outcome, result.FinalStatus, result.RemoteSignalling!.Port));
        Assert.Equal([overloaded.Port], result.Skipped.Select(s => s.Peer.Port));
    }

    [Fact]
    public async Task A_registration_stays_with_the_server_that_challenged()
    {
        await using var overloaded = await Peer.SippAsync(Of(Recv("REGISTER"), Reply("503 Service Unavailable")));
        await using var registrar = await Kamailio.StartAsync(9);
        Domain("_sip._udp", overloaded.Port, registrar.Port);
        await using var agent = await StartAsync(SipTransportKind.Udp);

        var result = await agent.RegisterAsync(
            new RegisterRequest { Registrar = SipUri.Parse("sip:trunk.test"), User = "probe", Credentials = new SipCredentials("probe", "s3cret") }, Agent.Ct);

        Assert.True(result.Registered, result.Failure?.Sentence);
        Assert.Equal([overloaded.Port, registrar.Port, registrar.Port], result.Trace.Where(l => l.Sent).Select(l => l.Peer.Port));
    }

    [Fact]
    public async Task The_time_limit_is_for_all_servers_together()
    {
        Domain("_sip._udp", 5090, 5091);
        var time = new WatchedTime();
        await using var wire = new FakeWire();
        await using var agent = SipUserAgent.Start(wire, new SipUserAgentOptions { TimeProvider = time, Names = new SipNameLookup([_dns.EndPoint]) });

        var probe = agent.OptionsAsync(new OptionsRequest { Target = SipUri.Parse("sip:trunk.test"), Timeout = TimeSpan.FromSeconds(4) }, Agent.Ct);
        await wire.NextAsync("OPTIONS");
        time.Advance(TimeSpan.FromSeconds(4));

        var result = await probe;
        Assert.Equal((OptionsState.Unreachable, "sip-timeout", 5090), (result.State, result.Failure!.Code, result.Peer!.Port));
    }

    [Fact]
    public async Task Silence_moves_on_after_timer_F()
    {
        Domain("_sip._udp", 5090, 5091);
        var time = new WatchedTime();
        await using var wire = new FakeWire();
        await using var agent = SipUserAgent.Start(wire, new SipUserAgentOptions { TimeProvider = time, Names = new SipNameLookup([_dns.EndPoint]) });

        var probe = agent.OptionsAsync(new OptionsRequest { Target = SipUri.Parse("sip:trunk.test") }, Agent.Ct);
        var first = await wire.NextAsync("OPTIONS");
        Assert.Equal(5090, wire.LastTarget!.Port);
        time.Advance(TimeSpan.FromSeconds(32));
        SipMessage next;
        do
        {
            // Timer E's repetitions to the first come before.
            next = await wire.NextAsync("OPTIONS");
        }
        while (next.TopVia!.Branch == first.TopVia!.Branch);

        wire.Answer(next, 200);
        var result = await probe;
        Assert.Equal((OptionsState.Up, 5091), (result.State, result.Peer!.Port));
        Assert.Equal("sip-timeout", Assert.Single(result.Skipped).Failure.Code);
    }
}
