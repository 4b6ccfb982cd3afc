using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using TrunkBot.Twilio.Check;
using TrunkBot.Twilio.Rest;
using TrunkBot.Twilio.Tests.Lab;

namespace TrunkBot.Twilio.Tests.Check;

public sealed class TwilioCheckTests
{
    private static async Task<TwilioCheckReport> RunAsync(Uri url, string secret = Given.Secret, params string[] numbers)
    {
        await using var services = Given.Services(secret);
        return await services.GetRequiredService<TwilioCheck>().RunAsync(Given.Site(url), numbers, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_good_account_has_nothing_to_do()
    {
        await using var lab = await TwilioLab.StartAsync();

        var report = await RunAsync(lab.Server.BaseAddress, numbers: "16504894546");

        Assert.Equal(
            """
            Twilio account AC0123456789abcdef0123456789abcdef of site denver
              credential             API key SK0123456789abcdef0123456789abcdef, secret:denver-twilio
              account                active, Full
              clock                  agrees with Twilio's
              balance                20.00 USD
              trunks                 1 of 100
              calls to +16504894546  United States/Canada: allowed
            Nothing to do.

            """.ReplaceLineEndings("\n"),
            report.ToText());
        Assert.True(report is { IsFine: true, Reached: true });
        Assert.DoesNotContain(Given.Secret, report.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_with_the_account_is_found()
    {
        await using var lab = await TwilioLab.StartAsync();
        await lab.ControlAsync("/lab/account", """{"status":"suspended","balance":"3.10"}""");
        await lab.ControlAsync("/lab/dialing", """{"isoCode":"US","lowRisk":false}""");

        var report = await RunAsync(lab.Server.BaseAddress, Given.Secret, "+16504894546", "+8123");

        Assert.Equal(["twilio-account-not-active", "twilio-balance-low", "dialing-not-permitted", "dialing-permission-unknown"], report.Findings.Select(f => f.Code));
        Assert.False(report.IsFine);
        var json = JsonNode.Parse(report.ToJson())!;
        Assert.Equal(("denver", "error", "The Twilio account is suspended."), ((string?)json["site"], (string?)json["findings"]![0]!["severity"], (string?)json["findings"]![0]!["sentence"]));
        Assert.Contains("warning dialing-not-permitted: The Twilio account may not call United States/Canada: a call to +16504894546 is refused with 403 (32205). Allow the country", report.ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_that_Twilio_refuses_and_a_secret_that_is_missing_are_findings()
    {
        await using var lab = await TwilioLab.StartAsync();

        var refused = await RunAsync(lab.Server.BaseAddress, "wrong");
        var missing = await RunAsync(lab.Server.BaseAddress, "");

        Assert.Equal(("twilio-login-refused", false), (Assert.Single(refused.Findings).Code, refused.Reached));
        Assert.Equal("secret-not-configured", Assert.Single(missing.Findings).Code);
    }

    [Theory]
    [InlineData(120, "120 s behind Twilio's")]
    [InlineData(-45, "45 s ahead of Twilio's")]
    public async Task A_clock_that_goes_wrong_is_found(int twilioAheadSeconds, string words)
    {
        var now = new DateTimeOffset(2026, 5, 1, 10, 0, 0, TimeSpan.Zero);
        await using var server = await StubServer.StartAsync((request, _, http) =>
        {
            http.Response.Headers.Date = now.AddSeconds(twilioAheadSeconds).ToString("R");
            return StubServer.Answer(http, 200, request.PathAndQuery.Contains("Trunks", StringComparison.Ordinal)
                ? """{"trunks":[{"sid":"TK1","account_sid":"AC99999999999999999999999999999999"}],"meta":{"key":"trunks"}}"""
                : """{"status":"active","type":"Full","owner_account_sid":"AC1"}""");
        });
        await using var services = Given.Services();
        var check = new TwilioCheck(services.GetRequiredService<TwilioClient>(), new Clock(now), services.GetRequiredService<IOptions<TwilioOptions>>());

        var report = await check.RunAsync(Given.Site(server.Url), [], TestContext.Current.CancellationToken);

        Assert.Equal($"This machine's clock is {words}.", report.Findings.Single(f => f.Code == "twilio-clock-skew").Sentence);
        Assert.Equal("The login shows trunks of account AC99999999999999999999999999999999, but the site profile names AC0123456789abcdef0123456789abcdef: lists would be made in one account and the trunk in the other.",
            report.Findings.Single(f => f.Code == "twilio-account-differs").Sentence);
        Assert.Contains(new TwilioCheckLine("account", "active, Full, sub-account of AC1"), report.Lines);
    }

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
