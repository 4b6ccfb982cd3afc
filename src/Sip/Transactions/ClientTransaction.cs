using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Transport;

namespace TrunkBot.Sip.Transactions;

/// <summary>What both client transactions of RFC 3261 17.1 share: one request, its peer, its timers, and the events for the layer above.</summary>
internal abstract class ClientTransaction(SipMessage request, SipHop hop, SipTransport transport, SipTimers timers, TimeProvider time) : IDisposable
{
    private SipMessage _request = request;
    private SipHop _hop = hop;
    private SipTransport _transport = transport;
    private readonly Channel<TransactionEvent> _events = Channel.CreateUnbounded<TransactionEvent>(new UnboundedChannelOptions { SingleReader = true });
    private readonly List<ITimer> _timers = [];
    private bool _ended;

    /// <summary>As it was sent: its top Via names the transport.</summary>
    public SipMessage Request => _request;

    public SipHop Hop => _hop;

    /// <summary>When the request was first sent.</summary>
    public long StartedAt { get; private set; }

    /// <summary>What happened, in order; completed when the transaction has terminated.</summary>
    public ChannelReader<TransactionEvent> Events => _events.Reader;

    /// <summary>Called once, when the transaction has terminated.</summary>
    public Action? Terminated { get; init; }

    /// <summary>
    /// The same request by the transport for which it is too long, which carries it where no connection comes about (RFC 3261 18.1.1); null: a
    /// connection that fails is a failure.
    /// </summary>
    public (SipMessage Request, SipHop Hop, SipTransport Transport)? Otherwise { get; init; }

    /// <summary>Called when <see cref="Otherwise"/> is taken.</summary>
    public Action? Refused { get; init; }

    /// <summary>Called for each message put on the wire.</summary>
    public Action<SipMessage>? Sent { get; init; }

    protected Lock Gate { get; } = new();

    /// <summary>What carries it.</summary>
    public SipTransport Transport => _transport;

    protected SipTimers Timers => timers;

    protected TimeProvider Time => time;

    public void Start()
    {
        lock (Gate)
        {
            StartedAt = time.GetTimestamp();
            Send(_request);
            OnStarted();
        }
    }

    public void Receive(SipMessage response, IPEndPoint source)
    {
        lock (Gate)
        {
            if (!_ended)
            {
                OnResponse(response, source);
            }
        }
    }

    /// <summary>The transport refused the request, or the connection broke on which the answer was to come.</summary>
    public void Fail(Exception error)
    {
        lock (Gate)
        {
            if (_ended)
            {
                return;
            }

            // Only connecting ends with this exception; what breaks later may have been received.
            if (Otherwise is { } other && other.Transport != _transport && error is SocketException)
            {
                StopTimers();
                Refused?.Invoke();
                (_request, _hop, _transport) = other;
                Send(_request);
                OnStarted();
                return;
            }

            Report(new TransactionFailed(error, time.GetTimestamp()));
            End();
        }
    }

    public void Dispose()
    {
        lock (Gate)
        {
            End();
        }
    }

    protected abstract void OnStarted();

    protected abstract void OnResponse(SipMessage response, IPEndPoint source);

    protected void Report(TransactionEvent what) => _events.Writer.TryWrite(what);

    /// <summary>Starts a timer that runs its action under the gate, unless the transaction has ended.</summary>
    protected ITimer After(TimeSpan due, Action action)
    {
        var timer = time.CreateTimer(
            _ =>
            {
                lock (Gate)
                {
                    if (!_ended)
                    {
                        action();
                    }
                }
            },
            null,
            due,
            Timeout.InfiniteTimeSpan);
        _timers.Add(timer);
        return timer;
    }

    protected void Send(SipMessage message)
    {
        Sent?.Invoke(message);
        _ = SendAndWatchAsync(message);
    }

    protected void TimeOut()
    {
        Report(new TransactionTimedOut(time.GetTimestamp()));
        End();
    }

    protected void End()
    {
        if (_ended)
        {
            return;
        }

        _ended = true;
        StopTimers();
        _events.Writer.TryComplete();
        Terminated?.Invoke();
    }

    private void StopTimers()
    {
        foreach (var timer in _timers)
        {
            timer.Dispose();
        }

        _timers.Clear();
    }

    private async Task SendAndWatchAsync(SipMessage message)
    {
        try
        {
            await _transport.SendAsync(message, _hop, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            Fail(e);
        }
    }
}
