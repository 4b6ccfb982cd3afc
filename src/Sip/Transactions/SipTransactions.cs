using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Transport;

namespace TrunkBot.Sip.Transactions;

/// <summary>
/// The transaction layer over one transport, and over TCP beside UDP for requests that are too long for a datagram: matches responses to requests by branch and method (RFC 3261 17.1.3) and
/// repeated requests to their transaction (17.2.3); hands new requests and ACKs upwards.
/// </summary>
internal sealed class SipTransactions : IDisposable
{
    /// <summary>Requests of strangers beyond this are dropped without answer: a flood must not fill the memory.</summary>
    private const int MaxServerTransactions = 2_000;

    /// <summary>Longest request over UDP where the path's MTU is not known (RFC 3261 18.1.1), in bytes.</summary>
    public const int LongestDatagram = 1_300;

    private readonly SipTransport _transport;
    private readonly SipTransport? _stream;

    /// <summary>Peers that took no connection: their requests go in datagrams, however long.</summary>
    private readonly ConcurrentDictionary<IPEndPoint, bool> _datagramsOnly = new();
    private readonly SipTimers _timers;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<(string Branch, string Method), ClientTransaction> _clients = new();
    private readonly ConcurrentDictionary<(string Branch, string SentBy, string Method), ServerTransaction> _servers = new();

    /// <summary>What each open request outside of a dialog is about, however it came here.</summary>
    private readonly ConcurrentDictionary<(string CallId, string FromTag, uint CSeq, string Method), ServerTransaction> _asked = new();

    /// <param name="stream">TCP on the same port, for requests that are too long for <paramref name="transport"/>; null: they go by that all the same.</param>
    public SipTransactions(SipTransport transport, SipTimers timers, TimeProvider time, SipTransport? stream = null)
    {
        _transport = transport;
        _stream = stream;
        _timers = timers;
        _time = time;
        Listen(transport);
        if (stream is not null)
        {
            Listen(stream);
        }
    }

    /// <summary>Takes each new request other than ACK.</summary>
    public Action<ServerTransaction>? RequestReceived { get; set; }

    /// <summary>Takes each ACK that belongs to no failed INVITE: the ACK of a 2xx.</summary>
    public Action<SipMessage>? AckReceived { get; set; }

    /// <summary>Sees every message, with its peer and true when it was sent by us.</summary>
    public Action<SipMessage, IPEndPoint, bool>? Traced { get; set; }

    /// <summary>Starts a client transaction for a request whose top Via has a fresh branch.</summary>
    public ClientTransaction Begin(SipMessage request, SipHop hop)
    {
        (SipMessage, SipHop, SipTransport)? otherwise = null;
        if (IsTooLong(request, hop))
        {
            otherwise = (request, hop, _transport);
            hop = hop with { ByTcp = true };
        }

        var transport = hop.ByTcp && _stream is not null ? _stream : _transport;
        request = transport == _transport ? request : request.By(transport.Protocol);
        var key = (request.TopVia?.Branch ?? throw new ArgumentException("A request needs a Via with a branch.", nameof(request)), request.Method!);
        void Remove() => _clients.TryRemove(key, out _);
        void Refused() => _datagramsOnly[hop.EndPoint] = true;
        void Trace(SipMessage message) => Traced?.Invoke(message, hop.EndPoint, true);
        ClientTransaction transaction = request.Method == "INVITE"
            ? new InviteClientTransaction(request, hop, transport, _timers, _time) { Terminated = Remove, Sent = Trace, Otherwise = otherwise, Refused = Refused }
            : new NonInviteClientTransaction(request, hop, transport, _timers, _time) { Terminated = Remove, Sent = Trace, Otherwise = otherwise, Refused = Refused };
        _clients[key] = transaction;
        transaction.Start();
        return transaction;
    }

