namespace TrunkBot.Metaswitch.Inventory;

/// <summary>
/// Host names of Twilio trunks: <c>acme.pstn.twilio.com</c>, and with a region part of either style, <c>acme.pstn.us2.twilio.com</c> or
/// <c>acme.pstn.umatilla.twilio.com</c>. A region that is not in the catalogue yet counts too: the label in front is what matters.
/// </summary>
internal static class TerminationHost
{
    private const string Mark = ".pstn.";
    private const string Twilio = "twilio.com";

    /// <summary>The label in front, lower case; null for every other host.</summary>
    public static string? NameOf(string? host)
    {
        host = host?.Trim().TrimEnd('.');
        var at = host?.IndexOf(Mark, StringComparison.OrdinalIgnoreCase) ?? -1;
        if (at <= 0)
        {
            return null;
        }

        var (name, rest) = (host![..at], host[(at + Mark.Length)..]);
        var region = rest.EndsWith("." + Twilio, StringComparison.OrdinalIgnoreCase) ? rest[..^(Twilio.Length + 1)] : null;
        return IsLabel(name) && (region is null ? string.Equals(rest, Twilio, StringComparison.OrdinalIgnoreCase) : IsLabel(region)) ? name.ToLowerInvariant() : null;
    }

    private static bool IsLabel(string text) => text.Length is > 0 and <= 63 && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
