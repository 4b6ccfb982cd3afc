using Renci.SshNet;

namespace TrunkBot.Perimeta.Session;

/// <summary>
/// The way through a jump host: a port of this machine's loopback that leads to the device by a direct-tcpip channel (RFC 4254,
/// section 7.2). The device's own host key is judged at its far end, so the jump host can't stand in for the device.
/// </summary>
internal sealed class JumpWay : IDisposable
{
    private readonly SshClient _client;
    private readonly ForwardedPortLocal _port;
    private volatile string? _refusal;

    private JumpWay(SshClient client, SshHop device)
    {
        _client = client;
        _port = new ForwardedPortLocal("127.0.0.1", 0, device.Host, (uint)device.Port);
        _port.Exception += (_, happened) => _refusal = happened.Exception.Message;
    }

    public string Host => _port.BoundHost;

    public int Port => (int)_port.BoundPort;

    public string Through => _client.ConnectionInfo.Host;

    /// <summary>What the jump host said when it did not connect to the device; null when it did.</summary>
    public string? Refusal => _refusal;

    /// <param name="client">Is owned from now on.</param>
    public static JumpWay Begin(SshClient client, SshHop device)
    {
        var way = new JumpWay(client, device);
        client.AddForwardedPort(way._port);
        way._port.Start();
        return way;
    }

    public void Dispose()
    {
        _port.Dispose();
        _client.Dispose();
    }
}
