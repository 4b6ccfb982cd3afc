using System.Net;
using System.Text;
using TrunkBot.Sip.Media;
using TrunkBot.Sip.Media.Srtp;
using TrunkBot.Sip.Sdp;
using TrunkBot.Sip.Tests.Messages;

namespace TrunkBot.Sip.Tests.Sdp;

public sealed class Session_descriptions
{
    private static SdpAudio Parse(string text) =>
        SdpAudio.TryParse(Wire.Bytes(text), out var audio) ? audio : throw new InvalidOperationException("Not parsed.");

    [Fact]
    public void Our_offer_has_both_laws_and_telephone_events()
    {
        var text = Encoding.ASCII.GetString(new LocalAudio
        {
            Address = IPAddress.Parse("192.0.2.7"),
            Port = 40000,
            Codecs = [AudioCodec.Pcma, AudioCodec.Pcmu],
            SessionId = 17,
            Version = 1,
            TelephoneEvent = 101,
            Ptime = 30,
        }.ToBytes());

        Assert.Equal(
            """
            v=0
            o=- 17 1 IN IP4 192.0.2.7
            s=-
            c=IN IP4 192.0.2.7
            t=0 0
            m=audio 40000 RTP/AVP 8 0 101
            a=rtpmap:8 PCMA/8000
            a=rtpmap:0 PCMU/8000
            a=rtpmap:101 telephone-event/8000
            a=fmtp:101 0-15
            a=ptime:30
            a=sendrecv

            """.ReplaceLineEndings("\r\n"),
            text);
    }

    [Fact]
    public void The_address_of_the_media_line_wins_over_that_of_the_session()
    {
        var audio = Parse("""
            v=0
            c=IN IP4 192.0.2.1
            a=inactive
            m=audio 5004/2 RTP/AVP 8 96
            c=IN IP4 192.0.2.2/127
            a=rtpmap:96 telephone-event/8000
            a=ptime:30
            a=recvonly
            m=video 6000 RTP/AVP 31
            c=IN IP4 192.0.2.3
            """);

        Assert.Equal(new IPEndPoint(IPAddress.Parse("192.0.2.2"), 5004), audio.EndPoint);
        Assert.Equal([AudioCodec.Pcma], audio.Codecs);
        Assert.Equal(96, audio.TelephoneEvent);
        Assert.Equal(30, audio.Ptime);
        Assert.Equal(SdpDirection.RecvOnly, audio.Direction);
    }

    [Fact]
    public void A_static_payload_type_that_is_mapped_to_something_else_is_not_ours() =>
        Assert.Equal([AudioCodec.Pcmu], Parse("c=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 0 8 18\na=rtpmap:8 GSM/8000\na=rtpmap:0 pcmu/8000/1").Codecs);

    [Theory]
    [InlineData("", "192.0.2.1:4001")]
    [InlineData("a=rtcp:53020", "192.0.2.1:53020")]
    [InlineData("a=rtcp:53020 IN IP4 192.0.2.9", "192.0.2.9:53020")]
    [InlineData("a=rtcp:99999", "192.0.2.1:4001")]
    [InlineData("a=rtcp:5000 IN IP4 nowhere", "192.0.2.1:4001")]
    public void Reports_go_one_port_above_the_media_unless_said_otherwise(string attribute, string where) =>
        Assert.Equal(IPEndPoint.Parse(where), Parse($"c=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP 0\n{attribute}").RtcpEndPoint);

    [Theory]
    [InlineData("192.0.2.1", "a=sendrecv", false)]
    [InlineData("192.0.2.1", "a=recvonly", false)]
    [InlineData("192.0.2.1", "a=sendonly", true)]
    [InlineData("192.0.2.1", "a=inactive", true)]
    [InlineData("0.0.0.0", "a=sendrecv", true)]
    public void A_hold_is_said_by_the_direction_or_by_an_address_that_is_none(string address, string direction, bool hold) =>
        Assert.Equal(hold, Parse($"c=IN IP4 {address}\nm=audio 4000 RTP/AVP 0\n{direction}").IsHold);

    [Fact]
    public void A_refused_stream_has_port_0() => Assert.Equal(0, Parse("c=IN IP4 192.0.2.1\nm=audio 0 RTP/AVP 0").Port);

    [Fact]
    public void An_IPv6_address_is_read() => Assert.Equal(IPAddress.Parse("2001:db8::2"), Parse("c=IN IP6 2001:db8::2\nm=audio 4000 RTP/AVP 0").Address);

