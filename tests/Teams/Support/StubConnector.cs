using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TrunkBot.Teams.Tests.Support;

/// <summary>What the bot asked of the connector.</summary>
/// <param name="Line">Method and address as they stood on the wire.</param>
internal sealed record ConnectorRequest(string Line, JsonObject Body);

/// <summary>A channel's connector on a loopback port that answers as a test says.</summary>
internal sealed class StubConnector : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Channel<ConnectorRequest> received = Channel.CreateUnbounded<ConnectorRequest>();

    private StubConnector()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.Run(async context =>
        {
            var line = $"{context.Request.Method} {context.Features.Get<IHttpRequestFeature>()!.RawTarget}";
            var body = context.Request.ContentLength is > 0 || context.Request.Headers.TransferEncoding.Count > 0
                ? (await context.Request.ReadFromJsonAsync<JsonObject>())!
                : [];
            var answer = Answers.Count > 0 ? Answers.Dequeue() : Results.Json(new { id = "m42" }, statusCode: 201);
            received.Writer.TryWrite(new(line, body));
            await answer.ExecuteAsync(context);
        });
    }

    public string Url { get; private set; } = "";

    /// <summary>One for each request; 201 with the id m42 when none is left.</summary>
    public Queue<IResult> Answers { get; } = new();

    public int Count => received.Reader.Count;

    public static async Task<StubConnector> StartAsync()
    {
        var connector = new StubConnector();
        await connector.app.StartAsync();
        connector.Url = connector.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return connector;
    }

    public async Task<ConnectorRequest> NextAsync() =>
        await received.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
