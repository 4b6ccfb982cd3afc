using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using TrunkBot.Lab.Script;
using TrunkBot.WebChat;
using TrunkBot.Tests.Support;

namespace TrunkBot.Cluster.Tests.World;

/// <summary>
/// A channel outside of every silo: the lab's web chat, in the test's own process. It knows one address for the bot, as channels do; behind it each activity goes
/// to whichever silo takes it, and again to another one, as it is, when a silo dies over it.
/// </summary>
internal sealed class ChatRoom : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly PathString OfApprovals = "/webchat/connector/v3/conversations/approvals/activities";

    private readonly WebApplication _app;
    private readonly HttpClient _http = new();
    private readonly ChatClient _chat;

    private ChatRoom(WebApplication app, Uri url) => (_app, _chat) = (app, new ChatClient(_http, url, TimeProvider.System));

    public static async Task<ChatRoom> StartAsync(TestCluster cluster)
    {
        var url = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePorts.Next()}"));
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
        var room = new ChatRoom(app, url);
        app.Use(room.AnswerLateAsync);
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

        // Read for the first time, a conversation is made known to the bot.
        await room.ReadAsync("ana");
        await room._chat.ReadAsync("ben", "approvals", TestContext.Current.CancellationToken);
        return room;
    }

    /// <summary>What is posted into the approvals channel stands there at once, and whoever posted it learns that only when this has ended. Null: at once.</summary>
    public TaskCompletionSource? KeepsAnswers { get; set; }

    public static string ChatOf(string person) => $"personal-{person}";

    public Task SayAsync(string person, string text) => _chat.SayAsync(person, ChatOf(person), text, TestContext.Current.CancellationToken);

    public Task<IReadOnlyList<SeenMessage>> ReadAsync(string person) => _chat.ReadAsync(person, ChatOf(person), TestContext.Current.CancellationToken);

    /// <summary>Waits for a message of the bot's in somebody's private chat, or in another conversation.</summary>
    public Task<SeenMessage> HearAsync(string person, string what, Func<SeenMessage, bool> wanted, string? conversation = null) =>
        _chat.WaitAsync(person, conversation ?? ChatOf(person), what, wanted, Patience, TestContext.Current.CancellationToken);

    public Task<string?> PressAsync(string person, SeenMessage message, string verb, string? conversation = null) =>
        _chat.PressAsync(person, conversation ?? ChatOf(person), message, verb, null, TestContext.Current.CancellationToken);

    private async Task AnswerLateAsync(HttpContext context, RequestDelegate next)
    {
        if (KeepsAnswers is not { } keeps || !HttpMethods.IsPost(context.Request.Method) || context.Request.Path != OfApprovals)
        {
            await next(context);
            return;
        }

        var answer = context.Response.Body;
        using var kept = new MemoryStream();
        context.Response.Body = kept;
        await next(context);
        await keeps.Task.WaitAsync(context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        kept.Position = 0;
        context.Response.Body = answer;
        await kept.CopyToAsync(answer, context.RequestAborted);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }
}
