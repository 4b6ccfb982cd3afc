using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TrunkBot.Trunks.Sites;

/// <summary>A time that comes back every week, in the site's time zone. One whose end is not after its beginning goes on into the next day.</summary>
public sealed record WeeklyWindow
{
    /// <summary>Days on which it begins; left out: every day.</summary>
    public IReadOnlyList<DayOfWeek> Days { get; init; } = Enum.GetValues<DayOfWeek>();

    /// <summary>As <c>22:00</c>.</summary>
    [JsonConverter(typeof(ClockTime))]
    public required TimeOnly From { get; init; }

    /// <summary>The first moment after it; <c>24:00</c> is midnight. The same as <see cref="From"/>: the whole day.</summary>
    [JsonConverter(typeof(ClockTime))]
    public required TimeOnly To { get; init; }

    /// <summary>What can't be right in windows that stand at that place of a site's file.</summary>
    internal static IEnumerable<(string Place, string Reason)> Wrong(string place, IReadOnlyList<WeeklyWindow> windows)
    {
        if (windows.Any(w => w.Days.Count == 0 || w.Days.Distinct().Count() != w.Days.Count))
        {
            yield return (place, "each needs at least one day, and each day once; leave days out for every day");
        }

        if (windows.Any(w => w.From == w.To && w.From != TimeOnly.MinValue))
        {
            yield return (place, "begins and ends at the same time; the whole day is from 00:00 to 24:00");
        }
    }

    /// <param name="local">Time of the site.</param>
    public bool Contains(DateTime local)
    {
        var time = TimeOnly.FromDateTime(local);
        var began = Days.Contains(local.DayOfWeek);
        if (From == To)
        {
            return began;
        }

        return From < To
            ? began && time >= From && time < To
            : (began && time >= From) || (Days.Contains(local.AddDays(-1).DayOfWeek) && time < To);
    }
}

/// <summary>A time in which no change begins, in the site's time zone.</summary>
/// <param name="Reason">Why, for those who wait.</param>
public sealed record ChangeFreeze(
    [property: JsonConverter(typeof(FreezeBegin))] DateTime From, [property: JsonConverter(typeof(FreezeEnd))] DateTime To, string Reason)
{
    /// <param name="local">Time of the site.</param>
    public bool Contains(DateTime local) => local >= From && local < To;
}

/// <summary>A time of the day as people write it: <c>08:00</c>.</summary>
internal sealed class ClockTime : JsonConverter<TimeOnly>
{
    public override TimeOnly Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return text == "24:00" ? TimeOnly.MinValue
            : TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time
            : throw new JsonException("write a time of the day like \"08:00\"");
    }

    public override void Write(Utf8JsonWriter writer, TimeOnly value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString("HH:mm", CultureInfo.InvariantCulture));
}

/// <summary>A moment as people write it: <c>2026-12-20</c> or <c>2026-12-20 18:00</c>, without a zone, because the site's counts.</summary>
internal class FreezeBegin : JsonConverter<DateTime>
{
    private const string Day = "yyyy-MM-dd";
    private static readonly string[] Moments = ["yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm"];

    public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return DateTime.TryParseExact(text, Day, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? OfDay(day)
            : DateTime.TryParseExact(text, Moments, CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment) ? moment
            : throw new JsonException("write a day like \"2026-12-20\" or a moment like \"2026-12-20 18:00\", in the site's time");
    }

    public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString(Moments[0], CultureInfo.InvariantCulture));

    protected virtual DateTime OfDay(DateTime day) => day;
}

/// <summary>As <see cref="FreezeBegin"/>; a day alone belongs to the freeze as a whole.</summary>
internal sealed class FreezeEnd : FreezeBegin
{
    protected override DateTime OfDay(DateTime day) => day.AddDays(1);
}
