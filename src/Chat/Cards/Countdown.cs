using TrunkBot.Chat.Language;

namespace TrunkBot.Chat.Cards;

/// <summary>How long it is until something happens, in steps that grow with the time: a card is not drawn again for every second, nor for every minute of a night.</summary>
internal static class Countdown
{
    /// <summary>Such as "in 3 h 20 min".</summary>
    public static string Until(DateTimeOffset at, DateTimeOffset now) => at - now < TimeSpan.FromMinutes(1)
        ? Localized.Text("in less than a minute")
        : Localized.Text($"in {Length(at - now)}");

    /// <summary>Down to the step: a minute below five, five below an hour, ten below a day, then an hour.</summary>
    private static string Length(TimeSpan left)
    {
        var minutes = (int)left.TotalMinutes;
        var step = minutes switch { < 5 => 1, < 60 => 5, < 24 * 60 => 10, _ => 60 };
        minutes -= minutes % step;
        var (days, hours, rest) = (minutes / (24 * 60), minutes / 60 % 24, minutes % 60);
        string[] parts = [days == 0 ? "" : days == 1 ? Localized.Text("1 day") : Localized.Text($"{days} days"), hours == 0 ? "" : $"{hours} h", rest == 0 ? "" : $"{rest} min"];
        return string.Join(' ', parts.Where(p => p.Length > 0));
    }
}
