using System.Net;
using System.Net.Sockets;

namespace TrunkBot.Tests.Support;

/// <summary>Ports of loopback for programs that are to be started.</summary>
internal static class FreePorts
{
    /// <summary>A port that is free for UDP and TCP, below those that the kernel hands out by itself: nobody's connection takes it before the program has started.</summary>
    /// <param name="together">So many from it on are free; it is a multiple of that.</param>
    public static int Next(int together = 1)
    {
        while (true)
        {
            var port = Random.Shared.Next(20_000 / together, 32_000 / together) * together;
            if (Enumerable.Range(port, together).All(p => IsFree(p, SocketType.Dgram, ProtocolType.Udp) && IsFree(p, SocketType.Stream, ProtocolType.Tcp)))
            {
                return port;
            }
        }
    }

    private static bool IsFree(int port, SocketType type, ProtocolType protocol)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, type, protocol) { ExclusiveAddressUse = true };
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
