using System.Net;
using SkiaSharp;
using TrunkBot.Sip.Results;

namespace TrunkBot.Sip.Tests.Results;

public sealed class The_ladder_picture
{
    private static readonly SKColor Request = new(0x0B, 0x5C, 0xAD);
    private static readonly SKColor Good = new(0x1A, 0x7F, 0x37);
    private static readonly SKColor Bad = new(0xB4, 0x23, 0x18);

    private static SKBitmap Draw(CallResult call) => SKBitmap.Decode(LadderPicture.Write(call));

    /// <summary>The colour of the arrow of a row, a third of the way to the first peer.</summary>
    private static SKColor Arrow(SKBitmap picture, int row, int y = 22) => picture.GetPixel(340, 48 + (row * 30) + y);

    [Fact]
    public void It_has_a_row_for_each_message_and_one_for_the_media_after_the_ACK()
    {
        using var picture = Draw(Calls.Full);

        Assert.Equal((730, 304), (picture.Width, picture.Height));
        Assert.Equal([Request, Good, Good, Good, Request], Enumerable.Range(0, 5).Select(row => Arrow(picture, row)));
        Assert.Equal(new SKColor(0xDD, 0xF4, 0xE4), Arrow(picture, 5, y: 6));
        Assert.Equal([Request, Good], Enumerable.Range(6, 2).Select(row => Arrow(picture, row)));
    }

    [Fact]
    public void An_arrow_points_to_who_got_the_message()
    {
        using var picture = Draw(Calls.Full);

        // 3 pixels above the line, 6 before its end: inside the head, and nowhere else.
        bool HeadAt(int row, int x) => picture.GetPixel(x, 48 + (row * 30) + 20) == (row == 0 ? Request : Good);
        Assert.Equal((false, true), (HeadAt(0, 206), HeadAt(0, 613)));
        Assert.Equal((true, false), (HeadAt(1, 206), HeadAt(1, 613)));
    }

    [Fact]
    public void A_refusal_is_red()
    {
        using var picture = Draw(Calls.Empty with { Trace = [Calls.Line(0, true, "INVITE sip:a@b SIP/2.0"), Calls.Line(9, false, "SIP/2.0 403 Forbidden")] });

        Assert.Equal((Request, Bad), (Arrow(picture, 0), Arrow(picture, 1)));
    }

    [Fact]
    public void A_second_peer_has_a_column_of_its_own()
    {
        using var picture = Draw(Calls.Full with { Trace = [.. Calls.Full.Trace, Calls.Line(30_000, true, "BYE sip:x SIP/2.0", peer: IPEndPoint.Parse("192.0.2.33:5060"))] });

        Assert.Equal(1_150, picture.Width);
        Assert.Equal((Request, SKColors.White), (picture.GetPixel(800, 48 + (8 * 30) + 22), picture.GetPixel(800, 48 + (7 * 30) + 22)));
    }

    [Fact]
    public void A_storm_of_messages_is_cut_and_said()
    {
        var call = Calls.Full with { Trace = [.. Enumerable.Range(0, 500).Select(i => Calls.Line(i, true, $"OPTIONS sip:{new string('x', 5_000)} SIP/2.0"))] };
        using var picture = Draw(call);

        Assert.Equal(48 + (62 * 30) + 16, picture.Height);
    }

    [Fact]
    public void Its_words_say_what_it_shows()
    {
        Assert.Equal(
            "Ladder diagram of 7 SIP messages: sent INVITE, received 100 Trying, received 180 Ringing, received 200 OK, sent ACK, received BYE, sent 200 OK.",
            LadderPicture.AltText(Calls.Full));
        Assert.Null(LadderPicture.Write(Calls.Empty));
        Assert.Equal("No SIP message was sent.", LadderPicture.AltText(Calls.Empty));
    }
}
