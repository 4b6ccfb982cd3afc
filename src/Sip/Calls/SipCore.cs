using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using TrunkBot.Sip.Location;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Transactions;
using TrunkBot.Sip.Transport;
using TrunkBot.Sip.Transport.Tls;

namespace TrunkBot.Sip;

/// <summary>What the probe, the registration and the call share: addresses, request headers, traces, and requests without INVITE.</summary>
internal sealed class SipCore(SipTransport transport, SipTransport? stream, SipUserAgentOptions options) : IDisposable
{
    [ThreadStatic]
    private static byte[]? _drawn;

    [ThreadStatic]
    private static int _drawnLeft;

    private readonly ConcurrentDictionary<string, SipTrace> _traces = new();
    private readonly HepMirror? _mirror = options.HepCollector is { } collector ? new HepMirror(collector) : null;
    private readonly ServerLocator _locator = new(transport.Protocol, transport.LocalEndPoint.AddressFamily, options.Names, options.AllowedPeers);

    public SipTransactions Transactions { get; } = new(transport, options.Timers, options.TimeProvider, stream);

    public SipUserAgentOptions Options => options;

    public TimeProvider Time => options.TimeProvider;

    public const string Allow = "INVITE, ACK, CANCEL, BYE, OPTIONS, PRACK, UPDATE, INFO";

    public const string Supported = "100rel, timer";

    /// <summary>The option tags of <see cref="Supported"/>, one by one.</summary>
    public static readonly IReadOnlyList<string> SupportedOptions = ["100rel", "timer"];

    /// <summary>The calls that stand or are being set up, by Call-ID and our tag.</summary>
    public ConcurrentDictionary<(string CallId, string LocalTag), CallSession> Sessions { get; } = new();

    /// <summary>Random bytes in hexadecimal, which nobody can guess: of tags and branches much depends (RFC 3261 19.3).</summary>
    public static string Token(int bytes)
    {
        // Many are drawn at once: the generator takes longer to be asked than to answer.
        if (_drawnLeft < bytes)
        {
            RandomNumberGenerator.Fill(_drawn ??= new byte[1_024]);
            _drawnLeft = _drawn.Length;
        }

        _drawnLeft -= bytes;
        return Convert.ToHexStringLower(_drawn.AsSpan(_drawnLeft, bytes));
    }

    /// <summary>Starts to collect the messages of a Call-ID.</summary>
    public SipTrace Trace(string callId) => _traces.GetOrAdd(callId, _ => new SipTrace(Time));

    public void EndTrace(string callId) => _traces.TryRemove(callId, out _);

    public void Record(SipMessage message, IPEndPoint peer, bool sent)
    {
        if (_traces.TryGetValue(message.CallId, out var trace))
        {
            trace.Add(message, peer, sent);
        }

        if (_mirror is not null)
        {
            var local = ShownAs(peer);
            _mirror.Send(message, Time.GetUtcNow(), sent ? local : peer, sent ? peer : local, message.TopVia?.Transport ?? transport.Protocol);
        }
    }

    /// <summary>Our end as the collector is to see it; the bound address where there is no route to the peer.</summary>
    private IPEndPoint ShownAs(IPEndPoint peer)
    {
        try
        {
            return LocalEndPoint(peer);
        }
        catch (SocketException)
        {
            return transport.LocalEndPoint;
        }
    }

    public void Dispose() => _mirror?.Dispose();

    /// <summary>The address for Contact and SDP toward a peer.</summary>
    public IPAddress ShownAddress(IPEndPoint remote) => options.AdvertisedAddress ?? transport.LocalAddressFor(remote.Address);

    /// <summary>The same as the host of a URI: an IPv6 address in brackets.</summary>
    public string ShownHost(IPEndPoint remote) => ShownAddress(remote) is { AddressFamily: AddressFamily.InterNetworkV6 } six ? $"[{six}]" : ShownAddress(remote).ToString();

    public IPAddress LocalAddress(IPEndPoint remote) => transport.LocalAddressFor(remote.Address);

