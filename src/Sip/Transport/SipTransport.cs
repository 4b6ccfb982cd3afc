using System.Net;
using System.Net.Sockets;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Transport.Tls;

namespace TrunkBot.Sip.Transport;

/// <summary>What carries SIP messages: one protocol, one local port.</summary>
internal abstract class SipTransport : IAsyncDisposable
{
    /// <summary>UDP, TCP or TLS, as it stands in Via.</summary>
    public abstract string Protocol { get; }

    /// <summary>True when the transport itself repeats what is lost, so that the transactions need not (RFC 3261 17).</summary>
    public abstract bool IsReliable { get; }

    /// <summary>The bound address and port; the address may be the wildcard.</summary>
    public abstract IPEndPoint LocalEndPoint { get; }

    /// <summary>Takes each well-formed message and where it came from. Set once, before <see cref="Start"/>. Must not throw.</summary>
    public Action<SipMessage, IPEndPoint>? Received { get; set; }

    /// <summary>Told of each malformed message: its fault and its source.</summary>
    public Action<SipParseError, IPEndPoint>? Malformed { get; set; }

    /// <summary>Told of each connection that did not end well: its peer and why. Who waits for an answer on it waits in vain.</summary>
    public Action<IPEndPoint, Exception>? Broken { get; set; }

    public abstract void Start();

    /// <summary>Sends one message.</summary>
    /// <exception cref="SocketException">The transport refused: no route, connection refused.</exception>
    /// <exception cref="IOException">The connection is gone, or (<see cref="SipTlsException"/>) TLS did not come about.</exception>
    public abstract ValueTask SendAsync(SipMessage message, SipHop hop, CancellationToken ct);

    /// <summary>What the TLS peer at an address showed last, also when it was refused; null without TLS.</summary>
    public virtual SipTlsPeer? TlsPeer(IPEndPoint remote) => null;

    public abstract ValueTask DisposeAsync();

    /// <summary>The local address that routes to a peer: what goes into Via, Contact and SDP.</summary>
    /// <exception cref="SocketException">No route to the peer.</exception>
    public IPAddress LocalAddressFor(IPAddress remote)
    {
        if (!LocalEndPoint.Address.Equals(IPAddress.Any) && !LocalEndPoint.Address.Equals(IPAddress.IPv6Any))
        {
            return LocalEndPoint.Address;
        }

        // Connecting a datagram socket sends nothing; it asks the routing table.
        using var probe = new Socket(remote.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        probe.Connect(remote, 5060);
        return ((IPEndPoint)probe.LocalEndPoint!).Address;
    }

    protected void Deliver(ReadOnlySpan<byte> bytes, IPEndPoint remote)
    {
        if (SipMessage.TryParse(bytes, out var message, out var error))
        {
            Received?.Invoke(message, remote);
        }
        else
        {
            Malformed?.Invoke(error, remote);
        }
    }
}
