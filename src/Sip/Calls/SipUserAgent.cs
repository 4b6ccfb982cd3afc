using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Transactions;
using TrunkBot.Sip.Transport;
using TrunkBot.Sip.Transport.Tls;

namespace TrunkBot.Sip;

/// <summary>
/// A SIP user agent for testing trunks: one transport (and TCP beside UDP, for requests that are too long for a datagram), one local port, any number of probes, registrations and calls at once.
/// What a peer or a user can cause is in the results; exceptions are for wrong use and for a port that cannot be bound.
/// </summary>
public sealed partial class SipUserAgent : IAsyncDisposable
{
    /// <summary>So often a pair of free ports is looked for, where any will do.</summary>
    private const int PortTrials = 16;

    private readonly SipTransport _transport;
    private readonly SipTransport? _stream;
    private readonly SipCore _core;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<Task, byte> _background = new();

    /// <summary>Those who take calls, whether theirs came or not, in the order in which they began to wait.</summary>
    private readonly List<IncomingCall> _waiting = [];
    private long _malformed;

    private SipUserAgent(SipTransport transport, SipTransport? stream, SipUserAgentOptions options)
    {
        _transport = transport;
        _stream = stream;
        _logger = options.Logger;
        _core = new SipCore(transport, stream, options);
        _core.Transactions.Traced = _core.Record;
        _core.Transactions.RequestReceived = OnRequest;
        _core.Transactions.AckReceived = OnAck;
        transport.Malformed = OnMalformed;
        if (stream is not null)
        {
            stream.Malformed = OnMalformed;
        }
    }

    /// <summary>The bound address and port.</summary>
    public IPEndPoint LocalEndPoint => _transport.LocalEndPoint;

    /// <summary>How many malformed messages were dropped.</summary>
    public long MalformedMessages => Interlocked.Read(ref _malformed);

    /// <summary>Binds the local port and starts to listen.</summary>
    /// <exception cref="SocketException">The address or port cannot be bound.</exception>
    public static Task<SipUserAgent> StartAsync(SipUserAgentOptions options, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var local = new IPEndPoint(options.LocalAddress, options.LocalPort);
        return Task.FromResult(options.Transport switch
        {
            SipTransportKind.Tls => Start(new TcpSipTransport(local, options.TimeProvider, options.ConnectTimeout, new TlsLayer(options.Tls, options.TimeProvider)), options),
            SipTransportKind.Tcp => Start(new TcpSipTransport(local, options.TimeProvider, options.ConnectTimeout), options),
            _ => StartUdp(local, options),
        });
    }

    internal static SipUserAgent Start(SipTransport transport, SipUserAgentOptions options, SipTransport? stream = null)
    {
        var agent = new SipUserAgent(transport, stream, options);
        transport.Start();
        stream?.Start();
        return agent;
    }

    /// <summary>UDP, and TCP on the same port: what answers a long request goes by TCP to the port of its Via. Where that port is given and TCP has it not, long requests go by UDP.</summary>
    private static SipUserAgent StartUdp(IPEndPoint local, SipUserAgentOptions options)
    {
        for (var trial = 1; ; trial++)
        {
            var udp = new UdpSipTransport(local);
            try
            {
                return Start(udp, options, new TcpSipTransport(new IPEndPoint(local.Address, udp.LocalEndPoint.Port), options.TimeProvider, options.ConnectTimeout));
            }
            catch (SocketException) when (local.Port == 0 && trial < PortTrials)
            {
                udp.Close();
            }
            catch (SocketException)
            {
                return Start(udp, options);
            }
        }
    }

    /// <summary>Asks a peer for a sign of life. Obey the peer's limit: Twilio bans who asks more often than once in 10 to 15 s.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public Task<OptionsResult> OptionsAsync(OptionsRequest request, CancellationToken ct) => OptionsProbe.RunAsync(_core, request, ct);

    /// <summary>Registers, renews or (with zero lifetime) takes back a registration at this agent's address.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public Task<RegisterResult> RegisterAsync(RegisterRequest request, CancellationToken ct) => Registration.RunAsync(_core, request, ct);

    /// <summary>
    /// Places a test call, sends the distinctive signal, listens, hangs up. Giving up is no exception here: the call is cancelled or
    /// hung up properly and what was measured is returned with <see cref="CallOutcome.Cancelled"/>.
    /// </summary>
    /// <exception cref="ArgumentException">No codec is offered.</exception>
    public async Task<CallResult> CallAsync(CallRequest request, CancellationToken ct)
    {
        if (request.Codecs.Count == 0)
        {
            throw new ArgumentException("A call offers at least one codec.", nameof(request));
        }

        await using var call = new OutgoingCall(_core, request, Keep);
        var result = await call.RunAsync(ct).ConfigureAwait(false);
        Log.CallEnded(_logger, call.CallId, result.Outcome, result.FinalStatus, result.Audio.Verdict);
        return result;
    }

