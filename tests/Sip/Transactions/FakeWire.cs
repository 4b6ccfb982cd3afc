using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Transport;

namespace TrunkBot.Sip.Tests.Transactions;

/// <summary>A transport whose far end is the test.</summary>
internal sealed class FakeWire(bool reliable = false) : SipTransport
{
    public static readonly IPEndPoint Peer = new(IPAddress.Loopback, 5090);

    public static readonly SipHop Hop = new(Peer, "127.0.0.1");

    private readonly Channel<SipMessage> _sent = Channel.CreateUnbounded<SipMessage>();

    public override string Protocol => reliable ? "TCP" : "UDP";

    public override bool IsReliable => reliable;

    public override IPEndPoint LocalEndPoint { get; } = new(IPAddress.Loopback, 5099);

    public bool Refuse { get; set; }

    public IPEndPoint? LastTarget { get; private set; }

    public override void Start()
    {
    }

    public override ValueTask SendAsync(SipMessage message, SipHop hop, CancellationToken ct)
    {
        if (Refuse)
        {
            throw new SocketException((int)SocketError.ConnectionRefused);
        }

        LastTarget = hop.EndPoint;
        _sent.Writer.TryWrite(message);
        return ValueTask.CompletedTask;
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>How many messages were sent since last asked.</summary>
    public int SentCount()
    {
        var count = 0;
        while (_sent.Reader.TryRead(out _))
        {
            count++;
        }

        return count;
    }

    /// <summary>The next message that was sent, of that method.</summary>
    public async Task<SipMessage> NextAsync(string method)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        var message = await _sent.Reader.ReadAsync(limit.Token);
        Assert.Equal(method, message.Method ?? message.StatusCode.ToString());
        return message;
    }

    public void Deliver(SipMessage message) => Deliver(message.ToBytes());

    public void Deliver(ReadOnlySpan<byte> datagram) => Deliver(datagram, Peer);

    /// <summary>The status of the response that was sent, or null when nothing was.</summary>
    public int? SentStatus()
    {
        int? status = null;
        while (_sent.Reader.TryRead(out var message))
        {
            status ??= message.StatusCode;
        }

        return status;
    }

    /// <summary>Answers a request that was sent.</summary>
    public void Answer(SipMessage request, int status, string reason = "Reason", string tag = "far", Action<SipHeaders>? more = null, string? sdp = null)
    {
        var headers = new SipHeaders().Add("Via", request.Headers["Via"]!).Add("From", request.Headers["From"]!);
        headers.Add("To", request.To!.Tag is null && status > 100 ? $"{request.Headers["To"]};tag={tag}" : request.Headers["To"]!)
            .Add("Call-ID", request.CallId).Add("CSeq", request.Headers["CSeq"]!);
        more?.Invoke(headers);
        if (sdp is not null)
        {
            headers.Add("Content-Type", "application/sdp");
        }

        Deliver(SipMessage.Response(status, reason, headers, sdp is null ? null : Messages.Wire.Bytes(sdp)));
    }

    public static SipMessage Request(string method, string branch = "z9hG4bK1", string? toTag = null, string via = "127.0.0.1:5090", string callId = "c1", uint cseq = 1, string fromTag = "far") =>
        SipMessage.Request(method, "sip:us@127.0.0.1:5099", new SipHeaders()
            .Add("Via", $"SIP/2.0/UDP {via};branch={branch}").Add("Max-Forwards", "70").Add("From", $"<sip:far@127.0.0.1>;tag={fromTag}")
            .Add("To", toTag is null ? "<sip:us@127.0.0.1>" : $"<sip:us@127.0.0.1>;tag={toTag}").Add("Call-ID", callId).Add("CSeq", $"{cseq} {method}"));
}
