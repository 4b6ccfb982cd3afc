using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TrunkBot.Sip.Tests.Peers;

/// <summary>rtpengine, a real media relay, in its userspace mode, led by its control protocol (ng: bencoded dictionaries over UDP).</summary>
internal sealed class Rtpengine : IAsyncDisposable
{
    private readonly Peer _process;
    private readonly Socket _control = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private int _cookie;

    private Rtpengine(Peer process)
    {
        _process = process;
        _control.Connect(IPAddress.Loopback, process.Port);
    }

    /// <summary>Port of its control protocol.</summary>
    public int Port => _process.Port;

    public string Output => _process.Output;

    public static async Task<Rtpengine> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("rtpengine-").FullName;
        var port = Peer.FreePort();
        var media = Peer.FreePort();
        return new Rtpengine(await Peer.RtpengineAsync(folder, port, [
            "--config-file=none", "--foreground", "--log-stderr", "--log-level=6", "--table=-1", "--interface=127.0.0.1", $"--listen-ng=127.0.0.1:{port}",
            $"--port-min={media}", $"--port-max={Math.Min(media + 400, 65_000)}", $"--pidfile={folder}/pid", "--num-threads=1",
        ]));
    }

    /// <summary>Gives a session description of one side and gets that for the other.</summary>
    /// <param name="command"><c>offer</c> or <c>answer</c>.</param>
    /// <param name="protocol">Profile that the other side is to see, such as RTP/AVP.</param>
    public async Task<byte[]> DescribeAsync(string command, string callId, string fromTag, string? toTag, byte[] description, string protocol, CancellationToken ct)
    {
        var request = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["call-id"] = callId,
            ["command"] = command,
            ["from-tag"] = fromTag,
            ["ICE"] = "remove",
            ["sdp"] = Encoding.ASCII.GetString(description),
            ["transport-protocol"] = protocol,
        };
        if (toTag is not null)
        {
            request["to-tag"] = toTag;
        }

        var said = await AskAsync(request, ct);
        Assert.True(said.GetValueOrDefault("result") == "ok", $"rtpengine refused: {said.GetValueOrDefault("error-reason")}\n{Output}");
        return Encoding.ASCII.GetBytes(said["sdp"]);
    }

    public async ValueTask DisposeAsync()
    {
        _control.Dispose();
        await _process.DisposeAsync();
    }

    /// <summary>The strings of the answer, on its first level.</summary>
    private async Task<Dictionary<string, string>> AskAsync(IReadOnlyDictionary<string, string> request, CancellationToken ct)
    {
        var cookie = $"c{_cookie++}";
        var text = new StringBuilder(cookie).Append(" d");
        foreach (var (key, value) in request)
        {
            text.Append(CultureInfo.InvariantCulture, $"{key.Length}:{key}{value.Length}:{value}");
        }

        await _control.SendAsync(Encoding.ASCII.GetBytes(text.Append('e').ToString()), ct);
        var buffer = new byte[16_384];
        var count = await _control.ReceiveAsync(buffer, ct);
        var answer = Encoding.ASCII.GetString(buffer, 0, count);
        Assert.StartsWith($"{cookie} d", answer);
        var said = new Dictionary<string, string>();
        for (var at = cookie.Length + 2; answer[at] != 'e';)
        {
            var key = Read(answer, ref at);
            said[key] = Read(answer, ref at);
        }

        return said;
    }

    /// <summary>A string of the form LENGTH:TEXT.</summary>
    private static string Read(string text, ref int at)
    {
        var colon = text.IndexOf(':', at);
        var length = int.Parse(text.AsSpan(at, colon - at), CultureInfo.InvariantCulture);
        at = colon + 1 + length;
        return text.Substring(colon + 1, length);
    }
}
