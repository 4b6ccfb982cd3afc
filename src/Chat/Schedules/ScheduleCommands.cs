using System.Globalization;
using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Commands;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Insights;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.People;
using TrunkBot.Chat.Places;
using TrunkBot.Chat.Templates;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Health;
using TrunkBot.Diagnostics.Insights;
using TrunkBot.Diagnostics.Schedules;

namespace TrunkBot.Chat.Schedules;

/// <summary>Test calls by a timetable: set, listed, ended; and what the last test calls of a trunk measured, whoever asked for them.</summary>
internal sealed class ScheduleCommands(
    ITestSchedules schedules, ScheduledTests running, IHealthHistory history, ITrunkStore trunks, ISites sites, TrunkLookup lookup, PlaceBook places, IAuditTrail audit, ScheduleOptions options,
    Speech speech, TimeProvider time)
{
    private const int MostListed = 30;
    private const int MostCalls = 10;

    public IEnumerable<Command> All =>
    [
        new() { Name = "schedule", Acts = true, Example = "schedule acme-east weekdays 06:00", Arguments = "NAME [WHEN]", Least = 1, Most = 7, Purpose = "test calls of a trunk by a timetable on its site's clock, such as daily 06:00, weekdays 06:00, every 4h, or cron; without a time: how it stands", Run = ScheduleAsync },
        new() { Name = "unschedule", Acts = true, Example = "unschedule acme-east", Arguments = "NAME", Least = 1, Most = 1, Purpose = "no scheduled test calls of a trunk any more", Run = UnscheduleAsync },
        new() { Name = "schedules", Needs = Roles.Viewer, Purpose = "which trunks have scheduled test calls, when the next are, what became of the last", Run = ListAsync },
        new() { Name = "tests", Needs = Roles.Viewer, Example = "tests acme-east", Arguments = "NAME", Least = 1, Most = 1, Purpose = "the last test calls of a trunk: who asked, what was measured", Run = CallsAsync },
    ];

    private async Task ScheduleAsync(CommandCall call, CancellationToken cancellationToken)
    {
        if (await lookup.ManagedAsync(call.Turn, call.Arguments[0], cancellationToken) is not var (trunk, site))
        {
            return;
        }

        var name = trunk.Intent.Name;
        if (call.Arguments.Count == 1)
        {
            var standing = await schedules.FindAsync(name, cancellationToken);
            await speech.SayAsync(call.Turn.Where, standing is null ? Localized.Text($"No test calls of {name} are scheduled. Say schedule {name} daily 06:00, for example.") : Line(standing), cancellationToken);
            return;
        }

        IReadOnlyList<string> words = [.. call.Arguments.Skip(1)];
        if (ScheduleWords.Read(words) is not { } cron || !Timetable.TryCreate(cron, name, site, options.SpreadOver, out var table))
        {
            await speech.SayAsync(
                call.Turn.Where,
                Localized.Text($"I don't understand the time \"{ShownText.Cut(string.Join(' ', words), 60)}\" (schedule-wrong). Say daily 06:00, weekdays 06:00, mon,thu 22:15, hourly, every 4h, or cron in five fields, such as 0 6 * * 1-5."),
                cancellationToken);
            return;
        }

        var now = time.GetUtcNow();
        if (table.NextAfter(now) is not { } next)
        {
            await speech.SayAsync(call.Turn.Where, Localized.Text("There is no such day: that time never comes (schedule-wrong)."), cancellationToken);
            return;
        }

        if (table.LeastGap(now) < options.LeastInterval)
        {
            await speech.SayAsync(call.Turn.Where, Localized.Text($"That is too often (schedule-too-often): at least {options.LeastInterval.TotalMinutes:0} min must lie between two calls of a trunk."), cancellationToken);
            return;
        }

        if (UnaskedCalls.Against(trunk.Intent) is { } refusal)
        {
            await speech.SayAsync(call.Turn.Where, Localized.Text($"Nothing is scheduled: {refusal}."), cancellationToken);
            return;
        }

        var when = string.Join(' ', words);
        var before = await schedules.FindAsync(name, cancellationToken);
        var schedule = new TestSchedule(name, site.Name, cron, when, call.Turn.Who.Id, call.Turn.Who.DisplayName, now) { Handled = now, Last = before?.Last, Failures = before?.Failures ?? 0 };
        await schedules.SaveAsync(schedule, cancellationToken);
        await audit.AppendAsync(AuditEntry.Of(call.Turn.Who, "test-calls-scheduled", before is null ? $"{when} ({cron})" : $"{when} ({cron}); before: {before.When} ({before.Cron})", now) with { Trunk = name }, cancellationToken);
        var place = await places.AlertsAsync(site.Name, site.CustomerOf(name), cancellationToken);
        await speech.SayAsync(
            call.Turn.Where,
            Localized.Text($"Test calls of {name} are scheduled: {when}, on the clock of {Timetable.ZoneOf(site).Id}. The next is at {At(next, schedule)}. A call that fails is an alert.")
                + (place is null ? " " + Localized.Text("No conversation takes the alerts of that site yet: say here is alerts in the one that shall.") : ""),
            cancellationToken);
    }

    private async Task UnscheduleAsync(CommandCall call, CancellationToken cancellationToken)
    {
        // Also of a trunk that is gone.
        if (await schedules.RemoveAsync(call.Arguments[0], cancellationToken) is not { } removed)
        {
            var nearest = await TrunkLookup.NearestAsync(trunks, call.Arguments[0], [], cancellationToken);
            await speech.SayAsync(
                call.Turn.Where,
                Localized.Text($"No test calls of \"{ShownText.Cut(call.Arguments[0], 40)}\" are scheduled. {(nearest is null || nearest.Equals(call.Arguments[0], StringComparison.OrdinalIgnoreCase) ? Localized.Text("Say schedules for those that are.") : Localized.Text($"Did you mean {nearest}?"))}"),
                cancellationToken);
            return;
        }

        await audit.AppendAsync(AuditEntry.Of(call.Turn.Who, "test-calls-unscheduled", $"{removed.When} ({removed.Cron})", time.GetUtcNow()) with { Trunk = removed.Trunk }, cancellationToken);
        await running.EndAsync(removed, cancellationToken);
        await speech.SayAsync(call.Turn.Where, Localized.Text($"No test calls of {removed.Trunk} are scheduled any more; they were {removed.When}."), cancellationToken);
    }

    private async Task ListAsync(CommandCall call, CancellationToken cancellationToken)
    {
        var all = await schedules.ListAsync(cancellationToken);
        var more = all.Count > MostListed ? "\n" + Localized.Text($"{all.Count - MostListed} more: say schedule NAME.") : "";
        await speech.SayAsync(
            call.Turn.Where,
            all.Count == 0 ? Localized.Text("No test calls are scheduled. Say schedule NAME daily 06:00, for example.") : string.Join('\n', all.Take(MostListed).Select(Line)) + more,
            cancellationToken);
    }

    private async Task CallsAsync(CommandCall call, CancellationToken cancellationToken)
    {
        if (await lookup.AnyAsync(call.Turn, call.Arguments[0], cancellationToken) is not var (intent, _, _))
        {
            return;
        }

        var calls = await history.CallsAsync(intent.Name, MostCalls, cancellationToken);
        List<string> lines = [calls.Count == 0 ? Localized.Text($"No test call of {intent.Name} is known.") : Localized.Text($"The last test calls of {intent.Name}, the newest first:"), .. calls.Select(Line)];
        if (await schedules.FindAsync(intent.Name, cancellationToken) is { } schedule)
        {
            lines.Add(Line(schedule));
        }

        await speech.SayAsync(call.Turn.Where, string.Join('\n', lines), cancellationToken);
    }

    private string Line(TestSchedule schedule)
    {
        var next = sites.Find(schedule.Site) is null ? Localized.Text($"never, because the profile of site {schedule.Site} is gone (site-unknown)")
            : running.NextOf(schedule) is { } at ? At(at, schedule)
            : Localized.Text("never");
        return Localized.Text($"{schedule.Trunk}: {schedule.When}, by {ShownText.Cut(schedule.Name, 60)} since {CardData.Minute(schedule.Since)}. Next: {next}. Last: {Last(schedule)}");
    }

    private string Last(TestSchedule schedule) => schedule.Last switch
    {
        null => Localized.Text("none yet."),
        { Result: RunResult.Started } run when time.GetUtcNow() - run.Due > options.AtMostLate => Localized.Text($"{At(run.Due, schedule)}, broken off when the program ended (test-broken-off); it is not made up for."),
        { Result: RunResult.Started } run => Localized.Text($"{At(run.Due, schedule)}, under way."),
        { } run => $"{At(run.Due, schedule)}, {Word(run.Result)}: {ShownText.Cut(run.Detail, 300).TrimEnd('.')}.",
    };

    private static string Line(TestCall call)
    {
        var by = call.Origin switch
        {
            null => "",
            { IsScheduled: true } origin => ", " + Localized.Text($"scheduled by {ShownText.Cut(origin.By, 60)}"),
            { } origin => ", " + Localized.Text($"asked for by {ShownText.Cut(origin.By, 60)}"),
        };
        var verdict = call.Audio == AudioVerdict.TwoWay ? Word(RunResult.Passed) : call.Outcome == CallOutcome.NotPlaced ? Word(RunResult.NotPlaced) : Word(RunResult.Failed);
        var jitter = call.JitterMilliseconds is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value:0.0} ms") : Localized.Text("not measured");
        var measured = call.Outcome == CallOutcome.NotPlaced ? ""
            : Localized.Text($"; post-dial delay {CardData.Milliseconds(call.PostDialDelayMilliseconds)}, jitter {jitter}, lost {CardData.Counted(call.PacketsLost)}");
        var carrier = call.Carrier switch
        {
            { Figures: { } figures } found => Localized.Text(
                $" Twilio ({InsightsCard.Word(found.State)}): post-dial delay {CardData.Milliseconds(figures.PostDialDelayMilliseconds)}, jitter {InsightsCard.Jitter(figures.FromUs?.JitterMilliseconds)} from us and {InsightsCard.Jitter(figures.ToUs?.JitterMilliseconds)} to us."),
            { State: InsightsState.NotListed } => Localized.Text(" Twilio lists no such call (insights-not-listed)."),
            _ => "",
        };
        return $"{CardData.Time(call.StartedAt)}: {verdict}{measured}{by}: {ShownText.Cut(Localized.Text(call.Sentence), 200)}{carrier}";
    }

    private static string Word(RunResult result) => result switch
    {
        RunResult.Passed => Localized.Text("passed"),
        RunResult.Failed => Localized.Text("failed"),
        RunResult.NotPlaced => Localized.Text("not placed"),
        RunResult.Missed => Localized.Text("missed"),
        _ => Localized.Text("left out"),
    };

    /// <summary>On the site's clock, which is what the schedule means.</summary>
    private string At(DateTimeOffset at, TestSchedule schedule)
    {
        var zone = sites.Find(schedule.Site) is { } site ? Timetable.ZoneOf(site) : TimeZoneInfo.Utc;
        return $"{TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} {zone.Id}";
    }
}
