using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Health;

namespace TrunkBot.Health;

/// <summary>
/// What was seen of trunks, on its way to the store: collected, and written every two seconds at once, because ten thousand trunks make hundreds of looks a second. What was
/// seen in the last two seconds before a crash is lost; a stop writes it. It also has what is old thinned out, every hour.
/// </summary>
public sealed partial class HealthLog(IHealthHistory history, HealthOptions options, TimeProvider time, ILogger<HealthLog> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BetweenThinnings = TimeSpan.FromHours(1);

    private readonly Lock gate = new();
    private Dictionary<string, TrunkNow> looks = new(StringComparer.OrdinalIgnoreCase);
    private List<HealthSample> samples = [];
    private List<PlacedCall> calls = [];

    /// <summary>Values that wait at most while the store is away; then those that come are dropped, and the log says so.</summary>
    internal const int MostWaiting = 200_000;

    /// <summary>A trunk was looked at.</summary>
    public void Looked(TrunkNow now, HealthReport report)
    {
        lock (gate)
        {
            looks[now.Trunk] = now;
            Keep(HealthSeries.Of(report));
        }
    }

    /// <summary>A test call over a trunk is over.</summary>
    public void Called(string trunk, TestCall call)
    {
        lock (gate)
        {
            calls.Add(new(trunk, call));
            Keep(HealthSeries.Of(trunk, call));
        }
    }

    /// <summary>Writes what was collected.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        HealthBatch batch;
        lock (gate)
        {
            if (looks.Count == 0 && calls.Count == 0)
            {
                return;
            }

            batch = new([.. looks.Values], samples, calls);
            (looks, samples, calls) = (new(StringComparer.OrdinalIgnoreCase), [], []);
        }

        try
        {
            await history.AddAsync(batch, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.NotWritten(logger, batch.Now.Count, batch.Samples.Count, e);
            Return(batch);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var thin = time.GetUtcNow() + TimeSpan.FromMinutes(5);
        using var timer = new PeriodicTimer(Pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await FlushAsync(stoppingToken);
            if (time.GetUtcNow() >= thin)
            {
                thin = time.GetUtcNow() + BetweenThinnings;
                await ThinAsync(stoppingToken);
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await FlushAsync(cancellationToken);
    }

    private async Task ThinAsync(CancellationToken cancellationToken)
    {
        try
        {
            await history.ThinAsync(options.AgesAt(time.GetUtcNow()), cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.NotThinned(logger, e);
        }
    }

    private void Keep(IEnumerable<HealthSample> more)
    {
        if (samples.Count < MostWaiting)
        {
            samples.AddRange(more);
        }
    }

    /// <summary>The store was away: what was seen since then is newer.</summary>
    private void Return(HealthBatch batch)
    {
        lock (gate)
        {
            foreach (var now in batch.Now)
            {
                looks.TryAdd(now.Trunk, now);
            }

            samples = [.. batch.Samples, .. samples];
            calls = [.. batch.Calls, .. calls];
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1801, LogLevel.Warning, "What was seen of {Trunks} trunks ({Samples} values) could not be stored; it is tried again")]
        public static partial void NotWritten(ILogger logger, int trunks, int samples, Exception error);

        [LoggerMessage(1802, LogLevel.Warning, "Old health history could not be thinned out; it is tried again in an hour")]
        public static partial void NotThinned(ILogger logger, Exception error);
    }
}
