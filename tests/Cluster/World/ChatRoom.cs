using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using TrunkBot.Lab.Script;
using TrunkBot.WebChat;

namespace TrunkBot.Cluster.Tests.World;

/// <summary>
/// A channel outside of every silo: the lab's web chat, in the test's own process. It knows one address for the bot, as channels do; behind it each activity goes
/// to whichever silo takes it, and again to another one, as it is, when a silo dies over it.
/// </summary>
internal sealed class ChatRoom : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly WebApplication _app;
    private readonly HttpClient _http = new();
    private readonly ChatClient _chat;

    private ChatRoom(WebApplication app, Uri url) => (_app, _chat) = (app, new ChatClient(_http, url, TimeProvider.System));

    public static async Task<ChatRoom> StartAsync(TestCluster cluster)
    {
        var url = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Silo.FreePort()}"));
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Lab" });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Urls"] = url.AbsoluteUri,
            ["WebChat:BotUrl"] = new Uri(url, "balancer").AbsoluteUri,
            ["WebChat:ConnectorUrl"] = new Uri(url, "webchat/connector").AbsoluteUri,
            ["WebChat:BotTimeout"] = "00:02:00",
        });
        builder.Logging.ClearProviders();
        builder.Services.AddWebChat();
        var app = builder.Build();
        app.MapWebChat();
        app.MapPost("/balancer", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            for (var silo = Random.Shared.Next(cluster.Silos.Count); ; silo++)
            {
                if (await cluster.Silos[silo % cluster.Silos.Count].PostAsync("/api/messages", body.ToArray(), request.ContentType!) is { } answer)
                {
                    return Results.Text(answer.Body, answer.Type, statusCode: answer.Status);
                }

                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, request.HttpContext.RequestAborted);
            }
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        var room = new ChatRoom(app, url);

        // Read for the first time, a conversation is made known to the bot.
        await room.ReadAsync("ana");
        await room._chat.ReadAsync("ben", "approvals", TestContext.Current.CancellationToken);
        return room;
    }

    public static string ChatOf(string person) => $"personal-{person}";

    public Task SayAsync(string person, string text) => _chat.SayAsync(person, ChatOf(person), text, TestContext.Current.CancellationToken);

    public Task<IReadOnlyList<SeenMessage>> ReadAsync(string person) => _chat.ReadAsync(person, ChatOf(person), TestContext.Current.CancellationToken);

    /// <summary>Waits for a message of the bot's in somebody's private chat, or in another conversation.</summary>
    public Task<SeenMessage> HearAsync(string person, string what, Func<SeenMessage, bool> wanted, string? conversation = null) =>
        _chat.WaitAsync(person, conversation ?? ChatOf(person), what, wanted, Patience, TestContext.Current.CancellationToken);

    public Task<string?> PressAsync(string person, SeenMessage message, string verb, string? conversation = null) =>
        _chat.PressAsync(person, conversation ?? ChatOf(person), message, verb, null, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }
}
