using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using TrunkBot.Hosting;

namespace TrunkBot.Bot.Tests.Alerts;

/// <summary>The real Alertmanager of Debian, which posts to the webhook by itself. PagerDuty, Opsgenie and Grafana can't be installed here: what they send is made by their documents.</summary>
public sealed class RealAlertmanagerTests
{
    [Fact]
    public async Task What_Alertmanager_posts_becomes_a_card_and_its_end_is_seen()
    {
        await using var app = await OnCallApp.StartAsync();
        await using var alertmanager = await Alertmanager.StartAsync(app.Url);

        await alertmanager.RaiseAsync("2030-01-01T00:00:00Z");
        var card = await app.Channel.SeeAsync("ASR of acme-east is low", "ALR-1. Firing", "by label trunk");
        await app.Channel.SeeAsync("Diagnosis of acme-east", "Started by ALR-1.");

        await alertmanager.RaiseAsync(TimeProvider.System.GetUtcNow().AddSeconds(-1).ToString("O", CultureInfo.InvariantCulture));
        Assert.Equal(card.Id, (await app.Channel.SeeAsync("ASR of acme-east is low", "ALR-1. Resolved")).Id);
    }

    private sealed class Alertmanager : IAsyncDisposable
    {
        private readonly string _directory = Directory.CreateTempSubdirectory("trunkbot-alertmanager-").FullName;
        private readonly string _url = $"http://127.0.0.1:{FreePort.Take()}";
        private readonly HttpClient _http = new();
        private Process? _process;

        public static async Task<Alertmanager> StartAsync(string bot)
        {
            var alertmanager = new Alertmanager();
            await File.WriteAllTextAsync(
                Path.Combine(alertmanager._directory, "alertmanager.yml"),
                $"""
                route:
                  receiver: trunkbot
                  group_wait: 0s
                  group_interval: 1s
                receivers:
                - name: trunkbot
                  webhook_configs:
                  - url: {bot}/alerts/alertmanager
                    send_resolved: true
                    http_config:
                      basic_auth:
                        username: am
                        password: s3cret
                """,
                TestContext.Current.CancellationToken);
            var start = new ProcessStartInfo("prometheus-alertmanager")
            {
                WorkingDirectory = alertmanager._directory,
                RedirectStandardError = true,
                ArgumentList = { "--config.file=alertmanager.yml", "--storage.path=data", "--cluster.listen-address=", $"--web.listen-address={new Uri(alertmanager._url).Authority}" },
            };
            start.Environment["NO_PROXY"] = "127.0.0.1";
            alertmanager._process = Process.Start(start)!;

            // Its log is the event to wait for: it says when it listens. After that it is read on, so that it never blocks.
            var log = new StringBuilder();
            while (await alertmanager._process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                log.AppendLine(line);
                if (line.Contains("Listening on", StringComparison.Ordinal))
                {
                    _ = alertmanager._process.StandardError.ReadToEndAsync(CancellationToken.None);
                    return alertmanager;
                }
            }

            throw new InvalidOperationException($"Alertmanager ended: {log}");
        }

        /// <summary>As Prometheus does, API v2.</summary>
        public async Task RaiseAsync(string endsAt)
        {
            using var answer = await _http.PostAsync(
                $"{_url}/api/v2/alerts",
                OnCallApp.Json($$"""
                    [ { "labels": { "alertname": "TrunkAsrLow", "trunk": "acme-east", "severity": "critical" }, "annotations": { "summary": "ASR of acme-east is low" },
                        "startsAt": "2026-01-01T00:00:00Z", "endsAt": "{{endsAt}}", "generatorURL": "https://prometheus.example.net/graph" } ]
                    """),
                TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        public async ValueTask DisposeAsync()
        {
            _process!.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
            _process.Dispose();
            _http.Dispose();
            Directory.Delete(_directory, recursive: true);
        }
    }
}
