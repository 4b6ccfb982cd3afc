using TrunkBot.Benchmarks.World;
using TrunkBot.Tests.Support;

namespace TrunkBot.Benchmarks.Media;

/// <summary>sipp as the caller: it sends RTP from a file and does nothing with what comes back.</summary>
internal static class SippClient
{
    private static string Scenario(int seconds) => $$"""
        <?xml version="1.0" encoding="ISO-8859-1" ?>
        <scenario name="caller">
        <send retrans="500" start_rtd="1"><![CDATA[

        INVITE sip:echo@[remote_ip]:[remote_port] SIP/2.0
        Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
        From: <sip:sipp@[local_ip]:[local_port]>;tag=[pid]c[call_number]
        To: <sip:echo@[remote_ip]:[remote_port]>
        Call-ID: [call_id]
        CSeq: 1 INVITE
        Contact: <sip:sipp@[local_ip]:[local_port]>
        Max-Forwards: 70
        Content-Type: application/sdp
        Content-Length: [len]

        v=0
        o=sipp 1 1 IN IP4 [media_ip]
        s=-
        c=IN IP4 [media_ip]
        t=0 0
        m=audio [rtpstream_audio_port] RTP/AVP 0
        a=rtpmap:0 PCMU/8000

        ]]></send>
        <recv response="100" optional="true"/>
        <recv response="200" rtd="true"/>
        <send><![CDATA[

        ACK sip:echo@[remote_ip]:[remote_port] SIP/2.0
        Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
        From: <sip:sipp@[local_ip]:[local_port]>;tag=[pid]c[call_number]
        [last_To:]
        Call-ID: [call_id]
        CSeq: 1 ACK
        Max-Forwards: 70
        Content-Length: 0

        ]]></send>
        <nop><action><exec rtp_stream="silence.ulaw,-1,0"/></action></nop>
        <pause milliseconds="{{seconds * 1_000}}"/>
        <send retrans="500"><![CDATA[

        BYE sip:echo@[remote_ip]:[remote_port] SIP/2.0
        Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
        From: <sip:sipp@[local_ip]:[local_port]>;tag=[pid]c[call_number]
        [last_To:]
        Call-ID: [call_id]
        CSeq: 2 BYE
        Max-Forwards: 70
        Content-Length: 0

        ]]></send>
        <recv response="200"/>
        </scenario>
        """;

    /// <summary>Processor time of sipp for that many calls, all begun within a second.</summary>
    public static async Task<TimeSpan> RunAsync(int calls, int seconds)
    {
        await using var echo = await SippEcho.StartAsync();
        var folder = Directory.CreateTempSubdirectory("bench-sipp-");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "caller.xml"), Scenario(seconds));
        await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "silence.ulaw"), [.. Enumerable.Repeat((byte)0xFF, 8_000 * 10)]);

        var (cpu, _) = await ProcessorTime.OfAsync(
            $"sipp 127.0.0.1:{echo.Port} -sf caller.xml -i 127.0.0.1 -p {FreePorts.Next(together: 4)} -mi 127.0.0.1 -r {calls} -m {calls} -l {calls} -nostdin -skip_rlimit", folder.FullName);
        folder.Delete(recursive: true);
        return cpu;
    }
}
