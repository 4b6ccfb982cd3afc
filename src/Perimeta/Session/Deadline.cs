namespace TrunkBot.Perimeta.Session;

/// <summary>A time limit for several waits together.</summary>
internal sealed class Deadline(int seconds, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();

    /// <exception cref="TimeoutException">The limit has passed.</exception>
    public Task WaitAsync(Task task, CancellationToken cancellationToken)
    {
        var left = TimeSpan.FromSeconds(seconds) - time.GetElapsedTime(_start);
        return task.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, cancellationToken);
    }
}