    /// <summary>
    /// Takes the next call to this agent, from an allowed peer: rings, answers, sends the distinctive signal, listens, hangs up. Register first where calls come
    /// through a registrar. Several may wait at once; the one that waited longest gets the call. Giving up is no exception here either.
    /// </summary>
    /// <exception cref="ArgumentException">No codec is taken.</exception>
    public async Task<AnsweredCall> AnswerNextAsync(AnswerRequest request, CancellationToken ct)
    {
        if (request.Codecs.Count == 0)
        {
            throw new ArgumentException("A call takes at least one codec.", nameof(request));
        }

        await using var call = new IncomingCall(_core, request, Keep);
        lock (_waiting)
        {
            _waiting.Add(call);
        }

        try
        {
            var result = await call.RunAsync(ct).ConfigureAwait(false);
            Log.CallTaken(_logger, result.Call.Outcome, result.Call.Audio.Verdict);
            return result;
        }
        finally
        {
            lock (_waiting)
            {
                _waiting.Remove(call);
            }
        }
    }

    /// <summary>Ends all transactions at once and closes the port. Finish calls first: what still talks is not hung up.</summary>
    public async ValueTask DisposeAsync()
    {
        _core.Transactions.Dispose();
        await _transport.DisposeAsync().ConfigureAwait(false);
        if (_stream is not null)
        {
            await _stream.DisposeAsync().ConfigureAwait(false);
        }

        await Task.WhenAll(_background.Keys).ConfigureAwait(false);
        _core.Dispose();
    }

    private void OnRequest(ServerTransaction incoming)
    {
        var request = incoming.Request;
        if (request.To?.Tag is { } tag)
        {
            if (_core.Sessions.TryGetValue((request.CallId, tag), out var session))
            {
                session.Take(incoming);
                return;
            }

            incoming.Respond(481, "Call/Transaction Does Not Exist", SipCore.Token(8));
            return;
        }

        if (request.RequestUri?.StartsWith("sip:", StringComparison.OrdinalIgnoreCase) != true && request.RequestUri?.StartsWith("sips:", StringComparison.OrdinalIgnoreCase) != true)
        {
            incoming.Respond(416, "Unsupported URI Scheme", SipCore.Token(8));
            return;
        }

        IncomingCall[] waiting;
        lock (_waiting)
        {
            waiting = [.. _waiting];
        }

        if ((request.Method == "INVITE" && IsAllowed(incoming.Source) && waiting.Any(w => w.Offer(incoming)))
            || (request.Method == "CANCEL" && waiting.Any(w => w.Cancel(incoming))))
        {
            return;
        }

        var tagOfOurs = SipCore.Token(8);
        if (request.Method is "INVITE" or "OPTIONS" && Renegotiation.Refuse(incoming, tagOfOurs))
        {
            return;
        }

        var (status, reason) = request.Method switch
        {
            "OPTIONS" => (200, "OK"),
            "INVITE" => (480, "Temporarily Unavailable"),
            "CANCEL" or "BYE" => (481, "Call/Transaction Does Not Exist"),
            _ => (405, "Method Not Allowed"),
        };
        incoming.Respond(status, reason, tagOfOurs, h => h.Add("Allow", SipCore.Allow).Add("Supported", SipCore.Supported).Add("Accept", "application/sdp"));
    }

    private bool IsAllowed(IPEndPoint peer) => _core.Options.AllowedPeers is not { } allowed || allowed.Any(n => n.Contains(peer.Address));

    private void OnAck(SipMessage ack)
    {
        if (ack.To?.Tag is { } tag && _core.Sessions.TryGetValue((ack.CallId, tag), out var session))
        {
            session.TakeAck(ack);
        }
    }

    private void OnMalformed(SipParseError error, IPEndPoint source)
    {
        // One line for the first and then for every thousandth: a storm must not fill the log either.
        if (Interlocked.Increment(ref _malformed) % 1_000 == 1)
        {
            Log.Malformed(_logger, source, error.Code, error.Offset);
        }
    }

    private void Keep(Task task)
    {
        _background.TryAdd(task, 0);
        _ = task.ContinueWith(done => _background.TryRemove(done, out _), TaskScheduler.Default);
    }

    private static partial class Log
    {
        [LoggerMessage(5001, LogLevel.Information, "Test call {CallId} ended: {Outcome}, status {Status}, audio {Verdict}")]
        public static partial void CallEnded(ILogger logger, string callId, CallOutcome outcome, int? status, Audio.AudioVerdict verdict);

        [LoggerMessage(5003, LogLevel.Information, "A test call to us ended: {Outcome}, audio {Verdict}")]
        public static partial void CallTaken(ILogger logger, CallOutcome outcome, Audio.AudioVerdict verdict);

        [LoggerMessage(5002, LogLevel.Debug, "Dropped a malformed SIP message from {Source}: {Code} at byte {Offset}")]
        public static partial void Malformed(ILogger logger, IPEndPoint source, string code, int offset);
    }
}
