namespace TrunkBot.Perimeta.Tests.Session;

/// <summary>The machine's clock, which a test moves on; timers of one length run out when the test says so.</summary>
internal sealed class TestClock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Held> _held = [];

    /// <summary>Timers so long are held back; null: none.</summary>
    public TimeSpan? Holding { get; set; }

    public TimeSpan Moved { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Moved;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime != Holding)
        {
            return base.CreateTimer(callback, state, dueTime, period);
        }

        lock (_gate)
        {
            var held = new Held(callback, state);
            _held.Add(held);
            return held;
        }
    }

    /// <summary>The timers that are held back run out, but for those that were given up.</summary>
    /// <returns>How many ran out.</returns>
    public int RunOut()
    {
        List<Held> due;
        lock (_gate)
        {
            due = [.. _held.Where(timer => timer.Waits)];
            _held.Clear();
        }

        due.ForEach(timer => timer.RunOut());
        return due.Count;
    }

    private sealed class Held(TimerCallback callback, object? state) : ITimer
    {
        public bool Waits { get; private set; } = true;

        public void RunOut() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException();

        public void Dispose() => Waits = false;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
