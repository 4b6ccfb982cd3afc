using System.Net;
using TrunkBot.Sip.Audio;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Tests.Peers;
using static TrunkBot.Sip.Tests.Peers.Scenarios;

namespace TrunkBot.Sip.Tests.Calls;

public sealed class Calls_to_sipp
{
    [Fact]
    public async Task An_echoed_call_proves_two_way_audio()
    {
        await using var peer = await Peer.SippAsync(Answer(), "-rtp_echo");
        await using var agent = await Agent.StartAsync();

        var result = await agent.CallAsync(Agent.Call(peer.Port) with { TalkTime = TimeSpan.FromSeconds(2) }, TestContext.Current.CancellationToken);

        Console.WriteLine(result with { Trace = [] });
        foreach (var l in result.Trace) Console.WriteLine(l.Message);
        Assert.Equal(CallOutcome.Answered, result.Outcome);
        Assert.Equal(AudioVerdict.TwoWay, result.Audio.Verdict);
    }
}

internal static class Agent
{
    public static Task<SipUserAgent> StartAsync(SipTransportKind transport = SipTransportKind.Udp) =>
        SipUserAgent.StartAsync(new SipUserAgentOptions { LocalAddress = IPAddress.Loopback, Transport = transport }, TestContext.Current.CancellationToken);

    public static CallRequest Call(int port) => new()
    {
        Target = SipUri.Parse($"sip:+16504894546@127.0.0.1:{port}"),
        From = SipUri.Parse("sip:+13035550100@127.0.0.1"),
        TalkTime = TimeSpan.FromMilliseconds(300),
    };
}
