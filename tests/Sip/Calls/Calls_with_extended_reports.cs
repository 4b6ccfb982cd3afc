using TrunkBot.Sip.Results;
using TrunkBot.Sip.Tests.Peers;

namespace TrunkBot.Sip.Tests.Calls;

/// <summary>RTCP XR (RFC 3611) with linphone; what we send is read by tshark.</summary>
[Collection(RealTime.Collection)]
public sealed class Calls_with_extended_reports
{
    /// <summary>Its first report comes at most 5 s after the answer, and the second, which knows our first, at most 5 s later.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(12);

    [Theory]
    [InlineData(MediaSecurity.None)]
    [InlineData(MediaSecurity.Sdes)]
    public async Task A_phone_that_is_asked_reports_what_it_got(MediaSecurity security)
    {
        await using var phone = await Linphone.AnsweringAsync(security == MediaSecurity.Sdes);
        await using var agent = await Agent.StartAsync();

        var call = await agent.CallAsync(Agent.Call(phone.Port) with { ExtendedReports = true, Security = security, ExpectEcho = false, TalkTime = Long }, Agent.Ct);

        Assert.Equal(CallOutcome.Answered, call.Outcome);
        Assert.Equal(security == MediaSecurity.Sdes, call.Srtp is not null);
        Assert.InRange(call.FarEndMetrics!.LossPercent, 0, 1);
        Assert.InRange(call.FarEndMetrics.MosListening!.Value, 3, 5);


        // Its flags say that it reports neither loss nor jitter there, whatever was asked for.
        Assert.Equal((null, null), (call.FarEndSummary!.Lost, call.FarEndSummary.Jitter));
        Assert.InRange((call.FarEndSummary.EndSequence - call.FarEndSummary.FirstSequence) & 0xFFFF, 1, call.PacketsSent!.Value);
    }

    [Fact]
    public async Task A_phone_that_is_not_asked_reports_nothing_of_that_kind()
    {
        await using var phone = await Linphone.AnsweringAsync();
        await using var agent = await Agent.StartAsync();

        var call = await agent.CallAsync(Agent.Call(phone.Port) with { ExpectEcho = false, TalkTime = Long }, Agent.Ct);

        Assert.True(call.RtcpReportsReceived > 0);
        Assert.Equal((null, null), (call.FarEndMetrics, call.FarEndSummary));
    }

    [Fact]
    public async Task A_phone_that_asks_gets_ours_and_they_say_what_we_measured()
    {
        await using var agent = await Agent.StartAsync();
        await using var phone = await Linphone.AnsweringAsync();

        // With a late offer the offer is the phone's.
        var call = await agent.CallAsync(Agent.Call(phone.Port) with { LateOffer = true, ExpectEcho = false, TalkTime = Long, Record = true }, Agent.Ct);

        Assert.Equal(CallOutcome.Answered, call.Outcome);
        Assert.NotNull(call.FarEndMetrics);
        var ours = await Tshark.ReadAsync(
            PcapFile.Write(call), agent.LocalEndPoint.Port,
            "-d", $"udp.port=={call.LocalMedia!.Port + 1},rtcp", "-Y", $"rtcp.pt == 207 && udp.srcport == {call.LocalMedia.Port + 1}", "-T", "fields",
            "-e", "rtcp.xr.bt", "-e", "rtcp.xr.stats.lost", "-e", "rtcp.xr.voipmetrics.burstdensity", "-e", "rtcp.xr.voipmetrics.gmin", "-e", "rtcp.xr.voipmetrics.moslq", "-e", "_ws.malformed");

        // The last one is whole: it knows the phone's reference time, and packets that came.
        Assert.Equal($"4,5,6,7\t{call.PacketsLost}\t0\t16\t4.4\t", ours[^1]);
    }
}
