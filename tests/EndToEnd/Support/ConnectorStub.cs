using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace TrunkBot.EndToEnd.Tests.Support;

/// <summary>A channel's connector: takes what the bot posts, gives it an id, and keeps it.</summary>
internal sealed class ConnectorStub : IAsyncDisposable
{
    private readonly Channel<(string Path, JsonNode Activity)> taken = Channel.CreateUnbounded<(string, JsonNode)>();
    private readonly WebApplication app;
    private int sent;

    private ConnectorStub()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.MapPost("/v3/conversations/{conversation}/activities", async (HttpRequest request) =>
        {
            await taken.Writer.WriteAsync((request.Path, (await JsonNode.ParseAsync(request.Body))!));
            return Results.Json(new { id = $"sent-{Interlocked.Increment(ref sent)}" }, statusCode: 201);
        });
    }

    public Uri Url => new(app.Urls.Single());

    /// <summary>How many activities nobody has looked at.</summary>
    public int Waiting => taken.Reader.Count;

    public static async Task<ConnectorStub> StartAsync()
    {
        var stub = new ConnectorStub();
        await stub.app.StartAsync(TestContext.Current.CancellationToken);
        return stub;
    }

    public async Task<(string Path, JsonNode Activity)> NextAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Testbed.Soon);
        return await taken.Reader.ReadAsync(limit.Token);
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}
