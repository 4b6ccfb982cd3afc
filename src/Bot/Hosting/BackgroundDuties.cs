using TrunkBot.Changes.Fleets;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Alerts;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Insights;
using TrunkBot.Chat.Places;
using TrunkBot.Chat.Schedules;
using TrunkBot.Diagnostics.Health;
using TrunkBot.Grains;
using TrunkBot.Intake;

namespace TrunkBot.Hosting;

/// <summary>
/// What has to be done without anybody asking: at start and every minute, changes that
/// nobody works on are taken up (a process died, here or elsewhere), what waits for people is tended (expiry, reminders, escalation), changes begin whose time has come
/// and those that nobody confirmed are taken back, fleets go on, cards that fell behind are drawn again, turns that nobody has in hand are handled,
/// notices whose quiet hours ended are said, trunks are watched, scheduled test calls are placed, and what Twilio measured of calls is looked for.
/// </summary>
/// <remarks>
/// Every silo does its rounds, and none waits for another. Nothing is done twice by it: a grain does what is to be done once (the work of a change, the cards of a
/// change, an alert's card, notices, the watch of a trunk, the test calls of a site, the turns of a conversation), and of two that expire an approval the guarded write lets one win.
/// </remarks>
public sealed partial class BackgroundDuties(
    ChangeEngine engine, Fleets fleets, IChangeCards cards, IAlertDesk alerts, Followers followers, ScheduledTests tests, InsightsWatch insights, TurnIntake intake, ITrunkStore trunks, IGrainFactory grains, HealthOptions health, ClusterOptions cluster, TimeProvider time, ILogger<BackgroundDuties> logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var resumed = false;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(cluster.DutySeconds), time);
        do
        {
            resumed |= await TryAsync("take up changes", ResumeChangesAsync, stoppingToken);
            await TryAsync("draw cards that fell behind", cards.CatchUpAsync, stoppingToken);
            await TryAsync("tend changes that wait for people", token => engine.TendAsync(time.GetUtcNow(), token), stoppingToken);
            if (resumed)
            {
                // Not before the locks are read once: what a dead process left comes first.
                await TryAsync("begin or take back the changes whose time has come", BeginAndTakeBackAsync, stoppingToken);
            }

            await TryAsync("see to fleets", TendFleetsAsync, stoppingToken);
            await TryAsync("handle turns that were left", intake.ResumeAsync, stoppingToken);
            await TryAsync("draw alerts that fell behind", alerts.CatchUpAsync, stoppingToken);
            await TryAsync("tell followers what waited", followers.SayNowAsync, stoppingToken);
            await TryAsync("watch trunks", WatchAsync, stoppingToken);
            await TryAsync("place the scheduled test calls", CallAsync, stoppingToken);
            insights.Wake();
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    // To wake what is being worked on already is harmless: its grain does one run at a time, and a run that finds no work does none. A silo that was cut off and
    // still works on a change that is woken elsewhere is stopped by the version of the change and by its ticket (StepSender), not from here.
    private async Task ResumeChangesAsync(CancellationToken cancellationToken)
    {
        foreach (var changeId in await engine.ResumeAsync(cancellationToken))
        {
            await grains.GetGrain<IChangeGrain>(changeId).WakeAsync();
        }
    }

    private async Task TendFleetsAsync(CancellationToken cancellationToken)
    {
        foreach (var fleet in await fleets.ListOpenAsync(cancellationToken))
        {
            await grains.GetGrain<IFleetGrain>(fleet.Id).TendAsync();
        }
    }

    private async Task BeginAndTakeBackAsync(CancellationToken cancellationToken)
    {
        foreach (var changeId in await engine.TickAsync(cancellationToken))
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

        foreach (var trunk in await trunks.KeysAsync(cancellationToken))
        {
            await grains.GetGrain<ITrunkGrain>(trunk).WatchAsync();
        }
    }

    private async Task CallAsync(CancellationToken cancellationToken)
    {
        foreach (var site in await tests.SitesDueAsync(cancellationToken))
        {
            await grains.GetGrain<ITestCallsGrain>(site).WakeAsync();
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
        [LoggerMessage(1401, LogLevel.Error, "Could not {What}; it is tried again in the next round")]
        public static partial void Failed(ILogger logger, Exception exception, string what);
    }
}
