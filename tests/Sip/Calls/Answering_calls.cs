using System.Net;
using TrunkBot.Sip.Audio;
using TrunkBot.Sip.Digest;
using TrunkBot.Sip.Media;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Tests.Peers;
using static TrunkBot.Sip.Tests.Peers.Scenarios;

namespace TrunkBot.Sip.Tests.Calls;

/// <summary>Calls to the bot, made by sipp: directly, and through kamailio to the registered subscriber.</summary>
[Collection(RealTime.Collection)]
public sealed class Answering_calls
{
    private const string Offer = """

              v=0
              o=caller 1 1 IN IP4 [media_ip]
              s=-
              c=IN IP4 [media_ip]
              t=0 0
              m=audio [media_port] RTP/AVP 8 0
        """;

    private static readonly AnswerRequest Answer = new() { RingFor = TimeSpan.FromMilliseconds(100), TalkTime = TimeSpan.FromMilliseconds(300), Patience = TimeSpan.FromSeconds(20), ExpectEcho = true };

    private static string Send(string method, int cseq, string extra = "", string? body = null, string attributes = "", bool within = false) => $"""
        <send {attributes}><![CDATA[

              {method} {(within ? "[next_url]" : "sip:[service]@[remote_ip]:[remote_port]")} SIP/2.0
              Via: SIP/2.0/[transport] [local_ip]:[local_port];branch={(method == "CANCEL" ? "z9hG4bKcancelled" : method == "INVITE" && extra == "cancelled" ? "z9hG4bKcancelled" : "[branch]")}
              {(within ? "[routes]\n              " : "")}From: <sip:+13035550100@[local_ip]:[local_port]>;tag=caller
              To: <sip:[service]@[remote_ip]:[remote_port]>{(within ? "[peer_tag_param]" : "")}
              Call-ID: [call_id]
              CSeq: {cseq} {method}
              Contact: <sip:caller@[local_ip]:[local_port];transport=[transport]>
              Max-Forwards: 70
              {(extra is "" or "cancelled" ? "" : extra + "\n              ")}{(body is null ? "" : "Content-Type: application/sdp\n              ")}Content-Length: [len]
        {body}

        ]]></send>
        """;

    private static string Response(int status, string more = "") => $"""<recv response="{status}" {more}/>""";

    /// <summary>One call to the user <c>probe</c>, which the far end hangs up.</summary>
    internal static string Call(string? offer = Offer, string ack = "", string extra = "") => Of(
        Send("INVITE", 1, extra, offer, "retrans=\"5000\""), Response(100, "optional=\"true\""), Response(180, "optional=\"true\""), Response(200, "rrs=\"true\""),
        Send("ACK", 1, within: true, body: ack.Length == 0 ? null : ack), Recv("BYE"), Reply("200 OK", toTag: "[last_To:]"));

    [Fact]
    public async Task A_call_is_rung_answered_and_hung_up_with_two_way_audio()
    {
        await using var agent = await Agent.StartAsync();
        var answering = agent.AnswerNextAsync(Answer with { User = "probe" }, Agent.Ct);
        await using var caller = await Peer.SippCallerAsync(Call(), agent.LocalEndPoint.Port, "-rtp_echo");

        var taken = await answering;

        Assert.Equal(0, await caller.EndAsync(Agent.Ct));
        Assert.Equal((CallOutcome.Answered, 200, AudioVerdict.TwoWay), (taken.Call.Outcome, taken.Call.FinalStatus, taken.Call.Audio.Verdict));
        Assert.Equal($"sip:+13035550100@127.0.0.1:{caller.Port}", taken.Caller);
        Assert.StartsWith("sip:probe@127.0.0.1:", taken.Called);
        Assert.Equal(HungUpBy.Us, taken.Call.HungUpBy);
        Assert.NotNull(taken.Call.SessionDisconnectDelay);
        Assert.NotNull(taken.Call.TalkTime);
        Assert.Null(taken.Call.PostDialDelay);
        Assert.Null(taken.Call.AnswerDelay);
        Assert.Equal(caller.Port, taken.Call.RemoteSignalling!.Port);

        // The caller's first codec is taken, since we know it too.
        Assert.Equal(AudioCodec.Pcma, taken.Call.Codec);
        Assert.Equal(["INVITE", "SIP/2.0 180 Ringing", "SIP/2.0 200 OK", "ACK", "BYE", "SIP/2.0 200 OK"],
            taken.Call.Trace.Select(l => l.FirstLine.StartsWith("SIP", StringComparison.Ordinal) ? l.FirstLine : l.FirstLine.Split(' ')[0]));
    }

    [Fact]
    public async Task A_registered_subscriber_is_called_through_its_registrar()
    {
        await using var registrar = await Kamailio.StartAsync(9);
        await using var agent = await Agent.StartAsync();
        var registered = await agent.RegisterAsync(
            new RegisterRequest
            {
                Registrar = SipUri.Parse("sip:trunk.test"),
                OutboundProxy = SipUri.Parse($"sip:127.0.0.1:{registrar.Port}"),
                User = "probe",
                Credentials = new SipCredentials("probe", "s3cret"),
            },
            Agent.Ct);
        Assert.True(registered.Registered, registered.Failure?.Sentence);
        var answering = agent.AnswerNextAsync(Answer with { User = "probe" }, Agent.Ct);
        await using var caller = await Peer.SippCallerAsync(Call(), registrar.Port, "-rtp_echo");

        var taken = await answering;

        Assert.Equal(0, await caller.EndAsync(Agent.Ct));
        Assert.Equal((CallOutcome.Answered, AudioVerdict.TwoWay), (taken.Call.Outcome, taken.Call.Audio.Verdict));

        // The BYE goes back along the route that kamailio recorded, not straight to the caller.
        var bye = taken.Call.Trace.Single(l => l.Sent && l.FirstLine.StartsWith("BYE", StringComparison.Ordinal));
        Assert.Equal(registrar.Port, bye.Peer.Port);
        Assert.Contains($"BYE sip:caller@127.0.0.1:{caller.Port}", bye.FirstLine);
    }