    [Theory]
    [InlineData("")]
    [InlineData("m=audio 4000 RTP/AVP 0")]
    [InlineData("c=IN IP4 192.0.2.1")]
    [InlineData("c=IN IP4 host.example\nm=audio 4000 RTP/AVP 0")]
    [InlineData("c=IN IP4 192.0.2.1\nm=audio 99999 RTP/AVP 0")]
    [InlineData("c=IN IP4 192.0.2.1\nm=audio x RTP/AVP 0")]
    [InlineData("c=IN IP4 192.0.2.1\nm=audio 4000 RTP/AVP")]
    [InlineData("c=IN IP4 192.0.2.1\nm=video 4000 RTP/AVP 31")]
    public void What_describes_no_audio_is_refused(string text) => Assert.False(SdpAudio.TryParse(Wire.Bytes(text), out _));

    [Fact]
    public void Keys_of_suites_that_we_speak_are_read_and_others_passed_over()
    {
        var audio = Parse("""
            c=IN IP4 192.0.2.1
            m=audio 4000 RTP/SAVP 0
            a=crypto:1 AES_256_CM_HMAC_SHA1_80 inline:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLg==
            a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0e|2^20|1:4
            a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0e UNENCRYPTED_SRTP
            a=crypto:4 AES_CM_128_HMAC_SHA1_80 inline:AQID
            a=crypto:x AES_CM_128_HMAC_SHA1_80 inline:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0e
            a=crypto:5 AES_CM_128_HMAC_SHA1_32 inline:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0e|2^31 WSH=64
            a=crypto:6 AES_CM_128_HMAC_SHA1_80 inline:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0e
            """);

        Assert.Equal("RTP/SAVP", audio.Profile);
        Assert.Equal(["5 AES_CM_128_HMAC_SHA1_32", "6 AES_CM_128_HMAC_SHA1_80"], audio.Cryptos.Select(c => c.ToString()));
        Assert.Equal("6 AES_CM_128_HMAC_SHA1_80 inline:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0e", audio.Cryptos[1].ToLine());
    }

    [Theory]
    [InlineData("", "a=rtcp-xr:rcvr-rtt=all:10000 stat-summary=loss,dup,jitt,TTL voip-metrics", "rtcp-xr:rcvr-rtt=all stat-summary=loss,dup,jitt voip-metrics")]
    [InlineData("", "a=rtcp-xr:pkt-loss-rle=60 rcvr-rtt=sender stat-summary=JITT x-new=9", "rtcp-xr:rcvr-rtt=all stat-summary=jitt")]
    [InlineData("", "a=rtcp-xr:stat-summary", "rtcp-xr:stat-summary=loss,dup,jitt")]
    [InlineData("", "a=rtcp-xr:stat-summary=loss\na=rtcp-xr:voip-metrics stat-summary=dup", "rtcp-xr:stat-summary=loss,dup voip-metrics")]
    [InlineData("a=rtcp-xr:voip-metrics\n", "", "rtcp-xr:voip-metrics")]
    [InlineData("a=rtcp-xr:voip-metrics\n", "a=rtcp-xr:rcvr-rtt=all", "rtcp-xr:rcvr-rtt=all")]
    [InlineData("", "a=rtcp-xr:rcvr-rtt=all:15 rcvr-rtt=none rcvr-rtt", "rtcp-xr:")]
    [InlineData("", "a=rtcp-xr:", "rtcp-xr:")]
    [InlineData("a=rtcp:4001\n", "a=rtcp-xrays:voip-metrics", null)]
    public void Extended_reports_are_asked_for_by_the_session_or_by_the_stream(string session, string media, string? asked) =>
        Assert.Equal(asked, Parse($"c=IN IP4 192.0.2.1\n{session}m=audio 4000 RTP/AVP 0\n{media}").ExtendedReports?.ToLine());

    [Fact]
    public void Our_offer_of_SRTP_has_the_secure_profile_and_a_key_for_each_suite()
    {
        var key = new MasterKey([.. Enumerable.Range(1, 30).Select(i => (byte)i)]);
        var text = Encoding.ASCII.GetString(new LocalAudio
        {
            Address = IPAddress.Parse("192.0.2.7"),
            Port = 40000,
            Codecs = [AudioCodec.Pcmu],
            SessionId = 17,
            Version = 1,
            Cryptos = [new SdpCrypto(1, SrtpSuite.AesCm128HmacSha1Tag80, key)],
        }.ToBytes());

        Assert.Contains("m=audio 40000 RTP/SAVP 0\r\n", text);
        Assert.Contains("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0e\r\n", text);
    }
}