    /// <summary>Sends a message that belongs to no transaction: the ACK of a 2xx.</summary>
    public async Task SendAsync(SipMessage message, SipHop hop)
    {
        try
        {
            if (_stream is not null && (hop.ByTcp || IsTooLong(message, hop)))
            {
                try
                {
                    await SendAsync(message.By(_stream.Protocol), hop, _stream).ConfigureAwait(false);
                    return;
                }
                catch (SocketException) when (!hop.ByTcp)
                {
                    _datagramsOnly[hop.EndPoint] = true;
                }
            }

            await SendAsync(message, hop, _transport).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The far end repeats its 2xx and gets another ACK.
        }
    }

    public void Dispose()
    {
        foreach (var client in _clients.Values)
        {
            client.Dispose();
        }

        foreach (var server in _servers.Values)
        {
            server.Dispose();
        }
    }

    private async Task SendAsync(SipMessage message, SipHop hop, SipTransport transport)
    {
        Traced?.Invoke(message, hop.EndPoint, true);
        await transport.SendAsync(message, hop, CancellationToken.None).ConfigureAwait(false);
    }

    private bool IsTooLong(SipMessage request, SipHop hop) => _stream is not null && !hop.ByTcp && request.Length > LongestDatagram && !_datagramsOnly.ContainsKey(hop.EndPoint);

    private void Listen(SipTransport transport)
    {
        transport.Received = (message, source) => OnReceived(message, source, transport);
        transport.Broken = (peer, error) => OnBroken(peer, error, transport);
    }

    private void OnBroken(IPEndPoint peer, Exception error, SipTransport transport)
    {
        foreach (var client in _clients.Values.Where(c => c.Transport == transport && c.Hop.EndPoint.Equals(peer)))
        {
            client.Fail(error);
        }
    }

    private void OnReceived(SipMessage message, IPEndPoint source, SipTransport transport)
    {
        Traced?.Invoke(message, source, false);
        if (message.IsRequest)
        {
            OnRequest(message, source, transport);
        }
        else if (message.TopVia?.Branch is { } branch && _clients.TryGetValue((branch, message.CSeqMethod), out var client))
        {
            client.Receive(message, source);
        }
    }

    private void OnRequest(SipMessage request, IPEndPoint source, SipTransport transport)
    {
        var via = request.TopVia!;
        var isAck = request.Method == "ACK";

        // A peer of RFC 2543 sends no branch that says anything; its Call-ID and CSeq number tell its requests apart well enough.
        var key = (via.TransactionBranch ?? $"{request.CallId} {request.CSeqNumber}", $"{via.Host}:{via.Port}", isAck ? "INVITE" : request.Method!);
        if (_servers.TryGetValue(key, out var known))
        {
            if (isAck)
            {
                known.Acknowledge();
                if (known.Accepted)
                {
                    // Against the RFC on the branch of its INVITE; its body is for the call all the same.
                    AckReceived?.Invoke(request);
                }
            }
            else
            {
                known.Repeat();
            }

            return;
        }

        if (isAck)
        {
            AckReceived?.Invoke(request);
            return;
        }

        if (_servers.Count >= MaxServerTransactions)
        {
            return;
        }

        var transaction = new ServerTransaction(request, source, transport, _timers, _time)
        {
            Terminated = () => _servers.TryRemove(key, out _),
            Sent = message => Traced?.Invoke(message, source, true),
        };
        if (!_servers.TryAdd(key, transaction))
        {
            return;
        }

        // The same request by another way, forked behind our back: only the first is answered for what it asks (RFC 3261 8.2.2.2).
        if (request is { Method: not "CANCEL", To.Tag: null, From.Tag: { } tag, CSeqNumber: { } cseq })
        {
            var about = (request.CallId, tag, cseq, request.Method!);
            if (!_asked.TryAdd(about, transaction))
            {
                transaction.Respond(482, "Loop Detected", SipCore.Token(8));
                return;
            }

            transaction.Terminated += () => _asked.TryRemove(about, out _);
        }

        RequestReceived?.Invoke(transaction);
    }
}
