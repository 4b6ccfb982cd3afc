namespace TrunkBot.Diagnostics.Health;

/// <summary>
/// One read of a system for all who want it within a short while: the trunks behind one SBC need not have its configuration read once each. What went wrong is
/// shared too, so that a system in trouble is not asked by all of them.
/// </summary>
public sealed class SharedRead<T>(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (Task<T> Read, DateTimeOffset At)> reads = new(StringComparer.Ordinal);

    /// <summary>What was read last, if that is not older than so; else it is read now, once for all who ask meanwhile.</summary>
    /// <param name="element">Name of the system.</param>
    /// <param name="read">Is not cancelled by who asked first: others wait for it too. It must have a limit of its own.</param>
    public Task<T> GetAsync(string element, TimeSpan oldest, Func<Task<T>> read, CancellationToken cancellationToken)
    {
        Task<T> shared;
        lock (gate)
        {
            var now = time.GetUtcNow();
            if (!reads.TryGetValue(element, out var known) || (known.Read.IsCompleted && now - known.At >= oldest))
            {
                // On the pool, so that the lock is not held by what a read does before it first waits.
                known = reads[element] = (Task.Run(read, CancellationToken.None), now);
            }

            shared = known.Read;
        }

        return shared.WaitAsync(cancellationToken);
    }
}
