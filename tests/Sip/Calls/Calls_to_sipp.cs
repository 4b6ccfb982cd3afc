using System.Net.Sockets;
using TrunkBot.Sip.Audio;
using TrunkBot.Sip.Digest;
using TrunkBot.Sip.Media;
using TrunkBot.Sip.Tests.Peers;
using static TrunkBot.Sip.Tests.Peers.Scenarios;

namespace TrunkBot.Sip.Tests.Calls;

[Collection(Calls.RealTime.Collection)]
public sealed class Calls_to_sipp
{
    [Theory]
    [InlineData(AudioCodec.Pcmu)]
    [InlineData(AudioCodec.Pcma)]
    public async Task An_echoed_call_proves_two_way_audio(AudioCodec codec)
    {
        await using var peer = await Peer.SippAsync(Answer(), "-rtp_echo");
        await using var agent = await Agent.StartAsync();

        var result = await agent.CallAsync(Agent.Call(peer.Port) with { TalkTime = TimeSpan.FromSeconds(3), Patience = TimeSpan.FromSeconds(20), Codecs = [codec] }, Agent.Ct);

        Assert.Equal(CallOutcome.Answered, result.Outcome);
        Assert.Null(result.Failure);
        Assert.Equal(AudioVerdict.TwoWay, result.Audio.Verdict);
        Assert.InRange(result.Audio.HeardOwnSignalPercent!.Value, 90, 100);
        Assert.Equal(-12.0, result.Audio.LevelDbm0!.Value, 0.5);
        Assert.Equal(codec, result.Codec);
        Assert.Equal(20, result.Ptime);

        // One packet for each 20 ms of talk, less what this machine was late with at the very end.
        var due = result.TalkTime!.Value / TimeSpan.FromMilliseconds(20);
        Assert.InRange(result.PacketsSent!.Value, due - 5 - (result.MachineLate!.Value / TimeSpan.FromMilliseconds(20)), due + 5);
        Assert.InRange(result.PacketsReceived!.Value, result.PacketsSent.Value - 15, result.PacketsSent.Value);
        Assert.Equal(0, result.PacketsLost);
        Assert.NotNull(result.JitterMilliseconds);
        Assert.Equal(HungUpBy.Us, result.HungUpBy);
        Assert.NotNull(result.SessionDisconnectDelay);
        Assert.Equal(result.RemoteMedia, result.FirstRtpFrom);
        Assert.Equal(peer.Port, result.RemoteSignalling!.Port);
        Assert.True(result.PostDialDelay < result.AnswerDelay);
        Assert.Equal(["INVITE", "SIP/2.0 100 Trying", "SIP/2.0 180 Ringing", "SIP/2.0 200 OK", "ACK", "BYE", "SIP/2.0 200 OK"],
            result.Trace.Select(l => l.Sent ? l.FirstLine.Split(' ')[0] : l.FirstLine));
    }

    [Fact]
    public async Task Keys_that_are_pressed_come_back_from_an_echo_with_their_durations()
    {
        await using var peer = await Peer.SippAsync(Answer(), "-rtp_echo");
        await using var agent = await Agent.StartAsync();

        var result = await agent.CallAsync(Agent.Call(peer.Port) with { Digits = "19*#ad", TalkTime = TimeSpan.FromSeconds(4), Patience = TimeSpan.FromSeconds(20) }, Agent.Ct);

        Assert.Null(result.Failure);
        Assert.Equal("19*#AD", string.Concat(result.DigitsReceived!.Select(d => d.Digit)));
        Assert.All(result.DigitsReceived!, d => Assert.Equal((100.0, 3), (d.Duration.TotalMilliseconds, d.EndPackets)));
        Assert.Equal(AudioVerdict.TwoWay, result.Audio.Verdict);
        Assert.InRange(result.Audio.HeardOwnSignalPercent!.Value, 90, 100);
    }

