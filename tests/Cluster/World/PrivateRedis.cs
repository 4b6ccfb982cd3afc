using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace TrunkBot.Cluster.Tests.World;

/// <summary>A Redis of the test's own, from Debian's redis-server, that keeps nothing on the disk.</summary>
internal sealed class PrivateRedis : IAsyncDisposable
{
    private readonly Process _server;
    private readonly Task _log;

    private PrivateRedis(Process server, Task log, int port, string password) => (_server, _log, Port, Password) = (server, log, port, password);

    public int Port { get; }

    public string Password { get; }

    public static async Task<PrivateRedis> StartAsync(string addresses = "127.0.0.1")
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        var password = RandomNumberGenerator.GetHexString(24);
        var start = new ProcessStartInfo("redis-server", ["-"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        var server = Process.Start(start)!;
        await server.StandardInput.WriteAsync($"port {port}\nbind {addresses}\nprotected-mode no\nsave \"\"\nappendonly no\nrequirepass {password}\n");
        server.StandardInput.Close();
        while (await server.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Contains("Ready to accept connections", StringComparison.Ordinal))
            {
                return new PrivateRedis(server, server.StandardOutput.ReadToEndAsync(), port, password);
            }
        }

        throw new InvalidOperationException("redis-server did not start.");
    }

    public async ValueTask DisposeAsync()
    {
        _server.Kill();
        await _server.WaitForExitAsync();
        await _log;
        _server.Dispose();
    }
}
