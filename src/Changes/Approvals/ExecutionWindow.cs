using System.Globalization;
using TrunkBot.Changes.Life;

namespace TrunkBot.Changes.Approvals;

/// <summary>
/// When a change may begin: not before and not after what was said at submission, within business hours and maintenance windows, outside
/// freezes. Pure; by the policy that was pinned. It is asked at the beginning and at each retry; a change at work is not cut off by it, and
/// an undo never waits.
/// </summary>
public static class ExecutionWindow
{
    private const string NotBefore = "Not before";
    private const string NotAfter = "Not after";
    private const string BusinessHours = "Business hours";
    private const string Freeze = "Freeze";
    private const string Maintenance = "Maintenance window";

    /// <summary>How far ahead an opening is looked for.</summary>
    private const int Days = 400;

    /// <summary>Whether the change may begin at that moment, as far as time is concerned.</summary>
    public static bool IsOpen(Change change, DateTimeOffset at) => Gate.Outcome(Judge(change, at)) == GateState.Passes;

    /// <summary>Every condition of time at that moment.</summary>
    public static IReadOnlyList<Gate> Judge(Change change, DateTimeOffset at)
    {
        var gates = Conditions(change, at);
        return !ApprovalRules.IsBrokenGlass(change) ? gates
            : [.. gates.Select(g => g.State == GateState.Passes ? g : Gate.Pass(g.Stage, g.Name, $"Overridden by broken glass: {g.Sentence}"))];
    }

    /// <summary>The first moment, from the given one on, at which the change may begin; null when there is none within a year.</summary>
    public static DateTimeOffset? OpensAt(Change change, DateTimeOffset from)
    {
        if (IsOpen(change, from))
        {
            return from;
        }

        if (change.Policy is not { } policy || ZoneOf(policy) is not { } zone)
        {
            return null;
        }

        var earliest = change.Course.NotBefore is { } notBefore && notBefore > from ? notBefore : from;
        if (IsOpen(change, earliest))
        {
            return earliest;
        }

        // It can only open where a window begins, a freeze ends, or a day does: at one of those moments.
        var first = TimeZoneInfo.ConvertTime(earliest, zone).Date;
        for (var day = 0; day <= Days; day++)
        {
            var date = first.AddDays(day);
            var moments = policy.BusinessHours.Concat(policy.MaintenanceWindows).Select(w => date + w.From.ToTimeSpan())
                .Concat(policy.Freezes.Select(f => f.To).Where(to => to.Date == date))
                .Append(date)
                .SelectMany(local => MomentsOf(local, zone)).Where(m => m > earliest).Order();
            foreach (var moment in moments)
            {
                if (change.Course.NotAfter is { } notAfter && moment >= notAfter)
                {
                    return null;
                }

                if (IsOpen(change, moment))
                {
                    return moment;
                }
            }
        }

        return null;
    }

    /// <summary>A moment in the zone of the change's site, which is named.</summary>
    internal static string Shown(Change change, DateTimeOffset at)
    {
        var zone = (change.Policy is { } policy ? ZoneOf(policy) : null) ?? TimeZoneInfo.Utc;
        return $"{TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} {(zone.Id == TimeZoneInfo.Utc.Id ? "UTC" : zone.Id)}";
    }

    private static IReadOnlyList<Gate> Conditions(Change change, DateTimeOffset at)
    {
        if (change.Policy is not { } policy)
        {
            return [Gate.Fail(GateStage.Dynamic, "Times", "policy-missing", "No policy is pinned, so nobody knows when the change may begin.")];
        }

        if (ZoneOf(policy) is not { } zone)
        {
            return [Gate.Fail(GateStage.Dynamic, "Times", "time-zone-unknown", $"This machine does not know the time zone {policy.TimeZone}, so nobody knows when the change may begin.")];
        }

        var local = TimeZoneInfo.ConvertTime(at, zone).DateTime;
        var frozen = policy.Freezes.FirstOrDefault(f => f.Contains(local));
        return
        [
            change.Course.NotBefore is not { } notBefore ? Gate.Pass(GateStage.Dynamic, NotBefore, "It may begin as soon as it is approved.")
                : at >= notBefore ? Gate.Pass(GateStage.Dynamic, NotBefore, $"It may begin since {Shown(change, notBefore)}.")
                : Gate.Wait(GateStage.Dynamic, NotBefore, "window-not-yet", $"It begins not before {Shown(change, notBefore)}, as was asked for."),
            change.Course.NotAfter is not { } notAfter ? Gate.Pass(GateStage.Dynamic, NotAfter, "No end was given.")
                : at < notAfter ? Gate.Pass(GateStage.Dynamic, NotAfter, $"It may begin until {Shown(change, notAfter)}.")
                : Gate.Fail(GateStage.Dynamic, NotAfter, "window-passed", $"It was to begin before {Shown(change, notAfter)}, which is over."),
            policy.BusinessHours.Count == 0 ? Gate.Pass(GateStage.Dynamic, BusinessHours, "The site has no business hours for changes.")
                : policy.BusinessHours.Any(w => w.Contains(local)) ? Gate.Pass(GateStage.Dynamic, BusinessHours, "It is within business hours.")
                : Gate.Wait(GateStage.Dynamic, BusinessHours, "outside-business-hours", "It is outside the business hours of the site."),
            frozen is null ? Gate.Pass(GateStage.Dynamic, Freeze, "No freeze is on.")
                : Gate.Wait(GateStage.Dynamic, Freeze, "change-freeze", $"Changes are frozen until {frozen.To.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)}: {frozen.Reason}"),
            policy.MaintenanceWindows.Count == 0 ? Gate.Pass(GateStage.Dynamic, Maintenance, "The site has no maintenance windows.")
                : policy.MaintenanceWindows.Any(w => w.Contains(local)) ? Gate.Pass(GateStage.Dynamic, Maintenance, "A maintenance window is open.")
                : Gate.Wait(GateStage.Dynamic, Maintenance, "outside-maintenance-window", "No maintenance window is open."),
        ];
    }

    private static TimeZoneInfo? ZoneOf(PinnedPolicy policy) =>
        policy.TimeZone is null ? TimeZoneInfo.Utc : TimeZoneInfo.TryFindSystemTimeZoneById(policy.TimeZone, out var zone) ? zone : null;

    // When clocks go forward a time is left out, and what would begin in it begins right after; when they go back it comes twice.
    private static IEnumerable<DateTimeOffset> MomentsOf(DateTime local, TimeZoneInfo zone)
    {
        while (zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(1);
        }

        return zone.IsAmbiguousTime(local)
            ? zone.GetAmbiguousTimeOffsets(local).Select(offset => new DateTimeOffset(local, offset).ToUniversalTime())
            : [new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime()];
    }
}
