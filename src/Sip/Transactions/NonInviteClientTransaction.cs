using System.Net;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Transport;

namespace TrunkBot.Sip.Transactions;

/// <summary>The non-INVITE client transaction of RFC 3261 17.1.2: timer E repeats the request, F gives up.</summary>
/// <remarks>
/// Timer K, which swallows repeated answers, needs no state here: the layer drops what belongs to no transaction. Some thousands of probes a second would be kept for nothing.
/// </remarks>
internal sealed class NonInviteClientTransaction(SipMessage request, SipHop hop, SipTransport transport, SipTimers timers, TimeProvider time)
    : ClientTransaction(request, hop, transport, timers, time)
{
    private enum State
    {
        Trying,
        Proceeding,
    }

    private State _state;
    private TimeSpan _interval;

    protected override void OnStarted()
    {
        if (!Transport.IsReliable)
        {
            _interval = Timers.T1;
            After(_interval, OnTimerE);
        }

        After(Timers.Transaction, TimeOut);
    }

    protected override void OnResponse(SipMessage response, IPEndPoint source)
    {
        Report(new ResponseReceived(response, source, Time.GetTimestamp()));
        if (response.StatusCode < 200)
        {
            _state = State.Proceeding;
            return;
        }

        End();
    }

    private void OnTimerE()
    {
        Send(Request);

        // In Proceeding the interval is T2 at once; in Trying it doubles up to T2 (RFC 3261 17.1.2.2).
        _interval = _state == State.Proceeding ? Timers.T2 : TimeSpan.FromTicks(Math.Min(_interval.Ticks * 2, Timers.T2.Ticks));
        After(_interval, OnTimerE);
    }
}