    [Theory]
    [InlineData("RTP/AVP", "", "sip-srtp-refused")]
    [InlineData("RTP/SAVP", "a=crypto:7 AES_CM_128_HMAC_SHA1_80 inline:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0e", "sip-srtp-no-common-suite")]
    [InlineData("RTP/SAVP", "a=crypto:1 AES_256_CM_HMAC_SHA1_80 inline:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0e", "sip-srtp-no-common-suite")]
    public async Task An_answer_without_SRTP_that_was_asked_for_is_hung_up_and_nothing_was_sent_in_clear(string profile, string crypto, string code)
    {
        await using var peer = await Peer.SippAsync(
            Answer().Replace("RTP/AVP", profile).Replace("a=rtpmap:8 PCMA/8000", $"a=rtpmap:8 PCMA/8000\n              {crypto}".TrimEnd()), "-rtp_echo");
        await using var agent = await Agent.StartAsync();

        var result = await agent.CallAsync(Agent.Call(peer.Port) with { Security = MediaSecurity.Sdes }, Agent.Ct);

        Assert.Equal((CallOutcome.Answered, code, 0), (result.Outcome, result.Failure!.Code, result.PacketsSent));
        Assert.Equal(AudioVerdict.Unmeasured, result.Audio.Verdict);
        Assert.NotNull(result.SessionDisconnectDelay);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(30)]
    [InlineData(60)]
    public async Task Packets_of_another_length_prove_audio_as_well(int ptime)
    {
        await using var peer = await Peer.SippAsync(Answer(), "-rtp_echo");
        await using var agent = await Agent.StartAsync();

        var result = await agent.CallAsync(Agent.Call(peer.Port) with { Ptime = ptime, TalkTime = TimeSpan.FromSeconds(2), Patience = TimeSpan.FromSeconds(20) }, Agent.Ct);

        Assert.Equal((AudioVerdict.TwoWay, ptime), (result.Audio.Verdict, result.Ptime));
        Assert.InRange(result.Audio.HeardOwnSignalPercent!.Value, 90, 100);
    }

    [Fact]
    public async Task Without_180_there_is_no_post_dial_delay()
    {
        await using var peer = await Peer.SippAsync(Of(
            Recv("INVITE"), Reply("100 Trying"), Reply("183 Session Progress", sdp: true), Reply("200 OK", sdp: true, attributes: "retrans=\"5000\""), Recv("ACK"), Recv("BYE"), Reply("200 OK")));
        await using var agent = await Agent.StartAsync();

        var result = await agent.CallAsync(Agent.Call(peer.Port), Agent.Ct);

        Assert.Equal(CallOutcome.Answered, result.Outcome);
        Assert.Null(result.PostDialDelay);
        Assert.NotNull(result.EarlyMediaAfter);
        Assert.NotNull(result.AnswerDelay);
        Assert.Equal(AudioVerdict.None, result.Audio.Verdict);
        Assert.Equal(0, result.PacketsReceived);
        Assert.Null(result.PacketsLost);
        Assert.Null(result.JitterMilliseconds);
        Assert.Null(result.Codec);
    }

    [Theory]
    [InlineData("486 Busy Here", "", CallOutcome.Busy, "sip-busy")]
    [InlineData("600 Busy Everywhere", "", CallOutcome.Busy, "sip-busy")]
    [InlineData("404 Not Found", "Warning: 399 h \"no such number\"", CallOutcome.Rejected, "sip-rejected")]
    [InlineData("403 Forbidden", "X-Twilio-Error: 32201 Source IP not in ACL", CallOutcome.Rejected, "sip-rejected")]
    [InlineData("503 Service Unavailable", "Retry-After: 30", CallOutcome.Rejected, "sip-rejected")]
    [InlineData("603 Decline", "Reason: Q.850;cause=21", CallOutcome.Rejected, "sip-rejected")]
    [InlineData("408 Request Timeout", "", CallOutcome.Timeout, "sip-timeout")]
    public async Task A_failure_is_reported_with_its_headers(string status, string extra, CallOutcome outcome, string code)
    {
        await using var peer = await Peer.SippAsync(Reject(status, extra), "-m", "1");
        await using var agent = await Agent.StartAsync();

        var result = await agent.CallAsync(Agent.Call(peer.Port), Agent.Ct);

        Assert.Equal(outcome, result.Outcome);
        Assert.Equal(status, $"{result.FinalStatus} {result.FinalReason}");
        Assert.Equal(code, result.Failure!.Code);
        Assert.Equal(AudioVerdict.Unmeasured, result.Audio.Verdict);
        Assert.Null(result.PacketsSent);
        Assert.Null(result.HungUpBy);
        Assert.Null(result.AnswerDelay);
        var headers = new[] { ("Warning", result.Warning), ("X-Twilio-Error", result.TwilioError), ("Retry-After", result.RetryAfter), ("Reason", result.ReasonHeader) };
        Assert.Equal(extra, string.Join("", headers.Where(h => h.Item2 is not null).Select(h => $"{h.Item1}: {h.Item2}")));
        Assert.Equal("ACK", result.Trace[^1].FirstLine.Split(' ')[0]);
    }

