using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Transport.Tls;

namespace TrunkBot.Sip.Transport;

/// <summary>
/// SIP over TCP, and over TLS where there is a layer for it. A connection to a peer is kept and used for all that goes there; connections that
/// peers open (for a BYE, say) are read alike, and responses go back on the connection on which the request came (RFC 3261 18.2.2).
/// </summary>
internal sealed class TcpSipTransport : SipTransport
{
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    private readonly Socket _listener;
    private readonly TimeProvider _time;
    private readonly TimeSpan _connectTimeout;
    private readonly TlsLayer? _tls;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<SipHop, Task<Connection>> _connections = new();
    private readonly ConcurrentDictionary<IPEndPoint, SipTlsPeer> _shown = new();
    private readonly ConcurrentDictionary<Task, byte> _loops = new();
    private Task _accepting = Task.CompletedTask;

    public TcpSipTransport(IPEndPoint local, TimeProvider time, TimeSpan connectTimeout, TlsLayer? tls = null)
    {
        _time = time;
        _connectTimeout = connectTimeout;
        _tls = tls;
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

    public override string Protocol => _tls is null ? "TCP" : "TLS";

    public override bool IsReliable => true;

    public override IPEndPoint LocalEndPoint { get; }

    public override void Start() => _accepting = Task.Run(AcceptAsync);

    public override SipTlsPeer? TlsPeer(IPEndPoint remote) => _shown.GetValueOrDefault(remote);

    public override async ValueTask SendAsync(SipMessage message, SipHop hop, CancellationToken ct)
    {
        var (key, connecting) = Find(hop);
        try
        {
            var connection = await connecting.WaitAsync(ct).ConfigureAwait(false);
            await connection.SendAsync(message.ToBytes(), ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _connections.TryRemove(new(key, connecting));
            throw;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _accepting.ConfigureAwait(false);
        while (!_loops.IsEmpty)
        {
            // Again, because a peer that was being welcomed begins to be read meanwhile.
            await Task.WhenAll(_loops.Keys).ConfigureAwait(false);
        }

        _stop.Dispose();
    }

    /// <summary>
    /// The connection for a hop, a new one where none stands. Under TLS one that was proven for another domain does not count; but an address names
    /// nobody, and whoever was proven to be at just that address and port may be spoken to there.
    /// </summary>
    private (SipHop Key, Task<Connection> Connecting) Find(SipHop hop)
    {
        lock (_connections)
        {
            if ((hop.Domain is null || IPAddress.TryParse(hop.Domain, out _)) && _connections.Keys.FirstOrDefault(k => k.EndPoint.Equals(hop.EndPoint)) is { } any)
            {
                return (any, _connections[any]);
            }

            // GetOrAdd alone could open two connections to one peer.
            var key = _tls is null ? new SipHop(hop.EndPoint, null) : hop;
            return (key, _connections.GetOrAdd(key, ConnectAsync));
        }
    }

    private async Task<Connection> ConnectAsync(SipHop hop)
    {
        var socket = new Socket(hop.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var limit = new CancellationTokenSource(_connectTimeout, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token);
            await socket.ConnectAsync(hop.EndPoint, either.Token).ConfigureAwait(false);
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (_tls is not null)
            {
                stream = await _tls.ConnectAsync(stream, hop, peer => _shown[hop.EndPoint] = peer, either.Token).ConfigureAwait(false);
            }

            var connection = new Connection(stream);
            Read(connection, hop);
            return connection;
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
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
                socket.NoDelay = true;
                var hop = new SipHop((IPEndPoint)socket.RemoteEndPoint!, null);
                Keep(Task.Run(() => WelcomeAsync(socket, hop)));
            }
            catch (SocketException) when (!_stop.IsCancellationRequested)
            {
                // The peer gave up between SYN and accept, or the process has no handle left, which lasts: not at once again.
                await Task.Delay(AcceptPause, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    private async Task WelcomeAsync(Socket socket, SipHop hop)
    {
        Stream? stream = new NetworkStream(socket, ownsSocket: true);
        if (_tls is not null)
        {
            using var limit = new CancellationTokenSource(_connectTimeout, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token);
            stream = await _tls.AcceptAsync(stream, either.Token).ConfigureAwait(false);
        }

        if (stream is null)
        {
            socket.Dispose();
            return;
        }

        var connection = new Connection(stream);
        _connections[hop] = Task.FromResult(connection);
        Read(connection, hop);
    }

    private void Read(Connection connection, SipHop hop) => Keep(Task.Run(() => ReadAsync(connection, hop)));

    private void Keep(Task loop)
    {
        _loops.TryAdd(loop, 0);
        _ = loop.ContinueWith(done => _loops.TryRemove(done, out _), TaskScheduler.Default);
    }

    private async Task ReadAsync(Connection connection, SipHop hop)
    {
        var framer = new SipStreamFramer();
        var buffer = new byte[16_384];
        try
        {
            while (true)
            {
                var count = await connection.Stream.ReadAsync(buffer, _stop.Token).ConfigureAwait(false);
                if (count == 0)
                {
                    return;
                }

                framer.Append(buffer.AsSpan(0, count));
                while (framer.Next() is { } message)
                {
                    Deliver(message, hop.EndPoint);
                }

                for (var pings = framer.TakePings(); pings > 0; pings--)
                {
                    await connection.SendAsync("\r\n"u8.ToArray(), _stop.Token).ConfigureAwait(false);
                }
            }
        }
        catch (InvalidDataException e)
        {
            Malformed?.Invoke(new SipParseError("sip-stream-framing", 0, e.Message), hop.EndPoint);
        }
        catch (IOException e) when (!_stop.IsCancellationRequested)
        {
            // Reset, or a TLS alert: a server of TLS 1.3 refuses a client's certificate only after the handshake. Whoever waits for an answer is told.
            Broken?.Invoke(hop.EndPoint, TlsAlert.Explain(e, hop.Domain ?? hop.EndPoint.ToString()) is { } alert ? new SipTlsException(alert, e) : e);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // We close.
        }
        finally
        {
            foreach (var (key, task) in _connections.Where(c => c.Value.IsCompletedSuccessfully && c.Value.Result == connection))
            {
                _connections.TryRemove(new(key, task));
            }

            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private sealed class Connection(Stream stream) : IAsyncDisposable
    {
        private readonly SemaphoreSlim _oneWriter = new(1, 1);

        public Stream Stream => stream;

        public async Task SendAsync(byte[] bytes, CancellationToken ct)
        {
            await _oneWriter.WaitAsync(ct).ConfigureAwait(false);
            try
            {
                await stream.WriteAsync(bytes, ct).ConfigureAwait(false);
            }
            finally
            {
                _oneWriter.Release();
            }
        }

        public ValueTask DisposeAsync() => stream.DisposeAsync();
    }
}
