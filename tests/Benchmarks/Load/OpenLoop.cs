using System.Collections.Concurrent;
using System.Diagnostics;

namespace TrunkBot.Benchmarks.Load;

/// <summary>
/// Sends at a fixed rate whether or not earlier requests were answered, and counts from the moment at which each was due: a server that stalls is charged
/// for everybody who would have come meanwhile.
/// </summary>
internal sealed class OpenLoop(int ratePerSecond, int count)
{
    private readonly long[] due = new long[count];
    private readonly ConcurrentDictionary<int, long> seen = new();
    private readonly TaskCompletionSource allSeen = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int failures;

    /// <summary>The effect of a turn became visible. Only the first one of each turn counts.</summary>
    public void Seen(int turn)
    {
        if (seen.TryAdd(turn, Stopwatch.GetTimestamp()) && seen.Count == count)
        {
            allSeen.TrySetResult();
        }
    }

    /// <summary>How long ago a turn was due, ms.</summary>
    public double SinceDue(int turn) => Stopwatch.GetElapsedTime(due[turn]).TotalMilliseconds;

    /// <summary>The turns that had an effect, each with the time from the moment it was due to that, ms.</summary>
    public IEnumerable<(int Turn, double Milliseconds)> Seen() => seen.Select(s => (s.Key, Stopwatch.GetElapsedTime(due[s.Key], s.Value).TotalMilliseconds));

    /// <param name="send">Sends the turn of that number; false when it was refused.</param>
    /// <param name="patience">How long to wait for the last effect after the last turn was sent.</param>
    public async Task<Timing> RunAsync(Func<int, Task<bool>> send, TimeSpan patience)
    {
        var sending = new List<Task>(count);
        var began = Stopwatch.GetTimestamp();
        for (var turn = 0; turn < count; turn++)
        {
            due[turn] = began + (turn * Stopwatch.Frequency / ratePerSecond);
            while (Stopwatch.GetTimestamp() is var now && now < due[turn])
            {
                var left = TimeSpan.FromSeconds((double)(due[turn] - now) / Stopwatch.Frequency);
                await Task.Delay(left > TimeSpan.FromMilliseconds(1) ? left : TimeSpan.FromMilliseconds(1), TimeProvider.System);
            }

            sending.Add(SendAsync(turn, send));
        }

        var lasted = Stopwatch.GetElapsedTime(began);
        await Task.WhenAll(sending);
        await Task.WhenAny(allSeen.Task, Task.Delay(patience, TimeProvider.System));
        var milliseconds = Seen().Select(s => s.Milliseconds).Order().ToArray();
        return new Timing(milliseconds, count, failures, lasted);
    }

    private async Task SendAsync(int turn, Func<int, Task<bool>> send)
    {
        try
        {
            if (await send(turn))
            {
                return;
            }
        }
        catch (HttpRequestException)
        {
            // Counted below: a benchmark that hides what failed is faster than what it measures.
        }
        catch (TaskCanceledException)
        {
        }

        Interlocked.Increment(ref failures);
    }
}

/// <summary>What an open loop measured.</summary>
/// <param name="Milliseconds">From the moment a turn was due to its first visible effect, in ascending order; only turns that had one.</param>
/// <param name="Sent">Turns sent.</param>
/// <param name="Failed">Turns that were not taken.</param>
/// <param name="Lasted">How long the sending took.</param>
internal sealed record Timing(double[] Milliseconds, int Sent, int Failed, TimeSpan Lasted)
{
    public double Percentile(double share) =>
        Milliseconds.Length == 0 ? double.NaN : Milliseconds[Math.Min(Milliseconds.Length - 1, (int)Math.Ceiling(share * Milliseconds.Length) - 1)];

    public string Row(string name) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"| {name} | {Sent / Lasted.TotalSeconds:0} | {Sent} | {Failed} | {Sent - Milliseconds.Length} | {Percentile(0.5):0} | {Percentile(0.95):0} | {Percentile(0.99):0} | {Percentile(1):0} |");

    public const string Head = """
        | what | turns/s | turns | refused | without effect | p50 ms | p95 ms | p99 ms | max ms |
        |---|---|---|---|---|---|---|---|---|
        """;
}
