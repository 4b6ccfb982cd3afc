using System.Net;
using TrunkBot.Sip.Digest;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Tests.Calls;
using TrunkBot.Sip.Tests.Peers;

namespace TrunkBot.Sip.Tests.Results;

/// <summary>What a collector such as Homer gets: decoded by sngrep, judged by tshark.</summary>
[Collection(RealTime.Collection)]
public sealed class Copies_for_a_HEP_collector
{
    [Fact]
    public async Task Each_message_arrives_with_its_ends_and_without_credentials()
    {
        await using var collector = await Peer.SngrepAsync(Peer.FreePort());
        await using var registrar = await Kamailio.StartAsync(9);
        await using var agent = await SipUserAgent.StartAsync(
            new SipUserAgentOptions { LocalAddress = IPAddress.Loopback, HepCollector = new IPEndPoint(IPAddress.Loopback, collector.Port) }, Agent.Ct);

        var result = await agent.RegisterAsync(
            new RegisterRequest
            {
                Registrar = SipUri.Parse("sip:trunk.test"),
                OutboundProxy = SipUri.Parse($"sip:127.0.0.1:{registrar.Port}"),
                User = "probe",
                Credentials = new SipCredentials("probe", "s3cret"),
            },
            Agent.Ct);
        Assert.True(result.Registered, result.Failure?.Sentence);

        string[] lines = [];
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        for (var i = 0; i < 300 && lines.Length < 4; i++)
        {
            await timer.WaitForNextTickAsync(Agent.Ct);
            if (collector.Written("capture.pcap") is { Length: > 24 } capture)
            {
                lines = await Tshark.ReadAsync(
                    capture, registrar.Port, "-T", "fields", "-e", "udp.srcport", "-e", "udp.dstport", "-e", "sip.Method", "-e", "sip.Status-Code", "-e", "sip.Call-ID", "-e", "sip.Authorization", "-Y", "sip");
            }
        }

        var (us, them) = (agent.LocalEndPoint.Port, registrar.Port);
        var callId = SipMessage.TryParse(System.Text.Encoding.UTF8.GetBytes(result.Trace[0].Message), out var first, out _) ? first.CallId : "";
        Assert.Equal(
            [$"{us}\t{them}\tREGISTER\t\t{callId}\t", $"{them}\t{us}\t\t401\t{callId}\t", $"{us}\t{them}\tREGISTER\t\t{callId}\t***", $"{them}\t{us}\t\t200\t{callId}\t"],
            lines);
    }

    [Fact]
    public async Task A_collector_that_is_away_stops_nothing()
    {
        await using var registrar = await Kamailio.StartAsync(9);
        await using var agent = await SipUserAgent.StartAsync(
            new SipUserAgentOptions { LocalAddress = IPAddress.Loopback, HepCollector = new IPEndPoint(IPAddress.Parse("127.0.0.1"), 9) }, Agent.Ct);

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(OptionsState.Up, (await agent.OptionsAsync(new OptionsRequest { Target = SipUri.Parse($"sip:127.0.0.1:{registrar.Port}") }, Agent.Ct)).State);
        }
    }

    [Fact]
    public void The_chunks_are_those_of_the_specification_also_for_IPv6()
    {
        var at = DateTimeOffset.FromUnixTimeSeconds(0x0102_0304).AddMicroseconds(0x0506);

        var packet = HepMirror.Write("S", "c", at, new IPEndPoint(IPAddress.Parse("::1"), 0x1111), new IPEndPoint(IPAddress.Parse("::2"), 0x2222), "TLS");

        Assert.Equal(
            "48455033" + "0083"
            + "0000000100070A" + "00000002000706"
            + "00000005001600000000000000000000000000000001" + "00000006001600000000000000000000000000000002"
            + "0000000700081111" + "0000000800082222"
            + "00000009000A01020304" + "0000000A000A00000506"
            + "0000000B000701" + "0000000C000A000007EA"
            + "00000011000763" + "0000000F000753",
            Convert.ToHexString(packet));
    }
}
