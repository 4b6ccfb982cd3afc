using TrunkBot.Sip.Audio;
using TrunkBot.Sip.Tests.Peers;
using static TrunkBot.Sip.Tests.Peers.Scenarios;

namespace TrunkBot.Sip.Tests.Calls;

/// <summary>PRACK, UPDATE, re-INVITE, late offer and redirects with sipp as the far end: its scenarios end the call when a message is missing or out of order.</summary>
[Collection(RealTime.Collection)]
public sealed class Calls_with_extensions
{
    /// <summary>The INVITE, with what later messages repeat of it.</summary>
    private const string RecvInvite = """
        <recv request="INVITE" crlf="true" rrs="true"><action>
          <ereg regexp=".*" search_in="hdr" header="Via:" assign_to="via"/>
          <ereg regexp=".*" search_in="hdr" header="CSeq:" assign_to="cseq"/>
          <ereg regexp="&lt;.*" search_in="hdr" header="From:" assign_to="caller"/>
        </action></recv>
        """;

    private const string Sdp = """

              v=0
              o=uas 1 [number] IN IP4 [media_ip]
              s=-
              c=IN IP4 [media_ip]
              t=0 0
              m=audio [media_port] RTP/AVP 0
              a=[direction]
        """;

    /// <summary>A response to the INVITE, also after other requests came.</summary>
    private static string ToInvite(string status, string extra = "", bool sdp = false) =>
        Reply(status, extra, sdp, "[last_To:];tag=uas[call_number]", status.StartsWith('2') ? "retrans=\"5000\"" : "")
            .Replace("[last_Via:]", "Via:[$via]").Replace("[last_CSeq:]", "CSeq:[$cseq]");

    private static string FromUas(string method, int cseq, string? direction = null, string attributes = "") => $"""
        <send {attributes}><![CDATA[

              {method} [next_url] SIP/2.0
              Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
              From: <sip:uas@[local_ip]>;tag=uas[call_number]
              To: [$caller]
              [last_Call-ID:]
              CSeq: {cseq} {method}
              Max-Forwards: 70
              Contact: <sip:uas@[local_ip]:[local_port];transport=[transport]>
              {(direction is null ? "" : "Content-Type: application/sdp\n              ")}Content-Length: [len]
        {(direction is null ? "" : Sdp.Replace("[direction]", direction).Replace("[number]", $"{cseq + 1}"))}

        ]]></send>
        """;

    private static readonly string Ok = Reply("200 OK", toTag: "[last_To:]");

    /// <summary>sipp wants every variable used.</summary>
    private static string Whole(params string[] steps) => Of([RecvInvite, .. steps, """<Reference variables="via,cseq,caller"/>"""]);

    private static string[] Names(CallResult result) => [.. result.Trace.Select(l => l.FirstLine.StartsWith("SIP", StringComparison.Ordinal) ? l.FirstLine[8..11] : l.FirstLine.Split(' ')[0])];

    [Fact]
    public async Task Reliable_provisionals_of_sipp_get_their_PRACKs_in_order()
    {
        await using var peer = await Peer.SippAsync(
            Whole(
                ToInvite("180 Ringing", "Require: 100rel\n              RSeq: 101"), Recv("PRACK"), Ok,
                ToInvite("183 Session Progress", "Require: 100rel\n              RSeq: 102", sdp: true), Recv("PRACK"), Ok,
                ToInvite("200 OK"), Recv("ACK"), Recv("BYE"), Ok),
            "-rtp_echo");
        await using var agent = await Agent.StartAsync();

        var result = await agent.CallAsync(Agent.Call(peer.Port) with { Patience = TimeSpan.FromSeconds(20) }, Agent.Ct);

        Assert.Equal((CallOutcome.Answered, AudioVerdict.TwoWay), (result.Outcome, result.Audio.Verdict));
        Assert.Equal(["INVITE", "180", "PRACK", "200", "183", "PRACK", "200", "200", "ACK", "BYE", "200"], Names(result));
        Assert.Contains(result.Trace, l => l.Message.Contains("RAck: 101 1 INVITE\r\n"));
        Assert.Contains(result.Trace, l => l.Message.Contains("RAck: 102 1 INVITE\r\n"));
        Assert.True(result.PostDialDelay < result.EarlyMediaAfter);
    }

