using System.Net;
using System.Net.Sockets;
using TrunkBot.Sip.Messages;

namespace TrunkBot.Sip.Transport;

/// <summary>SIP over UDP: one datagram, one message.</summary>
internal sealed class UdpSipTransport : SipTransport
{
    private readonly Socket _socket;
    private readonly CancellationTokenSource _stop = new();
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
        _socket.SendTo(message.ToBytes(), SocketFlags.None, hop.EndPoint);
        return ValueTask.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _socket.Dispose();
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[SipParser.MaxMessageBytes + 1];
        var any = new IPEndPoint(_socket.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var result = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, any, _stop.Token).ConfigureAwait(false);

                // RFC 5626: a datagram of line breaks only is a keep-alive; it is no message and no fault.
                if (buffer.AsSpan(0, result.ReceivedBytes).ContainsAnyExcept((byte)'\r', (byte)'\n', (byte)0))
                {
                    Deliver(buffer.AsSpan(0, result.ReceivedBytes), (IPEndPoint)result.RemoteEndPoint);
                }
            }
            catch (SocketException) when (!_stop.IsCancellationRequested)
            {
                // An ICMP error of an earlier send surfaces here; the listener goes on and the transaction times out.
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }
}
