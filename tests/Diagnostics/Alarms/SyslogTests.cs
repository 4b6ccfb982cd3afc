using System.Text;
using CsCheck;
using TrunkBot.Diagnostics.Alarms;

namespace TrunkBot.Diagnostics.Tests.Alarms;

public sealed class SyslogTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    // RFC 5424 section 6.5, examples 1 to 4.
    [InlineData("<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \uFEFF'su root' failed for lonvick on /dev/pts/8",
        "app=su facility=auth host=mymachine.example.com msgid=ID47 severity=critical text='su root' failed for lonvick on /dev/pts/8 time=2003-10-11T22:14:15.003Z")]
    [InlineData("<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time to make the do-nuts.",
        "app=myproc facility=local4 host=192.0.2.1 procid=8710 severity=notice text=%% It's time to make the do-nuts. time=2003-08-24T05:14:15.000003-07:00")]
    [InlineData("<165>1 2003-10-11T22:14:15.003Z h evntslog - ID47 [exampleSDID@32473 iut=\"3\" eventSource=\"Application\" eventID=\"1011\"] An application event log entry...",
        "app=evntslog exampleSDID@32473.eventID=1011 exampleSDID@32473.eventSource=Application exampleSDID@32473.iut=3 facility=local4 host=h msgid=ID47 severity=notice text=An application event log entry... time=2003-10-11T22:14:15.003Z")]
    [InlineData("<165>1 2003-10-11T22:14:15.003Z h e - - [a@1 x=\"1\"][b@1 y=\"high\"]", "a@1.x=1 app=e b@1.y=high facility=local4 host=h severity=notice text= time=2003-10-11T22:14:15.003Z")]
    [InlineData("<14>1 - - - - - [a@1 x=\"a \\\"q\\\" \\\\ \\] b\"] hi", "a@1.x=a \"q\" \\ ] b facility=user severity=info text=hi")]
    [InlineData("<14>1 - - - - - -", "facility=user severity=info text=")]
    // RFC 3164 section 5.4, examples 1 to 3.
    [InlineData("<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8", "app=su facility=auth host=mymachine severity=critical text='su root' failed for lonvick on /dev/pts/8 time=Oct 11 22:14:15")]
    [InlineData("Use the BFG!", "facility=user severity=notice text=Use the BFG!")]
    [InlineData("<165>Aug 24 05:34:00 CST 1987 mymachine myproc[10]: %% It's time", "facility=local4 host=CST severity=notice text=1987 mymachine myproc[10]: %% It's time time=Aug 24 05:34:00")]
    [InlineData("<13>Feb  5 17:32:18 10.0.0.99 app[7]: x", "app=app facility=user host=10.0.0.99 procid=7 severity=notice text=x time=Feb  5 17:32:18")]
    [InlineData("<13>Feb  5 17:32:18 app: no host", "app=app facility=user severity=notice text=no host time=Feb  5 17:32:18")]
    // What is of neither form is all text.
    [InlineData("<192>too high", "facility=user severity=notice text=<192>too high")]
    [InlineData("<7>", "facility=kern severity=debug text=")]
    [InlineData("<14>1 - - - - - [a@1 x=\"1] broken", "facility=user severity=info text=1 - - - - - [a@1 x=\"1] broken")]
    [InlineData("<14>line one\nline two\u001b[31m\r\n", "facility=user severity=info text=line one line two [31m")]
    [InlineData("", "facility=user severity=notice text=")]
    public void A_message_has_these_fields(string message, string expected)
    {
        var alarm = SyslogMessage.Read(Encoding.UTF8.GetBytes(message), "192.0.2.9", Noon);

        Assert.Equal(("syslog", "192.0.2.9", Noon), (alarm.Source, alarm.From, alarm.At));
        Assert.Equal(expected, string.Join(' ', alarm.Fields.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{f.Key}={f.Value}")));
    }

    [Theory]
    [InlineData("10 0123456789", "0123456789")]
    [InlineData("3 a\nb4 cdef", "a\nb|cdef")] // a counted one may hold a line feed
    [InlineData("<13>one\n<13>two\n", "<13>one|<13>two")]
    [InlineData("<13>one\r\n\n\n<13>two", "<13>one\r|<13>two")] // the last one without its end
    [InlineData("5 <13>a<13>b\n", "<13>a|<13>b")] // both forms beside each other
    [InlineData("12abc\nx\n", "12abc|x")] // no length
    [InlineData("9 cut", "")]
    [InlineData("0 x\n", "0 x")]
    public void A_stream_is_cut_into_these_messages_however_it_is_cut_into_pieces(string stream, string expected)
    {
        Assert.Equal(expected, string.Join('|', Cut(new SyslogFraming(100), Encoding.ASCII.GetBytes(stream), 1)));
        Assert.Equal(expected, string.Join('|', Cut(new SyslogFraming(100), Encoding.ASCII.GetBytes(stream), 1000)));
    }

    [Theory]
    [InlineData("12 0123456789ab3 xyz")]
    [InlineData("<0123456789ab>\n3 xyz")]
    public void One_that_is_too_large_is_passed_over_and_counted(string stream)
    {
        var framing = new SyslogFraming(10);

        Assert.Equal(["xyz"], Cut(framing, Encoding.ASCII.GetBytes(stream), 4));
        Assert.Equal(1, framing.TooLarge);
    }

    [Fact]
    public void Any_bytes_are_a_message_of_short_texts_on_one_line()
    {
        Soup.Sample(bytes =>
        {
            var alarm = SyslogMessage.Read(bytes, "h", Noon);
            Assert.All(alarm.Fields, f => Assert.DoesNotContain(f.Key + f.Value, char.IsControl));
            Assert.All(alarm.Fields, f => Assert.InRange(f.Value.Length, 0, 2001));
            Assert.Contains("text", alarm.Fields.Keys);
        });
    }

    [Fact]
    public void Any_stream_gives_the_same_messages_whatever_pieces_it_comes_in()
    {
        Gen.Select(Soup, Gen.Int[1, 9]).Sample((bytes, piece) =>
        {
            var (whole, pieces) = (new SyslogFraming(64), new SyslogFraming(64));
            Assert.Equal(Cut(whole, bytes, bytes.Length + 1), Cut(pieces, bytes, piece));
            Assert.Equal(whole.TooLarge, pieces.TooLarge);
        });
    }

    /// <summary>Pieces of syslog and bare bytes: pure noise would hardly come past the first sign.</summary>
    private static readonly Gen<byte[]> Soup = Gen.OneOf(
        Pick("<13>", "<191>", "1 ", "2026-11-22T12:00:00Z ", "- ", "host ", "[a@1", " x=\"", "\\\"", "\"]", "]", "[", "Feb  5 17:32:18 ", "app[7]: ", "5 ", "12345678", "\n", "\0", "\uFEFF", "\u2028", "é").Select(Encoding.UTF8.GetBytes),
        Gen.Byte.Array[0, 8]).Array[0, 30].Select(pieces => pieces.SelectMany(p => p).ToArray());

    private static List<string> Cut(SyslogFraming framing, byte[] bytes, int piece)
    {
        var frames = new List<byte[]>();
        foreach (var part in bytes.Chunk(piece))
        {
            frames.AddRange(framing.Push(part));
        }

        frames.AddRange(framing.End());
        return [.. frames.Select(Encoding.Latin1.GetString)];
    }

    private static Gen<string> Pick(params string[] all) => Gen.Int[0, all.Length - 1].Select(i => all[i]);
}