    [Fact]
    public async Task An_INVITE_without_offer_gets_ours_and_its_ACK_the_answer()
    {
        await using var agent = await Agent.StartAsync();
        var answering = agent.AnswerNextAsync(Answer, Agent.Ct);
        await using var caller = await Peer.SippCallerAsync(Call(offer: null, ack: Offer), agent.LocalEndPoint.Port, "-rtp_echo");

        var taken = await answering;

        Assert.Equal(0, await caller.EndAsync(Agent.Ct));
        Assert.Equal((CallOutcome.Answered, AudioVerdict.TwoWay), (taken.Call.Outcome, taken.Call.Audio.Verdict));
    }

    [Fact]
    public async Task Who_demands_reliable_provisionals_gets_none_that_would_have_to_be_repeated()
    {
        await using var agent = await Agent.StartAsync();
        var answering = agent.AnswerNextAsync(Answer, Agent.Ct);
        await using var caller = await Peer.SippCallerAsync(
            Call(extra: "Require: 100rel").Replace(Response(180, "optional=\"true\""), ""), agent.LocalEndPoint.Port, "-rtp_echo");

        Assert.Equal(CallOutcome.Answered, (await answering).Call.Outcome);
        Assert.Equal(0, await caller.EndAsync(Agent.Ct));
    }

    [Fact]
    public async Task A_caller_who_gives_up_gets_487()
    {
        await using var agent = await Agent.StartAsync();
        var answering = agent.AnswerNextAsync(Answer with { RingFor = TimeSpan.FromSeconds(60) }, Agent.Ct);
        await using var caller = await Peer.SippCallerAsync(
            Of(Send("INVITE", 1, "cancelled", Offer), Response(180), Send("CANCEL", 1), Response(200), Response(487), Send("ACK", 1).Replace("[branch]", "z9hG4bKcancelled")),
            agent.LocalEndPoint.Port);

        var taken = await answering;

        Assert.Equal(0, await caller.EndAsync(Agent.Ct));
        Assert.Equal((CallOutcome.Cancelled, 487), (taken.Call.Outcome, taken.Call.FinalStatus));
        Assert.Equal(AudioVerdict.Unmeasured, taken.Call.Audio.Verdict);
        Assert.Null(taken.Call.PacketsSent);
    }

    [Theory]
    [InlineData("Require: teleport", "0 8", 420, "sip-call-refused")]
    [InlineData("Session-Expires: 60", "0 8", 422, "sip-call-refused")]
    [InlineData("Subject: x", "18", 488, "sip-no-common-codec")]
    public async Task A_call_that_cannot_be_taken_is_refused_and_named(string extra, string formats, int status, string code)
    {
        await using var agent = await Agent.StartAsync();
        var answering = agent.AnswerNextAsync(Answer, Agent.Ct);
        await using var caller = await Peer.SippCallerAsync(
            Of(Send("INVITE", 1, extra, Offer.Replace("RTP/AVP 8 0", $"RTP/AVP {formats}"), "retrans=\"5000\""), Response(180, "optional=\"true\""), Response(status), Send("ACK", 1, within: true)), agent.LocalEndPoint.Port);

        var taken = await answering;

        Assert.Equal(0, await caller.EndAsync(Agent.Ct));
        Assert.Equal((CallOutcome.Rejected, status, code), (taken.Call.Outcome, taken.Call.FinalStatus, taken.Call.Failure!.Code));
    }

    [Fact]
    public async Task A_call_to_another_user_or_from_a_peer_that_is_not_allowed_is_not_taken()
    {
        await using var strict = await SipUserAgent.StartAsync(
            new SipUserAgentOptions { LocalAddress = IPAddress.Loopback, AllowedPeers = [IPNetwork.Parse("192.0.2.0/24")] }, Agent.Ct);
        await using var agent = await Agent.StartAsync();
        using var giveUp = new CancellationTokenSource();
        var nobody = strict.AnswerNextAsync(Answer, giveUp.Token);
        var other = agent.AnswerNextAsync(Answer with { User = "somebody" }, giveUp.Token);
        var refused = Of(Send("INVITE", 1, "", Offer), Response(480), Send("ACK", 1, within: true));
        await using var first = await Peer.SippCallerAsync(refused, strict.LocalEndPoint.Port);
        await using var second = await Peer.SippCallerAsync(refused, agent.LocalEndPoint.Port);

        Assert.Equal((0, 0), (await first.EndAsync(Agent.Ct), await second.EndAsync(Agent.Ct)));
        Assert.False(nobody.IsCompleted || other.IsCompleted);
        await giveUp.CancelAsync();
        Assert.Equal((null, CallOutcome.Cancelled), ((await nobody).Caller, (await nobody).Call.Outcome));
        await other;
    }
}
