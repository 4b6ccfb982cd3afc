using System.Net;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Transactions;

namespace TrunkBot.Sip.Tests.Calls;

/// <summary>Agents and requests with good defaults.</summary>
internal static class Agent
{
    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>With T1 of 5 s: on loopback nothing is lost, and a machine that stalls for half a second must not add a repetition to a ladder.</summary>
    public static Task<SipUserAgent> StartAsync(SipTransportKind transport = SipTransportKind.Udp) => SipUserAgent.StartAsync(
        new SipUserAgentOptions { LocalAddress = IPAddress.Loopback, Transport = transport, Timers = new SipTimers { T1 = TimeSpan.FromSeconds(5) } }, Ct);

    public static CallRequest Call(int port) => new()
    {
        Target = SipUri.Parse($"sip:+16504894546@127.0.0.1:{port}"),
        From = SipUri.Parse("sip:+13035550100@127.0.0.1"),
        TalkTime = TimeSpan.FromMilliseconds(200),
    };
}
