using System.Net;
using System.Net.Sockets;

namespace TrunkBot.Sip.Media;

/// <summary>Takes one datagram.</summary>
/// <param name="age">How long ago it came.</param>
internal delegate void TakeDatagram(Span<byte> bytes, IPEndPoint source, TimeSpan age);

/// <summary>
/// One UDP port of a session, read when its owner finds the time. On 64-bit Linux many datagrams are read at once and the kernel has noted when each came, so that reading
/// late changes no measure; elsewhere a datagram counts as come when it is read. Not thread-safe.
/// </summary>
internal sealed class MediaPort : IDisposable
{
    /// <summary>How long datagrams may wait to be read: the kernel keeps some two hundred of them.</summary>
    public static readonly TimeSpan ReadEvery = DatagramBatch.IsSupported ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromMilliseconds(5);

    /// <summary>So many are read in one go, that a flood at one port does not make the other calls late.</summary>
    private const int MostAtOnce = 64;

    private readonly Socket _socket;
    private readonly byte[] _buffer = DatagramBatch.IsSupported ? [] : new byte[DatagramBatch.MaxBytes];
    private IPEndPoint? _remote;
    private SocketAddress? _address;

    /// <param name="socket">Bound; this owns it from now on.</param>
    public MediaPort(Socket socket)
    {
        _socket = socket;
        Number = ((IPEndPoint)socket.LocalEndPoint!).Port;
        socket.Blocking = false;
        if (DatagramBatch.IsSupported)
        {
            DatagramBatch.AskForTimes(socket);
        }
    }

    public int Number { get; }

    /// <summary>Sends a datagram; false when this machine refused it: no route, no such address.</summary>
    public bool Send(ReadOnlySpan<byte> bytes, IPEndPoint remote)
    {
        if (!ReferenceEquals(remote, _remote))
        {
            (_remote, _address) = (remote, remote.Serialize());
        }

        try
        {
            _socket.SendTo(bytes, SocketFlags.None, _address!);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Hands over what came, in order; false when nothing more waits.</summary>
    public bool Receive(TakeDatagram take)
    {
        for (var count = 0; count < MostAtOnce;)
        {
            var read = DatagramBatch.IsSupported ? DatagramBatch.Receive(_socket, take) : ReceiveOne(take) ? DatagramBatch.Size : 0;
            if (read < DatagramBatch.Size)
            {
                return false;
            }

            count += read;
        }

        return true;
    }

    public void Dispose() => _socket.Dispose();

    private bool ReceiveOne(TakeDatagram take)
    {
        try
        {
            EndPoint source = new IPEndPoint(_socket.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
            var count = _socket.ReceiveFrom(_buffer, SocketFlags.None, ref source);
            take(_buffer.AsSpan(0, count), (IPEndPoint)source, TimeSpan.Zero);
            return true;
        }
        catch (SocketException e)
        {
            // Too long for RTP, or gone away with a bad checksum: there may be more behind it.
            return e.SocketErrorCode != SocketError.WouldBlock;
        }
    }
}
