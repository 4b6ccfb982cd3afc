using System.Globalization;
using System.Text.RegularExpressions;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Templates;

namespace TrunkBot.Chat.Commands;

/// <summary>
/// When somebody wants a change to begin: <c>at 02:00</c> (the next time that clocks show it), <c>at 2026-11-27 02:00</c>, <c>in 30m</c>,
/// <c>in 1h30m</c>, each also with <c>step by step</c> behind it.
/// </summary>
/// <param name="At">Null: now.</param>
/// <param name="Wrong">What can't be understood; null when all is.</param>
internal sealed partial record StartTime(DateTimeOffset? At, bool StepByStep, string? Wrong)
{
    private static readonly string[] StepByStepWords = ["step", "by", "step"];

    /// <param name="zone">In which the clock is meant.</param>
    public static StartTime Read(IReadOnlyList<string> words, TimeZoneInfo zone, DateTimeOffset now)
    {
        var stepByStep = words.TakeLast(3).SequenceEqual(StepByStepWords, StringComparer.OrdinalIgnoreCase);
        string[] rest = [.. stepByStep ? words.SkipLast(3) : words];
        return rest switch
        {
            [] => new StartTime(null, stepByStep, null),
            [var at, .. var when] when Is(at, "at") && OfClock(when, zone, now) is { } read => read with { StepByStep = stepByStep },
            [var @in, .. var length] when Is(@in, "in") && LengthOf(string.Concat(length)) is { } span => new StartTime(now + span, stepByStep, null),
            _ => Refused(Localized.Text($"I don't understand the time \"{ShownText.Cut(string.Join(' ', rest), 60)}\" (start-time-wrong). Say at 02:00, at 2026-11-27 02:00, in 30m or in 1h30m.")),
        };
    }

    private static StartTime? OfClock(string[] words, TimeZoneInfo zone, DateTimeOffset now)
    {
        if (words.Length is 0 or > 2 || !TimeOnly.TryParseExact(words[^1], ["HH:mm", "H:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var clock))
        {
            return null;
        }

        var here = TimeZoneInfo.ConvertTime(now, zone);
        var today = DateOnly.FromDateTime(here.DateTime);
        if (words.Length == 1)
        {
            return In(zone, today, clock) is { At: { } at } && at <= now ? In(zone, today.AddDays(1), clock) : In(zone, today, clock);
        }

        return DateOnly.TryParseExact(words[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? In(zone, day, clock) : null;
    }

    private static StartTime In(TimeZoneInfo zone, DateOnly day, TimeOnly clock)
    {
        var local = day.ToDateTime(clock);
        if (zone.IsInvalidTime(local))
        {
            return Refused(Localized.Text($"There is no {local.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} in {zone.Id}: the clocks are put forward then (start-time-wrong). Choose another time."));
        }

        // Twice in the night in which clocks are put back: the first is meant, and the answer names its offset.
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new StartTime(new DateTimeOffset(local, offset), false, null);
    }

    private static TimeSpan? LengthOf(string text)
    {
        var match = Length().Match(text);
        if (!match.Success || text.Length == 0)
        {
            return null;
        }

        var span = TimeSpan.FromHours(Number("h")) + TimeSpan.FromMinutes(Number("m"));
        return span > TimeSpan.Zero ? span : null;

        int Number(string group) => match.Groups[group].Success ? int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture) : 0;
    }

    private static StartTime Refused(string wrong) => new(null, false, wrong);

    private static bool Is(string word, string wanted) => string.Equals(word, wanted, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex("^(?:(?<h>[0-9]{1,3})(?:h|hours?))?(?:(?<m>[0-9]{1,4})(?:m|min|minutes?))?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Length();
}
