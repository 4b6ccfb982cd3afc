using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using TrunkBot.Sip.Messages;

namespace TrunkBot.Sip.Transport;

/// <summary>
/// SIP over TCP. A connection to a peer is kept and used for all that goes there; connections that peers open (for a BYE,
/// say) are read alike, and responses go back on the connection on which the request came (RFC 3261 18.2.2).
/// </summary>
internal sealed class TcpSipTransport : SipTransport
{
    private readonly Socket _listener;
    private readonly TimeProvider _time;
    private readonly TimeSpan _connectTimeout;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<IPEndPoint, Task<Connection>> _connections = new();
    private readonly ConcurrentDictionary<Task, byte> _loops = new();
    private Task _accepting = Task.CompletedTask;

    public TcpSipTransport(IPEndPoint local, TimeProvider time, TimeSpan connectTimeout)
    {
        _time = time;
        _connectTimeout = connectTimeout;
        _listener = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _listener.Bind(local);
            _listener.Listen(64);
        }
        catch
        {
            _listener.Dispose();
            throw;
        }

        LocalEndPoint = (IPEndPoint)_listener.LocalEndPoint!;
    }

    public override string Protocol => "TCP";

    public override bool IsReliable => true;

    public override IPEndPoint LocalEndPoint { get; }

    public override void Start() => _accepting = Task.Run(AcceptAsync);

    public override async ValueTask SendAsync(SipMessage message, IPEndPoint remote, CancellationToken ct)
    {
        Task<Connection> connecting;
        lock (_connections)
        {
            // GetOrAdd alone could open two connections to one peer.
            connecting = _connections.GetOrAdd(remote, ConnectAsync);
        }

        try
        {
            var connection = await connecting.WaitAsync(ct).ConfigureAwait(false);
            await connection.SendAsync(message.ToBytes(), ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _connections.TryRemove(new(remote, connecting));
            throw;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _accepting.ConfigureAwait(false);
        await Task.WhenAll(_loops.Keys).ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task<Connection> ConnectAsync(IPEndPoint remote)
    {
        var socket = new Socket(remote.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var limit = new CancellationTokenSource(_connectTimeout, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token);
            await socket.ConnectAsync(remote, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            socket.Dispose();
            throw new SocketException((int)SocketError.TimedOut);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        var connection = new Connection(socket);
        Read(connection, remote);
        return connection;
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
                socket.NoDelay = true;
                var connection = new Connection(socket);
                var remote = (IPEndPoint)socket.RemoteEndPoint!;
                _connections[remote] = Task.FromResult(connection);
                Read(connection, remote);
            }
            catch (SocketException) when (!_stop.IsCancellationRequested)
            {
                // The peer gave up between SYN and accept; the listener goes on.
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    private void Read(Connection connection, IPEndPoint remote)
    {
        var loop = Task.Run(() => ReadAsync(connection, remote));
        _loops.TryAdd(loop, 0);
        _ = loop.ContinueWith(done => _loops.TryRemove(done, out _), TaskScheduler.Default);
    }

    private async Task ReadAsync(Connection connection, IPEndPoint remote)
    {
        var framer = new SipStreamFramer();
        var buffer = new byte[16_384];
        try
        {
            while (true)
            {
                var count = await connection.Socket.ReceiveAsync(buffer, SocketFlags.None, _stop.Token).ConfigureAwait(false);
                if (count == 0)
                {
                    return;
                }

                framer.Append(buffer.AsSpan(0, count));
                while (framer.Next() is { } message)
                {
                    Deliver(message, remote);
                }

                for (var pings = framer.TakePings(); pings > 0; pings--)
                {
                    await connection.SendAsync("\r\n"u8.ToArray(), _stop.Token).ConfigureAwait(false);
                }
            }
        }
        catch (InvalidDataException e)
        {
            Malformed?.Invoke(new SipParseError("sip-stream-framing", 0, e.Message), remote);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The connection is over; the next send opens another.
        }
        finally
        {
            if (_connections.TryGetValue(remote, out var current) && current.IsCompletedSuccessfully && current.Result == connection)
            {
                _connections.TryRemove(new(remote, current));
            }

            connection.Dispose();
        }
    }

    private sealed class Connection(Socket socket) : IDisposable
    {
        private readonly SemaphoreSlim _oneWriter = new(1, 1);

        public Socket Socket => socket;

        public async Task SendAsync(byte[] bytes, CancellationToken ct)
        {
            await _oneWriter.WaitAsync(ct).ConfigureAwait(false);
            try
            {
                for (var sent = 0; sent < bytes.Length;)
                {
                    sent += await socket.SendAsync(bytes.AsMemory(sent), SocketFlags.None, ct).ConfigureAwait(false);
                }
            }
            finally
            {
                _oneWriter.Release();
            }
        }

        public void Dispose() => socket.Dispose();
    }
}
