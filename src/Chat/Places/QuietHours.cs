using System.Globalization;
using TrunkBot.Chat.Language;

namespace TrunkBot.Chat.Places;

/// <summary>When somebody wants no notices but those that can't wait.</summary>
/// <param name="Person">Account.</param>
/// <param name="From">Begins, on the clock of the zone.</param>
/// <param name="To">Ends; before <paramref name="From"/> when midnight lies between.</param>
/// <param name="Zone">IANA name of the time zone, such as <c>America/Denver</c>.</param>
public sealed record QuietHours(string Person, TimeOnly From, TimeOnly To, string Zone)
{
    public string Words => Localized.Text($"{Clock(From)} to {Clock(To)} {Zone}");

    private static string Clock(TimeOnly at) => at.ToString("HH\\:mm", CultureInfo.InvariantCulture);

    public bool IsQuiet(DateTimeOffset now)
    {
        // A zone that this machine no longer knows is read as UTC: better quiet at the wrong hour than never told.
        var zone = TimeZoneInfo.TryFindSystemTimeZoneById(Zone, out var found) ? found : TimeZoneInfo.Utc;
        var clock = TimeOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        return clock.IsBetween(From, To);
    }

    /// <summary>Reads <c>22:00-07:00</c>; null when it is none, or when both ends are the same.</summary>
    public static (TimeOnly From, TimeOnly To)? Read(string typed)
    {
        var ends = typed.Split('-', '\u2013');
        return ends.Length == 2 && Clock(ends[0], out var from) && Clock(ends[1], out var to) && from != to ? (from, to) : null;
    }

    private static bool Clock(string typed, out TimeOnly clock) =>
        TimeOnly.TryParseExact(typed.Trim(), ["H:mm", "HH:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out clock);
}
