using System.Net;
using System.Net.Sockets;

namespace TrunkBot.Sip.Media;

/// <summary>An even port for RTP and the odd one above it for RTCP (RFC 3550 11).</summary>
internal sealed record PortPair(MediaPort Rtp, MediaPort Rtcp) : IDisposable
{
    private const int Attempts = 50;

    /// <exception cref="SocketException">No pair is free at this address.</exception>
    public static PortPair Bind(IPAddress local)
    {
        for (var attempt = 0; ; attempt++)
        {
            var rtp = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            var rtcp = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            try
            {
                rtp.Bind(new IPEndPoint(local, 0));
                var port = ((IPEndPoint)rtp.LocalEndPoint!).Port;
                if (port % 2 == 0)
                {
                    rtcp.Bind(new IPEndPoint(local, port + 1));
                    return new PortPair(new MediaPort(rtp), new MediaPort(rtcp));
                }
            }
            catch (SocketException) when (attempt < Attempts)
            {
                // The odd port is taken: try another pair.
            }

            rtp.Dispose();
            rtcp.Dispose();
            if (attempt >= Attempts)
            {
                throw new SocketException((int)SocketError.AddressAlreadyInUse);
            }
        }
    }

    public void Dispose()
    {
        Rtp.Dispose();
        Rtcp.Dispose();
    }
}
