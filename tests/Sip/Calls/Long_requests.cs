using System.Net;
using Microsoft.Extensions.Time.Testing;
using TrunkBot.Sip.Audio;
using TrunkBot.Sip.Digest;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Tests.Peers;
using TrunkBot.Sip.Tests.Transactions;
using static TrunkBot.Sip.Tests.Peers.Scenarios;

namespace TrunkBot.Sip.Tests.Calls;

/// <summary>What is too long for a datagram goes by TCP (RFC 3261 18.1.1), with kamailio and sipp.</summary>
[Collection(RealTime.Collection)]
public sealed class Long_requests
{
    /// <summary>Stands in the Request-URI and in To: an INVITE of more than 1,300 bytes.</summary>
    private static readonly string User = new('7', 600);

    private static string[] Ways(IEnumerable<SipTraceLine> trace) =>
        [.. trace.Where(l => l.Sent).Select(l => $"{l.FirstLine.Split(' ')[0]} {l.Message.Split("Via: SIP/2.0/")[1].Split(' ')[0]}")];

    private static OptionsRequest To(int port, string user) => new() { Target = SipUri.Parse($"sip:{user}@127.0.0.1:{port}") };

    [Fact]
    public async Task A_probe_goes_by_TCP_when_it_is_long_and_by_UDP_when_it_is_not()
    {
        await using var server = await Kamailio.StartAsync(9, tcp: true);
        await using var agent = await Agent.StartAsync();

        var brief = await agent.OptionsAsync(To(server.Port, "7"), Agent.Ct);
        var longer = await agent.OptionsAsync(To(server.Port, User), Agent.Ct);

        Assert.Equal((200, 200), (brief.Status, longer.Status));
        Assert.Equal(["OPTIONS UDP"], Ways(brief.Trace));
        Assert.Equal(["OPTIONS TCP"], Ways(longer.Trace));
    }

    [Fact]
    public async Task A_server_without_TCP_gets_it_by_UDP_and_is_not_tried_again()
    {
        await using var server = await Kamailio.StartAsync(9);
        await using var agent = await Agent.StartAsync();

        var first = await agent.OptionsAsync(To(server.Port, User), Agent.Ct);
        var second = await agent.OptionsAsync(To(server.Port, User), Agent.Ct);

        Assert.Equal((200, 200), (first.Status, second.Status));
        Assert.Equal(["OPTIONS TCP", "OPTIONS UDP"], Ways(first.Trace));
        Assert.Equal(["OPTIONS UDP"], Ways(second.Trace));
    }

    [Theory]
    [InlineData(true, "INVITE TCP, ACK TCP, INVITE TCP, ACK TCP, BYE TCP")]
    [InlineData(false, "INVITE TCP, INVITE UDP, ACK UDP, INVITE UDP, ACK UDP, BYE UDP")]
    public async Task A_whole_call_through_a_proxy_that_challenges(bool tcp, string ways)
    {
        await using var far = await Peer.SippAsync(Answer(), "-rtp_echo");
        await using var proxy = await Kamailio.StartAsync(far.Port, tcp: tcp);
        await using var agent = await Agent.StartAsync();

        var call = await agent.CallAsync(
            Agent.Call(proxy.Port) with
            {
                Target = SipUri.Parse($"sip:{User}@127.0.0.1:{proxy.Port}"),
                From = SipUri.Parse("sip:probe@trunk.test"),
                Credentials = new SipCredentials("probe", "s3cret"),
                TalkTime = TimeSpan.FromSeconds(3),
                Patience = TimeSpan.FromSeconds(20),
            },
            Agent.Ct);

        Assert.Equal((CallOutcome.Answered, AudioVerdict.TwoWay), (call.Outcome, call.Audio.Verdict));

        // What it recorded as its route says TCP, so the short requests of the dialog go there too.
        Assert.Equal(ways, string.Join(", ", Ways(call.Trace)));
        Assert.NotNull(call.SessionDisconnectDelay);
    }

