using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Bot.Tests.World;
using TrunkBot.Changes.Life;
using TrunkBot.Hosting;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Bot.Tests.Alerts;

/// <summary>The whole bot as it ships, with one trunk under management, a simulated channel service, and the group "on-call" that an admin has bound to alerts in chat.</summary>
internal sealed class OnCallApp : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("trunkbot-oncall-").FullName;
    private WebApplication? _app;

    public required LoopbackChannel Channel { get; init; }

    public HttpClient Http { get; } = new();

    public string DataDirectory => Path.Combine(_directory, "data");

    public string Url => _app!.Urls.Single();

    /// <summary>Puts something in the place of a part of the bot.</summary>
    public Action<WebApplicationBuilder> Adapt { get; init; } = _ => { };

    /// <summary>Settings beside those that every test has; the last one counts.</summary>
    public IReadOnlyList<string> More { get; init; } = [];

    public T Get<T>()
        where T : notnull => _app!.Services.GetRequiredService<T>();

    public static async Task<OnCallApp> StartAsync(Action<WebApplicationBuilder>? adapt = null, params string[] more)
    {
        var app = new OnCallApp { Channel = await LoopbackChannel.StartAsync(), Adapt = adapt ?? (_ => { }), More = more };
        File.Copy(Path.Combine(Repository.Root, "src/Lab/Site/denver.json"), Path.Combine(app._directory, "denver.json"));
        await app.RunAsync();
        var sites = app._app!.Services.GetRequiredService<ISites>();
        var reading = IntentReader.Read(ParameterLine.Read("name=acme-east site=denver edges=umatilla").Values, sites.Find);
        await app._app.Services.GetRequiredService<ITrunkStore>().SaveAsync(
            new ManagedTrunk(reading.Intent!, reading.Values, "CHG-1", new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero)), TestContext.Current.CancellationToken);
        await app.SayAsync("here is alerts");
        await app.Channel.SeeAsync("This conversation is now for alerts");
        return app;
    }

    /// <summary>Dana, who is an admin, writes in the group.</summary>
    public async Task SayAsync(string text)
    {
        using var said = await Http.PostAsync(
            $"{Url}/api/messages",
            Json($$"""
                { "type": "message", "id": "{{Guid.NewGuid()}}", "channelId": "webchat", "serviceUrl": "{{Channel.Url}}/", "from": { "id": "dana", "name": "Dana" }, "recipient": { "id": "trunkbot" },
                  "conversation": { "id": "on-call", "isGroup": true, "conversationType": "groupChat" }, "text": "{{text}}" }
                """),
            TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Accepted, said.StatusCode);
    }

    /// <summary>As Alertmanager does, with its login.</summary>
    public Task<HttpResponseMessage> AlertAsync(string body, string login = "am:s3cret")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"{Url}/alerts/alertmanager") { Content = Json(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(login)));
        return Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    /// <summary>The process ends in order, and a new one begins with what it left.</summary>
    /// <param name="meanwhile">What happens while there is none.</param>
    public async Task RestartAsync(Action? meanwhile = null)
    {
        await StopAsync();
        meanwhile?.Invoke();
        await RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Channel.DisposeAsync();
        Http.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task StopAsync()
    {
        await _app!.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private async Task RunAsync()
    {
        _app = await TrunkBotHost.BuildAsync([
            "--environment", "Lab", "--Storage:DataDirectory=" + DataDirectory, "--Sites:Directory=" + _directory, "--Cluster:SiloPort=0", "--Urls=http://127.0.0.1:0",
            "--BotFramework:AllowUnauthenticatedLoopbackInLab=true", "--Secrets:lab-perimeta=x", "--Secrets:lab-twilio=x", "--Secrets:lab-subscriber=x", "--Health:IntervalSeconds=0",
            "--Logging:Console:LogLevel:Default=None", "--Logging:Console:LogLevel:Microsoft=None", "--Logging:Console:LogLevel:Orleans=None", "--Diagnostics:ReadLimit=00:00:02", "--Diagnostics:OptionsLimit=00:00:02",
            "--AlertWebhooks:Alertmanager:User=am", "--AlertWebhooks:Alertmanager:Password=s3cret", "--AlertWebhooks:PagerDuty:Secrets:0=pd-secret", "--AlertWebhooks:LargestBody=65536",
            .. More], Adapt);
        await _app.StartAsync(TestContext.Current.CancellationToken);
    }
}
