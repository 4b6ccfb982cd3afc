using System.Diagnostics.CodeAnalysis;
using Cronos;
using TrunkBot.Diagnostics.Health;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Diagnostics.Schedules;

/// <summary>
/// When a schedule is due: a cron expression of five fields (minute, hour, day of the month, month, day of the week) on the clock of a zone, each time later by the trunk's own
/// place in the spread. A time that the clocks leave out in spring is due right after; one that comes twice in autumn is due once, the first time; what comes back within the
/// day (<c>*/30</c>) goes on evenly over both.
/// </summary>
public sealed class Timetable
{
    /// <summary>Times that are counted at most; more than anybody reads.</summary>
    private const int Most = 1000;

    private readonly CronExpression cron;
    private readonly TimeZoneInfo zone;
    private readonly TimeSpan later;

    private Timetable(CronExpression cron, TimeZoneInfo zone, TimeSpan later) => (this.cron, this.zone, this.later) = (cron, zone, later);

    /// <param name="trunk">Its name decides its place: many trunks with the same times do not call at once, and each calls at the same time every day.</param>
    /// <param name="spread">Over which the trunks are spread.</param>
    public static bool TryCreate(string expression, string trunk, SiteProfile site, TimeSpan spread, [NotNullWhen(true)] out Timetable? timetable)
    {
        timetable = CronExpression.TryParse(expression, out var cron) ? new Timetable(cron, ZoneOf(site), Spread.Of($"schedule {trunk.ToUpperInvariant()}", spread)) : null;
        return timetable is not null;
    }

    /// <summary>The site's zone. One that this machine does not know is read as UTC, as watching does.</summary>
    public static TimeZoneInfo ZoneOf(SiteProfile site) => site.TimeZone is { } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : TimeZoneInfo.Utc;

    /// <summary>The first due time after that moment; null when there is none any more.</summary>
    public DateTimeOffset? NextAfter(DateTimeOffset at) => cron.GetNextOccurrence(at - later, zone) + later;

    /// <summary>What became due after one moment and until another.</summary>
    /// <returns>The newest of them, and how many they are; null when none did.</returns>
    public (DateTimeOffset Newest, int Count)? Due(DateTimeOffset after, DateTimeOffset until)
    {
        (DateTimeOffset Newest, int Count)? due = null;
        for (var at = NextAfter(after); at <= until; at = NextAfter(at.Value))
        {
            due = (at.Value, (due?.Count ?? 0) + 1);
            if (due.Value.Count == Most)
            {
                // Of so many the oldest are forgotten.
                return Due(until - (until - after) / 2, until) is { } rest ? (rest.Newest, Most) : due;
            }
        }

        return due;
    }

    /// <summary>The shortest time between two due times of the next weeks; null when there are no two.</summary>
    public TimeSpan? LeastGap(DateTimeOffset from)
    {
        TimeSpan? least = null;
        var before = NextAfter(from);
        for (var i = 0; i < 100 && before is not null && NextAfter(before.Value) is { } next; i++)
        {
            least = least < next - before ? least : next - before;
            before = next;
        }

        return least;
    }
}
