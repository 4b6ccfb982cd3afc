using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TrunkBot.Slack.Tests.Peers;

/// <summary>One call that a bot made.</summary>
/// <param name="Method">Such as <c>views.open</c>; <c>response_url</c> for an answer to one.</param>
internal sealed record SlackCall(string Method, JsonObject Arguments);

/// <summary>
/// A SIMULATED Slack on a loopback port: the methods of the Web API that the tests need (JSON and form), answer URLs, and the WebSockets of Socket Mode. It is
/// kept honest by Slack's own framework Bolt, which runs against it with the same script as the bot.
/// </summary>
internal sealed class FakeSlack : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Channel<SlackCall> calls = Channel.CreateUnbounded<SlackCall>();
    private readonly Channel<FakeLink> links = Channel.CreateUnbounded<FakeLink>();
    private readonly ConcurrentDictionary<string, byte> tickets = new();
    private int count;

    private FakeSlack()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.UseWebSockets();
        app.MapPost("/api/{method}", AnswerAsync);
        app.MapPost("/response/{id}", async (HttpContext context) =>
        {
            calls.Writer.TryWrite(new("response_url", JsonNode.Parse(await new StreamReader(context.Request.Body).ReadToEndAsync())!.AsObject()));
            return Results.Text("ok");
        });
        app.Map("/link", LinkAsync);
    }

    public Uri Url { get; private set; } = null!;

    public string ApiUrl => new Uri(Url, "api/").ToString();

    /// <summary>Bolt is on the other side.</summary>
    public bool IsDrivingBolt { get; set; }

    /// <summary>How many requests for a WebSocket are refused, one after the other.</summary>
    public int RefusedLinks { get; set; }

    /// <summary>The address that is given out for a WebSocket; null: a good one.</summary>
    public string? LinkAddress { get; set; }

    public static async Task<FakeSlack> StartAsync()
    {
        var slack = new FakeSlack();
        await slack.app.StartAsync();
        slack.Url = new(slack.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return slack;
    }

    /// <summary>Waits for the next call that does something; questions (<c>auth.test</c>, <c>users.info</c>) are not counted.</summary>
    public Task<SlackCall> NextCallAsync() => NextOf(calls);

    /// <summary>Waits for the next WebSocket that a bot opened and to which hello was said.</summary>
    public Task<FakeLink> NextLinkAsync() => NextOf(links);

    public bool HasMoreCalls => calls.Reader.Count > 0;

    public bool HasMoreLinks => links.Reader.Count > 0;

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static Task<T> NextOf<T>(Channel<T> channel) => channel.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(90));

    private async Task<IResult> AnswerAsync(string method, HttpContext context)
    {
        var arguments = await ArgumentsAsync(context.Request);
        var token = context.Request.Headers.Authorization.ToString();
        if (token != (method == "apps.connections.open" ? "Bearer xapp-1" : "Bearer xoxb-1"))
        {
            return Results.Json(new { ok = false, error = "invalid_auth" });
        }

        switch (method)
        {
            case "auth.test":
                return Results.Json(new { ok = true, url = Url, team = "Voice", user = "trunkbot", team_id = "T1", user_id = "U0BOT", bot_id = "B0BOT", is_enterprise_install = false });
            case "users.info":
                return Results.Json(new { ok = true, user = new { id = arguments["user"]?.ToString(), real_name = "Ana Ortiz" } });
            case "conversations.open":
                return Results.Json(new { ok = true, channel = new { id = "D1" } });
            case "apps.connections.open" when RefusedLinks > 0:
                RefusedLinks--;
                return Results.Json(new { ok = false, error = "not_allowed_token_type" });
            case "apps.connections.open":
                var ticket = Guid.NewGuid().ToString("N");
                tickets[ticket] = 0;
                return Results.Json(new { ok = true, url = LinkAddress ?? $"ws://{Url.Authority}/link/?ticket={ticket}&app_id=A1" });
        }

        calls.Writer.TryWrite(new(method, arguments));
        return method switch
        {
            "views.open" or "views.update" or "views.push" or "views.publish" => Results.Json(new { ok = true, view = new { id = "V1", hash = $"h{Interlocked.Increment(ref count)}" } }),
            "chat.postMessage" => Results.Json(new { ok = true, channel = arguments["channel"]?.ToString(), ts = $"1795348900.{Interlocked.Increment(ref count):000000}" }),
            "chat.postEphemeral" => Results.Json(new { ok = true, message_ts = "1795348900.9" }),
            _ => Results.Json(new { ok = false, error = "unknown_method" }),
        };
    }

    /// <summary>JSON as it is; of a form, the fields that are JSON (blocks, view) are opened.</summary>
    private static async Task<JsonObject> ArgumentsAsync(HttpRequest request)
    {
        if (request.HasFormContentType)
        {
            return new(request.Form.Select(f => KeyValuePair.Create(f.Key, f.Value.ToString() is ['{' or '[', ..] json ? JsonNode.Parse(json) : f.Value.ToString())));
        }

        var text = await new StreamReader(request.Body).ReadToEndAsync();
        return text.Length == 0 ? [] : JsonNode.Parse(text)!.AsObject();
    }

    private async Task LinkAsync(HttpContext context)
    {
        // An address is good for one connection.
        if (!context.WebSockets.IsWebSocketRequest || !tickets.TryRemove(context.Request.Query["ticket"].ToString(), out _))
        {
            context.Response.StatusCode = 400;
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var link = new FakeLink(socket);
        await link.SayAsync(new() { ["type"] = "hello", ["num_connections"] = 1, ["connection_info"] = new JsonObject { ["app_id"] = "A1" }, ["debug_info"] = new JsonObject { ["host"] = "simulated" } });
        links.Writer.TryWrite(link);
        await link.ReceiveAsync();
    }
}

