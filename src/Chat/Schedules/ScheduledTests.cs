using System.Globalization;
using Microsoft.Extensions.Logging;
using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Alerts;
using TrunkBot.Chat.Insights;
using TrunkBot.Chat.Places;
using TrunkBot.Chat.Templates;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Calls;
using TrunkBot.Diagnostics.Alerts;
using TrunkBot.Diagnostics.Schedules;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Chat.Schedules;

/// <summary>
/// Places the test calls that are due. Each due time is dealt with once, whichever process sees it: the one whose write to the schedule wins places the call. What could not
/// begin in time is not made up for, and what must not be is skipped; both are said.
/// </summary>
public sealed partial class ScheduledTests(
    ITestSchedules schedules, ITrunkStore trunks, ISites sites, IChangeService changes, ITrunkProbe probe, IAlertDesk alerts, Followers followers, IAuditTrail audit, InsightsWatch insights, ScheduleOptions options,
    TimeProvider time, ILogger<ScheduledTests> logger)
{
    /// <summary>The sites at which something is due now.</summary>
    public async Task<IReadOnlyList<string>> SitesDueAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return [.. (await schedules.ListAsync(cancellationToken)).Where(s => DueOf(s, now) is not null).Select(s => s.Site).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Deals with all that is due at a site, one call after another: they share its test subscriber. Not to be called twice at once for one site.</summary>
    /// <param name="stopping">No further call is begun.</param>
    /// <param name="cancellationToken">The call that is under way is broken off.</param>
    public async Task RunDueAsync(string site, CancellationToken stopping, CancellationToken cancellationToken)
    {
        foreach (var listed in (await schedules.ListAsync(cancellationToken)).Where(s => s.Site == site))
        {
            if (stopping.IsCancellationRequested)
            {
                return;
            }

            if (DueOf(listed, time.GetUtcNow()) is { } due)
            {
                await RunAsync(listed, due.Newest, due.Count, cancellationToken);
            }
        }
    }

    /// <summary>When it is due next; null when never.</summary>
    public DateTimeOffset? NextOf(TestSchedule schedule) => TableOf(schedule)?.NextAfter(time.GetUtcNow());

    /// <summary>To be called when nothing is scheduled any more for a trunk: its alert, if there is one, is over.</summary>
    public Task EndAsync(TestSchedule removed, CancellationToken cancellationToken) =>
        IsFiring(removed) ? TellAsync(removed, isPassed: true, isPlaced: true, "Its test calls are not scheduled any more.", cancellationToken) : Task.CompletedTask;

    private async Task RunAsync(TestSchedule schedule, DateTimeOffset due, int count, CancellationToken cancellationToken)
    {
        if ((await trunks.FindAsync(schedule.Trunk, cancellationToken))?.Intent is not { } trunk)
        {
            // Removed since, by a change.
            if (await schedules.RemoveAsync(schedule.Trunk, cancellationToken) is { } removed)
            {
                Log.TrunkGone(logger, schedule.Trunk);
                await EndAsync(removed, cancellationToken);
            }

            return;
        }

        var site = sites.Find(schedule.Site)!;
        var (result, detail) = await WhyNotAsync(trunk, site, due, count, cancellationToken) ?? (RunResult.Started, "");
        var claimed = await schedules.ChangeAsync(
            schedule.Trunk, s => s.Handled < due && s.Cron == schedule.Cron ? s with { Handled = due, Last = new ScheduledRun(due, result, detail) } : null, cancellationToken);
        if (claimed is null)
        {
            return;
        }

        if (result != RunResult.Started)
        {
            Log.NotCalled(logger, trunk.Name, due, result, detail);
            await audit.AppendAsync(Entry(claimed, "scheduled-test-call-left-out", detail), cancellationToken);
            await followers.TellAsync(trunk.Name, $"No scheduled test call of trunk {trunk.Name}: {detail}.", canNotWait: false, cancellationToken);
            return;
        }

        await audit.AppendAsync(Entry(claimed, "test-call-started", $"scheduled by {claimed.By}: {claimed.When}"), cancellationToken);
        var call = await probe.CallAsync(new TestCallOrder { Origin = new(claimed.By, IsScheduled: true) }, trunk, site, cancellationToken);
        var isPassed = call.Passed;
        await insights.BeginAsync(trunk, site, call, where: null, isPassed ? null : Alert.KeyOf(AlertSources.ScheduledTests, schedule.Key));
        var became = isPassed ? RunResult.Passed : call.Outcome == CallOutcome.NotPlaced ? RunResult.NotPlaced : RunResult.Failed;
        var sentence = ShownText.Cut(call.Sentence, 300);
        var after = await schedules.ChangeAsync(
            trunk.Name, s => s.Handled == due ? s with { Last = new ScheduledRun(due, became, sentence), Failures = isPassed ? 0 : s.Failures + 1 } : null, cancellationToken);
        if (after is not null && (isPassed ? IsFiring(claimed) : IsFiring(after)))
        {
            await TellAsync(after, isPassed, became != RunResult.NotPlaced, sentence, cancellationToken);
        }
    }

    /// <summary>What stands against a call now; null when nothing does.</summary>
    private async Task<(RunResult Result, string Detail)?> WhyNotAsync(TrunkIntent trunk, SiteProfile site, DateTimeOffset due, int count, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var local = TimeZoneInfo.ConvertTime(now, Timetable.ZoneOf(site)).DateTime;
        if (now - due > options.AtMostLate)
        {
            return (RunResult.Missed, $"the bot was down or busy at its time{(count > 1 ? $" and {count - 1} earlier ones" : "")}; it is not made up for (test-missed)");
        }

        if (site.Health.IsSilent(now, site.TimeZone) || site.Approval.MaintenanceWindows.Any(w => w.Contains(local)))
        {
            return (RunResult.Skipped, $"site {site.Name} is in maintenance (test-in-maintenance)");
        }

        if ((await changes.ListOpenAsync(cancellationToken)).FirstOrDefault(c => c.IsOfTrunk(trunk.Name) && IsAtWork(c.State)) is { } change)
        {
            return (RunResult.Skipped, $"{change.Id} is at work on it (trunk-busy)");
        }

        return UnaskedCalls.Against(trunk) is { } refusal ? (RunResult.Refused, refusal) : null;
    }

    private static bool IsAtWork(ChangeState state) =>
        state is ChangeState.Applying or ChangeState.Paused or ChangeState.Verifying or ChangeState.Undoing or ChangeState.UndoPaused;

    private bool IsFiring(TestSchedule schedule) => schedule.Failures >= options.AlertAfter;

    /// <summary>One alert for as long as the calls fail: its card is edited by each, and posted once.</summary>
    private Task<int> TellAsync(TestSchedule schedule, bool isPassed, bool isPlaced, string sentence, CancellationToken cancellationToken)
    {
        var due = schedule.Last?.Due ?? time.GetUtcNow();
        return alerts.TakeAsync(
            [
                new Alert
                {
                    Source = AlertSources.ScheduledTests,
                    Id = schedule.Key,
                    Event = string.Create(CultureInfo.InvariantCulture, $"{schedule.Key}:{due.ToUnixTimeSeconds()}:{isPassed}"),
                    Status = isPassed ? AlertStatus.Resolved : AlertStatus.Firing,
                    Title = isPlaced ? $"Scheduled test calls of trunk {schedule.Trunk} fail" : $"Scheduled test calls of trunk {schedule.Trunk} can't be placed",
                    Description = isPassed ? sentence : $"{(schedule.Failures == 1 ? "1 call" : $"{schedule.Failures} calls in a row")}, scheduled {schedule.When}. The last: {sentence}",
                    Severity = isPlaced ? Severities.Critical : Severities.Warning,
                    Since = isPassed ? null : due,
                    Labels = new Dictionary<string, string> { ["trunk"] = schedule.Trunk, ["site"] = schedule.Site },
                },
            ],
            cancellationToken);
    }

    private (DateTimeOffset Newest, int Count)? DueOf(TestSchedule schedule, DateTimeOffset now) => TableOf(schedule)?.Due(schedule.Handled, now);

    private Timetable? TableOf(TestSchedule schedule) =>
        sites.Find(schedule.Site) is { } site && Timetable.TryCreate(schedule.Cron, schedule.Trunk, site, options.SpreadOver, out var table) ? table : null;

    private AuditEntry Entry(TestSchedule schedule, string what, string detail) => new(time.GetUtcNow(), AuditEntry.Program, what, null, null, detail) { Trunk = schedule.Trunk };

    private static partial class Log
    {
        [LoggerMessage(40, LogLevel.Information, "The scheduled test call of {Trunk} that was due at {Due} is not placed ({Result}): {Why}")]
        public static partial void NotCalled(ILogger logger, string trunk, DateTimeOffset due, RunResult result, string why);

        [LoggerMessage(41, LogLevel.Information, "Trunk {Trunk} is not under management any more: its schedule of test calls is gone too")]
        public static partial void TrunkGone(ILogger logger, string trunk);
    }
}
