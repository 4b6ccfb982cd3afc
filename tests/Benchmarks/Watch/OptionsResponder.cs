using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TrunkBot.Benchmarks.Watch;

/// <summary>Answers OPTIONS with 200 on loopback, and keeps when each edge was asked.</summary>
internal sealed class OptionsResponder : IDisposable
{
    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly Lock _gate = new();
    private readonly Dictionary<string, DateTimeOffset> _last = new(StringComparer.Ordinal);

    public OptionsResponder() => _ = AnswerAsync();

    public int Port => ((IPEndPoint)_socket.Client.LocalEndPoint!).Port;

    public int Count { get; private set; }

    /// <summary>Between two OPTIONS to one edge, whichever trunk they were for.</summary>
    public TimeSpan ShortestGap { get; private set; } = TimeSpan.MaxValue;

    public void Dispose() => _socket.Dispose();

    private async Task AnswerAsync()
    {
        try
        {
            while (true)
            {
                var request = await _socket.ReceiveAsync();
                var lines = Encoding.ASCII.GetString(request.Buffer).Split("\r\n");
                Note(lines[0]);
                var kept = lines.Where(l => new[] { "Via:", "From:", "Call-ID:", "CSeq:" }.Any(h => l.StartsWith(h, StringComparison.OrdinalIgnoreCase)));
                var to = lines.First(l => l.StartsWith("To:", StringComparison.OrdinalIgnoreCase));
                var answer = $"SIP/2.0 200 OK\r\n{string.Join("\r\n", kept)}\r\n{to};tag=bench\r\nContent-Length: 0\r\n\r\n";
                await _socket.SendAsync(Encoding.ASCII.GetBytes(answer), request.RemoteEndPoint);
            }
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            // The benchmark is over.
        }
    }

    /// <param name="line">Such as <c>OPTIONS sip:customer-1.pstn.us1.twilio.com SIP/2.0</c>: the edge is what comes after the trunk's own name.</param>
    private void Note(string line)
    {
        var edge = line.Split(".pstn.", 2)[^1].Split(['.', ' ', ';'])[0];
        var now = TimeProvider.System.GetUtcNow();
        lock (_gate)
        {
            Count++;
            if (_last.TryGetValue(edge, out var last) && now - last < ShortestGap)
            {
                ShortestGap = now - last;
            }

            _last[edge] = now;
        }
    }
}
