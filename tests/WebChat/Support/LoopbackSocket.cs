using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace TrunkBot.WebChat.Tests.Support;

/// <summary>A port that is taken before the server is built, so that its settings can name it and nobody else can have it. Kestrel borrows it; dispose after the server.</summary>
internal sealed class LoopbackSocket : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <param name="port">0 for any that is free.</param>
    public LoopbackSocket(int port = 0)
    {
        // SO_REUSEADDR by number: .NET's option of that name also shares the port, and this one is only about connections that linger.
        socket.SetRawSocketOption(1, 2, BitConverter.GetBytes(1));
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        Url = new($"http://localhost:{((IPEndPoint)socket.LocalEndPoint!).Port}/");
    }

    public Uri Url { get; }

    public void ListenIn(WebApplicationBuilder builder) =>
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenHandle((ulong)socket.Handle));

    public void Dispose() => socket.Dispose();
}
