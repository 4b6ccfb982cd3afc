using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Diagnostics.Calls;
using TrunkBot.Twilio.Rest;

namespace TrunkBot.Twilio.Tests.Calls;

/// <summary>Over real HTTP, against answers as Twilio documents them.</summary>
public sealed class InboundCallerTests
{
    private const string Sid = "CA0123456789abcdef0123456789abcdef";
    private static readonly DateTimeOffset Noon = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    private static readonly InboundCall Wanted = new("+13035550100", "+13035550188", null, TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(45), Noon);

    [Fact]
    public async Task A_call_is_asked_for_once_with_its_limits()
    {
        await using var twilio = await StubServer.StartAsync(201, One("queued", "outbound-api", null));

        var placed = await PlaceAsync(twilio, Wanted);

        Assert.Equal((Sid, null, true), (placed.Sid, placed.Code, placed.MayCome));
        var seen = Assert.Single(twilio.Seen);
        Assert.EndsWith("/Calls.json", seen.PathAndQuery);
        Assert.Equal("To=%2B13035550100&From=%2B13035550188&Twiml=%3CResponse%3E%3CEcho%2F%3E%3C%2FResponse%3E&Timeout=25&TimeLimit=45", seen.Body);
    }

    [Fact]
    public async Task An_address_to_play_is_escaped_for_where_it_stands()
    {
        await using var twilio = await StubServer.StartAsync(201, One("queued", "outbound-api", null));

        await PlaceAsync(twilio, Wanted with { Play = new Uri("https://bot.example.net/signal.wav?a=1&b=\"2\"") });

        Assert.Contains(Uri.EscapeDataString("<Response><Play>https://bot.example.net/signal.wav?a=1&amp;b=%222%22</Play></Response>"), twilio.Seen[0].Body);
    }

    [Fact]
    public async Task After_a_lost_answer_the_call_is_looked_for_and_never_asked_for_again()
    {
        await using var twilio = await StubServer.StartAsync((request, _, http) => request.Method == "POST"
            ? StubServer.Cut(http)
            : StubServer.Answer(http, 200, List(One("ringing", "outbound-api", "Fri, 27 Nov 2026 12:00:01 +0000"))));

        var placed = await PlaceAsync(twilio, Wanted);

        Assert.Equal((Sid, true), (placed.Sid, placed.MayCome));
        Assert.Single(twilio.Seen, s => s.Method == "POST");
        Assert.Contains("To=%2B13035550100&From=%2B13035550188&StartTime%3E=2026-11-27", twilio.Seen[1].PathAndQuery);
    }

    [Fact]
    public async Task A_call_that_nobody_can_find_may_come_all_the_same()
    {
        await using var twilio = await StubServer.StartAsync((request, _, http) => request.Method == "POST"
            ? StubServer.Cut(http)
            : StubServer.Answer(http, 200, List(One("completed", "outbound-api", "Fri, 27 Nov 2026 11:00:00 +0000"), One("completed", "inbound", "Fri, 27 Nov 2026 12:00:01 +0000"))));

        var placed = await PlaceAsync(twilio, Wanted);

        Assert.Equal((null, "twilio-no-answer", true), (placed.Sid, placed.Code, placed.MayCome));
        Assert.Single(twilio.Seen, s => s.Method == "POST");
    }

    [Fact]
    public async Task What_Twilio_refuses_is_said_with_what_to_do()
    {
        await using var twilio = await StubServer.StartAsync(400, """{"code":21210,"message":"From +13035550188 is not verified","status":400}""");

        var placed = await PlaceAsync(twilio, Wanted);

        Assert.Equal((null, "twilio-refused", false), (placed.Sid, placed.Code, placed.MayCome));
        Assert.Contains("set tests.inbound.caller in the profile of site denver.", placed.Sentence);
    }

    [Fact]
    public async Task Both_legs_say_how_they_stand()
    {
        await using var twilio = await StubServer.StartAsync((request, _, http) => StubServer.Answer(http, 200, request.PathAndQuery.Contains(Sid, StringComparison.Ordinal)
            ? One("busy", "outbound-api", null)
            : List(One("busy", "outbound-api", null), One("failed", "trunking-originating", "Fri, 27 Nov 2026 12:00:02 +0000", "sip:+13035550100@203.0.113.4:5060"))));
        await using var services = Given.Services();

        var standing = await new InboundCaller(services.GetRequiredService<TwilioClient>()).StandingAsync(Wanted, Sid, Given.Site(twilio.Url), TestContext.Current.CancellationToken);

        Assert.Equal(new InboundStanding("Twilio: busy; its leg to sip:+13035550100@203.0.113.4:5060: failed", Ended: true), standing);
    }

    private static async Task<InboundPlacement> PlaceAsync(StubServer twilio, InboundCall call)
    {
        await using var services = Given.Services();
        return await services.GetRequiredService<IInboundCaller>().PlaceAsync(call, Given.Site(twilio.Url), TestContext.Current.CancellationToken);
    }

    private static string One(string status, string direction, string? start, string to = "+13035550100") =>
        $$"""{"sid":"{{Sid}}","from":"+13035550188","to":"{{to}}","trunk_sid":null,"direction":"{{direction}}","status":"{{status}}","start_time":{{(start is null ? "null" : $"\"{start}\"")}},"end_time":null,"duration":null,"price":null,"price_unit":"USD"}""";

    private static string List(params string[] calls) => $$"""{"calls":[{{string.Join(',', calls)}}],"next_page_uri":null}""";
}
