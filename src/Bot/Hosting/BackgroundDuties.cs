using TrunkBot.Changes.Life;
using TrunkBot.Chat.Cards;
using TrunkBot.Grains;
using TrunkBot.Intake;

namespace TrunkBot.Hosting;

/// <summary>
/// What has to be done without anybody asking: at start, changes and turns that a dead process left are picked up and trunks
/// are watched; once a minute, unanswered approvals expire and cards that fell behind are drawn again.
/// </summary>
public sealed partial class BackgroundDuties(
    ChangeEngine engine, IChangeCards cards, TurnIntake intake, ITrunkStore trunks, IGrainFactory grains, HealthOptions health, TimeProvider time, ILogger<BackgroundDuties> logger)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await TryAsync("resume", ResumeAsync, stoppingToken);
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            await TryAsync("expire approvals", async token => await engine.ExpireAsync(time.GetUtcNow(), token), stoppingToken);
            await TryAsync("draw cards that fell behind", cards.CatchUpAsync, stoppingToken);
            await TryAsync("watch trunks", WatchAsync, stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task ResumeAsync(CancellationToken cancellationToken)
    {
        foreach (var changeId in await engine.ResumeAsync(cancellationToken))
        {
            await grains.GetGrain<IChangeGrain>(changeId).WakeAsync();
        }

        await intake.ResumeAsync(cancellationToken);
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

    private async Task TryAsync(string what, Func<CancellationToken, Task> duty, CancellationToken cancellationToken)
    {
        try
        {
            await duty(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Log.Failed(logger, e, what);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1401, LogLevel.Error, "Could not {What}; it is tried again")]
        public static partial void Failed(ILogger logger, Exception exception, string what);
    }
}
