using System.Net;
using System.Net.Sockets;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Transport;

namespace TrunkBot.Sip.Transactions;

/// <summary>
/// The server side of RFC 3261 17.2: answers a repeated request with the same response. Timer J ends it; of an INVITE,
/// G repeats a final response until its ACK, H gives up and I absorbs late ACKs. A 2xx to INVITE is repeated here too (13.3.1.4).
/// </summary>
internal sealed class ServerTransaction(SipMessage request, IPEndPoint source, SipTransport transport, SipTimers timers, TimeProvider time) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<ITimer> _timers = [];
    private SipMessage? _last;
    private TimeSpan _interval;
    private bool _acked;
    private bool _ended;

    public SipMessage Request => request;

    public IPEndPoint Source => source;

    public Action? Terminated { get; set; }

    public Action<SipMessage>? Sent { get; init; }

    /// <summary>Status of the final response that was given, or null.</summary>
    public int? FinalStatus => _last?.StatusCode >= 200 ? _last.StatusCode : null;

    /// <summary>True once it was answered with 2xx.</summary>
    public bool Accepted => _last?.StatusCode is >= 200 and < 300;

    private bool IsInvite => request.Method == "INVITE";

    /// <summary>Answers the request. Only the first final response counts.</summary>
    /// <param name="status">100 to 699.</param>
    /// <param name="reason">Reason phrase, without control characters.</param>
    /// <param name="toTag">Tag of To when the request had none.</param>
    /// <param name="more">Adds headers beyond those that every response copies.</param>
    /// <param name="body">Body, or none.</param>
    public void Respond(int status, string reason, string toTag, Action<SipHeaders>? more = null, byte[]? body = null)
    {
        lock (_gate)
        {
            if (_ended || _last?.StatusCode >= 200)
            {
                return;
            }

            _last = Build(status, reason, toTag, more, body);
            Send(_last);
            if (status < 200)
            {
                return;
            }

            if (IsInvite && (!transport.IsReliable || status < 300))
            {
                _interval = timers.T1;
                After(_interval, OnTimerG);
            }

            After(IsInvite || !transport.IsReliable ? timers.Transaction : TimeSpan.Zero, End);
        }
    }

    /// <summary>The same request came again.</summary>
    public void Repeat()
    {
        lock (_gate)
        {
            if (!_ended && _last is not null)
            {
                Send(_last);
            }
        }
    }

    /// <summary>The ACK came, within the transaction for a failure, from the dialog for a 2xx.</summary>
    public void Acknowledge()
    {
        lock (_gate)
        {
            if (!_acked && !_ended)
            {
                _acked = true;
                After(transport.IsReliable ? TimeSpan.Zero : timers.T4, End);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            End();
        }
    }

    private void OnTimerG()
    {
        if (_acked)
        {
            return;
        }

        Send(_last!);
        _interval = TimeSpan.FromTicks(Math.Min(_interval.Ticks * 2, timers.T2.Ticks));
        After(_interval, OnTimerG);
    }

    private void After(TimeSpan due, Action action) => _timers.Add(time.CreateTimer(
        _ =>
        {
            lock (_gate)
            {
                if (!_ended)
                {
                    action();
                }
            }
        },
        null,
        due,
        Timeout.InfiniteTimeSpan));

    private void End()
    {
        if (_ended)
        {
            return;
        }

        _ended = true;
        foreach (var timer in _timers)
        {
            timer.Dispose();
        }

        Terminated?.Invoke();
    }

    private SipMessage Build(int status, string reason, string toTag, Action<SipHeaders>? more, byte[]? body)
    {
        var headers = new SipHeaders();
        var first = true;
        foreach (var via in request.Headers.Values("Via"))
        {
            headers.Add("Via", first ? Stamp(via) : via);
            first = false;
        }

        foreach (var route in request.Headers.Lines("Record-Route"))
        {
            headers.Add("Record-Route", route);
        }

        var to = request.Headers["To"]!;
        headers.Add("From", request.Headers["From"]!)
            .Add("To", request.To?.Tag is null && status > 100 ? $"{to};tag={toTag}" : to)
            .Add("Call-ID", request.CallId)
            .Add("CSeq", request.Headers["CSeq"]!);
        more?.Invoke(headers);
        return SipMessage.Response(status, reason, headers, body);
    }

    /// <summary>Says in the top Via where the request really came from (RFC 3261 18.2.1, RFC 3581 4).</summary>
    private string Stamp(string via)
    {
        if (request.TopVia is not { WantsRport: true } top || top.ReceivedPort is not null)
        {
            return request.TopVia?.Host == source.Address.ToString() ? via : $"{via};received={source.Address}";
        }

        var parts = SipText.Split(via, ';').Select(p => p.Equals("rport", StringComparison.OrdinalIgnoreCase) ? $"rport={source.Port}" : p);
        return $"{string.Join(';', parts)};received={source.Address}";
    }

    private void Send(SipMessage message)
    {
        Sent?.Invoke(message);
        _ = SendAsync(message);
    }

    private async Task SendAsync(SipMessage message)
    {
        var via = request.TopVia;
        var target = transport.IsReliable || via is null || via.WantsRport ? source : new IPEndPoint(source.Address, via.Port ?? 5060);
        try
        {
            await transport.SendAsync(message, new SipHop(target, null), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The peer repeats its request or gives up; a lost response has no other remedy.
        }
    }
}
