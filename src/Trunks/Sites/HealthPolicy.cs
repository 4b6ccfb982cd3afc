namespace TrunkBot.Trunks.Sites;

/// <summary>How the trunks of a site are watched.</summary>
public sealed record HealthPolicy
{
    /// <summary>Times of maintenance, in the site's time zone: trunks are looked at, and what still holds when one is over is told then.</summary>
    public IReadOnlyList<WeeklyWindow> Silences { get; init; } = [];

    /// <param name="zone">The site's; null: UTC.</param>
    public bool IsSilent(DateTimeOffset at, string? zone)
    {
        if (Silences.Count == 0)
        {
            return false;
        }

        // A zone that this machine no longer knows is read as UTC: silent at the wrong hour is better than never watched.
        var found = zone is not null && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var known) ? known : TimeZoneInfo.Utc;
        var local = TimeZoneInfo.ConvertTime(at, found).DateTime;
        return Silences.Any(s => s.Contains(local));
    }
}
