using System.Net.WebSockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrunkBot.Chat.Ports;
using TrunkBot.Slack.Incoming;
using TrunkBot.Slack.Payloads;
using TrunkBot.Slack.WebApi;

namespace TrunkBot.Slack.SocketMode;

/// <summary>
/// Socket Mode: where an app-level token is set, the bot opens WebSockets to Slack and keeps so many of them open, so that it needs no address that Slack can
/// reach. Slack ends each after some hours and says so before: the next one is open before the last is closed.
/// </summary>
internal sealed partial class SocketModeService(
    ISlackApi api, Deliveries deliveries, Refusals refusals, SocketModeState state, IOptions<SlackOptions> options, TimeProvider time, ILogger<SocketModeService> log) : BackgroundService
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ForHello = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ForGoodbye = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.AppToken.Length == 0)
        {
            return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        await Task.WhenAll(Enumerable.Range(1, options.Value.SocketConnections).Select(n => KeepOpenAsync(n, stop)));
    }

    /// <summary>Keeps one connection open until the process stops or Slack switches Socket Mode off.</summary>
    private async Task KeepOpenAsync(int number, CancellationTokenSource stop)
    {
        SocketConnection? last = null;
        var failures = 0;
        while (!stop.IsCancellationRequested)
        {
            var next = await TryOpenAsync(number, stop.Token);
            if (next is null)
            {
                failures++;
                await PauseAsync(failures, stop.Token);
                continue;
            }

            state.Opened();
            _ = next.Receiving.ContinueWith(_ => state.Closed(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            Log.Opened(log, number);
            await CloseAsync(last);
            (last, failures) = (next, 0);
            var reason = await next.Ending.WaitAsync(stop.Token).ContinueWith(e => e.IsCompletedSuccessfully ? e.Result : "", TaskScheduler.Default);
            switch (reason)
            {
                case "link_disabled":
                    state.Stop("Socket Mode is switched off in the app's settings");
                    Log.Disabled(log);
                    await stop.CancelAsync();
                    break;
                case "too_many_websockets":
                    Log.TooMany(log, number);
                    failures++;
                    await PauseAsync(LongestPause, stop.Token);
                    break;
                case "closed":
                    // Slack closed without a warning, or the network did: all the bots there are must not come back at once.
                    failures++;
                    await PauseAsync(failures, stop.Token);
                    break;
            }
        }

        await CloseAsync(last);
    }

    private async Task<SocketConnection?> TryOpenAsync(int number, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(ForHello, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var answer = await api.CallAsync("apps.connections.open", [], ISlackApi.App, either.Token);
            if (Uri.TryCreate(answer.TextAt("url"), UriKind.Absolute, out var url) && IsSlacks(url))
            {
                return await SocketConnection.OpenAsync(url, deliveries, refusals, log, either.Token);
            }

            Log.ForeignAddress(log);
        }
        catch (Exception e) when (e is ChannelException or WebSocketException or OperationCanceledException)
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                Log.NotOpened(log, e, number);
            }
        }

        return null;
    }

    /// <summary>Whether the address is one of Slack's, over TLS; this machine while the Web API is here, too.</summary>
    private bool IsSlacks(Uri url) => options.Value.ApiUrl.IsLoopback
        ? url.IsLoopback
        : url.Scheme == Uri.UriSchemeWss && (url.Host == options.Value.ApiUrl.Host || url.Host.EndsWith($".{options.Value.ApiUrl.Host}", StringComparison.OrdinalIgnoreCase));

    private async Task CloseAsync(SocketConnection? connection)
    {
        if (connection is null)
        {
            return;
        }

        using var patience = new CancellationTokenSource(ForGoodbye, time);
        await connection.CloseAsync(patience.Token);
        await connection.DisposeAsync();
    }

    private Task PauseAsync(int failures, CancellationToken cancellationToken)
    {
        var full = Math.Min(LongestPause.TotalSeconds, FirstPause.TotalSeconds * Math.Pow(2, Math.Min(failures - 1, 10)));
#pragma warning disable CA5394 // Not a secret: it only spreads who comes back when.
        return PauseAsync(TimeSpan.FromSeconds(full * (0.5 + (Random.Shared.NextDouble() / 2))), cancellationToken);
#pragma warning restore CA5394
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken) =>
        await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static partial class Log
    {
        [LoggerMessage(2422, LogLevel.Information, "WebSocket {Number} to Slack is open")]
        public static partial void Opened(ILogger logger, int number);

        [LoggerMessage(2423, LogLevel.Warning, "WebSocket {Number} to Slack could not be opened; it is tried again")]
        public static partial void NotOpened(ILogger logger, Exception exception, int number);

        [LoggerMessage(2424, LogLevel.Error, "Slack has switched Socket Mode off (link_disabled): nothing is received any more. Switch it on in the app's settings, or empty Slack:AppToken to receive over HTTP; then restart")]
        public static partial void Disabled(ILogger logger);

        [LoggerMessage(2425, LogLevel.Warning, "Slack closes WebSocket {Number}: the app has ten already. Lower Slack:SocketConnections, or stop another process with the same token")]
        public static partial void TooMany(ILogger logger, int number);

        [LoggerMessage(2426, LogLevel.Error, "Slack gave an address for a WebSocket that is not one of its own; it is not used")]
        public static partial void ForeignAddress(ILogger logger);
    }
}
