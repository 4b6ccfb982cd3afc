using System.Buffers.Binary;
using System.Net;
using System.Text;
using TrunkBot.Sip.Digest;
using TrunkBot.Sip.Media;
using TrunkBot.Sip.Results;
using TrunkBot.Sip.Tests.Calls;
using TrunkBot.Sip.Tests.Peers;
using static TrunkBot.Sip.Tests.Peers.Scenarios;

namespace TrunkBot.Sip.Tests.Results;

[Collection(RealTime.Collection)]
public sealed class Files_of_a_call
{
    [Fact]
    public void A_WAV_holds_what_was_heard_where_it_was_heard()
    {
        var heard = new ReceivedAudio(8_000);
        heard.Add(new RtpPacket(true, 0, 1, 0, 7, 12, 2), TimeSpan.FromMilliseconds(0.25), [0x00, 0xFF], AudioCodec.Pcmu);
        heard.Add(new RtpPacket(false, 0, 3, 4, 7, 12, 2), TimeSpan.FromMilliseconds(0.75), [0x80, 0x80], AudioCodec.Pcmu);

        Assert.Equal(
            "52494646" + "34000000" + "57415645" + "666D7420" + "10000000" + "0100" + "0100" + "401F0000" + "803E0000" + "0200" + "1000" + "64617461" + "10000000"
            + "0000" + "0000" + "8482" + "0000" + "0000" + "0000" + "7C7D" + "7C7D",
            Convert.ToHexString(new CallRecording(heard, []).ToWav()));
    }

    [Fact]
    public async Task A_capture_of_a_recorded_call_is_read_by_tshark_without_complaint()
    {
        await using var peer = await Peer.SippAsync(Of(
            Recv("INVITE"), Reply("407 Proxy Authentication Required", "Proxy-Authenticate: Digest realm=\"trunk.test\", nonce=\"47ebe028\", qop=\"auth\""), Recv("ACK"),
            Recv("INVITE"), Reply("200 OK", sdp: true, attributes: "retrans=\"5000\""), Recv("ACK"), Recv("BYE"), Reply("200 OK")), "-rtp_echo");
        await using var agent = await Agent.StartAsync();
        var result = await agent.CallAsync(
            Agent.Call(peer.Port) with { Credentials = new SipCredentials("probe", "s3cret"), Record = true, TalkTime = TimeSpan.FromSeconds(2), Digits = "1" }, Agent.Ct);

        var capture = PcapFile.Write(result);

        var packets = await Tshark.ReadAsync(
            capture, agent.LocalEndPoint.Port, "-T", "fields", "-e", "ip.checksum.status", "-e", "udp.checksum.status", "-e", "_ws.malformed", "-e", "_ws.col.Protocol", "-e", "frame.time_epoch");
        Assert.All(packets, p => Assert.StartsWith("1\t1\t\t", p));
        var protocols = packets.Select(p => p.Split('\t')[3]).ToList();
        Assert.Equal(result.Trace.Count, protocols.Count(p => p.StartsWith("SIP", StringComparison.Ordinal)));
        Assert.Equal(result.PacketsSent + result.PacketsReceived, protocols.Count(p => p is "RTP" or "RTP EVENT"));
        Assert.Equal(result.Recording!.Packets.Count, protocols.Count(p => p is "RTP" or "RTP EVENT" or "RTCP"));
        var times = packets.Select(p => double.Parse(p.Split('\t')[4])).ToList();
        Assert.Equal(times.Order(), times);

        var text = Encoding.UTF8.GetString(capture);
        Assert.Contains("Proxy-Authorization: Digest response=\"***\"\r\n", text);
        Assert.DoesNotContain("47ebe028\", uri", text);
    }

    [Fact]
    public async Task Loss_and_jitter_are_what_tshark_finds_in_the_same_packets()
    {
        await using var peer = await Peer.SippAsync(Answer(), "-rtp_echo");
        await using var agent = await Agent.StartAsync();
        var result = await agent.CallAsync(Agent.Call(peer.Port) with { Record = true, TalkTime = TimeSpan.FromSeconds(3) }, Agent.Ct);

        var streams = await Tshark.ReadAsync(PcapFile.Write(result), agent.LocalEndPoint.Port, "-q", "-z", "rtp,streams");

        // Start, end, source, port, destination, port, SSRC, payload, packets, lost (share), delta min mean max, jitter min mean max.
        var heard = streams.Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Single(f => f.Length > 10 && f[3] == result.RemoteMedia!.Port.ToString());
        Assert.Equal(result.PacketsReceived.ToString(), heard[8]);
        Assert.Equal(result.PacketsLost.ToString(), heard[9]);

        // The capture is stamped in whole microseconds and a moment after the packet was counted.
        Assert.Equal(result.JitterMilliseconds!.Value, double.Parse(heard[15]), 0.2);
    }

    [Fact]
    public async Task Addresses_of_version_6_and_signalling_alone_make_a_capture_too()
    {
        var peer = IPEndPoint.Parse("[2001:db8::9]:5060");
        var call = Calls.Full with
        {
            LocalSignalling = IPEndPoint.Parse("[2001:db8::7]:5070"),
            Trace =
            [
                Calls.Line(0, true, "OPTIONS sip:[2001:db8::9] SIP/2.0", "Call-ID: odd\r\nContent-Length: 0\r\n\r\n", peer),
                Calls.Line(7, false, "SIP/2.0 200 OK", "Call-ID: even1\r\nContent-Length: 0\r\n\r\n", peer),
            ],
        };

        var packets = await Tshark.ReadAsync(
            PcapFile.Write(call), 5060, "-T", "fields", "-e", "udp.checksum.status", "-e", "_ws.malformed", "-e", "ipv6.src", "-e", "udp.dstport", "-e", "_ws.col.Protocol", "-e", "frame.time_relative");

        Assert.Equal(["1\t\t2001:db8::7\t5060\tSIP\t0.000000000", "1\t\t2001:db8::9\t5070\tSIP\t0.007000000"], packets);
    }

    [Fact]
    public void A_call_that_sent_nothing_is_an_empty_capture() => Assert.Equal(24, PcapFile.Write(Calls.Empty).Length);

    [Fact]
    public async Task Without_being_asked_no_call_is_kept()
    {
        await using var peer = await Peer.SippAsync(Answer(), "-rtp_echo");
        await using var agent = await Agent.StartAsync();

        var result = await agent.CallAsync(Agent.Call(peer.Port), Agent.Ct);

        Assert.Null(result.Recording);
        Assert.Equal(0xA1B2C3D4, BinaryPrimitives.ReadUInt32LittleEndian(PcapFile.Write(result)));
    }
}
