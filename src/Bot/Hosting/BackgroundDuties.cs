using TrunkBot.Changes.Life;
using TrunkBot.Chat.Alerts;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Places;
using TrunkBot.Grains;
using TrunkBot.Intake;

namespace TrunkBot.Hosting;

/// <summary>
/// What has to be done without anybody asking: at start, the changes that a dead process left are picked up, tried until it
/// worked; every minute, cards that fell behind are drawn again, what waits for people or for its time is tended, turns that nobody has in hand are handled,
/// notices whose quiet hours ended are said, and trunks are watched.
/// </summary>
public sealed partial class BackgroundDuties(
    ChangeEngine engine, IChangeCards cards, IAlertDesk alerts, Followers followers, TurnIntake intake, ITrunkStore trunks, IGrainFactory grains, HealthOptions health, TimeProvider time, ILogger<BackgroundDuties> logger)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var resumed = false;
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            resumed = resumed || await TryAsync("resume changes", ResumeChangesAsync, stoppingToken);
            await TryAsync("draw cards that fell behind", cards.CatchUpAsync, stoppingToken);
            await TryAsync("tend changes that wait", TendAsync, stoppingToken);
            await TryAsync("handle turns that were left", intake.ResumeAsync, stoppingToken);
            await TryAsync("draw alerts that fell behind", alerts.CatchUpAsync, stoppingToken);
            await TryAsync("tell followers what waited", followers.DeliverAsync, stoppingToken);
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

    private async Task TendAsync(CancellationToken cancellationToken)
    {
        foreach (var changeId in (await engine.TendAsync(time.GetUtcNow(), cancellationToken)).Due)
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
