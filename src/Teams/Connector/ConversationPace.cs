using System.Collections.Concurrent;

namespace TrunkBot.Teams.Connector;

/// <summary>Keeps a bot within what Teams lets it send into one conversation, by waiting: 7 in 1 s, 8 in 2 s, 60 in 30 s, 1800 in an hour.</summary>
/// <remarks>Source: Teams, "Optimize your bot with rate limiting", per bot per thread limit.</remarks>
internal sealed class ConversationPace(TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private static readonly (int Most, TimeSpan In)[] Limits = [(7, TimeSpan.FromSeconds(1)), (8, TimeSpan.FromSeconds(2)), (60, TimeSpan.FromSeconds(30)), (1800, Longest)];

    private const int MostLanes = 1000;

    private readonly ConcurrentDictionary<string, List<DateTimeOffset>> lanes = new(StringComparer.Ordinal);

    /// <summary>Takes a place in the lane and waits until its time has come.</summary>
    /// <param name="lane">Operation and conversation.</param>
    public async Task WaitAsync(string lane, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var pause = Reserve(lanes.GetOrAdd(lane, _ => []), now) - now;
        if (lanes.Count > MostLanes)
        {
            ForgetIdle(now);
        }

        if (pause > TimeSpan.Zero)
        {
            await Task.Delay(pause, time, cancellationToken);
        }
    }

    private static DateTimeOffset Reserve(List<DateTimeOffset> taken, DateTimeOffset now)
    {
        lock (taken)
        {
            taken.RemoveAll(at => at <= now - Longest);
            var free = Limits.Where(l => taken.Count >= l.Most).Select(l => taken[^l.Most] + l.In).Append(now).Max();
            taken.Add(free);
            return free;
        }
    }

    private void ForgetIdle(DateTimeOffset now)
    {
        foreach (var (lane, taken) in lanes)
        {
            lock (taken)
            {
                if (taken.Count == 0 || taken[^1] <= now - Longest)
                {
                    lanes.TryRemove(lane, out _);
                }
            }
        }
    }
}
