using System.Text;
using Microsoft.AspNetCore.Http;
using TrunkBot.Alerts;

namespace TrunkBot.Bot.Tests.Alerts;

/// <summary>The table of good and bad callers. Signatures are literals, made with openssl: <c>printf BODY | openssl dgst -sha256 -hmac SECRET</c>.</summary>
public sealed class AlertCallerTests
{
    private const string Body = """{"a":1}""";
    private const string OfBody = "5910e62016ef5034272c926c27071992a465c2335cecf41851bda071577f4f6d";
    private const string OfStampedBody = "1aa726a016d9ab954ed82bc3c26f4ca14e81412956c07c4c7b6ef468b2083c29";

    // 2026-11-22 12:00:00 UTC.
    private static readonly DateTimeOffset Noon = DateTimeOffset.FromUnixTimeSeconds(1795348800);

    [Theory]
    [InlineData("alertmanager", "Authorization: Basic YW06czNjcmV0", null)] // am:s3cret
    [InlineData("alertmanager", "Authorization: Bearer t0ken", null)]
    [InlineData("opsgenie", "Authorization: Bearer og-token", null)]
    [InlineData("alertmanager", "", "no-login")]
    [InlineData("alertmanager", "Authorization: Basic YW06d3Jvbmc=", "login")] // am:wrong
    [InlineData("alertmanager", "Authorization: Basic YW06czNjcmV0|Authorization: Bearer t0ken", "no-login")]
    [InlineData("alertmanager", "Authorization: Bearer ", "login")]
    [InlineData("alertmanager", "Authorization: t0ken", "login")]
    [InlineData("opsgenie", "Authorization: Basic Og==", "login")] // an empty user and password are no login
    [InlineData("pagerduty", "X-PagerDuty-Signature: v1=" + OfBody, null)]
    [InlineData("pagerduty", "X-PagerDuty-Signature: v1=0000,v1=" + OfBody, null)]
    [InlineData("pagerduty", "X-PagerDuty-Signature: " + OfBody, "signature")]
    [InlineData("pagerduty", "X-PagerDuty-Signature: v2=" + OfBody, "signature")]
    [InlineData("pagerduty", "X-PagerDuty-Signature: v1=", "signature")]
    [InlineData("pagerduty", "X-PagerDuty-Signature: v1=" + OfStampedBody, "signature")]
    [InlineData("pagerduty", "", "no-signature")]
    [InlineData("pagerduty", "Authorization: Bearer t0ken", "no-signature")]
    [InlineData("grafana", "X-Grafana-Alerting-Signature: " + OfStampedBody + "|X-Stamp: 1795348800", null)]
    [InlineData("grafana", "X-Grafana-Alerting-Signature: " + OfBody + "|X-Stamp: 1795348800", "signature")]
    [InlineData("grafana", "X-Grafana-Alerting-Signature: " + OfStampedBody + "|X-Stamp: 1795348801", "signature")]
    [InlineData("grafana", "X-Grafana-Alerting-Signature: " + OfStampedBody, "no-timestamp")]
    [InlineData("grafana", "X-Grafana-Alerting-Signature: " + OfStampedBody + "|X-Stamp: soon", "no-timestamp")]
    [InlineData("grafana", "X-Stamp: 1795348800", "no-signature")]
    [InlineData("grafana", "Authorization: Bearer t0ken", "no-signature")]
    [InlineData("nagios", "Authorization: Bearer t0ken", "source-unknown")]
    public void A_caller_is_let_in_or_refused_for_a_reason(string source, string headers, string? reason) => Assert.Equal(reason, Judge(source, headers, Options, Noon));

    [Theory]
    [InlineData(300, null)]
    [InlineData(-300, null)]
    [InlineData(301, "timestamp")]
    [InlineData(-301, "timestamp")]
    public void A_signature_is_good_for_five_minutes_either_way(int seconds, string? reason) => Assert.Equal(
        reason, Judge("grafana", "X-Grafana-Alerting-Signature: " + OfStampedBody + "|X-Stamp: 1795348800", Options, Noon.AddSeconds(seconds)));

    [Theory]
    [InlineData("alertmanager", "Authorization: Basic Og==")]
    [InlineData("opsgenie", "Authorization: Bearer ")]
    [InlineData("grafana", "Authorization: Bearer ")]
    [InlineData("pagerduty", "X-PagerDuty-Signature: v1=b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")] // with an empty secret
    public void Without_a_secret_nobody_comes_in(string source, string headers) => Assert.Equal("no-secret", Judge(source, headers, new AlertWebhookOptions(), Noon));

    [Fact]
    public void Grafana_without_a_timestamp_signs_the_body_alone_and_without_a_secret_has_a_login()
    {
        var plain = new AlertWebhookOptions { Grafana = new GrafanaOptions { Secret = "s3cret" } };
        var login = new AlertWebhookOptions { Grafana = new GrafanaOptions { Token = "t0ken" } };

        Assert.Null(Judge("grafana", "X-Grafana-Alerting-Signature: " + OfBody, plain, Noon));
        Assert.Null(Judge("grafana", "Authorization: Bearer t0ken", login, Noon));
        Assert.Equal("no-signature", Judge("grafana", "Authorization: Bearer t0ken", plain, Noon));
    }

    private static AlertWebhookOptions Options => new()
    {
        Alertmanager = new LoginOptions { User = "am", Password = "s3cret", Token = "t0ken" },
        Opsgenie = new LoginOptions { Token = "og-token" },
        PagerDuty = new PagerDutyOptions { Secrets = ["old", "s3cret"] },
        Grafana = new GrafanaOptions { Secret = "s3cret", TimestampHeader = "X-Stamp", Token = "t0ken" },
    };

    private static string? Judge(string source, string headers, AlertWebhookOptions options, DateTimeOffset now)
    {
        var request = new DefaultHttpContext().Request;
        foreach (var header in headers.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = (header[..header.IndexOf(':', StringComparison.Ordinal)], header[(header.IndexOf(':', StringComparison.Ordinal) + 2)..]);
            request.Headers.Append(name, value);
        }

        return AlertCaller.Refusal(source, options, request.Headers, Encoding.UTF8.GetBytes(Body), now);
    }
}
