using System.Net;
using System.Text;
using TrunkBot.Sip.Media;
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
}
