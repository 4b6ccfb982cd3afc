using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace TrunkBot.WebChat.Tests.Support;

/// <summary>A port that is taken before the server is built, so that its settings can name it and nobody else can have it.</summary>
#pragma warning disable CA1001 // Kestrel owns the handle and closes it.
internal sealed class LoopbackSocket
#pragma warning restore CA1001
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public LoopbackSocket() => socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public Uri Url => new($"http://localhost:{((IPEndPoint)socket.LocalEndPoint!).Port}/");

    public void ListenIn(WebApplicationBuilder builder) =>
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenHandle((ulong)socket.Handle));
}
