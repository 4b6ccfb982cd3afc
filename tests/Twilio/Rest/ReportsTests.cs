using System.Text.Json;
using TrunkBot.Twilio.Rest;

namespace TrunkBot.Twilio.Tests.Rest;

public sealed class ReportsTests
{
    private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, TwilioJson.Options)!;

    [Theory]
    [InlineData("Tue, 31 Aug 2010 20:36:28 +0000", "2010-08-31T20:36:28Z")]
    [InlineData("2015-01-02T11:23:45Z", "2015-01-02T11:23:45Z")]
    [InlineData("2015-01-02T11:23:45.123Z", "2015-01-02T11:23:45Z")]
    [InlineData("2015-01-02T13:23:45+02:00", "2015-01-02T11:23:45Z")]
    [InlineData("yesterday", null)]
    [InlineData("", null)]
    public void Both_formats_of_dates_are_read_everywhere(string text, string? utc) =>
        Assert.Equal(utc, TwilioTime.Write(Read<Call>($$"""{"sid":"CA1","start_time":"{{text}}"}""").StartTime));

    [Theory]
    [InlineData("\"12\"", 12)]
    [InlineData("12", 12)]
    [InlineData("\"\"", null)]
    [InlineData("null", null)]
    [InlineData("\"soon\"", null)]
    [InlineData("{}", null)]
    public void A_number_comes_as_text_or_number_and_an_empty_text_is_none(string json, int? seconds) =>
        Assert.Equal(seconds, Read<Call>($$"""{"sid":"CA1","duration":{{json}}}""").Duration);

    [Fact]
    public void Unknown_fields_are_ignored_and_missing_ones_are_not_set()
    {
        var call = Read<Call>("""{"sid":"CA1","colour":{"red":[1]},"price":"-0.00750","trunk_sid":"TK1","direction":"trunking-terminating"}""");

        Assert.Equal(("TK1", "trunking-terminating", -0.0075m, (string?)null), (call.TrunkSid, call.Direction, call.Price, call.Status));
    }

    [Fact]
    public void A_summary_is_read_defensively()
    {
        var summary = Read<CallSummary>("""
            {"call_sid":"CA1","call_type":"trunking","processing_state":"partial","duration":"14","tags":["silence"],
             "properties":{"direction":"trunking_terminating","last_sip_response_num":200},
             "sip_edge":{"properties":{"sip_call_id":"abc@sbc","trunk_sid":"TK1","external_media_ip":"203.0.113.20"},
                         "metrics":{"inbound":{"codec_name":"pcmu","packets_received":0,"packets_lost":"3","packets_loss_percentage":0.5,"jitter":{"avg":1.5}},"outbound":null}},
             "carrier_edge":null}
            """);

        Assert.Equal(("abc@sbc", "TK1", "203.0.113.20", "trunking_terminating", "200"), (summary.SipCallId, summary.TrunkSid, summary.ExternalMediaIp, summary.Direction, summary.LastSipResponse));
        Assert.Equal(new RtpFlow("pcmu", 0, 3, 0.5, 1.5), summary.FromSwitch);
        Assert.Null(summary.ToSwitch);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"sip_edge":"gone","properties":[1],"tags":null}""")]
    [InlineData("""{"sip_edge":{"metrics":7,"properties":{"sip_call_id":{}}}}""")]
    public void A_summary_of_another_shape_tells_nothing_and_does_not_fail(string json)
    {
        var summary = Read<CallSummary>(json);

        Assert.Equal((null, null, null), (summary.SipCallId, summary.FromSwitch, summary.Direction));
    }

    [Fact]
    public void A_filter_by_range_has_its_operator_in_the_name_encoded() => Assert.Equal(
        "/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Calls.json?To=%2B16504894546&StartTime%3E=2026-05-01&PageSize=1000",
        TwilioCalls.Calls(Given.Site().Twilio, to: "+16504894546", startedOnOrAfter: new(2026, 5, 1)).Path);

    [Fact]
    public void The_size_of_a_page_stands_in_every_list_even_without_a_filter()
    {
        Assert.Equal("/v1/Trunks?PageSize=1000", TwilioCalls.Trunks().Path);
        Assert.Equal("/v1/Alerts?PageSize=1000", TwilioCalls.Alerts().Path);
        Assert.Equal("/v1/Alerts?StartDate=2026-05-01T10%3A00%3A00Z&PageSize=1000", TwilioCalls.Alerts(new(2026, 5, 1, 12, 0, 0, TimeSpan.FromHours(2))).Path);
    }

    [Fact]
    public void An_array_of_a_call_repeats_its_key() => Assert.Equal(
        "To=%2B1&From=%2B2&Twiml=%3CResponse%2F%3E&StatusCallbackEvent=ringing&StatusCallbackEvent=completed",
        TwilioCalls.CreateCall(Given.Site().Twilio, new() { To = "+1", From = "+2", Twiml = "<Response/>", StatusCallbackEvents = ["ringing", "completed"] }).Body());
}
