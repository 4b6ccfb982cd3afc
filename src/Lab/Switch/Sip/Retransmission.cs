namespace TrunkBot.Lab.Switch.Sip;

/// <summary>
/// Sends the same bytes again after T1, 2 T1, 4 T1, ... at most T2 apart, and gives up after 64 T1 (RFC 3261 timers G and H, E and F, and section 13.3.1.4).
/// Over a reliable transport it only waits, except for the 2xx to INVITE, which is repeated on any transport.
/// </summary>
internal sealed class Retransmission : IDisposable
{
    private readonly SipLoop loop;
    private readonly Action send;
    private readonly TimeSpan t2;
    private readonly IDisposable end;
    private IDisposable? next;

    public Retransmission(SipLoop loop, Action send, bool repeat, TimeSpan t1, TimeSpan t2, Action gaveUp)
    {
        (this.loop, this.send, this.t2) = (loop, send, t2);
        end = loop.After(64 * t1, () =>
        {
            Dispose();
            gaveUp();
        });
        if (repeat)
        {
            Wait(t1);
        }

        send();
    }

    public void Dispose()
    {
        next?.Dispose();
        end.Dispose();
    }

    private void Wait(TimeSpan interval) => next = loop.After(interval, () =>
    {
        Wait(interval * 2 < t2 ? interval * 2 : t2);
        send();
    });
}
