using System.Text;
using TrunkBot.Twilio.Webhooks;

namespace TrunkBot.Twilio.Tests.Webhooks;

public sealed class TwilioSignatureTests
{
    private const string Token = "12345";
    private const string Url = "https://mycompany.com/myapp.php?foo=1&bar=2";
    private const string Published = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";

    private static readonly KeyValuePair<string, string>[] Form =
    [
        new("CallSid", "CA1234567890ABCDE"), new("Caller", "+14158675309"), new("Digits", "1234"), new("From", "+14158675309"), new("To", "+18005551212"),
    ];

    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"property": "value", "boolean": true}""");

    private const string BodyUrl = Url + "&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";

    [Fact]
    public void The_vector_that_Twilio_publishes_is_met()
    {
        Assert.Equal(Published, TwilioSignature.Of(Token, Url, Form));
        Assert.True(TwilioSignature.IsValid(Token, Url, Form, Published));
        Assert.True(TwilioSignature.IsValid(Token, Url, Form.Reverse(), Published));
    }

    [Theory]
    [InlineData("https://mycompany.com/myapp.php?foo=1&bar=2", Published)]
    [InlineData("https://mycompany.com:443/myapp.php?foo=1&bar=2", Published)]
    [InlineData("https://mycompany.com/myapp.php?foo=1&bar=2", "kvajT1Ptam85bY51eRf/AJRuM3w=")]
    [InlineData("https://mycompany.com:443/myapp.php?foo=1&bar=2", "kvajT1Ptam85bY51eRf/AJRuM3w=")]
    public void The_default_port_may_be_written_or_not_on_either_side(string url, string signature) =>
        Assert.True(TwilioSignature.IsValid(Token, url, Form, signature));

    [Theory]
    [InlineData("https://mycompany.com:8443/myapp.php?foo=1&bar=2")]
    [InlineData("http://mycompany.com/myapp.php?foo=1&bar=2")]
    [InlineData("http://mycompany.com:443/myapp.php?foo=1&bar=2")]
    [InlineData("https://mycompany.com/myapp.php?bar=2&foo=1")]
    [InlineData("https://mycompany.com.evil.example/myapp.php?foo=1&bar=2")]
    [InlineData("mycompany.com")]
    public void Another_url_is_another_signature(string url) => Assert.False(TwilioSignature.IsValid(Token, url, Form, Published));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("RSOYDt4T1cUTdK1PDd93/VVr8B8")]
    [InlineData("rsoydt4t1cuTdK1PDd93/VVr8B8=")]
    [InlineData("ä")]
    public void A_missing_or_wrong_signature_is_refused(string? signature) => Assert.False(TwilioSignature.IsValid(Token, Url, Form, signature));

    [Fact]
    public void A_field_more_or_less_or_changed_is_refused_and_so_is_another_token()
    {
        Assert.False(TwilioSignature.IsValid(Token, Url, [.. Form, new("X", "")], Published));
        Assert.False(TwilioSignature.IsValid(Token, Url, Form[1..], Published));
        Assert.False(TwilioSignature.IsValid(Token, Url, [new("CallSid", "CA1234567890ABCDE "), .. Form[1..]], Published));
        Assert.False(TwilioSignature.IsValid("12346", Url, Form, Published));
        Assert.False(TwilioSignature.IsValid("", Url, Form, TwilioSignature.Of("", Url, Form)));
    }

    [Fact]
    public void Of_a_repeated_name_the_different_values_count_sorted() => Assert.Equal(
        TwilioSignature.Of(Token, Url, [new("A", "1"), new("A", "2")]),
        TwilioSignature.Of(Token, Url, [new("A", "2"), new("A", "1"), new("A", "2")]));

    [Fact]
    public void A_json_body_is_bound_by_its_hash_in_the_url()
    {
        Assert.True(TwilioSignature.IsValidBody(Token, BodyUrl, Body, "a9nBmqA0ju/hNViExpshrM61xv4="));
        Assert.False(TwilioSignature.IsValidBody(Token, BodyUrl, [.. Body, (byte)' '], "a9nBmqA0ju/hNViExpshrM61xv4="));
        Assert.False(TwilioSignature.IsValidBody(Token, BodyUrl, Body, Published));
    }

    [Fact]
    public void A_json_body_without_its_hash_in_the_url_is_refused_though_the_url_is_signed() =>
        Assert.False(TwilioSignature.IsValidBody(Token, Url, Body, TwilioSignature.Of(Token, Url, [])));
}