    [Fact]
    public async Task Hold_by_reINVITE_and_its_end_by_UPDATE_leave_a_call_with_two_way_audio()
    {
        await using var peer = await Peer.SippAsync(
            Whole(
                ToInvite("180 Ringing"), ToInvite("200 OK", sdp: true), Recv("ACK"),
                FromUas("INVITE", 1, "sendonly", "retrans=\"5000\""), """<recv response="200"/>""", FromUas("ACK", 1), Pause(200),
                FromUas("UPDATE", 2, "sendrecv", "retrans=\"5000\""), """<recv response="200"/>""",
                Recv("BYE"), Ok),
            "-rtp_echo");
        await using var agent = await Agent.StartAsync();

        var result = await agent.CallAsync(Agent.Call(peer.Port) with { TalkTime = TimeSpan.FromSeconds(1), Patience = TimeSpan.FromSeconds(20) }, Agent.Ct);

        Assert.Equal((CallOutcome.Answered, AudioVerdict.TwoWay), (result.Outcome, result.Audio.Verdict));
        Assert.Equal(["INVITE", "180", "200", "ACK", "INVITE", "200", "ACK", "UPDATE", "200", "BYE", "200"], Names(result));
        Assert.Contains("a=recvonly\r\n", result.Trace[5].Message);
        Assert.Contains("a=sendrecv\r\n", result.Trace[8].Message);
    }

    [Fact]
    public async Task A_late_offer_of_sipp_is_answered_in_the_ACK()
    {
        await using var peer = await Peer.SippAsync(
            Of(Recv("INVITE", "rrs=\"true\""), Reply("180 Ringing"), Reply("200 OK", sdp: true, attributes: "retrans=\"5000\""), Recv("ACK"), Recv("BYE"), Ok), "-rtp_echo");
        await using var agent = await Agent.StartAsync();

        var result = await agent.CallAsync(Agent.Call(peer.Port) with { LateOffer = true, Patience = TimeSpan.FromSeconds(20) }, Agent.Ct);

        Assert.Equal((CallOutcome.Answered, AudioVerdict.TwoWay), (result.Outcome, result.Audio.Verdict));
        Assert.DoesNotContain("m=audio", result.Trace[0].Message);
        Assert.Contains("m=audio", result.Trace.Single(l => l.FirstLine.StartsWith("ACK", StringComparison.Ordinal)).Message);
    }

    [Fact]
    public async Task A_redirect_of_sipp_is_followed_to_the_next_sipp_when_asked()
    {
        await using var next = await Peer.SippAsync(Answer(), "-rtp_echo");
        var redirect = Reply("302 Moved Temporarily").Replace("Contact: <sip:uas@[local_ip]:[local_port];transport=[transport]>", $"Contact: <sip:moved@127.0.0.1:{next.Port}>;q=0.5, <sip:x@192.0.2.1>;q=0.1");
        await using var first = await Peer.SippAsync(Of(Recv("INVITE"), redirect, Recv("ACK")));
        await using var agent = await Agent.StartAsync();

        var result = await agent.CallAsync(Agent.Call(first.Port) with { FollowRedirects = true, Patience = TimeSpan.FromSeconds(20) }, Agent.Ct);

        Assert.Equal((CallOutcome.Answered, AudioVerdict.TwoWay, next.Port), (result.Outcome, result.Audio.Verdict, result.RemoteSignalling!.Port));
        Assert.StartsWith($"<sip:moved@127.0.0.1:{next.Port}>", result.RedirectedTo);
    }
}
