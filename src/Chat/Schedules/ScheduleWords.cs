using System.Globalization;
using System.Text.RegularExpressions;
using Cronos;

namespace TrunkBot.Chat.Schedules;

/// <summary>
/// When somebody wants test calls: <c>daily 06:00</c>, <c>weekdays 06:00</c>, <c>mon,thu 22:15</c>, <c>hourly</c>, <c>every 4h</c>, <c>every 30m</c>, or cron in five fields,
/// <c>0 6 * * 1-5</c>.
/// </summary>
internal static partial class ScheduleWords
{
    private const int CronFields = 5;

    private static readonly string[] Days = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

    /// <returns>A cron expression of five fields; null when it can't be understood.</returns>
    public static string? Read(IReadOnlyList<string> words)
    {
        var said = string.Join(' ', words).ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var cron = said switch
        {
            ["hourly"] => "0 * * * *",
            ["every", "day" or "night" or "morning", .. var at] => At(at, "*"),
            ["daily", .. var at] => At(at, "*"),
            ["weekdays" or "workdays", .. var at] => At(at, "1-5"),
            ["weekends", .. var at] => At(at, "0,6"),
            ["every", var interval] => Every(interval),
            ["every", var number, var unit] => Every(number + unit),
            { Length: CronFields } => string.Join(' ', said),
            ["weekly", var days, .. var at] when DaysOf(days) is { } read => At(at, read),
            [var days, .. var at] when DaysOf(days) is { } read => At(at, read),
            _ => null,
        };
        return CronExpression.TryParse(cron ?? "", out _) ? cron : null;
    }

    private static string? At(string[] words, string days)
    {
        var clock = words is ["at", var named] ? named : words is [var alone] ? alone : "";
        return TimeOnly.TryParseExact(clock, ["HH:mm", "H:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var at)
            ? string.Create(CultureInfo.InvariantCulture, $"{at.Minute} {at.Hour} * * {days}")
            : null;
    }

    /// <summary>Only what divides the hour or the day: anything else would be uneven at its end, which nobody expects of "every".</summary>
    private static string? Every(string interval)
    {
        var match = Interval().Match(interval);
        return !match.Success || !int.TryParse(match.Groups["number"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0 ? null
            : match.Groups["hours"].Success ? 24 % number == 0 ? $"0 */{number} * * *" : null
            : 60 % number == 0 ? $"*/{number} * * * *"
            : null;
    }

    private static string? DaysOf(string listed)
    {
        var read = listed.Split(',').Select(part => part.Split('-') switch
        {
            [var one] => DayOf(one),
            [var first, var last] when DayOf(first) is { } from && DayOf(last) is { } to => $"{from}-{to}",
            _ => null,
        }).ToList();
        return read.Contains(null) ? null : string.Join(',', read);
    }

    private static string? DayOf(string named)
    {
        var at = named.Length >= 3 ? Array.FindIndex(Days, d => d.StartsWith(named, StringComparison.Ordinal) || d + "s" == named) : -1;
        return at < 0 ? null : at.ToString(CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("^(?<number>[0-9]{1,2})(?:(?<hours>h|hours?)|m|min|minutes?)$", RegexOptions.CultureInvariant)]
    private static partial Regex Interval();
}
