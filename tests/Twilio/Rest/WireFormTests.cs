using TrunkBot.Twilio.Rest;

namespace TrunkBot.Twilio.Tests.Rest;

public sealed class WireFormTests
{
    [Fact]
    public void A_plus_is_sent_as_2B_and_a_repeated_name_is_an_array()
    {
        var request = new TwilioRequest(HttpMethod.Post, TwilioProduct.Api, "/x", [new("To", "+1 650"), new("Event", "ringing"), new("Event", "a&b=c")]);

        Assert.Equal("To=%2B1%20650&Event=ringing&Event=a%26b%3Dc", request.Body());
    }

    [Fact]
    public void Booleans_are_lower_case() =>
        Assert.Equal("FriendlyName=bot%3Aa%3Atrunk&DomainName=a.pstn.twilio.com&Secure=true", TwilioCalls.CreateTrunk("bot:a:trunk", "a.pstn.twilio.com", secure: true).Body());

    [Fact]
    public void A_number_in_a_query_is_encoded() => Assert.Equal(
        "/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/IncomingPhoneNumbers.json?PhoneNumber=%2B13035550188&PageSize=1000",
        TwilioCalls.FindNumber(Given.Site().Twilio, "+13035550188").Path);

    [Fact]
    public void A_line_break_never_forges_a_line_of_the_plan() => Assert.Equal(
        ["POST https://trunking.twilio.com/v1/Trunks", "FriendlyName=a DomainName=evil", "DomainName=b"],
        TwilioCalls.CreateTrunk("a\nDomainName=evil", "b", secure: false).Lines(Given.Site().Twilio));

    [Theory]
    [InlineData("""{"code":20404,"message":"not found","status":404}""", 20404, "not found")]
    [InlineData("""{"code":"21248","message":"taken\nalready"}""", 21248, "taken already")]
    [InlineData("""{"type":"about:blank","title":"Invalid","status":422,"detail":"Request is invalid","errors":[{"detail":"must be integer","pointer":"/Weight"}]}""", null, "Request is invalid; /Weight must be integer")]
    [InlineData("<html>bad gateway</html>", null, "<html>bad gateway</html>")]
    [InlineData("", null, "")]
    [InlineData("[1,2]", null, "[1,2]")]
    public void All_shapes_of_error_bodies_are_read(string body, int? code, string message) =>
        Assert.Equal((code, message), TwilioError.Read(body));

    [Fact]
    public void Of_a_long_page_only_the_beginning_is_kept() =>
        Assert.Equal(201, TwilioError.Read(new string('x', 5000)).Message.Length);

    [Theory]
    [InlineData("""{"sid":"AC1","auth_token":"deadbeef","list":[{"client_secret":"x"}]}""", """{"sid":"AC1","auth_token":"***","list":[{"client_secret":"***"}]}""")]
    [InlineData("""{"voice_url":"https://me:pw@example.com/v"}""", """{"voice_url":"https://***@example.com/v"}""")]
    [InlineData("""{"trunk_sid":null}""", """{"trunk_sid":null}""")]
    public void Secrets_are_blanked_in_what_is_kept(string body, string kept) => Assert.Equal(kept, TwilioRedaction.Body(body));
}
