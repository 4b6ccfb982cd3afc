using System.Text;
using TrunkBot.Sip.Messages;

namespace TrunkBot.Sip.Tests.Messages;

public sealed class A_SIP_message
{
    [Fact]
    public void A_request_is_read_whole()
    {
        var message = Wire.Parse(Wire.Options);

        Assert.True(message.IsRequest);
        Assert.Equal("OPTIONS", message.Method);
        Assert.Equal("sip:bob@example.net", message.RequestUri);
        Assert.Equal("c1@192.0.2.1", message.CallId);
        Assert.Equal(7u, message.CSeqNumber);
        Assert.Equal("OPTIONS", message.CSeqMethod);
        Assert.Equal("a1", message.From!.Tag);
        Assert.Null(message.To!.Tag);
        Assert.Equal("z9hG4bKabc", message.TopVia!.Branch);
        Assert.Empty(message.Body);
    }

    [Fact]
    public void A_response_is_read_with_its_reason_and_body()
    {
        var message = Wire.Parse("""
            SIP/2.0 486 Busy Here
            Via: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bKx;received=203.0.113.9;rport=40000
            From: a <sip:a@b>;tag=1
            To: <sip:c@d>;tag=2
            Call-ID: x
            CSeq: 1 INVITE
            Content-Length: 4

            bodyignored
            """);

        Assert.False(message.IsRequest);
        Assert.Equal(486, message.StatusCode);
        Assert.Equal("Busy Here", message.ReasonPhrase);
        Assert.Equal("body", Encoding.ASCII.GetString(message.Body));
        Assert.Equal("203.0.113.9", message.TopVia!.Received!.ToString());
        Assert.Equal(40000, message.TopVia.ReceivedPort);
    }

    [Fact]
    public void An_empty_reason_phrase_is_legal()
    {
        var message = Wire.Parse(Wire.Options.Replace("OPTIONS sip:bob@example.net SIP/2.0", "SIP/2.0 100 "));

        Assert.Equal(100, message.StatusCode);
        Assert.Equal("", message.ReasonPhrase);
    }

    [Fact]
    public void Compact_names_and_folded_lines_mean_the_same_as_long_ones()
    {
        var message = Wire.Parse("""
            INVITE sip:b@h SIP/2.0
            v: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1
            f: <sip:a@h>;tag=1
            t: <sip:b@h>
            i: id
            CSeq:  12
              INVITE
            m: <sip:a@192.0.2.1:5062>
            s: one
            	two
            k: 100rel, timer
            l: 0


            """);

        Assert.Equal("12 INVITE", message.Headers["CSeq"]);
        Assert.Equal("one two", message.Headers["Subject"]);
        Assert.Equal("sip:a@192.0.2.1:5062", message.ContactUri!.ToString());
        Assert.Equal(["100rel", "timer"], message.Headers.Values("Supported"));
        Assert.Equal("id", message.CallId);
    }

    [Fact]
    public void Lists_split_at_commas_outside_quotes_and_brackets()
    {
        var message = Wire.Parse(Wire.Options.Replace("Max-Forwards: 70", """
            Record-Route: "a, b" <sip:p1;x=1,2;lr>, <sip:p2;lr>
            Record-Route: <sip:p3;lr>
            """));

        Assert.Equal(["\"a, b\" <sip:p1;x=1,2;lr>", "<sip:p2;lr>", "<sip:p3;lr>"], message.Headers.Values("Record-Route"));
    }

    [Fact]
    public void Unknown_headers_and_strange_spacing_survive()
    {
        var message = Wire.Parse(Wire.Options.Replace("Max-Forwards: 70", "X-Twilio-Error \t:   32201 no ACL   "));

        Assert.Equal("32201 no ACL", message.Headers["x-twilio-error"]);
    }

    [Fact]
    public void Leading_empty_lines_are_passed_over() => Assert.Equal("OPTIONS", Wire.Parse("\n\n" + Wire.Options).Method);

