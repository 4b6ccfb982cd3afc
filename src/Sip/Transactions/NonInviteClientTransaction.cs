using System.Net;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Transport;

namespace TrunkBot.Sip.Transactions;

/// <summary>The non-INVITE client transaction of RFC 3261 17.1.2: timer E repeats the request, F gives up, K swallows repeated answers.</summary>
internal sealed class NonInviteClientTransaction(SipMessage request, SipHop hop, SipTransport transport, SipTimers timers, TimeProvider time)
    : ClientTransaction(request, hop, transport, timers, time)
{
    private enum State
    {
        Trying,
        Proceeding,
        Completed,
    }

    private State _state;
    private TimeSpan _interval;
    private ITimer? _timerE;
    private ITimer? _timerF;

    protected override void OnStarted()
    {
        if (!Transport.IsReliable)
        {
            _interval = Timers.T1;
            _timerE = After(_interval, OnTimerE);
        }

        _timerF = After(Timers.Transaction, TimeOut);
    }

    protected override void OnResponse(SipMessage response, IPEndPoint source)
    {
        if (_state == State.Completed)
        {
            return;
        }

        Report(new ResponseReceived(response, source, Time.GetTimestamp()));
        if (response.StatusCode < 200)
        {
            _state = State.Proceeding;
            return;
        }

        _state = State.Completed;
        _timerE?.Dispose();
        _timerF?.Dispose();
        if (Transport.IsReliable)
        {
            End();
        }
        else
        {
            After(Timers.T4, End);
        }
    }

    private void OnTimerE()
    {
        Send(Request);

        // In Proceeding the interval is T2 at once; in Trying it doubles up to T2 (RFC 3261 17.1.2.2).
        _interval = _state == State.Proceeding ? Timers.T2 : TimeSpan.FromTicks(Math.Min(_interval.Ticks * 2, Timers.T2.Ticks));
        _timerE = After(_interval, OnTimerE);
    }
}