    public IPEndPoint LocalEndPoint(IPEndPoint remote) => new(LocalAddress(remote), transport.LocalEndPoint.Port);

    public string Contact(IPEndPoint remote, string? user) =>
        $"<sip:{(user is null ? "" : user + "@")}{new IPEndPoint(ShownAddress(remote), transport.LocalEndPoint.Port)}{(transport.IsReliable ? $";transport={transport.Protocol.ToLowerInvariant()}" : "")}>";

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

    /// <summary>The servers for a request, or why there is none.</summary>
    public Task<(Targets? Targets, SipFailure? Failure)> LocateAsync(SipUri target, SipUri? proxy, CancellationToken ct) => _locator.LocateAsync(proxy ?? target, null, ct);

    /// <summary>The server for a request within a dialog. An address names nobody: there the certificate has to name whom the dialog was set up with.</summary>
    public async Task<SipHop?> LocateWithinAsync(SipUri uri, string? domain, CancellationToken ct) =>
        (await _locator.LocateAsync(uri, domain, ct).ConfigureAwait(false)).Targets?.Current is not { } hop ? null
        : hop with { ByTcp = stream is not null && uri.Parameter("transport")?.Equals("tcp", StringComparison.OrdinalIgnoreCase) == true };

    /// <summary>What the TLS peer at an address showed; null without TLS.</summary>
    public SipTlsPeer? TlsPeer(IPEndPoint remote) => transport.TlsPeer(remote);

    /// <summary>Sends a request that is no INVITE to one server after the other until one answers.</summary>
    /// <param name="build">The request for a server, with a fresh branch.</param>
    /// <param name="limit">For all of them together; null waits for timer F at each.</param>
    /// <returns>What came of it, with the transaction; null for what when the time limit came first.</returns>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<Exchange> SendAsync(Targets targets, Func<SipHop, SipMessage> build, TimeSpan? limit, CancellationToken ct)
    {
        var began = Time.GetTimestamp();
        while (true)
        {
            var exchange = await OnceAsync(targets.Current, build, limit - Time.GetElapsedTime(began), ct).ConfigureAwait(false);
            if (!targets.MoveOn(exchange.What))
            {
                return exchange;
            }
        }
    }

    private async Task<Exchange> OnceAsync(SipHop hop, Func<SipHop, SipMessage> build, TimeSpan? limit, CancellationToken ct)
    {
        if (limit <= TimeSpan.Zero)
        {
            return new Exchange(hop, Time.GetTimestamp(), null);
        }

        SipMessage request;
        try
        {
            request = build(hop);
        }
        catch (SocketException e)
        {
            // No route: there is no address of ours to put into Via.
            return new Exchange(hop, Time.GetTimestamp(), new TransactionFailed(e, Time.GetTimestamp()));
        }

        var transaction = Transactions.Begin(request, hop);
        return new Exchange(hop, transaction.StartedAt, await FinalAsync(transaction, limit, ct).ConfigureAwait(false));
    }

    /// <summary>Waits for the final response to a request that is no INVITE.</summary>
    /// <returns>The final event, or null when the time limit came first.</returns>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<TransactionEvent?> FinalAsync(ClientTransaction transaction, TimeSpan? limit, CancellationToken ct)
    {
        using var clock = limit is null ? new CancellationTokenSource() : new CancellationTokenSource(limit.Value, Time);
        using var either = ct.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(clock.Token, ct) : null;
        try
        {
            while (await transaction.Events.WaitToReadAsync((either ?? clock).Token).ConfigureAwait(false))
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

    public static SipFailure TransportRefused(Exception error, IPEndPoint remote) => error is SipTlsException tls ? tls.Failure :
        new("sip-transport-error", $"{remote} could not be reached ({(error as SocketException ?? error.InnerException as SocketException)?.SocketErrorCode.ToString() ?? error.GetType().Name}): check the address, the port and the route.");
}

/// <summary>One request and what came of it.</summary>
/// <param name="StartedAt">When it was first sent.</param>
/// <param name="What">Null when the time limit came first.</param>
internal sealed record Exchange(SipHop Hop, long StartedAt, TransactionEvent? What);
