using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Transactions;
using TrunkBot.Sip.Transport;

namespace TrunkBot.Sip;

/// <summary>
/// One INVITE until its final response. Notes the provisionals on the way and sends a CANCEL when asked to stop, but only
/// after a provisional (RFC 3261 9.1).
/// </summary>
internal sealed class InviteAttempt(SipCore core, SipMessage invite, SipHop hop, EarlyDialogs early)
{
    private readonly Lock _gate = new();
    private readonly ClientTransaction _transaction = core.Transactions.Begin(invite, hop);
    private bool _provisional;
    private bool _stopping;
    private bool _cancelled;

    public ClientTransaction Transaction => _transaction;

    /// <summary>When the first 180 came.</summary>
    public long? RingingAt { get; private set; }

    /// <summary>When any response from 101 to 199 came.</summary>
    public bool Progressed { get; private set; }

    public long? EarlyMediaAt { get; private set; }

    /// <summary>The final response, a time-out, a transport error, or null when the agent was shut down.</summary>
    public async Task<TransactionEvent?> FinalAsync()
    {
        while (await _transaction.Events.WaitToReadAsync().ConfigureAwait(false))
        {
            // One at a time: after the 2xx its repetitions belong to whoever acknowledges them.
            if (!_transaction.Events.TryRead(out var what))
            {
                continue;
            }

            if (what is ResponseReceived { Response.StatusCode: < 200 } provisional)
            {
                OnProvisional(provisional);
            }
            else
            {
                return what;
            }
        }

        return null;
    }

    /// <summary>Asks the far end to stop ringing, now or as soon as a provisional response allows it.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopping = true;
            CancelIfAllowed();
        }
    }

    private void OnProvisional(ResponseReceived provisional)
    {
        var status = provisional.Response.StatusCode;
        Progressed |= status > 100;
        if (status == 180)
        {
            RingingAt ??= provisional.Timestamp;
        }

        if (status > 100 && early.Take(invite, provisional, _transaction.Hop))
        {
            EarlyMediaAt ??= provisional.Timestamp;
        }

        lock (_gate)
        {
            _provisional = true;
            CancelIfAllowed();
        }
    }

    private void CancelIfAllowed()
    {
        if (!_stopping || !_provisional || _cancelled)
        {
            return;
        }

        _cancelled = true;

        // Same Request-URI, top Via, From, To, Call-ID, CSeq number and Route as the INVITE (RFC 3261 9.1).
        var headers = new SipHeaders()
            .Add("Via", _transaction.Request.Headers["Via"]!)
            .Add("Max-Forwards", "70")
            .Add("From", invite.Headers["From"]!)
            .Add("To", invite.Headers["To"]!)
            .Add("Call-ID", invite.CallId)
            .Add("CSeq", $"{invite.CSeqNumber} CANCEL");
        core.Transactions.Begin(SipMessage.Request("CANCEL", invite.RequestUri!, headers), _transaction.Hop);
    }
}
