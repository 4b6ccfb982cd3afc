using System.Globalization;

namespace TrunkBot.Chat.People;

/// <summary>
/// For whom things are being said now: their language (also as <see cref="CultureInfo.CurrentUICulture"/>) and time zone. Flows with the work, also into
/// what goes on in the background; what is said to everybody enters an audience of its own.
/// </summary>
public static class Audience
{
    private static readonly AsyncLocal<TimeZoneInfo?> Zone = new();

    private static readonly AsyncLocal<CultureInfo?> Spoken = new();

    /// <summary>English where nobody entered: never what the machine's own settings say.</summary>
    public static CultureInfo Language => Spoken.Value ?? Languages.CultureOf(Languages.Default);

    public static TimeZoneInfo TimeZone => Zone.Value ?? TimeZoneInfo.Utc;

    /// <summary>Until the method that calls this returns.</summary>
    /// <param name="language">Such as <c>de</c>; one that is not known is English.</param>
    /// <param name="timeZone">IANA name; null or one that this machine does not know is UTC.</param>
    public static void Enter(string language, string? timeZone)
    {
        CultureInfo.CurrentUICulture = Spoken.Value = Languages.CultureOf(language);
        Zone.Value = timeZone is not null && TimeZoneInfo.TryFindSystemTimeZoneById(timeZone, out var zone) ? zone : null;
    }
}
