using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace TrunkBot.WebChat.Tests.Support;

/// <summary>The web chat on a loopback port, with a stub for a bot.</summary>
internal sealed class WebChatHost : IAsyncDisposable
{
    private readonly WebApplication app;

    private WebChatHost(StubBot bot, LoopbackSocket socket, string environment, IEnumerable<KeyValuePair<string, string?>> settings)
    {
        Bot = bot;
        Url = socket.Url;
        Http = new() { BaseAddress = Url };
        Http.DefaultRequestHeaders.Add("X-TrunkBot-WebChat", "1");
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(
        [
            new("WebChat:BotUrl", bot.Url.AbsoluteUri),
            new("WebChat:ConnectorUrl", Connector.AbsoluteUri),
            .. settings,
        ]);
        builder.Services.AddWebChat();
        socket.ListenIn(builder);
        app = builder.Build();
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

    public async Task<JsonObject> ReadAsync(string user, string conversation) =>
        (await Http.GetFromJsonAsync<JsonObject>($"webchat/api/conversations/{conversation}/messages?user={user}"))!;

    public Task<HttpResponseMessage> SayAsync(string user, string conversation, string text) =>
        Http.PostAsJsonAsync($"webchat/api/conversations/{conversation}/messages", new { user, text });

    public Task<HttpResponseMessage> PressAsync(string user, string conversation, string messageId, string? verb, JsonObject? data = null) =>
        Http.PostAsJsonAsync($"webchat/api/conversations/{conversation}/actions", new { user, messageId, verb, data });

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.DisposeAsync();
        await Bot.DisposeAsync();
    }
}
