using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Bot.Tests.World;
using TrunkBot.Changes.Life;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Health;
using TrunkBot.Hosting;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Bot.Tests.Metrics;

/// <summary>The bot as it ships, asked for its metrics as Prometheus asks, and read by Prometheus' own Python library.</summary>
public sealed class TrunkMetricsTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private readonly string directory = Directory.CreateTempSubdirectory("trunkbot-metrics-").FullName;
    private readonly HttpClient http = new();
    private WebApplication? app;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Path.Combine(directory, "sites"));
        File.Copy(Path.Combine(Repository.Root, "src/Lab/Site/denver.json"), Path.Combine(directory, "sites", "denver.json"));
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task What_is_known_of_trunks_is_read_by_Prometheus_own_library_and_what_was_not_measured_is_not_there()
    {
        await StartAsync("--Metrics:Token=t0ken");
        await SeeAsync();

        var samples = await ReadAsync(await GetAsync("Bearer t0ken"));

        Assert.Equal(
            [
                "trunkbot_trunks{state=ok} 1", "trunkbot_trunks{state=attention} 0", "trunkbot_trunks{state=failed} 1", "trunkbot_trunks{state=unread} 0", "trunkbot_trunks{state=unseen} 0",
                "trunkbot_trunks_without_series{} 0",
                "trunkbot_trunk_state{site=denver,trunk=acme-east} 2", "trunkbot_trunk_state{site=denver,trunk=acme-west} 0",
                "trunkbot_trunk_flapping{site=denver,trunk=acme-east} 1", "trunkbot_trunk_flapping{site=denver,trunk=acme-west} 0",
                "trunkbot_trunk_state_since_seconds{site=denver,trunk=acme-east} 1795348800", "trunkbot_trunk_state_since_seconds{site=denver,trunk=acme-west} 1795348800",
                "trunkbot_trunk_looked_at_seconds{site=denver,trunk=acme-east} 1795348860", "trunkbot_trunk_looked_at_seconds{site=denver,trunk=acme-west} 1795348860",
                "trunkbot_edge_up{edge=umatilla,trunk=acme-east} 1", "trunkbot_edge_up{edge=ash\"bu\\rn,trunk=acme-east} 0",
                "trunkbot_edge_round_trip_seconds{edge=umatilla,trunk=acme-east} 0.0235",
                "trunkbot_edge_asked_at_seconds{edge=umatilla,trunk=acme-east} 1795348800", "trunkbot_edge_asked_at_seconds{edge=ash\"bu\\rn,trunk=acme-east} 1795348800",
                "trunkbot_test_call_answered{trunk=acme-east} 1",
                "trunkbot_test_call_audio_two_way{trunk=acme-east} 0",
                "trunkbot_test_call_post_dial_delay_seconds{trunk=acme-east} 0.91",
                "trunkbot_test_call_mos_estimated{trunk=acme-east} 3.9",
            ],
            samples.Where(s => !s.StartsWith("trunkbot_test_call_started", StringComparison.Ordinal)));
        Assert.Single(samples, s => s.StartsWith("trunkbot_test_call_started_at_seconds{trunk=acme-east} 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_more_trunks_than_have_series_the_rest_is_counted()
    {
        await StartAsync("--Metrics:Token=t0ken", "--Metrics:MostTrunks=1");
        await SeeAsync();

        var samples = await ReadAsync(await GetAsync("Bearer t0ken"));

        Assert.Contains("trunkbot_trunks{state=failed} 1", samples);
        Assert.Contains("trunkbot_trunks_without_series{} 1", samples);
        Assert.Equal(["trunkbot_trunk_state{site=denver,trunk=acme-east} 2"], samples.Where(s => s.StartsWith("trunkbot_trunk_state{", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Without_a_login_in_the_settings_there_is_no_such_page()
    {
        await StartAsync();

        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync("Bearer ")).StatusCode);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("Bearer t0ke", HttpStatusCode.Unauthorized)]
    [InlineData("Basic cHJvbToxMjM=", HttpStatusCode.OK)]
    public async Task Only_who_has_the_login_reads(string? authorization, HttpStatusCode expected)
    {
        await StartAsync("--Metrics:User=prom", "--Metrics:Password=123");

        Assert.Equal(expected, (await GetAsync(authorization)).StatusCode);
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            await app.StopAsync(CancellationToken.None);
            await app.DisposeAsync();
        }

        http.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private async Task StartAsync(params string[] more)
    {
        app = await TrunkBotHost.BuildAsync([
            "--environment", "Lab", "--Storage:DataDirectory=" + Path.Combine(directory, "data"), "--Sites:Directory=" + Path.Combine(directory, "sites"), "--Cluster:SiloPort=0", "--Urls=http://127.0.0.1:0",
            "--BotFramework:AllowUnauthenticatedLoopbackInLab=true", "--Secrets:lab-perimeta=x", "--Secrets:lab-twilio=x", "--Secrets:lab-subscriber=x", "--Health:IntervalSeconds=0",
            "--Logging:Console:LogLevel:Default=None", "--Logging:Console:LogLevel:Microsoft=None", "--Logging:Console:LogLevel:Orleans=None", .. more]);
        await app.StartAsync(Ct);
    }

    private async Task SeeAsync()
    {
        var (store, sites) = (app!.Services.GetRequiredService<ITrunkStore>(), app.Services.GetRequiredService<ISites>());
        foreach (var name in (string[])["acme-east", "acme-west"])
        {
            var reading = IntentReader.Read(ParameterLine.Read($"name={name} site=denver edges=umatilla").Values, sites.Find);
            await store.SaveAsync(new ManagedTrunk(reading.Intent!, reading.Values, "CHG-1", Noon), Ct);
        }

        var call = new TestCall { To = "1", StartedAt = TimeProvider.System.GetUtcNow(), Outcome = CallOutcome.Answered, Audio = AudioVerdict.OneWayOut, Sentence = "", PostDialDelayMilliseconds = 910, MosEstimated = 3.9 };
        await app.Services.GetRequiredService<IHealthHistory>().AddAsync(
            new(
                [
                    Now("acme-east", HealthState.Failed) with
                    {
                        IsFlapping = true,
                        Parts =
                        [
                            new PartNow("Perimeta", false, HealthState.Failed, "", Noon),
                            new PartNow("umatilla", true, HealthState.Ok, "", Noon, Noon, 23.5),
                            new PartNow("ash\"bu\\rn", true, HealthState.Failed, "", Noon, Noon),
                            new PartNow("dublin", true, HealthState.NotAvailable, "", Noon),
                        ],
                    },
                    Now("acme-west", HealthState.Ok),
                ],
                [],
                [new("acme-east", call)]),
            Ct);
    }

    private static TrunkNow Now(string trunk, HealthState state) => new() { Trunk = trunk, Site = "denver", At = Noon.AddMinutes(1), State = state, Since = Noon, Sentence = "" };

    private async Task<HttpResponseMessage> GetAsync(string? authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{app!.Urls.Single()}/metrics");
        request.Headers.Authorization = authorization is null ? null : AuthenticationHeaderValue.Parse(authorization);
        return await http.SendAsync(request, Ct);
    }

    private static async Task<IReadOnlyList<string>> ReadAsync(HttpResponseMessage response)
    {
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        const string Script = """
            import sys
            from prometheus_client.parser import text_string_to_metric_families
            for family in text_string_to_metric_families(sys.stdin.read()):
                assert family.type == 'gauge' and family.documentation, family
                for s in family.samples:
                    print(f"{s.name}{{{','.join(f'{k}={v}' for k, v in sorted(s.labels.items()))}}} {s.value:.10g}")
            """;
        using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3") { ArgumentList = { "-c", Script }, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await python.StandardInput.WriteAsync(await response.Content.ReadAsStringAsync(Ct));
        python.StandardInput.Close();
        var said = await python.StandardOutput.ReadToEndAsync(Ct);
        await python.WaitForExitAsync(Ct);
        Assert.Equal(0, python.ExitCode);
        return said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
