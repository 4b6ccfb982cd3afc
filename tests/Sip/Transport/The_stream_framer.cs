using System.Text;
using TrunkBot.Sip.Tests.Messages;
using TrunkBot.Sip.Transport;

namespace TrunkBot.Sip.Tests.Transport;

public sealed class The_stream_framer
{
    private readonly SipStreamFramer _framer = new();

    private static byte[] Message(string body) => Wire.Bytes(Wire.Options.Replace("Content-Length: 0", $"l: {body.Length}") + body);

    [Fact]
    public void Several_messages_in_one_read_come_out_one_by_one()
    {
        _framer.Append([.. Message("one"), .. Message(""), .. Message("three")]);

        Assert.Equal(Message("one"), _framer.Next());
        Assert.Equal(Message(""), _framer.Next());
        Assert.Equal(Message("three"), _framer.Next());
        Assert.Null(_framer.Next());
    }

    [Fact]
    public void One_message_in_many_reads_comes_out_when_it_is_whole()
    {
        var bytes = Message("a body\r\n\r\nwith empty lines");
        for (var i = 0; i < bytes.Length - 1; i++)
        {
            _framer.Append(bytes.AsSpan(i, 1));
            Assert.Null(_framer.Next());
        }

        _framer.Append(bytes.AsSpan(bytes.Length - 1));
        Assert.Equal(bytes, _framer.Next());
    }

    [Fact]
    public void A_double_line_break_is_a_ping_and_a_single_one_its_pong()
    {
        _framer.Append("\r\n\r\n\r\n"u8);

        Assert.Null(_framer.Next());
        Assert.Equal(1, _framer.TakePings());
        Assert.Equal(0, _framer.TakePings());
    }

    [Fact]
    public void A_ping_between_messages_disturbs_neither()
    {
        _framer.Append([.. Message("one"), .. "\r\n\r\n"u8, .. Message("two")]);

        Assert.Equal(Message("one"), _framer.Next());
        Assert.Equal(Message("two"), _framer.Next());
        Assert.Equal(1, _framer.TakePings());
    }

    [Theory]
    [InlineData("Content-Length: 0\n", "")]
    [InlineData("Content-Length: 0", "Content-Length: many")]
    [InlineData("Content-Length: 0", "Content-Length: -1")]
    [InlineData("Content-Length: 0", "Content-Length: 4000000000")]
    public void A_stream_that_lost_its_framing_is_given_up(string good, string bad)
    {
        _framer.Append(Wire.Bytes(Wire.Options.Replace(good, bad)));

        Assert.Throws<InvalidDataException>(() => _framer.Next());
    }

    [Fact]
    public void Headers_without_end_are_given_up_before_they_fill_the_memory()
    {
        _framer.Append(Encoding.ASCII.GetBytes(new string('a', 32_769)));

        Assert.Throws<InvalidDataException>(() => _framer.Next());
    }
}