    [Fact]
    public async Task A_redirect_is_reported_and_not_followed()
    {
        await using var peer = await Peer.SippAsync(Of(Recv("INVITE"), """
            <send><![CDATA[

                  SIP/2.0 302 Moved Temporarily
                  [last_Via:]
                  [last_From:]
                  [last_To:];tag=1
                  [last_Call-ID:]
                  [last_CSeq:]
                  Contact: <sip:elsewhere@192.0.2.1>
                  Content-Length: 0

            ]]></send>
            """, Recv("ACK")));
        await using var agent = await Agent.StartAsync();

        var result = await agent.CallAsync(Agent.Call(peer.Port), Agent.Ct);

        Assert.Equal((CallOutcome.Rejected, 302, "sip-redirected"), (result.Outcome, result.FinalStatus, result.Failure!.Code));
        Assert.Equal("<sip:elsewhere@192.0.2.1>", result.RedirectedTo);
        Assert.Equal(3, result.Trace.Count);
    }

    [Theory]
    [InlineData("401 Unauthorized", "WWW-Authenticate", "Authorization")]
    [InlineData("407 Proxy Authentication Required", "Proxy-Authenticate", "Proxy-Authorization")]
    public async Task A_challenge_is_answered_and_checked_by_sipp(string status, string challenge, string answer)
    {
        await using var peer = await Peer.SippAsync(Of(
            Recv("INVITE"), Reply(status, $"{challenge}: Digest realm=\"trunk.test\", nonce=\"47ebe028cda119c35d4877b383027d28da013815\", qop=\"auth\""), Recv("ACK"),
            """<recv request="INVITE" crlf="true"><action><verifyauth assign_to="authorized" username="probe" password="s3cret"/></action></recv>""",
            """<nop condexec="authorized" next="good"/>""",
            Reply("403 Forbidden"), Recv("ACK", "next=\"end\""),
            """<label id="good"/>""",
            Reply("180 Ringing"), Reply("200 OK", sdp: true, attributes: "retrans=\"5000\""), Recv("ACK"), Recv("BYE"), Reply("200 OK"),
            """<label id="end"/>"""));
        await using var agent = await Agent.StartAsync();

        var result = await agent.CallAsync(Agent.Call(peer.Port) with { Credentials = new SipCredentials("probe", "s3cret") }, Agent.Ct);

        Assert.Equal(CallOutcome.Answered, result.Outcome);
        Assert.All(result.Trace, l => Assert.DoesNotContain("response=", l.Message));
        Assert.Contains(result.Trace, l => l.Message.Contains($"{answer}: ***\r\n"));
        Assert.All(result.Trace, l => Assert.DoesNotContain("s3cret", l.Message));
    }

    [Fact]
    public async Task A_challenge_without_credentials_says_what_to_do()
    {
        await using var peer = await Peer.SippAsync(Reject("407 Proxy Authentication Required", "Proxy-Authenticate: Digest realm=\"r\", nonce=\"n\""));
        await using var agent = await Agent.StartAsync();

        var result = await agent.CallAsync(Agent.Call(peer.Port), Agent.Ct);

        Assert.Equal((CallOutcome.Rejected, 407, "sip-credentials-missing"), (result.Outcome, result.FinalStatus, result.Failure!.Code));
    }

