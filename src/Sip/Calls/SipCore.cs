using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Transactions;
using TrunkBot.Sip.Transport;

namespace TrunkBot.Sip;

/// <summary>What the probe, the registration and the call share: addresses, request headers, traces, and requests without INVITE.</summary>
internal sealed class SipCore(SipTransport transport, SipUserAgentOptions options)
{
    private readonly ConcurrentDictionary<string, SipTrace> _traces = new();

    public SipTransactions Transactions { get; } = new(transport, options.Timers, options.TimeProvider);

    public SipUserAgentOptions Options => options;

    public TimeProvider Time => options.TimeProvider;

    public const string Allow = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO";

    public static string Token(int bytes) => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(bytes));

    /// <summary>Starts to collect the messages of a Call-ID.</summary>
    public SipTrace Trace(string callId) => _traces.GetOrAdd(callId, _ => new SipTrace(Time));

    public void EndTrace(string callId) => _traces.TryRemove(callId, out _);

    public void Record(SipMessage message, IPEndPoint peer, bool sent)
    {
        if (_traces.TryGetValue(message.CallId, out var trace))
        {
            trace.Add(message, peer, sent);
        }
    }

    /// <summary>The address for Contact and SDP toward a peer.</summary>
    public IPAddress ShownAddress(IPEndPoint remote) => options.AdvertisedAddress ?? transport.LocalAddressFor(remote.Address);

    public IPAddress LocalAddress(IPEndPoint remote) => transport.LocalAddressFor(remote.Address);

    public IPEndPoint LocalEndPoint(IPEndPoint remote) => new(LocalAddress(remote), transport.LocalEndPoint.Port);

    public string Contact(IPEndPoint remote, string? user) =>
        $"<sip:{(user is null ? "" : user + "@")}{new IPEndPoint(ShownAddress(remote), transport.LocalEndPoint.Port)}{(transport.IsReliable ? ";transport=tcp" : "")}>";

    /// <summary>The headers that every request has, with a fresh branch.</summary>
    public SipHeaders NewHeaders(IPEndPoint remote, string from, string to, string callId, uint cseq, string method)
    {
        var sentBy = new IPEndPoint(transport.LocalAddressFor(remote.Address), transport.LocalEndPoint.Port);
        return new SipHeaders()
            .Add("Via", $"SIP/2.0/{transport.Protocol} {sentBy};branch=z9hG4bK{Token(12)};rport")
            .Add("Max-Forwards", "70")
            .Add("From", from)
            .Add("To", to)
            .Add("Call-ID", callId)
            .Add("CSeq", $"{cseq} {method}")
            .Add("User-Agent", options.UserAgent);
    }

    /// <summary>The address of the next hop: the outbound proxy, or the host of the target by its A or AAAA records.</summary>
    public async Task<(IPEndPoint? Remote, SipFailure? Failure)> ResolveAsync(SipUri target, SipUri? proxy, CancellationToken ct)
    {
        var hop = proxy ?? target;
        if (hop.Secure || hop.Parameter("transport")?.Equals("tls", StringComparison.OrdinalIgnoreCase) == true)
        {
            return (null, new SipFailure("sip-tls-unsupported", "SIP over TLS is not available yet: use UDP or TCP for this test."));
        }

        var family = transport.LocalEndPoint.AddressFamily;
        IPAddress[] addresses;
        try
        {
            addresses = IPAddress.TryParse(hop.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(hop.Host, family, ct).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            addresses = [];
        }

        addresses = [.. addresses.Where(a => a.AddressFamily == family)];
        if (addresses.Length == 0)
        {
            return (null, new SipFailure("sip-name-not-found", $"No address was found for {hop.Host}: check the name and the DNS of the bot's machine."));
        }

        var allowed = options.AllowedPeers is null ? addresses[0] : addresses.FirstOrDefault(a => options.AllowedPeers.Any(n => n.Contains(a)));
        return allowed is null
            ? (null, new SipFailure("sip-peer-not-allowed", $"{hop.Host} is at {addresses[0]}, to which this site does not allow SIP: add its network to the allowed peers if it is right."))
            : (new IPEndPoint(allowed, hop.Port ?? 5060), null);
    }

    /// <summary>Waits for the final response to a request that is no INVITE.</summary>
    /// <returns>The final event, or null when the time limit came first.</returns>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<TransactionEvent?> FinalAsync(ClientTransaction transaction, TimeSpan? limit, CancellationToken ct)
    {
        using var clock = limit is null ? new CancellationTokenSource() : new CancellationTokenSource(limit.Value, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(clock.Token, ct);
        try
        {
            while (await transaction.Events.WaitToReadAsync(either.Token).ConfigureAwait(false))
            {
                while (transaction.Events.TryRead(out var what))
                {
                    if (what is not ResponseReceived { Response.StatusCode: < 200 })
                    {
                        return what;
                    }
                }
            }

            return null;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            transaction.Dispose();
            return null;
        }
        catch (OperationCanceledException)
        {
            transaction.Dispose();
            throw;
        }
    }

    public static SipFailure Failure(TransactionEvent? what, IPEndPoint remote) => what is TransactionFailed failed
        ? TransportRefused(failed.Error, remote)
        : new SipFailure("sip-timeout", $"No answer from {remote}: check that it is up, that the address is right, and that it lets this bot's address in.");

    public static SipFailure TransportRefused(Exception error, IPEndPoint remote) =>
        new("sip-transport-error", $"{remote} could not be reached ({(error as SocketException)?.SocketErrorCode.ToString() ?? error.GetType().Name}): check the address, the port and the route.");
}
