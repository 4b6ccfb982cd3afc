using System.Threading.Channels;

namespace TrunkBot.Lab.Switch.Sip;

/// <summary>Runs everything that touches the switch's state one after another: arrivals and timers alike, so that nothing else needs a lock.</summary>
internal sealed class SipLoop(TimeProvider time)
{
    private const int Longest = 20_000;

    private readonly Channel<Action> actions = Channel.CreateBounded<Action>(new BoundedChannelOptions(Longest) { FullMode = BoundedChannelFullMode.DropWrite });

    public Exception? LastFault { get; private set; }

    /// <summary>When a flood fills the queue the newest is dropped, as a socket's buffer would.</summary>
    public void Post(Action action) => actions.Writer.TryWrite(action);

    /// <summary>Runs <paramref name="action"/> in the loop after a while, unless the returned timer is disposed of first.</summary>
    public IDisposable After(TimeSpan delay, Action action)
    {
        var pending = new Pending();
        pending.Timer = time.CreateTimer(_ => Post(() =>
        {
            if (!pending.Cancelled)
            {
                action();
            }
        }), null, delay, Timeout.InfiniteTimeSpan);
        return pending;
    }

    public void Close() => actions.Writer.TryComplete();

    public async Task Run()
    {
        await foreach (var action in actions.Reader.ReadAllAsync())
        {
            try
            {
                action();
            }
            catch (Exception fault)
            {
                // One message or timer is lost, the others are not: a listener that stops would look like a dead network.
                LastFault = fault;
            }
        }
    }

    /// <summary>A timer that has fired may already stand in the queue when it is cancelled: the flag, read in the loop, settles it.</summary>
    private sealed class Pending : IDisposable
    {
        public ITimer? Timer { get; set; }

        public bool Cancelled { get; private set; }

        public void Dispose()
        {
            Cancelled = true;
            Timer?.Dispose();
        }
    }
}
