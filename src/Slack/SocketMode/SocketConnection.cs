using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using TrunkBot.Slack.Incoming;
using TrunkBot.Slack.Payloads;

namespace TrunkBot.Slack.SocketMode;

/// <summary>
/// One WebSocket over which Slack delivers. Each envelope is acknowledged with what HTTP would answer; one that could not be stored is not, so that Slack
/// delivers it again. There is no signature: what comes is Slack's because the bot opened the connection, over TLS, to an address that Slack gave it.
/// </summary>
/// <remarks>Source: Slack, "Using Socket Mode".</remarks>
internal sealed partial class SocketConnection : IAsyncDisposable
{
    private const int LargestMessage = 1024 * 1024;
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(10);

    private readonly ClientWebSocket socket = new();
    private readonly SemaphoreSlim sending = new(1, 1);
    private readonly TaskCompletionSource hello = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> ending = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Deliveries deliveries;
    private readonly Refusals refusals;
    private readonly ILogger log;
    private Task receiving = Task.CompletedTask;

    private SocketConnection(Deliveries deliveries, Refusals refusals, ILogger log)
    {
        (this.deliveries, this.refusals, this.log) = (deliveries, refusals, log);

        // A dead connection is noticed by the answers to pings that do not come; Slack's own pings are answered by the framework.
        (socket.Options.KeepAliveInterval, socket.Options.KeepAliveTimeout) = (KeepAlive, 2 * KeepAlive);
        socket.Options.Proxy = null;
    }

    /// <summary>Why this connection will not last: Slack's reason while it still delivers (<c>warning</c>, <c>refresh_requested</c>, <c>link_disabled</c>), <c>closed</c> when it is gone.</summary>
    public Task<string> Ending => ending.Task;

    /// <summary>Ends when nothing comes any more.</summary>
    public Task Receiving => receiving;

    /// <summary>Connects and waits until Slack says <c>hello</c>.</summary>
    /// <exception cref="WebSocketException">Slack could not be reached, or closed before it said anything.</exception>
    public static async Task<SocketConnection> OpenAsync(Uri url, Deliveries deliveries, Refusals refusals, ILogger log, CancellationToken cancellationToken)
    {
        var connection = new SocketConnection(deliveries, refusals, log);
        try
        {
            await connection.socket.ConnectAsync(url, cancellationToken);
            connection.receiving = connection.ReceiveAsync();
            await connection.hello.Task.WaitAsync(cancellationToken);
            return connection;
        }
        catch
        {
            connection.socket.Abort();
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Says goodbye and waits until what is still on its way has come; broken off when the token says so.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        try
        {
            await sending.WaitAsync(cancellationToken);
            try
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
            }
            finally
            {
                sending.Release();
            }

            await receiving.WaitAsync(cancellationToken);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            socket.Abort();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await receiving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        socket.Dispose();
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (await NextAsync() is { } text)
            {
                Take(StateValues.Parse(text));
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            Log.Broken(log, e);
        }
        finally
        {
            hello.TrySetException(new WebSocketException("the connection was closed before Slack said hello"));
            ending.TrySetResult("closed");
        }
    }

    /// <summary>The next message; null when there will be none.</summary>
    private async Task<string?> NextAsync()
    {
        var message = new ArrayBufferWriter<byte>(4096);
        while (true)
        {
            var received = await socket.ReceiveAsync(message.GetMemory(4096), CancellationToken.None);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            message.Advance(received.Count);
            if (message.WrittenCount > LargestMessage)
            {
                throw new WebSocketException("a message is larger than 1 MB");
            }

            if (received.EndOfMessage)
            {
                return Encoding.UTF8.GetString(message.WrittenSpan);
            }
        }
    }

    private void Take(JsonObject? message)
    {
        switch (message.TextAt("type"))
        {
            case "hello":
                hello.TrySetResult();
                break;
            case "disconnect":
                ending.TrySetResult(message.TextAt("reason") ?? "refresh_requested");
                break;
            case "events_api":
                _ = TakeAsync(message!, DeliveryKind.Event);
                break;
            case "slash_commands":
                _ = TakeAsync(message!, DeliveryKind.Command);
                break;
            case "interactive":
                _ = TakeAsync(message!, DeliveryKind.Interaction);
                break;
        }
    }

    /// <summary>Envelopes do not wait for each other: the inbox keeps the order of a conversation.</summary>
    private async Task TakeAsync(JsonObject envelope, DeliveryKind kind)
    {
        if (envelope.At("payload") is not JsonObject payload || envelope.TextAt("envelope_id") is not { } id)
        {
            return;
        }

        var ack = await deliveries.TakeAsync(new(kind, payload));
        if (ack.Reason is { } reason)
        {
            refusals.Count(reason, ack.Status);
        }
        else if (ack.Status != 200)
        {
            return;
        }

        var answer = new JsonObject { ["envelope_id"] = id };
        if (ack.Body is { } body && envelope.IsTrueAt("accepts_response_payload"))
        {
            answer["payload"] = body;
        }

        await SendAsync(answer.ToJsonString());
    }

    private async Task SendAsync(string text)
    {
        await sending.WaitAsync();
        try
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Slack delivers again what was not acknowledged; the inbox knows it.
            Log.NotAcknowledged(log, e);
        }
        finally
        {
            sending.Release();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2420, LogLevel.Information, "A WebSocket to Slack broke")]
        public static partial void Broken(ILogger logger, Exception exception);

        [LoggerMessage(2421, LogLevel.Information, "Something that Slack delivered could not be acknowledged, because its WebSocket is closed")]
        public static partial void NotAcknowledged(ILogger logger, Exception exception);
    }
}
