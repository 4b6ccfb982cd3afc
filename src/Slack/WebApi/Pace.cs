namespace TrunkBot.Slack.WebApi;

/// <summary>
/// Lets calls go no faster than Slack takes them: each key has its rate and its burst (the generic cell rate algorithm), and stops for as long
/// as Slack asked. Whoever came first goes first. The limiters of System.Threading.RateLimiting keep a clock of their own, which no test can turn.
/// </summary>
internal sealed class Pace(TimeProvider time)
{
    private const int Kept = 10_000;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private const int BurstOfPosts = 5;

    private readonly Lock gate = new();
    private readonly long start = time.GetTimestamp();

    // When the next call would be due if there were no bursts, and until when Slack wants none, both since the start.
    private readonly Dictionary<string, TimeSpan> due = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TimeSpan> stopped = new(StringComparer.Ordinal);

    private TimeSpan Now => time.GetElapsedTime(start);

    /// <summary>Waits for the call's turn. False, at once: its turn is further away than anybody would wait.</summary>
    /// <param name="channel">For methods that are paced by channel.</param>
    public async Task<bool> WaitAsync(SlackMethod method, string workspace, string channel, TimeSpan longest, CancellationToken cancellationToken)
    {
        if (Reserve(method, workspace, channel, longest) is not { } wait)
        {
            return false;
        }

        while (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time, cancellationToken);

            // Meanwhile Slack may have asked others to stop.
            wait = StoppedFor(method, workspace);
            if (wait > longest)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Slack wants no call of that method in that workspace for so long.</summary>
    public void Stop(SlackMethod method, string workspace, TimeSpan pause)
    {
        lock (gate)
        {
            var key = KeyOf(method, workspace);
            stopped[key] = Later(stopped.GetValueOrDefault(key), Now + pause);
        }
    }

    private TimeSpan StoppedFor(SlackMethod method, string workspace)
    {
        lock (gate)
        {
            return stopped.GetValueOrDefault(KeyOf(method, workspace)) - Now;
        }
    }

    private TimeSpan? Reserve(SlackMethod method, string workspace, string channel, TimeSpan longest)
    {
        // A minute's calls in half a minute are a burst; a whole minute's at once would not be one that Slack promises to take.
        var (key, interval, burst) = method.IsPacedByChannel
            ? ($"{KeyOf(method, workspace)} {channel}", Second, BurstOfPosts)
            : (KeyOf(method, workspace), Minute / (int)method.Tier, Math.Max(1, (int)method.Tier / 2));
        lock (gate)
        {
            var now = Now;
            Forget(now);
            var turn = Later(due.GetValueOrDefault(key), now);
            var wait = Later(turn - (interval * (burst - 1)), stopped.GetValueOrDefault(KeyOf(method, workspace))) - now;
            if (wait > longest)
            {
                return null;
            }

            due[key] = turn + interval;
            return wait;
        }
    }

    private void Forget(TimeSpan now)
    {
        if (due.Count <= Kept)
        {
            return;
        }

        foreach (var key in due.Where(d => d.Value <= now).Select(d => d.Key).ToList())
        {
            due.Remove(key);
        }
    }

    private static string KeyOf(SlackMethod method, string workspace) => $"{method.Name} {workspace}";

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