    [Theory]
    [InlineData("OPTIONS sip:bob@example.net SIP/2.0", "OPTIONS sip:bob@example.net SIP/3.0", "sip-start-line")]
    [InlineData("OPTIONS sip:bob@example.net SIP/2.0", "OPTIONS  sip:bob@example.net SIP/2.0", "sip-start-line")]
    [InlineData("OPTIONS sip:bob@example.net SIP/2.0", "OPTIONS <sip:bob@example.net> SIP/2.0", "sip-start-line")]
    [InlineData("OPTIONS sip:bob@example.net SIP/2.0", "OPTIONS SIP/2.0", "sip-start-line")]
    [InlineData("OPTIONS sip:bob@example.net SIP/2.0", "SIP/2.0 99 Low", "sip-start-line")]
    [InlineData("OPTIONS sip:bob@example.net SIP/2.0", "SIP/2.0 4294967301 Big", "sip-start-line")]
    [InlineData("Call-ID: c1@192.0.2.1\n", "", "sip-header-missing")]
    [InlineData("CSeq: 7 OPTIONS\n", "", "sip-header-missing")]
    [InlineData("To: <sip:bob@example.net>\n", "To: <sip:bob@example.net>\nTo: <sip:eve@example.net>\n", "sip-header-twice")]
    [InlineData("CSeq: 7 OPTIONS", "CSeq: 36893488147419103232 OPTIONS", "sip-cseq")]
    [InlineData("CSeq: 7 OPTIONS", "CSeq: 7", "sip-cseq")]
    [InlineData("CSeq: 7 OPTIONS", "CSeq: 7 INVITE", "sip-cseq-method")]
    [InlineData("Max-Forwards: 70", "Max-Forwards: 300", "sip-max-forwards")]
    [InlineData("Content-Length: 0", "Content-Length: -999", "sip-content-length")]
    [InlineData("Content-Length: 0", "Content-Length: 5", "sip-body-short")]
    [InlineData("Via: SIP/2.0/UDP 192.0.2.1:5060", "Via: SIP/2.0/UDP 192.0.2.1:99999", "sip-via")]
    [InlineData("From: <sip:alice@example.org>;tag=a1", "From: <sip:alice@example.org;tag=a1", "sip-address")]
    [InlineData("Max-Forwards: 70", "no colon here", "sip-header-line")]
    [InlineData("Max-Forwards: 70", "Bad Name: 1", "sip-header-line")]
    [InlineData("Max-Forwards: 70", "Subject: a\u0001b", "sip-control-character")]
    public void A_malformed_message_is_refused_with_a_code(string good, string bad, string code) =>
        Assert.Equal(code, Wire.Refuse(Wire.Options.Replace(good, bad)).Code);

    [Fact]
    public void The_fault_is_placed_at_its_byte()
    {
        var error = Wire.Refuse(Wire.Options.Replace("Max-Forwards: 70", "Max-Forwards 70"));

        Assert.Equal(("sip-header-line", 94), (error.Code, error.Offset));
    }

    [Fact]
    public void A_lone_carriage_return_cannot_smuggle_a_header()
    {
        var bytes = Encoding.ASCII.GetBytes(Wire.Options.ReplaceLineEndings("\r\n").Replace("Max-Forwards: 70", "Subject: a\rEvil: b"));

        Assert.False(SipMessage.TryParse(bytes, out _, out var error));
        Assert.Equal("sip-bare-line-break", error.Code);
    }

    [Fact]
    public void What_was_built_is_read_back_the_same()
    {
        var headers = new SipHeaders()
            .Add("Via", "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1").Add("From", "<sip:a@b>;tag=1").Add("To", "<sip:c@d>").Add("Call-ID", "x").Add("CSeq", "1 INFO");

        var bytes = SipMessage.Request("INFO", "sip:c@d", headers, "hello"u8.ToArray()).ToBytes();

        Assert.True(SipMessage.TryParse(bytes, out var message, out _));
        Assert.Equal("5", message.Headers["Content-Length"]);
        Assert.Equal("hello", Encoding.ASCII.GetString(message.Body));
        Assert.Equal(bytes, message.ToBytes());
    }

    [Theory]
    [InlineData("Subject", "a\r\nEvil: b")]
    [InlineData("Subject", "a\nb")]
    [InlineData("Sub ject", "a")]
    [InlineData("", "a")]
    public void A_header_that_would_forge_another_cannot_be_built(string name, string value) =>
        Assert.Throws<ArgumentException>(() => new SipHeaders().Add(name, value));

    [Theory]
    [InlineData("sip:a@b SIP/2.0\r\nEvil: c")]
    [InlineData("")]
    public void A_request_line_that_would_forge_a_header_cannot_be_built(string uri) =>
        Assert.Throws<ArgumentException>(() => SipMessage.Request("INVITE", uri, new SipHeaders()));

    [Fact]
    public void Broken_bytes_never_throw()
    {
        var random = new Random(4475);
        var seed = Wire.Bytes(Wire.Options + "v=0");
        var accepted = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = (byte[])seed.Clone();
            for (var hits = random.Next(1, 6); hits > 0; hits--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var length = random.Next(bytes.Length + 1);
            if (SipMessage.TryParse(round % 2 == 0 ? bytes : bytes.AsSpan(0, length), out var message, out _))
            {
                accepted++;
                Assert.NotNull(message.TopVia);
                Assert.NotNull(message.From);
            }
        }

        Assert.InRange(accepted, 500, 9_000);
    }

    [Fact]
    public void The_place_of_a_fault_is_told_also_behind_folded_lines()
    {
        var error = Wire.Refuse(Wire.Options
            .Replace("5060;branch", "5060\n ;branch")
            .Replace("Max-Forwards: 70", "Max-Forwards: 256"));

        Assert.Equal(("sip-max-forwards", 97), (error.Code, error.Offset));
    }
}