    [Fact]
    public async Task A_CANCEL_goes_the_way_of_its_INVITE()
    {
        await using var far = await Peer.SippAsync(
            Of(Recv("INVITE"), Reply("180 Ringing"), Recv("CANCEL"), Reply("200 OK"), Pause(60_000)), "-t", "t1");
        await using var agent = await Agent.StartAsync();

        var call = await agent.CallAsync(
            Agent.Call(far.Port) with { Target = SipUri.Parse($"sip:{User}@127.0.0.1:{far.Port}"), RingTimeout = TimeSpan.FromSeconds(1) }, Agent.Ct);

        Assert.Equal(CallOutcome.NoAnswer, call.Outcome);
        Assert.Equal(["INVITE TCP", "CANCEL TCP"], Ways(call.Trace));
    }

    [Fact]
    public async Task An_agent_that_was_told_TCP_sends_all_by_TCP()
    {
        await using var server = await Kamailio.StartAsync(9, tcp: true);
        await using var agent = await Agent.StartAsync(SipTransportKind.Tcp);

        Assert.Equal(["OPTIONS TCP"], Ways((await agent.OptionsAsync(To(server.Port, "7"), Agent.Ct)).Trace));
    }

    [Fact]
    public async Task After_the_refusal_the_request_is_repeated_as_any_datagram_is()
    {
        var time = new FakeTimeProvider();
        var (udp, tcp) = (new FakeWire(), new FakeWire(reliable: true) { Refuse = true });
        await using var agent = SipUserAgent.Start(udp, new SipUserAgentOptions { TimeProvider = time }, tcp);
        var asking = agent.OptionsAsync(To(FakeWire.Peer.Port, User), Agent.Ct);

        var sent = await udp.NextAsync("OPTIONS");
        time.Advance(TimeSpan.FromMilliseconds(500));
        var again = await udp.NextAsync("OPTIONS");
        udp.Answer(again, 200, "OK");

        Assert.Equal(200, (await asking).Status);
        Assert.Equal(sent.ToBytes(), again.ToBytes());
        Assert.Equal("UDP", sent.TopVia!.Transport);
        Assert.Equal(0, tcp.SentCount());
    }

    [Theory]
    [InlineData(1_300, "UDP")]
    [InlineData(1_301, "TCP")]
    public async Task One_byte_makes_the_difference(int length, string way)
    {
        var (udp, tcp) = (new FakeWire(), new FakeWire(reliable: true));
        await using var agent = SipUserAgent.Start(udp, new SipUserAgentOptions { TimeProvider = new FakeTimeProvider() }, tcp);
        var asking = agent.OptionsAsync(new OptionsRequest { Target = To(FakeWire.Peer.Port, "7").Target, From = SipUri.Parse("sip:a@127.0.0.1") }, Agent.Ct);
        var brief = await udp.NextAsync("OPTIONS");
        udp.Answer(brief, 200, "OK");
        await asking;

        // The user of From stands once in the request.
        asking = agent.OptionsAsync(
            new OptionsRequest { Target = To(FakeWire.Peer.Port, "7").Target, From = SipUri.Parse($"sip:{new string('a', 1 + length - brief.ToBytes().Length)}@127.0.0.1") }, Agent.Ct);
        var wire = way == "UDP" ? udp : tcp;
        var sent = await wire.NextAsync("OPTIONS");
        wire.Answer(sent, 200, "OK");

        Assert.Equal(200, (await asking).Status);
        Assert.Equal((length, length, way), (sent.Length, sent.ToBytes().Length, sent.TopVia!.Transport));
    }

    [Fact]
    public async Task Who_connects_to_the_port_is_heard_over_TCP_too()
    {
        await using var agent = await Agent.StartAsync();
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, agent.LocalEndPoint.Port, Agent.Ct);

        await client.GetStream().WriteAsync(FakeWire.Request("OPTIONS").ToBytes(), Agent.Ct);

        var buffer = new byte[2_048];
        var count = await client.GetStream().ReadAsync(buffer, Agent.Ct);
        Assert.StartsWith("SIP/2.0 200 OK\r\n", System.Text.Encoding.ASCII.GetString(buffer, 0, count));
    }
}