    [Fact]
    public async Task When_the_far_end_hangs_up_first_the_result_says_so_and_why()
    {
        await using var peer = await Peer.SippAsync(Of(
            Recv("INVITE"), Reply("180 Ringing"), Reply("200 OK", sdp: true, attributes: "retrans=\"5000\""), Recv("ACK"), Pause(300), """
            <send retrans="5000"><![CDATA[

                  BYE [next_url] SIP/2.0
                  Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
                  From: <sip:uas@[local_ip]>;tag=uas[call_number]
                  To: [$caller]
                  [last_Call-ID:]
                  CSeq: 1 BYE
                  Max-Forwards: 70
                  Reason: Q.850;cause=16;text="Normal call clearing"
                  Content-Length: 0

            ]]></send>
            """, """<recv response="200"/>""").Replace(
                "<recv request=\"INVITE\" crlf=\"true\" />",
                "<recv request=\"INVITE\" crlf=\"true\" rrs=\"true\"><action><ereg regexp=\"<.*\" search_in=\"hdr\" header=\"From:\" assign_to=\"caller\"/></action></recv>".Replace("\"<.*\"", "\"&lt;.*\"")));
        await using var agent = await Agent.StartAsync();

        var result = await agent.CallAsync(Agent.Call(peer.Port) with { TalkTime = TimeSpan.FromSeconds(10) }, Agent.Ct);

        Assert.Equal(CallOutcome.Answered, result.Outcome);
        Assert.Equal(HungUpBy.FarEnd, result.HungUpBy);
        Assert.Equal("Q.850;cause=16;text=\"Normal call clearing\"", result.ReasonHeader);
        Assert.Null(result.SessionDisconnectDelay);
        Assert.InRange(result.TalkTime!.Value, TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(5));
        Assert.Equal("SIP/2.0 200 OK", result.Trace[^1].FirstLine);
    }

    [Fact]
    public async Task A_call_over_TCP_proves_two_way_audio()
    {
        await using var peer = await Peer.SippAsync(Answer(), "-rtp_echo", "-t", "t1");
        await using var agent = await Agent.StartAsync(SipTransportKind.Tcp);

        var result = await agent.CallAsync(Agent.Call(peer.Port) with { Patience = TimeSpan.FromSeconds(20) }, Agent.Ct);

        Assert.Equal(CallOutcome.Answered, result.Outcome);
        Assert.Equal(AudioVerdict.TwoWay, result.Audio.Verdict);
        Assert.Contains(result.Trace, l => l.Message.Contains("Via: SIP/2.0/TCP"));
    }

    [Fact]
    public async Task A_call_goes_on_until_enough_of_its_own_signal_came_back()
    {
        await using var peer = await Peer.SippAsync(Answer(), "-rtp_echo");
        await using var agent = await Agent.StartAsync();

        var result = await agent.CallAsync(Agent.Call(peer.Port) with { TalkTime = TimeSpan.FromMilliseconds(200), Patience = TimeSpan.FromSeconds(60) }, Agent.Ct);

        Assert.Equal(AudioVerdict.TwoWay, result.Audio.Verdict);
        Assert.True(result.Audio.OwnSignalHeard >= TimeSpan.FromSeconds(1.5));
        Assert.InRange(result.TalkTime!.Value, TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Nobody_listening_on_TCP_is_a_transport_error()
    {
        await using var agent = await Agent.StartAsync(SipTransportKind.Tcp);

        var result = await agent.CallAsync(Agent.Call(Peer.FreePort()), Agent.Ct);

        Assert.Equal((CallOutcome.TransportError, "sip-transport-error"), (result.Outcome, result.Failure!.Code));
        Assert.Null(result.FinalStatus);
    }

    [Fact]
    public async Task A_storm_of_broken_datagrams_does_not_stop_the_listener()
    {
        await using var peer = await Peer.SippAsync(Answer(), "-rtp_echo");
        await using var agent = await Agent.StartAsync();
        using var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var random = new Random(3261);
        var storm = Task.Run(() =>
        {
            // 100 batches, each small enough for the socket's buffer: the listener is to be tried, not the machine.
            for (var sent = 20; sent <= 2_000; sent += 20)
            {
                for (var i = 0; i < 20; i++)
                {
                    var bytes = new byte[random.Next(1, 1_400)];
                    random.NextBytes(bytes);
                    "SIP/2.0 200 OK\r\nVia: "u8[..Math.Min(21, bytes.Length)].CopyTo(bytes);
                    stranger.SendTo(bytes, agent.LocalEndPoint);
                }

                SpinWait.SpinUntil(() => agent.MalformedMessages >= sent, TimeSpan.FromMilliseconds(100));
            }
        }, Agent.Ct);

        var result = await agent.CallAsync(Agent.Call(peer.Port) with { TalkTime = TimeSpan.FromMilliseconds(700) }, Agent.Ct);
        await storm;

        Assert.Equal(CallOutcome.Answered, result.Outcome);
        Assert.True(agent.MalformedMessages > 100, $"only {agent.MalformedMessages} were seen");
    }
}
