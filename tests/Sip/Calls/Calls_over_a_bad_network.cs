using System.Buffers.Binary;
using System.Net;
using TrunkBot.Sip.Audio;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Tests.Peers;
using TrunkBot.Sip.Transactions;
using static TrunkBot.Sip.Tests.Peers.Scenarios;

namespace TrunkBot.Sip.Tests.Calls;

/// <summary>Loss, jitter and one-way drops whose truth the test knows.</summary>
[Collection(Calls.RealTime.Collection)]
public sealed class Calls_over_a_bad_network
{
    private static async Task<CallResult> CallAsync(FarNetwork net, Peer phone, int seconds, Func<CallRequest, CallRequest>? with = null)
    {
        await using var agent = await SipUserAgent.StartAsync(
            new SipUserAgentOptions { LocalAddress = IPAddress.Parse(net.OurAddress), Timers = new SipTimers { T1 = TimeSpan.FromSeconds(5) } }, Agent.Ct);
        var request = new CallRequest
        {
            Target = SipUri.Parse($"sip:far@{net.Address}:{phone.Port}"),
            From = SipUri.Parse($"sip:bot@{net.OurAddress}"),
            TalkTime = TimeSpan.FromSeconds(seconds),
        };
        return await agent.CallAsync(with?.Invoke(request) ?? request, Agent.Ct);
    }

    [Fact]
    public async Task Loss_is_what_the_network_lost_at_either_end_and_makes_the_quality()
    {
        await using var net = await FarNetwork.CreateAsync();
        await using var phone = await Baresip.EchoAsync(network: net);
        await net.DropRtpAsync("input", every: 10);
        await net.DropRtpAsync("output", every: 20);

        // The phone reports every 5 s.
        var result = await CallAsync(net, phone, 12);

        // Of what came each twentieth is missing, from the first to the last that came; what the phone sent after we hung up was dropped unseen by us.
        Assert.InRange(result.PacketsLost!.Value, 1, await net.DroppedAsync("output"));
        Assert.Equal(5.0, 100.0 * result.PacketsLost.Value / result.PacketsExpected!.Value, 0.4);

        // Of what we sent each tenth, in any stretch that a report may be about: two reports hold at least 200 packets, in which one is 0.5 %.
        var told = result.FarEndPacketsLost!.Value + result.FarEndPacketsReceived!.Value;
        Assert.True(told >= 200, $"reports told of {told} packets");
        Assert.Equal(10.0, 100.0 * result.FarEndPacketsLost.Value / told, 0.6);

        // G.107 of 5 % is 2.17 and 3.92, of 10 % 1.48 and 3.41: within what the tolerated half percent makes of them.
        Assert.Equal(2.17, result.QualityHere!.WithoutConcealment.Mos, 0.12);
        Assert.Equal(3.92, result.QualityHere.WithConcealment.Mos, 0.06);
        Assert.Equal(1.48, result.QualityAtFarEnd!.WithoutConcealment.Mos, 0.08);
        Assert.Equal(3.41, result.QualityAtFarEnd.WithConcealment.Mos, 0.06);
        Assert.NotEqual(AudioVerdict.None, result.Audio.Verdict);
    }

    [Fact]
    public async Task A_network_that_swallows_the_far_ends_media_is_one_way_in()
    {
        await using var net = await FarNetwork.CreateAsync();
        await using var phone = await Baresip.EchoAsync(network: net);
        await net.DropRtpAsync("output", every: 1);

        var result = await CallAsync(net, phone, 7);

        Assert.Equal((AudioVerdict.OneWayIn, 0), (result.Audio.Verdict, result.PacketsReceived));
        Assert.InRange(result.FarEndPacketsReceived!.Value, 50, result.PacketsSent!.Value);
    }

    [Fact]
    public async Task A_network_that_swallows_our_media_is_one_way_out()
    {
        await using var net = await FarNetwork.CreateAsync();
        await using var phone = await Baresip.ToneAsync(network: net);
        await net.DropRtpAsync("input", every: 1);

        var result = await CallAsync(net, phone, 2);

        Assert.Equal((AudioVerdict.OneWayOut, 0.0), (result.Audio.Verdict, result.Audio.HeardOwnSignalPercent));
        Assert.Null(result.FarEndPacketsReceived);
        Assert.Null(result.QualityAtFarEnd);
        Assert.InRange(result.Audio.ToneHeard!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4));
    }

    [Theory]
    [InlineData(0.05, 0, 15)]
    [InlineData(0.0, 20, 50)]
    [InlineData(0.19, 0, 40)]
    public async Task Loss_jitter_and_disorder_are_what_the_relay_made(double loss, int shortest, int longest)
    {
        var media = Peer.FreePort();
        using var relay = new ImpairmentRelay(media, seed: 3550, loss, TimeSpan.FromMilliseconds(shortest), TimeSpan.FromMilliseconds(longest));
        await using var peer = await Peer.SippAsync(Answer().Replace("[media_port]", relay.Port.ToString()), "-rtp_echo", "-mp", media.ToString());
        await using var agent = await Agent.StartAsync();

        var result = await agent.CallAsync(Agent.Call(peer.Port) with { TalkTime = TimeSpan.FromSeconds(6), Record = true }, Agent.Ct);
        relay.Stop();

        // Lost is what the relay dropped between the first and the last that came; what it still held at the end is not.
        var came = result.Recording!.Packets.Where(p => !p.Sent).Select(p => BinaryPrimitives.ReadUInt16BigEndian(p.Bytes.AsSpan(2))).ToList();
        var late = came.Count == 0 ? 0 : Enumerable.Range(came.Min(), came.Max() - came.Min() + 1).Count(s => !came.Contains((ushort)s) && !relay.Dropped.Contains((ushort)s));
        Assert.Equal(relay.Dropped.Count(s => s >= came.Min() && s <= came.Max()) + late, result.PacketsLost);
        Assert.InRange(late, 0, 3);
        Assert.Equal(came.Count, result.PacketsReceived);
        Assert.InRange(result.PacketsReordered!.Value, relay.Overtaken() - 3, relay.Overtaken());

        // Between the relay's clock and ours lies loopback and the wake-up of a thread; one that is late by 50 ms moves the mean over 300 packets by 0.3 ms.
        Assert.Equal(relay.MeanJitterMilliseconds(), result.JitterMilliseconds!.Value, 1.5);
        Assert.Equal(AudioVerdict.TwoWay, result.Audio.Verdict);
        Assert.InRange(result.Audio.HeardOwnSignalPercent!.Value, 100 * (1 - loss) - 8, 100);
        Assert.InRange(result.Audio.EchoDelay!.Value.TotalMilliseconds, shortest - 3, longest + 60);
    }
}