/// <summary>Slack's end of one WebSocket.</summary>
internal sealed class FakeLink(WebSocket socket)
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonObject>> waiting = new();
    private readonly TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The bot has closed the connection, or it broke.</summary>
    public Task Closed => closed.Task.WaitAsync(TimeSpan.FromSeconds(90));

    public bool IsClosed => closed.Task.IsCompleted;

    public Task SayAsync(JsonObject message) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    /// <summary>Sends an envelope and waits for its acknowledgement.</summary>
    /// <param name="type">events_api, interactive or slash_commands.</param>
    /// <param name="retry">How often it was sent already.</param>
    public async Task<JsonObject> DeliverAsync(string type, JsonObject payload, int retry = 0)
    {
        var (id, sent) = Send(type, payload, retry);
        await sent;
        return await waiting[id].Task.WaitAsync(TimeSpan.FromSeconds(90));
    }

    /// <summary>The acknowledgement of an envelope, as it comes.</summary>
    public async Task<Task<JsonObject>> BeginAsync(string type, JsonObject payload)
    {
        var (id, sent) = Send(type, payload);
        await sent;
        return waiting[id].Task;
    }

    public void Break() => socket.Abort();

    public async Task ReceiveAsync()
    {
        var buffer = new byte[1024 * 1024];
        var length = 0;
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                    return;
                }

                length += received.Count;
                if (received.EndOfMessage)
                {
                    var ack = JsonNode.Parse(buffer.AsSpan(0, length))!.AsObject();
                    length = 0;
                    waiting[ack["envelope_id"]!.GetValue<string>()].TrySetResult(ack);
                }
            }
        }
        catch (WebSocketException)
        {
        }
        finally
        {
            closed.TrySetResult();
        }
    }

    private (string Id, Task Sent) Send(string type, JsonObject payload, int retry = 0)
    {
        var id = Guid.NewGuid().ToString();
        waiting[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        return (id, SayAsync(new()
        {
            ["envelope_id"] = id, ["type"] = type, ["payload"] = payload.DeepClone(), ["accepts_response_payload"] = type != "events_api", ["retry_attempt"] = retry, ["retry_reason"] = retry > 0 ? "timeout" : "",
        }));
    }
}
