using TrunkBot.Changes.Life;
using TrunkBot.Chat.Places;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Health;

namespace TrunkBot.Grains;

/// <summary>One trunk under management: looks at it from time to time, and logs and tells followers when its state changes. Key: the trunk's name.</summary>
public interface ITrunkGrain : IGrainWithStringKey
{
    /// <summary>Begins to watch, every so many seconds. Harmless when it watches already.</summary>
    Task WatchAsync(int intervalSeconds);
}

/// <inheritdoc cref="ITrunkGrain"/>
public sealed partial class TrunkGrain(ITrunkStore trunks, ISites sites, TrunkHealth health, Followers followers, ILogger<TrunkGrain> logger) : Grain, ITrunkGrain
{
    private IGrainTimer? _timer;
    private readonly HealthHold _hold = new();
    private HealthState? _last;

    public Task WatchAsync(int intervalSeconds)
    {
        var interval = TimeSpan.FromSeconds(intervalSeconds);
        _timer ??= this.RegisterGrainTimer(LookAsync, new GrainTimerCreationOptions(interval, interval) { KeepAlive = true });
        return Task.CompletedTask;
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var name = this.GetPrimaryKeyString();
        var trunk = await trunks.FindAsync(name, cancellationToken);
        if (trunk is null || sites.Find(trunk.Intent.Site) is not { } site)
        {
            // Removed since: nothing to watch any more.
            _timer?.Dispose();
            _timer = null;
            DeactivateOnIdle();
            return;
        }

        var report = await health.ReadAsync(trunk.Intent, site, cancellationToken);
        if (_last != report.Overall)
        {
            Log.StateChanged(logger, name, _last, report.Overall, report.Sentence);
            _last = report.Overall;
        }

        if (_hold.Look(report.Overall) is { } holds)
        {
            await followers.HealthAsync(trunk.Intent.Name, holds, report.Sentence, cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1301, LogLevel.Information, "Trunk {Trunk} went from {Before} to {Now}: {Sentence}")]
        public static partial void StateChanged(ILogger logger, string trunk, HealthState? before, HealthState now, string sentence);
    }
}
