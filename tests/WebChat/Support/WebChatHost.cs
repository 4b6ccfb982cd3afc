using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TrunkBot.WebChat.Tests.Support;

/// <summary>The web chat on a loopback port, with a stub for a bot.</summary>
internal sealed class WebChatHost : IAsyncDisposable
{
    private WebApplication app;
    private LoopbackSocket socket;

    private WebChatHost(StubBot bot, LoopbackSocket socket, string environment, IEnumerable<KeyValuePair<string, string?>> settings)
    {
        Bot = bot;
        this.socket = socket;
        Url = socket.Url;
        Http = new() { BaseAddress = Url };
        Http.DefaultRequestHeaders.Add("X-TrunkBot-WebChat", "1");
        app = Build(socket, environment, settings);
        IsMapped = app.MapWebChat();
    }

    public StubBot Bot { get; }

    public Uri Url { get; }

    public Uri Connector => new(Url, "webchat/connector");

    public bool IsMapped { get; }

    /// <summary>A script on this machine.</summary>
    public HttpClient Http { get; }

    public static async Task<WebChatHost> StartAsync(string environment = "Lab", params KeyValuePair<string, string?>[] settings)
    {
        var bot = new StubBot();
        await bot.StartAsync();
        var host = new WebChatHost(bot, new LoopbackSocket(), environment, settings);
        await host.app.StartAsync();
        return host;
    }

    public async Task StopAsync()
    {
        await app.DisposeAsync();
        socket.Dispose();
    }

    /// <summary>Comes back at the same address, with nothing remembered.</summary>
    public async Task StartAgainAsync()
    {
        socket = new(Url.Port);
        app = Build(socket, "Lab", []);
        app.MapWebChat();
        await app.StartAsync();
    }

    public async Task<JsonObject> ReadAsync(string user, string conversation) =>
        (await Http.GetFromJsonAsync<JsonObject>($"webchat/api/conversations/{conversation}/messages?user={user}"))!;

    public Task<HttpResponseMessage> SayAsync(string user, string conversation, string text) =>
        Http.PostAsJsonAsync($"webchat/api/conversations/{conversation}/messages", new { user, text });

    public Task<HttpResponseMessage> PressAsync(string user, string conversation, string messageId, string? verb, JsonObject? data = null) =>
        Http.PostAsJsonAsync($"webchat/api/conversations/{conversation}/actions", new { user, messageId, verb, data });

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await StopAsync();
        await Bot.DisposeAsync();
    }

    private WebApplication Build(LoopbackSocket socket, string environment, IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection([new("WebChat:BotUrl", Bot.Url.AbsoluteUri), new("WebChat:ConnectorUrl", Connector.AbsoluteUri)]);
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddWebChat();
        builder.Services.AddSingleton(SampleCards.Shipped);
        socket.ListenIn(builder);
        return builder.Build();
    }
}
