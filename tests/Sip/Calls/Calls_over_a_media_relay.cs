using TrunkBot.Sip.Audio;
using TrunkBot.Sip.Digest;
using TrunkBot.Sip.Media.Srtp;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Tests.Peers;

namespace TrunkBot.Sip.Tests.Calls;

/// <summary>Media through rtpengine, which speaks SRTP on one side and RTP on the other, as an SBC at a trunk's edge does.</summary>
[Collection(RealTime.Collection)]
public sealed class Calls_over_a_media_relay
{
    private static readonly TestSignal Near = new(TestTones.A, 31);
    private static readonly TestSignal Far = new(TestTones.B, 32);

    private static string Profile(MediaSecurity security) => security == MediaSecurity.Sdes ? "RTP/SAVP" : "RTP/AVP";

    [Theory]
    [InlineData(MediaSecurity.Sdes, MediaSecurity.None)]
    [InlineData(MediaSecurity.None, MediaSecurity.Sdes)]
    public async Task Both_ends_hear_each_other_though_only_one_speaks_SRTP(MediaSecurity here, MediaSecurity there)
    {
        await using var relay = await Rtpengine.StartAsync();
        await using var near = MediaEnd.Of(Near, Far, here);
        await using var far = MediaEnd.Of(Far, Near, there);

        var offer = await relay.DescribeAsync("offer", "one", "near", null, near.Offer(), Profile(there), Agent.Ct);
        var answer = await relay.DescribeAsync("answer", "one", "near", "far", far.Answer(MediaEnd.Read(offer))!, Profile(here), Agent.Ct);
        Assert.Null(near.Take(MediaEnd.Read(answer)));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        for (var i = 0; i < 300 && !(near.HeardEnough() && far.HeardEnough()); i++)
        {
            await timer.WaitForNextTickAsync(Agent.Ct);
        }

        var heardHere = await near.StopAsync();
        var heardThere = await far.StopAsync();

        AudioProof proofHere = near.Judge(heardHere), proofThere = far.Judge(heardThere);
        Assert.Equal(AudioVerdict.TwoWay, AudioProof.OfBothEnds(proofHere, proofThere).Verdict);
        var secure = here == MediaSecurity.Sdes ? heardHere : heardThere;
        var plain = here == MediaSecurity.Sdes ? heardThere : heardHere;
        Assert.Equal((SrtpSuite.AesCm128HmacSha1Tag80, 0, null), (secure.Srtp, secure.Refused, plain.Srtp));
        Assert.NotEqual(near.Local, far.Remote);
    }

    [Fact]
    public async Task A_call_with_SRTP_through_a_proxy_and_its_relay_reaches_a_phone_that_knows_none()
    {
        await using var relay = await Rtpengine.StartAsync();
        await using var phone = await Baresip.EchoAsync();
        await using var proxy = await Kamailio.StartWithRelayAsync(phone.Port, relay);
        await using var agent = await Agent.StartAsync();
        var call = Agent.Call(phone.Port) with
        {
            Target = SipUri.Parse("sip:far@trunk.test"),
            From = SipUri.Parse("sip:probe@trunk.test"),
            OutboundProxy = SipUri.Parse($"sip:127.0.0.1:{proxy.Port}"),
            Credentials = new SipCredentials("probe", "s3cret"),
            Security = MediaSecurity.Sdes,
            TalkTime = TimeSpan.FromSeconds(4),
            Patience = TimeSpan.FromSeconds(20),
        };

        var result = await agent.CallAsync(call, Agent.Ct);

        Assert.True(result.Failure is null, $"{result.Failure?.Sentence}\n{proxy.Output}\n{relay.Output}");
        Assert.Equal((CallOutcome.Answered, AudioVerdict.TwoWay), (result.Outcome, result.Audio.Verdict));
        Assert.Equal((SrtpSuite.AesCm128HmacSha1Tag80, 0), (result.Srtp, result.SrtpPacketsRefused));
        Assert.Contains("RTP/SAVP", result.Trace.First(l => l.FirstLine.StartsWith("SIP/2.0 200", StringComparison.Ordinal) && l.Message.Contains("m=audio", StringComparison.Ordinal)).Message);
    }
}
