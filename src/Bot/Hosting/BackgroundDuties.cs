using TrunkBot.Changes.Life;
using TrunkBot.Grains;
using TrunkBot.Intake;

namespace TrunkBot.Hosting;

/// <summary>
/// What has to be done without anybody asking: at start, the changes that a dead process left are picked up, each part of it until it
/// worked once; every minute, turns that nobody has in hand are handled, unanswered approvals expire and trunks are watched.
/// </summary>
public sealed partial class BackgroundDuties(
    ChangeEngine engine, TurnIntake intake, ITrunkStore trunks, IGrainFactory grains, HealthOptions health, TimeProvider time, ILogger<BackgroundDuties> logger)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        List<(string What, Func<CancellationToken, Task> Duty)> once = [("resume changes", ResumeChangesAsync), ("show open changes", engine.ShowOpenAsync)];
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            foreach (var part in once.ToList())
            {
                if (await TryAsync(part.What, part.Duty, stoppingToken))
                {
                    once.Remove(part);
                }
            }

            await TryAsync("handle turns that were left", intake.ResumeAsync, stoppingToken);
            await TryAsync("expire approvals", token => engine.ExpireAsync(time.GetUtcNow(), token), stoppingToken);
            await TryAsync("watch trunks", WatchAsync, stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task ResumeChangesAsync(CancellationToken cancellationToken)
    {
        foreach (var changeId in await engine.ResumeAsync(cancellationToken))
        {
            await grains.GetGrain<IChangeGrain>(changeId).WakeAsync();
        }
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        if (health.IntervalSeconds == 0)
        {
            return;
        }

        foreach (var trunk in await trunks.ListAsync(cancellationToken))
        {
            await grains.GetGrain<ITrunkGrain>(trunk.Intent.Name).WatchAsync(health.IntervalSeconds);
        }
    }

    private async Task<bool> TryAsync(string what, Func<CancellationToken, Task> duty, CancellationToken cancellationToken)
    {
        try
        {
            await duty(cancellationToken);
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Log.Failed(logger, e, what);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1401, LogLevel.Error, "Could not {What}; it is tried again in a minute")]
        public static partial void Failed(ILogger logger, Exception exception, string what);
    }
}
