using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TrunkBot.Faults.Tests.World;

/// <summary>What a wire does to the next request that holds a text, or to the connection.</summary>
internal enum WireFault
{
    /// <summary>The request does not arrive; the connection is cut.</summary>
    CutBefore,

    /// <summary>The request arrives; the connection is cut before its answer.</summary>
    CutAfter,

    /// <summary>The request arrives; half of the first part of its answer comes, then the connection is cut.</summary>
    HalfAnswer,

    /// <summary>The request arrives; nothing comes back and nothing is cut.</summary>
    Hang,
}

/// <summary>A wire between the bot and one of the lab's servers that breaks when it is told to: TCP to a port of its own, passed on byte for byte.</summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly Lock gate = new();
    private readonly int target;
    private readonly Task accepting;
    private readonly List<(WireFault Fault, string Text)> armed = [];
    private long? bytesLeft;

    public FaultProxy(int target)
    {
        this.target = target;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Whether what was armed has happened.</summary>
    public bool Sprung
    {
        get
        {
            lock (gate)
            {
                return armed.Count == 0 && bytesLeft is null;
            }
        }
    }

    /// <summary>Breaks once at each of these, in whichever order they come.</summary>
    /// <param name="texts">Parts of requests as they go over the wire, such as <c>POST /v1/Trunks HTTP</c>.</param>
    public void Arm(WireFault fault, params IEnumerable<string> texts)
    {
        lock (gate)
        {
            armed.AddRange(texts.Select(t => (fault, t)));
        }
    }

    /// <summary>Cuts the connection once so many bytes have gone from the bot to the server, whatever they mean.</summary>
    public void CutAfterBytes(long bytes)
    {
        lock (gate)
        {
            bytesLeft = bytes;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await accepting;
        stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> connections = [];
        try
        {
            while (true)
            {
                connections.Add(CarryAsync(await listener.AcceptTcpClientAsync(stopping.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task CarryAsync(TcpClient client)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
        using var server = new TcpClient();
        using (client)
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, target, over.Token);
                var answers = new Answers();
                await Task.WhenAny(
                    SendAsync(client.GetStream(), server.GetStream(), answers, over.Token),
                    ReceiveAsync(server.GetStream(), client.GetStream(), answers, over.Token));
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // The server is not there: what the bot sees is a connection that is closed at once.
            }

            // Cut, not ended: the peer sees a reset.
            client.LingerState = server.LingerState = new LingerOption(true, 0);
            await over.CancelAsync();
        }
    }

    private async Task SendAsync(NetworkStream from, NetworkStream to, Answers answers, CancellationToken cancellationToken)
    {
        var buffer = new byte[65536];
        var tail = "";
        try
        {
            while (await from.ReadAsync(buffer, cancellationToken) is > 0 and var count)
            {
                var text = tail + Encoding.Latin1.GetString(buffer, 0, count);
                tail = text[^Math.Min(text.Length, 4096)..];
                var fault = Take(text, count);
                if (fault is not null)
                {
                    tail = "";
                }

                if (fault == WireFault.CutBefore)
                {
                    return;
                }

                answers.Fault = fault ?? answers.Fault;
                await to.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // One of both has gone.
        }
    }

    private static async Task ReceiveAsync(NetworkStream from, NetworkStream to, Answers answers, CancellationToken cancellationToken)
    {
        var buffer = new byte[65536];
        try
        {
            while (await from.ReadAsync(buffer, cancellationToken) is > 0 and var count)
            {
                switch (answers.Fault)
                {
                    case null:
                        await to.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                        break;
                    case WireFault.HalfAnswer:
                        await to.WriteAsync(buffer.AsMemory(0, count / 2), cancellationToken);
                        await to.FlushAsync(cancellationToken);
                        return;
                    case WireFault.CutAfter:
                        return;
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // One of both has gone.
        }
    }

    private WireFault? Take(string text, int count)
    {
        lock (gate)
        {
            if (bytesLeft is { } left)
            {
                bytesLeft = left > count ? left - count : null;
                return bytesLeft is null ? WireFault.CutBefore : null;
            }

            var at = armed.FindIndex(a => text.Contains(a.Text, StringComparison.Ordinal));
            if (at < 0)
            {
                return null;
            }

            var fault = armed[at].Fault;
            armed.RemoveAt(at);
            return fault;
        }
    }

    private sealed class Answers
    {
        public WireFault? Fault { get; set; }
    }
}
