using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace TrunkBot.Carriers.Tests;

/// <summary>What reached the stub.</summary>
internal sealed record SeenRequest(string Method, string PathAndQuery, string? Authorization, string? ContentType, string Body);

/// <summary>A real HTTP server on a free loopback port that answers as a test says, request by request.</summary>
internal sealed class StubServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<SeenRequest> _seen = new();

    private StubServer(Func<SeenRequest, int, HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            var request = new SeenRequest(
                http.Request.Method,
                http.Request.Path + http.Request.QueryString,
                http.Request.Headers.Authorization,
                http.Request.ContentType,
                await reader.ReadToEndAsync(http.RequestAborted));
            _seen.Enqueue(request);
            await answer(request, _seen.Count, http);
        });
    }

    public IReadOnlyList<SeenRequest> Seen => [.. _seen];

    public Uri Url => new(_app.Urls.First());

    /// <param name="answer">Given the request, its number from 1, and the context to answer in.</param>
    public static async Task<StubServer> StartAsync(Func<SeenRequest, int, HttpContext, Task> answer)
    {
        var server = new StubServer(answer);
        await server._app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    public static Task<StubServer> StartAsync(int status, string body) => StartAsync((_, _, http) => Answer(http, status, body));

    public static Task Answer(HttpContext http, int status, string body)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsync(body, http.RequestAborted);
    }

    /// <summary>Cuts the connection, as if the answer were lost.</summary>
    public static Task Cut(HttpContext http)
    {
        http.Abort();
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
