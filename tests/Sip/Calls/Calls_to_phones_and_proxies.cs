using TrunkBot.Sip.Audio;
using TrunkBot.Sip.Digest;
using TrunkBot.Sip.Media.Srtp;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Tests.Peers;

namespace TrunkBot.Sip.Tests.Calls;

[Collection(Calls.RealTime.Collection)]
public sealed class Calls_to_phones_and_proxies
{
    private static readonly SipCredentials Probe = new("probe", "s3cret");

    [Fact]
    public async Task A_phone_that_loops_the_audio_proves_two_way()
    {
        await using var phone = await Baresip.EchoAsync();
        await using var agent = await Agent.StartAsync();

        Task<CallResult> CallAsync() => agent.CallAsync(
            Agent.Call(phone.Port) with { Target = SipUri.Parse($"sip:far@127.0.0.1:{phone.Port}"), TalkTime = TimeSpan.FromSeconds(4), Patience = TimeSpan.FromSeconds(20) }, Agent.Ct);
        var result = await CallAsync();

        // A phone that the machine did not let run in time loses audio in its jitter buffer, as a person would hear; that call says nothing of us.
        for (var again = 0; again < 4 && result.Audio.HeardOwnSignalPercent < 60; again++)
        {
            result = await CallAsync();
        }

        Assert.Equal(CallOutcome.Answered, result.Outcome);
        Assert.Equal(AudioVerdict.TwoWay, result.Audio.Verdict);
        Assert.InRange(result.Audio.HeardOwnSignalPercent!.Value, 60, 100);
        Assert.NotNull(result.Audio.EchoDelay);
    }

    [Fact]
    public async Task A_phone_that_takes_SRTP_alone_proves_two_way_over_SRTP()
    {
        await using var phone = await Baresip.EchoAsync(secure: true);
        await using var agent = await Agent.StartAsync();
        var call = Agent.Call(phone.Port) with { Target = SipUri.Parse($"sip:far@127.0.0.1:{phone.Port}"), TalkTime = TimeSpan.FromSeconds(7), Patience = TimeSpan.FromSeconds(20) };

        var secure = await agent.CallAsync(call with { Security = MediaSecurity.Sdes, Record = true }, Agent.Ct);
        var plain = await agent.CallAsync(call, Agent.Ct);

        Assert.Equal(CallOutcome.Answered, secure.Outcome);
        Assert.Null(secure.Failure);
        Assert.Equal((AudioVerdict.TwoWay, SrtpSuite.AesCm128HmacSha1Tag80, 0), (secure.Audio.Verdict, secure.Srtp, secure.SrtpPacketsRefused));
        Assert.InRange(secure.Audio.HeardOwnSignalPercent!.Value, 50, 100);

        // Its reports come over SRTCP.
        Assert.NotNull(secure.RoundTrip);
        Assert.All(secure.Recording!.Packets.Where(p => p.Bytes.Length > 150), p => Assert.Equal(12 + 160 + 10, p.Bytes.Length));
        Assert.All(secure.Trace, l => Assert.DoesNotMatch("inline:[A-Za-z0-9+/]", l.Message));
        Assert.Equal((CallOutcome.Rejected, 488), (plain.Outcome, plain.FinalStatus));
    }

    [Fact]
    public async Task A_phone_that_does_not_know_SRTP_refuses_a_call_that_demands_it()
    {
        await using var phone = await Baresip.EchoAsync();
        await using var agent = await Agent.StartAsync();

        var result = await agent.CallAsync(
            Agent.Call(phone.Port) with { Target = SipUri.Parse($"sip:far@127.0.0.1:{phone.Port}"), Security = MediaSecurity.Sdes }, Agent.Ct);

        Assert.Equal((CallOutcome.Rejected, "sip-rejected"), (result.Outcome, result.Failure!.Code));
    }

    [Fact]
    public async Task A_phone_that_sends_a_tone_only_is_one_way_out()
    {
        await using var phone = await Baresip.ToneAsync();
        await using var agent = await Agent.StartAsync();

        var result = await agent.CallAsync(
            Agent.Call(phone.Port) with { Target = SipUri.Parse($"sip:far@127.0.0.1:{phone.Port}"), TalkTime = TimeSpan.FromSeconds(2) }, Agent.Ct);

        Assert.Equal(CallOutcome.Answered, result.Outcome);
        Assert.Equal(AudioVerdict.OneWayOut, result.Audio.Verdict);
        Assert.Equal(0, result.Audio.HeardOwnSignalPercent);
        Assert.True(result.PacketsReceived > 50);
    }

