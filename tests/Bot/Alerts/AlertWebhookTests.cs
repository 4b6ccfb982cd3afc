using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace TrunkBot.Bot.Tests.Alerts;

/// <summary>From a source's request to the card and its diagnosis: the whole program, over HTTP.</summary>
public sealed class AlertWebhookTests
{
    private const string Firing = """
        { "version": "4", "status": "firing", "receiver": "trunkbot", "alerts": [
          { "status": "firing", "labels": { "alertname": "TrunkAsrLow", "trunk": "acme-east", "severity": "critical" }, "annotations": { "summary": "ASR of acme-east is low" },
            "startsAt": "2026-11-22T11:48:00Z", "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "https://prometheus.example.net/graph", "fingerprint": "a1b2c3" } ] }
        """;

    [Fact]
    public async Task An_alert_becomes_a_card_and_is_diagnosed_and_its_end_edits_the_card()
    {
        await using var app = await OnCallApp.StartAsync();

        using var taken = await app.AlertAsync(Firing);
        Assert.Equal(HttpStatusCode.Accepted, taken.StatusCode);
        var card = await app.Channel.SeeAsync("ASR of acme-east is low", "ALR-1. Firing");
        Assert.Equal("on-call", card.Conversation);
        await app.Channel.SeeAsync("Diagnosis of acme-east", "Started by ALR-1.");

        using var ended = await app.AlertAsync(Firing.Replace("firing", "resolved", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.Accepted, ended.StatusCode);
        var after = await app.Channel.SeeAsync("ASR of acme-east is low", "ALR-1. Resolved");
        Assert.Equal(card.Id, after.Id);
    }

    [Fact]
    public async Task Fifty_deliveries_at_once_make_one_card_and_one_diagnosis()
    {
        await using var app = await OnCallApp.StartAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => app.AlertAsync(Firing)));
        Assert.All(answers, a => Assert.Equal(HttpStatusCode.Accepted, a.StatusCode));
        await app.Channel.SeeAsync("Diagnosis of acme-east", "Started by ALR-1.");

        // What comes after it in the same order is drawn after it: nothing of the fifty is left by then.
        using var other = await app.AlertAsync(Firing.Replace("a1b2c3", "d4e5f6", StringComparison.Ordinal).Replace("ASR of acme-east is low", "PDD of acme-east is high", StringComparison.Ordinal));
        await app.Channel.SeeAsync("PDD of acme-east is high", "Not repeated: acme-east was diagnosed");
        Assert.Single(app.Channel.Messages, m => m.Text.Contains("ASR of acme-east is low", StringComparison.Ordinal));
        Assert.Single(app.Channel.Messages, m => m.Text.Contains("Diagnosis of acme-east", StringComparison.Ordinal));
    }

    [Fact]
    public async Task After_a_restart_it_is_still_known_who_acknowledged_and_a_repeat_is_still_one()
    {
        await using var app = await OnCallApp.StartAsync();
        using var taken = await app.AlertAsync(Firing);
        await app.Channel.SeeAsync("Diagnosis of acme-east", "Started by ALR-1.");
        await app.SayAsync("silence ALR-1 4h");
        await app.Channel.SeeAsync("No notices of ALR-1 until");

        await app.RestartAsync();

        using var again = await app.AlertAsync(Firing);
        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        await app.SayAsync("silences");
        await app.Channel.SeeAsync("ALR-1 until", "by Dana Roy since");
        Assert.Single(app.Channel.Messages, m => m.Text.Contains("ASR of acme-east is low", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stranger_is_refused_with_a_reference_and_nothing_is_stored()
    {
        await using var app = await OnCallApp.StartAsync();

        using var wrong = await app.AlertAsync(Firing, "am:wrong");
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.Equal(8, wrong.Headers.GetValues("TrunkBot-Reference").Single().Length);
        Assert.Equal("", await wrong.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        using var unknown = await app.Http.PostAsync($"{app.Url}/alerts/nagios", OnCallApp.Json(Firing), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);

        // Grafana has no secret here: nobody may come in as Grafana.
        using var closed = await app.Http.PostAsync($"{app.Url}/alerts/grafana", OnCallApp.Json(Firing), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, closed.StatusCode);

        using var large = await app.AlertAsync(new string(' ', 65537));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);

        using var malformed = await app.AlertAsync("""{ "alerts": [ {} ] }""");
        Assert.Equal(HttpStatusCode.BadRequest, malformed.StatusCode);

        using var good = await app.AlertAsync(Firing);
        await app.Channel.SeeAsync("ALR-1. Firing");
        Assert.DoesNotContain(app.Channel.Messages, m => m.Text.Contains("ALR-2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_PagerDuty_signed_is_taken_and_what_was_changed_after_is_not()
    {
        await using var app = await OnCallApp.StartAsync();
        const string body = """
            { "event": { "id": "01EV1", "event_type": "incident.triggered", "resource_type": "incident", "occurred_at": "2026-11-22T11:50:00.000Z",
              "data": { "id": "PINC1", "type": "incident", "html_url": "https://acme.pagerduty.com/incidents/PINC1", "title": "Calls to acme-east fail", "urgency": "high", "created_at": "2026-11-22T11:49:59Z" } } }
            """;
        var signature = "v1=" + Convert.ToHexStringLower(HMACSHA256.HashData("pd-secret"u8, Encoding.UTF8.GetBytes(body)));

        Assert.Equal(HttpStatusCode.Unauthorized, await PostAsync(body.Replace("fail", "work", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync(body));
        await app.Channel.SeeAsync("Calls to acme-east fail", "acme-east, by its name in the text");

        async Task<HttpStatusCode> PostAsync(string content)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{app.Url}/alerts/pagerduty") { Content = OnCallApp.Json(content) };
            request.Headers.Add("X-PagerDuty-Signature", signature);
            using var answer = await app.Http.SendAsync(request, TestContext.Current.CancellationToken);
            return answer.StatusCode;
        }
    }
}
