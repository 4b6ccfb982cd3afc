namespace TrunkBot.Diagnostics.Health;

/// <summary>
/// One read of a system for all who want it within a short while: the trunks behind one SBC need not have its configuration read once each. What went wrong is
/// shared too, so that a system in trouble is not asked by all of them.
/// </summary>
public sealed class SharedRead<T>(TimeProvider time)
{
    /// <summary>What went wrong serves no longer than this, however old what went well may be.</summary>
    private static readonly TimeSpan MostForFailure = TimeSpan.FromSeconds(20);

    /// <summary>What was not asked for since then is forgotten.</summary>
    private static readonly TimeSpan Forgotten = TimeSpan.FromHours(2);

    private readonly Lock gate = new();
    private readonly Dictionary<string, (Task<T> Read, DateTimeOffset At)> reads = new(StringComparer.Ordinal);
    private DateTimeOffset swept = time.GetUtcNow();

    /// <summary>What was read last, if that is not older than so; else it is read now, once for all who ask meanwhile.</summary>
    /// <param name="element">Name of the system, or of what is read of it.</param>
    /// <param name="read">Is not cancelled by who asked first: others wait for it too. It must have a limit of its own.</param>
    public Task<T> GetAsync(string element, TimeSpan oldest, Func<Task<T>> read, CancellationToken cancellationToken)
    {
        Task<T> shared;
        lock (gate)
        {
            var now = time.GetUtcNow();
            if (!reads.TryGetValue(element, out var known) || (known.Read.IsCompleted && now - known.At >= (known.Read.IsCompletedSuccessfully || oldest < MostForFailure ? oldest : MostForFailure)))
            {
                Sweep(now);

                // On the pool, so that the lock is not held by what a read does before it first waits.
                known = reads[element] = (Task.Run(read, CancellationToken.None), now);
            }

            shared = known.Read;
        }

        return shared.WaitAsync(cancellationToken);
    }

    private void Sweep(DateTimeOffset now)
    {
        if (now - swept < Forgotten)
        {
            return;
        }

        swept = now;
        foreach (var old in reads.Where(r => r.Value.Read.IsCompleted && now - r.Value.At >= Forgotten).Select(r => r.Key).ToList())
        {
            reads.Remove(old);
        }
    }
}
