using System.Net;
using System.Net.Sockets;
using TrunkBot.Sip.Messages;

namespace TrunkBot.Sip.Transport;

/// <summary>SIP over UDP: one datagram, one message.</summary>
internal sealed class UdpSipTransport : SipTransport
{
    private readonly Socket _socket;
    private volatile bool _stopped;
    private volatile KnownPeer? _lastPeer;
    private Task _loop = Task.CompletedTask;

    public UdpSipTransport(IPEndPoint local)
    {
        _socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            _socket.Bind(local);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        LocalEndPoint = (IPEndPoint)_socket.LocalEndPoint!;
    }

    public override string Protocol => "UDP";

    public override bool IsReliable => false;

    public override IPEndPoint LocalEndPoint { get; }

    /// <summary>Gives back a port that was not yet listened on.</summary>
    public void Close() => _socket.Dispose();

    public override void Start() => _loop = Task.Run(ReceiveAsync);

    /// <summary>At once: a datagram does not wait for its receiver.</summary>
    public override ValueTask SendAsync(SipMessage message, SipHop hop, CancellationToken ct)
    {
        var peer = _lastPeer;
        if (peer is null || !ReferenceEquals(peer.EndPoint, hop.EndPoint) && !peer.EndPoint.Equals(hop.EndPoint))
        {
            _lastPeer = peer = new KnownPeer(hop.EndPoint, hop.EndPoint.Serialize());
        }

        _socket.SendTo(message.ToBytes(), SocketFlags.None, peer.Address);
        return ValueTask.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        _stopped = true;
        _socket.Dispose(); // Which ends what waits on it.
        await _loop.ConfigureAwait(false);
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[SipParser.MaxMessageBytes + 1];
        var from = new SocketAddress(_socket.AddressFamily);
        while (!_stopped)
        {
            try
            {
                var count = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, from).ConfigureAwait(false);

                // RFC 5626: a datagram of line breaks only is a keep-alive; it is no message and no fault.
                if (buffer.AsSpan(0, count).ContainsAnyExcept((byte)'\r', (byte)'\n', (byte)0))
                {
                    Deliver(buffer.AsSpan(0, count), PeerAt(from));
                }
            }
            catch (SocketException) when (!_stopped)
            {
                // An ICMP error of an earlier send surfaces here; the listener goes on and the transaction times out.
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    /// <summary>Most of what comes is from whom we spoke to last.</summary>
    private IPEndPoint PeerAt(SocketAddress address) =>
        _lastPeer is { } peer && peer.Address.Equals(address) ? peer.EndPoint : (IPEndPoint)LocalEndPoint.Create(address);

    /// <summary>A peer, and its address as the kernel spells it, which takes a while to write and to read.</summary>
    private sealed record KnownPeer(IPEndPoint EndPoint, SocketAddress Address);
}
