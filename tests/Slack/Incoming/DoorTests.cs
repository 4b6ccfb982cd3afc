using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using TrunkBot.Slack.Incoming;
using TrunkBot.Slack.Tests.Support;

namespace TrunkBot.Slack.Tests.Incoming;

/// <summary>Who may come in, and what is answered to what is none of Slack's payloads.</summary>
public sealed class DoorTests
{
    private const string Challenge = """{"type":"url_verification","token":"obsolete","challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"}""";

    [Fact]
    public void Slacks_own_example_of_a_signature_is_verified()
    {
        // "Verifying requests from Slack": secret, time, body and signature as the page has them.
        const string body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
        var signature = new RequestSignature(Options.Create(new SlackOptions { SigningSecret = SlackHost.Secret }), new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1531420618)));
        var headers = new HeaderDictionary
        {
            ["X-Slack-Request-Timestamp"] = "1531420618",
            ["X-Slack-Signature"] = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
        };

        Assert.Null(signature.FailureOf(headers));
        Assert.True(signature.IsOf(headers, Encoding.UTF8.GetBytes(body)));
    }

    [Fact]
    public async Task The_verification_of_the_url_is_answered_with_its_challenge()
    {
        await using var host = await SlackHost.StartAsync();

        var (status, body) = await host.PostAsync(Challenge, "application/json");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("""{"challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"}""", body);
    }

    [Theory]
    [InlineData(-300, HttpStatusCode.OK)]
    [InlineData(-301, HttpStatusCode.Unauthorized)]
    [InlineData(300, HttpStatusCode.OK)]
    [InlineData(301, HttpStatusCode.Unauthorized)]
    public async Task A_request_may_be_five_minutes_off_in_both_directions(int seconds, HttpStatusCode expected)
    {
        await using var host = await SlackHost.StartAsync();

        var (status, _) = await host.PostAsync(Challenge, "application/json", stamp: $"{SlackHost.Noon.ToUnixTimeSeconds() + seconds}");

        Assert.Equal(expected, status);
    }

    [Theory]
    [InlineData("1795348800", "v0=", "signature-malformed")]
    [InlineData("1795348800", null, "signature-malformed")]
    [InlineData("1795348800", "upper", "signature-malformed")]
    [InlineData("1795348800", "v1", "signature-malformed")]
    [InlineData(null, "right", "timestamp-malformed")]
    [InlineData("", "right", "timestamp-malformed")]
    [InlineData("1795348800.0", "right", "timestamp-malformed")]
    [InlineData("-1795348800", "right", "timestamp-malformed")]
    [InlineData("9999999999999", "right", "timestamp-malformed")]
    [InlineData("1795352400", "right", "timestamp")]
    [InlineData("1795348801", "of another time", "signature")]
    [InlineData("1795348800", "of another body", "signature")]
    [InlineData("1795348800", "of another secret", "signature")]
    public async Task What_is_not_Slacks_is_401_with_an_empty_body_a_reference_and_a_count(string? stamp, string? signature, string reason)
    {
        await using var host = await SlackHost.StartAsync();
        // Instruments of other tests' hosts are published here as well.
        var meters = host.Get<IMeterFactory>();
        var counted = new List<string?>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "trunkbot.slack.refusals" && instrument.Meter.Scope == meters)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => counted.Add(tags.ToArray().Single(t => t.Key == "reason").Value as string));
        listener.Start();
        var right = SlackHost.Sign(Challenge, stamp ?? "1795348800", SlackHost.Secret);
        var sent = signature switch
        {
            "right" => right,
            "upper" => $"v0={right[3..].ToUpperInvariant()}",
            "v1" => $"v1{right[2..]}",
            "of another time" => SlackHost.Sign(Challenge, "1795348800", SlackHost.Secret),
            "of another body" => SlackHost.Sign(Challenge + " ", stamp!, SlackHost.Secret),
            "of another secret" => SlackHost.Sign(Challenge, stamp!, "another"),
            _ => signature,
        };

        using var answer = await host.SendAsync(Challenge, "application/json", stamp, sent);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var reference = Assert.Single(answer.Headers.GetValues("TrunkBot-Reference"));
        Assert.Contains(host.Log.Lines, l => l.Contains($"{reason}, reference {reference}", StringComparison.Ordinal));
        Assert.Equal([reason], counted);
        Assert.DoesNotContain(host.Log.Lines, l => l.Contains(right[3..], StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_secret_everything_is_refused_even_what_is_signed_with_an_empty_one()
    {
        await using var host = await SlackHost.StartAsync([new("Slack:SigningSecret", "")]);

        var (status, _) = await host.PostAsync(Challenge, "application/json", secret: "");

        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Contains(host.Log.Lines, l => l.Contains("no-signing-secret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("new", HttpStatusCode.OK)]
    [InlineData("old", HttpStatusCode.OK)]
    [InlineData("older", HttpStatusCode.Unauthorized)]
    public async Task During_a_rotation_both_secrets_are_good(string secret, HttpStatusCode expected)
    {
        await using var host = await SlackHost.StartAsync([new("Slack:SigningSecret", "new"), new("Slack:PreviousSigningSecret", "old")]);

        var (status, _) = await host.PostAsync(Challenge, "application/json", secret);

        Assert.Equal(expected, status);
    }

    [Fact]
    public async Task The_same_bytes_count_and_not_the_same_meaning()
    {
        await using var host = await SlackHost.StartAsync();
        var spaced = Challenge.Replace(",", ", ", StringComparison.Ordinal);

        using var answer = await host.SendAsync(spaced, "application/json", "1795348800", SlackHost.Sign(Challenge, "1795348800", SlackHost.Secret));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task A_body_above_a_megabyte_is_413()
    {
        await using var host = await SlackHost.StartAsync();

        var (status, _) = await host.PostAsync(new string('x', 1024 * 1024 + 1), "application/json");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
    }

    [Theory]
    [InlineData("{", "application/json")]
    [InlineData("[]", "application/json")]
    [InlineData("""{"type":"event_callback","type":"event_callback"}""", "application/json")]
    [InlineData("""{"type":"unheard_of"}""", "application/json")]
    [InlineData("hello", "text/plain")]
    [InlineData("payload=%7B", "application/x-www-form-urlencoded")]
    [InlineData("payload=1&payload=2", "application/x-www-form-urlencoded")]
    [InlineData("text=status", "application/x-www-form-urlencoded")]
    public async Task What_is_none_of_Slacks_payloads_is_400(string body, string contentType)
    {
        await using var host = await SlackHost.StartAsync();

        var (status, _) = await host.PostAsync(body, contentType);

        Assert.Equal(HttpStatusCode.BadRequest, status);
    }

    [Fact]
    public async Task A_check_of_the_certificate_is_answered_and_is_no_turn()
    {
        await using var host = await SlackHost.StartAsync();

        var (status, body) = await host.PostAsync("ssl_check=1&token=x&command=%2Ftrunk", "application/x-www-form-urlencoded");

        Assert.Equal((HttpStatusCode.OK, ""), (status, body));
        Assert.Empty(host.Core.Invoked);
    }

    [Theory]
    [InlineData("Slack:AppId", "A2", "app")]
    [InlineData("Slack:AllowedWorkspaces:0", "T2", "workspace")]
    public async Task What_is_for_another_app_or_from_another_workspace_is_403(string key, string value, string reason)
    {
        await using var host = await SlackHost.StartAsync([new(key, value)]);

        var (status, _) = await host.PostJsonAsync(Sent.Event(Sent.Mention("<@U0BOT> status")));

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains(host.Log.Lines, l => l.Contains($"refused: {reason}", StringComparison.Ordinal));
        Assert.Empty(host.Core.Accepted);
    }

    [Fact]
    public async Task Who_is_not_allowed_any_more_may_still_leave()
    {
        await using var host = await SlackHost.StartAsync([new("Slack:AllowedWorkspaces:0", "T2")]);

        var (status, _) = await host.PostJsonAsync(Sent.Event(new JsonObject { ["type"] = "app_uninstalled" }));

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("T1", await host.Installs.NextAsync());
    }
}
