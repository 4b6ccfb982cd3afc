using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace TrunkBot.Bot.Tests.World;

/// <summary>A simulated channel service: takes what the bot posts and edits, over HTTP, and tells who waits for something to stand there.</summary>
internal sealed class LoopbackChannel : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<(string Conversation, string Id, string Text)> _messages = [];
    private readonly WebApplication _app;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private LoopbackChannel()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("/v3/conversations/{conversation}/activities", async (string conversation, HttpRequest request) =>
        {
            var activity = (await JsonNode.ParseAsync(request.Body))!.ToJsonString();
            return Results.Json(new { id = Put(conversation, null, activity) }, statusCode: 201);
        });
        _app.MapPut("/v3/conversations/{conversation}/activities/{id}", async (string conversation, string id, HttpRequest request) =>
        {
            var activity = (await JsonNode.ParseAsync(request.Body))!.ToJsonString();
            return Results.Json(new { id = Put(conversation, id, activity) });
        });
    }

    public string Url => _app.Urls.Single();

    /// <summary>What stands in the conversations now, as JSON.</summary>
    public IReadOnlyList<(string Conversation, string Id, string Text)> Messages
    {
        get
        {
            lock (_gate)
            {
                return [.. _messages];
            }
        }
    }

    public static async Task<LoopbackChannel> StartAsync()
    {
        var channel = new LoopbackChannel();
        await channel._app.StartAsync(TestContext.Current.CancellationToken);
        return channel;
    }

    /// <summary>The first message that holds all of these texts, as soon as it does.</summary>
    public async Task<(string Conversation, string Id, string Text)> SeeAsync(params string[] texts)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(3));
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                changed = _changed.Task;
                var at = _messages.FindIndex(m => texts.All(t => m.Text.Contains(t, StringComparison.Ordinal)));
                if (at >= 0)
                {
                    return _messages[at];
                }
            }

            try
            {
                await changed.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"nothing said {string.Join(" and ", texts)}; there is:\n{string.Join('\n', Messages.Select(m => m.Text))}");
            }
        }
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private string Put(string conversation, string? id, string text)
    {
        lock (_gate)
        {
            if (id is null)
            {
                id = $"m{_messages.Count + 1}";
                _messages.Add((conversation, id, text));
            }
            else
            {
                var at = _messages.FindIndex(m => m.Id == id);
                _messages[at] = (conversation, id, text);
            }

            _changed.SetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return id;
        }
    }
}
