using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace TrunkBot.WebChat.Tests.Support;

/// <summary>A bot that keeps what it gets, answers as a test says, and writes through the connector as a real one would.</summary>
internal sealed class StubBot : IAsyncDisposable
{
    private readonly LoopbackSocket socket = new();
    private readonly WebApplication app;
    private readonly HttpClient http = new();
    private readonly Channel<JsonObject> received = Channel.CreateUnbounded<JsonObject>();

    public StubBot()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        socket.ListenIn(builder);
        app = builder.Build();
        app.MapPost("/api/messages", async (HttpRequest request) =>
        {
            var activity = (await request.ReadFromJsonAsync<JsonObject>())!;
            var answer = Answer(activity);
            received.Writer.TryWrite(activity);
            return await answer;
        });
    }

    public Uri Url => new(socket.Url, "api/messages");

    /// <summary>How it answers; 202 to all but invokes, which get an empty notice.</summary>
    public Func<JsonObject, Task<IResult>> Answer { get; set; } = activity => Task.FromResult(
        activity["type"]!.GetValue<string>() == "invoke" ? Notice("") : Results.StatusCode(202));

    public static IResult Notice(string text) => Results.Json(new { statusCode = 200, type = "application/vnd.microsoft.activity.message", value = text });

    public static IResult Error(string code, string message) =>
        Results.Json(new { statusCode = 400, type = "application/vnd.microsoft.error", value = new { code, message } });

    public static IResult Card(JsonObject card) => Results.Json(new { statusCode = 200, type = "application/vnd.microsoft.card.adaptive", value = card });

    public static JsonObject TextActivity(string text) => new() { ["type"] = "message", ["text"] = text, ["textFormat"] = "plain", ["summary"] = text };

    public static JsonObject CardActivity(JsonObject card, string summary) => new()
    {
        ["type"] = "message",
        ["summary"] = summary,
        ["attachments"] = new JsonArray(new JsonObject { ["contentType"] = "application/vnd.microsoft.card.adaptive", ["content"] = card }),
    };

    public Task StartAsync() => app.StartAsync();

    /// <summary>The next activity of that type; others that came before it are passed over.</summary>
    public async Task<JsonObject> NextAsync(string type)
    {
        while (true)
        {
            var activity = await received.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
            if (activity["type"]!.GetValue<string>() == type)
            {
                return activity;
            }
        }
    }

    /// <summary>Activities that came and nobody asked for.</summary>
    public IReadOnlyList<JsonObject> Waiting()
    {
        var waiting = new List<JsonObject>();
        while (received.Reader.TryRead(out var activity))
        {
            waiting.Add(activity);
        }

        return waiting;
    }

    public Task<HttpResponseMessage> PostAsync(Uri connector, string conversationId, JsonObject activity, string query = "") =>
        http.PostAsJsonAsync(new Uri($"{connector}/v3/conversations/{conversationId}/activities{query}"), activity);

    /// <summary>Sends a message and returns its id.</summary>
    public async Task<string> SendAsync(Uri connector, string conversationId, JsonObject activity)
    {
        using var response = await PostAsync(connector, conversationId, activity);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonObject>())!["id"]!.GetValue<string>();
    }

    public Task<HttpResponseMessage> UpdateAsync(Uri connector, string conversationId, string messageId, JsonObject activity) =>
        http.PutAsJsonAsync(new Uri($"{connector}/v3/conversations/{conversationId}/activities/{messageId}"), activity);

    public Task<HttpResponseMessage> DeleteAsync(Uri connector, string conversationId, string messageId) =>
        http.DeleteAsync(new Uri($"{connector}/v3/conversations/{conversationId}/activities/{messageId}"));

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.DisposeAsync();
        socket.Dispose();
    }
}
