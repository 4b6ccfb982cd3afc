using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;
using TrunkBot.Slack.Incoming;
using TrunkBot.Slack.Installs;
using TrunkBot.Slack.WebApi;
using TrunkBot.Tests.Support;

namespace TrunkBot.Slack.Tests.Support;

/// <summary>The door for Slack on a loopback port, with a core and a Web API that a test reads.</summary>
internal sealed class SlackHost : IAsyncDisposable
{
    public const string Secret = "8f742231b10e8888abcd99yyyzzz85a5";

    public static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private readonly WebApplication app;
    private readonly HttpClient http = new();

    private SlackHost(IEnumerable<KeyValuePair<string, string?>> settings, Action<IServiceCollection>? configure)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Logging.ClearProviders().AddProvider(Log).SetMinimumLevel(LogLevel.Trace);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection([new("Slack:SigningSecret", Secret), new("Slack:ApiUrl", "http://127.0.0.1:9/api/")]);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddSlack();
        builder.Services.RemoveAll<IChannel>();
        builder.Services.RemoveAll<IInstallEvents>();
        builder.Services.AddSingleton<ITurnIntake>(Core);
        builder.Services.AddSingleton<IBackgroundWork, TestBackground>();
        builder.Services.AddSingleton<ISlackApi>(Api);
        builder.Services.AddSingleton<IChannel>(Channel);
        builder.Services.AddSingleton<IBlockKitRenderer, TestBlocks>();
        builder.Services.AddSingleton<IHomeBoard, TestBoard>();
        builder.Services.AddSingleton<IInstallEvents>(Installs);
        configure?.Invoke(builder.Services);
        app = builder.Build();
        app.MapSlack();
    }

    public TestLog Log { get; } = new();

    public TestCore Core { get; } = new();

    public TestApi Api { get; } = new();

    public TestChannel Channel { get; } = new();

    public TestInstalls Installs { get; } = new();

    public SignallingTime Time { get; } = new(Noon);

    public Uri Url { get; private set; } = null!;

    public static async Task<SlackHost> StartAsync(IEnumerable<KeyValuePair<string, string?>>? settings = null, Action<IServiceCollection>? configure = null)
    {
        var host = new SlackHost(settings ?? [], configure);
        await host.app.StartAsync();
        host.Url = new(host.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return host;
    }

    public T Get<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    /// <summary>Signs and sends, as Slack does.</summary>
    public async Task<(HttpStatusCode Status, string Body)> PostAsync(string body, string contentType, string? secret = null, string? stamp = null)
    {
        stamp ??= $"{Time.GetUtcNow().ToUnixTimeSeconds()}";
        using var answer = await SendAsync(body, contentType, stamp, Sign(body, stamp, secret ?? Secret));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public Task<(HttpStatusCode Status, string Body)> PostJsonAsync(JsonObject payload) => PostAsync(payload.ToJsonString(), "application/json");

    public Task<(HttpStatusCode Status, string Body)> PostPayloadAsync(JsonObject payload) =>
        PostAsync($"payload={Uri.EscapeDataString(payload.ToJsonString())}", "application/x-www-form-urlencoded");

    public Task<(HttpStatusCode Status, string Body)> PostCommandAsync(string text, params (string Key, string Value)[] more) =>
        PostAsync(string.Join('&', Sent.Command(text, more).Select(f => $"{f.Key}={Uri.EscapeDataString(f.Value)}")), "application/x-www-form-urlencoded");

    public async Task<HttpResponseMessage> SendAsync(string body, string contentType, string? stamp, string? signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Url, "slack/events")) { Content = new StringContent(body, Encoding.UTF8, contentType) };
        if (stamp is not null)
        {
            request.Headers.TryAddWithoutValidation(RequestSignature.TimestampHeader, stamp);
        }

        if (signature is not null)
        {
            request.Headers.TryAddWithoutValidation(RequestSignature.SignatureHeader, signature);
        }

        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Written apart from the product's own, from Slack's description.</summary>
    public static string Sign(string body, string stamp, string secret) =>
        $"v0={Convert.ToHexString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"v0:{stamp}:{body}"))).ToLowerInvariant()}";

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.DisposeAsync();
    }
}