    [Fact]
    public async Task A_phone_reports_the_round_trip_and_what_it_got_of_ours_and_sees_the_keys_we_pressed()
    {
        await using var phone = await Baresip.ToneAsync();
        await using var agent = await Agent.StartAsync();

        // The phone reports every 5 s.
        var result = await agent.CallAsync(
            Agent.Call(phone.Port) with { Target = SipUri.Parse($"sip:far@127.0.0.1:{phone.Port}"), TalkTime = TimeSpan.FromSeconds(8), ExpectEcho = false, Digits = "7#" }, Agent.Ct);

        Assert.True(result.RtcpReportsReceived >= 1, $"{result.RtcpReportsReceived} reports came");
        Assert.NotNull(result.RoundTrip);
        Assert.InRange(result.FarEndPacketsReceived!.Value, 100, result.PacketsSent!.Value);
        Assert.NotNull(result.FarEndPacketsLost);
        Assert.NotNull(result.FarEndJitterMilliseconds);
        Assert.NotNull(result.QualityHere);
        Assert.NotNull(result.QualityAtFarEnd);
        Assert.Contains("received event: '7'", phone.Output);
        Assert.Contains("received event: '#'", phone.Output);
    }

    [Theory]
    [InlineData("MD5")]
    [InlineData("SHA-256")]
    public async Task A_subscriber_registers_with_digest_and_takes_it_back(string algorithm)
    {
        await using var registrar = await Kamailio.StartAsync(9, algorithm);
        await using var agent = await Agent.StartAsync();
        var request = new RegisterRequest
        {
            Registrar = SipUri.Parse("sip:trunk.test"),
            OutboundProxy = SipUri.Parse($"sip:127.0.0.1:{registrar.Port}"),
            User = "probe",
            Credentials = Probe,
            Expires = TimeSpan.FromSeconds(120),
        };

        var registered = await agent.RegisterAsync(request, Agent.Ct);
        var gone = await agent.RegisterAsync(request with { Expires = TimeSpan.Zero }, Agent.Ct);

        Assert.True(registered.Registered, registered.Failure?.Sentence);
        Assert.Equal(TimeSpan.FromSeconds(120), registered.Expires);
        Assert.Equal(4, registered.Trace.Count);
        Assert.Null(registered.Failure);
        Assert.True(gone.Registered);
    }

    [Fact]
    public async Task A_wrong_password_is_refused_once_and_said()
    {
        await using var registrar = await Kamailio.StartAsync(9);
        await using var agent = await Agent.StartAsync();

        var result = await agent.RegisterAsync(
            new RegisterRequest
            {
                Registrar = SipUri.Parse("sip:trunk.test"),
                OutboundProxy = SipUri.Parse($"sip:127.0.0.1:{registrar.Port}"),
                User = "probe",
                Credentials = Probe with { Password = "wrong" },
            },
            Agent.Ct);

        Assert.Equal((false, 401, "sip-credentials-refused"), (result.Registered, result.Status, result.Failure!.Code));
        Assert.Equal(4, result.Trace.Count);
    }

    [Fact]
    public async Task A_call_through_a_proxy_keeps_to_its_recorded_route()
    {
        await using var far = await Peer.SippAsync(Scenarios.Answer(), "-rtp_echo");
        await using var proxy = await Kamailio.StartAsync(far.Port);
        await using var agent = await Agent.StartAsync();

        var result = await agent.CallAsync(
            Agent.Call(far.Port) with
            {
                Target = SipUri.Parse("sip:16504894546@trunk.test"),
                From = SipUri.Parse("sip:probe@trunk.test"),
                OutboundProxy = SipUri.Parse($"sip:127.0.0.1:{proxy.Port}"),
                Credentials = Probe,
                Patience = TimeSpan.FromSeconds(20),
            },
            Agent.Ct);

        Assert.Equal(CallOutcome.Answered, result.Outcome);
        Assert.Equal(AudioVerdict.TwoWay, result.Audio.Verdict);
        Assert.NotNull(result.SessionDisconnectDelay);
        Assert.Equal(agent.LocalEndPoint, result.SeenAs);
        var bye = result.Trace.Single(l => l.FirstLine.StartsWith("BYE"));
        Assert.Equal(proxy.Port, bye.Peer.Port);
        Assert.Contains($"Route: <sip:127.0.0.1:{proxy.Port};", bye.Message);
        Assert.StartsWith($"BYE sip:uas@127.0.0.1:{far.Port}", bye.FirstLine);
    }
}
