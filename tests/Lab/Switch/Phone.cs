using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace TrunkBot.Lab.Tests.Switch;

/// <summary>A bare SIP phone over UDP that sends exactly what a test writes.</summary>
internal sealed partial class Phone : IDisposable
{
    /// <summary>Ends a test that hangs; no test waits for it to pass.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly int switchPort;
    private int number;

    public Phone(int switchPort)
    {
        this.switchPort = switchPort;
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Sound.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    }

    public const string User = "3035550100";

    public const string Password = "lab-Password-1";

    public string CallId { get; set; } = Guid.NewGuid().ToString("N");

    public Socket Sound { get; } = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    public int Port => ((IPEndPoint)socket.LocalEndPoint!).Port;

    public string Offer(string formats = "0 8", string profile = "RTP/AVP") =>
        $"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {((IPEndPoint)Sound.LocalEndPoint!).Port} {profile} {formats}\r\n";

    /// <summary>A request in a transaction of its own, or in that of <paramref name="branch"/>.</summary>
    public string Request(string method, string uri, int sequence, string? branch = null, string? toTag = null, string body = "", string user = User, params string[] more)
    {
        var to = method == "REGISTER" ? $"sip:{user}@127.0.0.1" : uri;
        var type = body.Length > 0 ? "Content-Type: application/sdp\r\n" : "";
        var extra = string.Concat(more.Select(line => line + "\r\n"));
        return $"{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{Port};rport;branch={branch ?? NewBranch()}\r\nMax-Forwards: 70\r\n"
            + $"From: <sip:{user}@127.0.0.1>;tag=phone\r\nTo: <{to}>{(toTag is null ? "" : ";tag=" + toTag)}\r\nCall-ID: {CallId}\r\nCSeq: {sequence} {method}\r\n"
            + $"Contact: <sip:{user}@127.0.0.1:{Port}>\r\n{extra}{type}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";
    }

    public string NewBranch() => $"z9hG4bK{CallId}{++number}";

    public Task Send(string text) => Send(Encoding.UTF8.GetBytes(text));

    public async Task Send(byte[] bytes) => await socket.SendToAsync(bytes, new IPEndPoint(IPAddress.Loopback, switchPort));

    public async Task<string> Receive()
    {
        using var patience = new CancellationTokenSource(Patience);
        var buffer = new byte[65536];
        var read = await socket.ReceiveAsync(buffer, patience.Token);
        return Encoding.UTF8.GetString(buffer, 0, read);
    }

    /// <summary>Passes over everything up to the message that begins so.</summary>
    public async Task<string> ReceiveUntil(string start)
    {
        while (true)
        {
            var message = await Receive();
            if (message.StartsWith(start, StringComparison.Ordinal))
            {
                return message;
            }
        }
    }

    /// <summary>REGISTER, challenge, REGISTER with login.</summary>
    public async Task Register(string lifetime = "600")
    {
        var uri = "sip:127.0.0.1";
        await Send(Request("REGISTER", uri, 1, more: $"Expires: {lifetime}"));
        var challenge = await ReceiveUntil("SIP/2.0 401");
        await Send(Request("REGISTER", uri, 2, more: [$"Expires: {lifetime}", "Authorization: " + Login(challenge, "REGISTER", uri)]));
        await ReceiveUntil("SIP/2.0 200");
    }

    /// <summary>INVITE, challenge, ACK, INVITE with login.</summary>
    /// <returns>The branch of the INVITE that counts.</returns>
    public async Task<string> Invite(string dialed = "16504894546", string? body = null)
    {
        var uri = $"sip:{dialed}@127.0.0.1";
        var first = NewBranch();
        await Send(Request("INVITE", uri, 1, first, body: body ?? Offer()));
        var challenge = await ReceiveUntil("SIP/2.0 407");
        await Send(Request("ACK", uri, 1, first, Tag(challenge)));
        var second = NewBranch();
        await Send(Request("INVITE", uri, 2, second, body: body ?? Offer(), more: "Proxy-Authorization: " + Login(challenge, "INVITE", uri)));
        return second;
    }

    public static string Login(string challenge, string method, string uri, string user = User, string password = Password, string count = "00000001")
    {
        var realm = Quoted(challenge, "realm");
        var nonce = Quoted(challenge, "nonce");
        var response = Hash($"{Hash($"{user}:{realm}:{password}")}:{nonce}:{count}:abc:auth:{Hash($"{method}:{uri}")}");
        return $"Digest username=\"{user}\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"{uri}\", response=\"{response}\", algorithm=MD5, cnonce=\"abc\", qop=auth, nc={count}";
    }

    public static string Header(string message, string name) =>
        message.Split("\r\n").FirstOrDefault(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))?[(name.Length + 2)..] ?? "";

    public static string Tag(string message) => Header(message, "To").Split(";tag=")[1];

    public static int SoundPort(string message) => int.Parse(SoundLine().Match(message).Groups[1].Value);

    public void Dispose()
    {
        socket.Dispose();
        Sound.Dispose();
    }

    private static string Quoted(string message, string name) => Regex.Match(message, name + "=\"([^\"]*)\"").Groups[1].Value;

    private static string Hash(string text)
    {
#pragma warning disable CA5351 // SIP's digest is MD5.
        return Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351
    }

    [GeneratedRegex("m=audio ([0-9]+) ")]
    private static partial Regex SoundLine();
}
