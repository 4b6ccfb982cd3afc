namespace TrunkBot.Sip.Tests.Peers;

/// <summary>sipp server scenarios, put together from steps.</summary>
public static class Scenarios
{
    private const string Sdp = """

              v=0
              o=uas 1 1 IN IP4 [media_ip]
              s=-
              c=IN IP4 [media_ip]
              t=0 0
              m=audio [media_port] RTP/AVP 0 8 101
              a=rtpmap:0 PCMU/8000
              a=rtpmap:8 PCMA/8000
              a=rtpmap:101 telephone-event/8000
        """;

    public static string Of(params string[] steps) =>
        $"""<?xml version="1.0" encoding="ISO-8859-1" ?><scenario name="uas">{string.Concat(steps)}</scenario>""";

    public static string Recv(string method, string more = "") => $"""<recv request="{method}" crlf="true" {more}/>""";

    public static string Pause(int milliseconds) => $"""<pause milliseconds="{milliseconds}"/>""";

    public static string Reply(string status, string extra = "", bool sdp = false, string toTag = "[last_To:];tag=uas[call_number]", string attributes = "") => $"""
        <send {attributes}><![CDATA[

              SIP/2.0 {status}
              [last_Via:]
              [last_Record-Route:]
              [last_From:]
              {toTag}
              [last_Call-ID:]
              [last_CSeq:]
              Contact: <sip:uas@[local_ip]:[local_port];transport=[transport]>
              {(extra.Length == 0 ? "" : extra + "\n              ")}{(sdp ? "Content-Type: application/sdp\n              " : "")}Content-Length: [len]
        {(sdp ? Sdp : "")}

        ]]></send>
        """;

    /// <summary>Answers 100, 180 and 200, waits for the BYE.</summary>
    public static string Answer(int ringMilliseconds = 100) => Of(
        Recv("INVITE", "rrs=\"true\""), Reply("100 Trying"), Reply("180 Ringing"), Pause(ringMilliseconds), Reply("200 OK", sdp: true, attributes: "retrans=\"5000\""),
        Recv("ACK"), Recv("BYE"), Reply("200 OK", toTag: "[last_To:]"));

    public static string Reject(string status, string extra = "") => Of(
        Recv("INVITE"), Reply("100 Trying"), Reply(status, extra, attributes: "retrans=\"5000\""), Recv("ACK"));
}
