using System.Net;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Transport;

namespace TrunkBot.Sip.Transactions;

/// <summary>
/// The INVITE client transaction of RFC 3261 17.1.1 with the Accepted state of RFC 6026: timer A repeats the INVITE, B
/// gives up, D waits for repeated failures (each gets its ACK here), M passes repeated 2xx to the call (which ACKs them).
/// </summary>
internal sealed class InviteClientTransaction(SipMessage request, SipHop hop, SipTransport transport, SipTimers timers, TimeProvider time)
    : ClientTransaction(request, hop, transport, timers, time)
{
    private enum State
    {
        Calling,
        Proceeding,
        Accepted,
        Completed,
    }

    private State _state;
    private TimeSpan _interval;
    private ITimer? _timerA;
    private ITimer? _timerB;
    private SipMessage? _ack;

    protected override void OnStarted()
    {
        if (!Transport.IsReliable)
        {
            _interval = Timers.T1;
            _timerA = After(_interval, OnTimerA);
        }

        _timerB = After(Timers.Transaction, TimeOut);
    }

    protected override void OnResponse(SipMessage response, IPEndPoint source)
    {
        var status = response.StatusCode!.Value;
        var what = new ResponseReceived(response, source, Time.GetTimestamp());
        switch (_state)
        {
            case State.Calling or State.Proceeding when status < 200:
                _state = State.Proceeding;
                _timerA?.Dispose();
                _timerB?.Dispose();
                Report(what);
                break;
            case State.Calling or State.Proceeding when status < 300:
                _state = State.Accepted;
                _timerA?.Dispose();
                _timerB?.Dispose();
                After(Timers.Transaction, End);
                Report(what);
                break;
            case State.Calling or State.Proceeding:
                _state = State.Completed;
                _timerA?.Dispose();
                _timerB?.Dispose();
                _ack = AckFor(response);
                Send(_ack);
                Report(what);
                if (Transport.IsReliable)
                {
                    End();
                }
                else
                {
                    After(SipTimers.TimerD, End);
                }

                break;
            case State.Accepted when status is >= 200 and < 300:
                Report(what);
                break;
            case State.Completed when status >= 300:
                Send(_ack!);
                break;
        }
    }

    private void OnTimerA()
    {
        Send(Request);
        _interval *= 2;
        _timerA = After(_interval, OnTimerA);
    }

    /// <summary>The ACK of a failure: same branch, same Request-URI and Route as the INVITE (RFC 3261 17.1.1.3).</summary>
    private SipMessage AckFor(SipMessage response)
    {
        var headers = new SipHeaders().Add("Via", Request.Headers.Values("Via").First());
        foreach (var route in Request.Headers.Lines("Route"))
        {
            headers.Add("Route", route);
        }

        headers.Add("Max-Forwards", "70")
            .Add("From", Request.Headers["From"]!)
            .Add("To", response.Headers["To"]!)
            .Add("Call-ID", Request.CallId)
            .Add("CSeq", $"{Request.CSeqNumber} ACK");
        return SipMessage.Request("ACK", Request.RequestUri!, headers);
    }
}
