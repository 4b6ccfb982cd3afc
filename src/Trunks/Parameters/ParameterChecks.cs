using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using PhoneNumbers;
using TrunkBot.Trunks.Edges;

namespace TrunkBot.Trunks.Parameters;

/// <summary>What a parameter's value may be. Each check returns what is wrong, or null.</summary>
internal static partial class ParameterChecks
{
    /// <summary>Perimeta names: at most 30 characters from a safe set (operator script; safe set inferred, perimeta.md section 4).</summary>
    public static string? PerimetaName(string value) =>
        SafeName().IsMatch(value) ? null : "use 1 to 30 letters, digits, hyphens or underscores, beginning with a letter";

    public static string? TrunkName(string value) =>
        TrunkNamePattern().IsMatch(value) ? null : "use 1 to 20 lower-case letters, digits or hyphens, beginning with a letter and not ending with a hyphen";

    /// <summary>A ticket number of whatever system: never more than one word, so that it can stand in any line and any file.</summary>
    public static string? TicketNumber(string value) =>
        value.Length is > 0 and <= 40 && char.IsAsciiLetterOrDigit(value[0]) && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '#' or '/')
            ? null
            : "use 1 to 40 letters, digits and - _ . # /, beginning with a letter or digit";

    /// <summary>Adjacency pattern: safe characters. That each edge gets a name of its own, of at most 30 characters, is checked with the trunk's name and edges.</summary>
    public static string? AdjacencyPattern(string value)
    {
        var bare = value.Replace("{name}", "n", StringComparison.Ordinal)
            .Replace("{edge}", "e", StringComparison.Ordinal)
            .Replace("{legacy}", "l", StringComparison.Ordinal);
        return PerimetaName(bare) is null
            ? null
            : "use letters, digits, hyphens, underscores and the holes {name}, {edge}, {legacy}, beginning with a letter or {name}";
    }

    /// <summary>Twilio domain label: letters, digits, hyphen; lower case and at most 50 characters (twilio.md section 7).</summary>
    public static string? TerminationLabel(string value)
    {
        var label = StripTerminationSuffix(value);
        return DomainLabel().IsMatch(label)
            ? null
            : "use 1 to 50 lower-case letters, digits or hyphens (the part before .pstn.twilio.com), neither beginning nor ending with a hyphen";
    }

    public static string StripTerminationSuffix(string value)
    {
        const string suffix = ".pstn.twilio.com";
        return value.EndsWith(suffix, StringComparison.OrdinalIgnoreCase) ? value[..^suffix.Length] : value;
    }

    public static string? Edges(string value)
    {
        if (string.Equals(value, "all", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var names = Split(value);
        var unknown = names.Where(n => EdgeCatalogue.Current.Find(n) is null).ToList();
        if (names.Count == 0 || unknown.Count == 0)
        {
            return names.Count == 0 ? "name at least one edge, or all" : null;
        }

        var known = EdgeCatalogue.Current.Edges.Select(e => e.Name).ToList();
        var meant = unknown.Select(n => Nearest.To(n, known)).OfType<string>().ToList();
        return $"{string.Join(", ", unknown.Select(Show))}: no such edge; "
            + (meant.Count == unknown.Count ? $"did you mean {string.Join(", ", meant)}?" : $"known are {string.Join(", ", known)}");
    }

    /// <summary>Public IPv4 networks for Twilio's access control list: at most 100 entries (twilio.md section 4).</summary>
    public static string? PublicNetworks(string value)
    {
        var parts = Split(value);
        if (parts.Count is 0 or > 100)
        {
            return "give 1 to 100 addresses with prefix length, separated by commas, such as 203.0.113.0/28";
        }

        foreach (var part in parts)
        {
            if (Network(part) is not { } network)
            {
                return $"{Show(part)} is not an IPv4 address with prefix length, such as 203.0.113.0/28 (an address inside the network instead of its first one is refused, so that nothing is widened by mistake)";
            }

            if (network.PrefixLength < 24)
            {
                return $"{Show(part)} is wider than a /24: name the SBC's own signalling addresses only, or anybody in that range could call";
            }

            if (IsNotPublic(network.BaseAddress))
            {
                return $"{Show(part)} is not a public address: Twilio sees the SBC's public signalling address";
            }
        }

        return null;
    }

    public static IPNetwork? Network(string part)
    {
        var text = part.Contains('/', StringComparison.Ordinal) ? part : part + "/32";
        return IPNetwork.TryParse(text, out var network)
            && network.BaseAddress.AddressFamily == AddressFamily.InterNetwork
            && part.Split('/')[0].Count(c => c == '.') == 3
            && network.BaseAddress.ToString() == part.Split('/')[0]
            ? network
            : null;
    }

    public static string? Address(string value)
    {
        var (host, port) = SplitHostPort(value);
        return IPAddress.TryParse(host, out var address) && address.AddressFamily == AddressFamily.InterNetwork && host == address.ToString()
            && (port is null || Port(port) is null)
            ? null
            : "give an IPv4 address, with a port if it is not 5060, such as 10.20.0.5:5060";
    }

    public static (string Host, string? Port) SplitHostPort(string value)
    {
        var colon = value.LastIndexOf(':');
        return colon < 0 ? (value, null) : (value[..colon], value[(colon + 1)..]);
    }

    public static string? Port(string value) => WholeNumber(value, 1, 65535, "a port");

    public static string? ServiceNetwork(string value) => WholeNumber(value, 1, 65535, "a service network number");

    public static string? Polling(string value) => WholeNumber(value, 15, 3600, "seconds (Twilio bans pollers faster than one OPTIONS in 10 to 15 s)");

    public static string? YesNo(string value) => IsOneOf(value, "yes", "no") ? null : "say yes or no";

    public static bool IsOneOf(string value, params ReadOnlySpan<string> choices)
    {
        foreach (var choice in choices)
        {
            if (string.Equals(value, choice, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    public static string? ObjectName(string value) =>
        SafeName().IsMatch(value) ? null : "use 1 to 30 letters, digits, hyphens or underscores, beginning with a letter (blanks make trouble in Sh identities)";

    public static string? TrunkGroup(string value) => WholeNumber(value, 1, 99999, "a trunk group number");

    /// <summary>
    /// The dialed number as it stands in the translations: digits, and a valid number once read as one, either with the country code in front or,
    /// ten digits of the North American plan, without it.
    /// </summary>
    public static string? DialedNumber(string value)
    {
        if (!Digits().IsMatch(value))
        {
            return "give digits only, as they look in the translations, such as 16504894546";
        }

        return value.Length == 10 && E164("+1" + value) is null ? null : E164("+" + value);
    }

    public static string? Numbers(string value)
    {
        var numbers = Split(value);
        if (numbers.Count == 0)
        {
            return "give at least one number, or none";
        }

        foreach (var number in numbers)
        {
            if (E164(number) is { } wrong)
            {
                return $"{Show(number)}: {wrong}";
            }
        }

        return null;
    }

    /// <summary>A value as it may be repeated in a message: control characters replaced, cut to 40 characters.</summary>
    public static string Show(string value)
    {
        var clean = new string([.. value.Select(c => char.IsControl(c) ? '?' : c)]);
        return clean.Length > 40 ? $"\"{clean[..40]}…\"" : $"\"{clean}\"";
    }

    public static IReadOnlyList<string> Split(string value) =>
        value.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string? E164(string value)
    {
        if (!value.StartsWith('+'))
        {
            return "write the number in E.164 with a leading +, such as +13035550100";
        }

        try
        {
            var number = PhoneNumberUtil.GetInstance().Parse(value, null);
            return PhoneNumberUtil.GetInstance().IsValidNumber(number) && PhoneNumberUtil.GetInstance().Format(number, PhoneNumberFormat.E164) == value
                ? null
                : "is not a valid telephone number";
        }
        catch (NumberParseException)
        {
            return "is not a telephone number";
        }
    }

    private static string? WholeNumber(string value, int least, int most, string what) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? null
            : $"give {what}: a whole number from {least} to {most}";

    /// <summary>Private, loopback, link-local, shared and multicast ranges. Documentation ranges (RFC 5737) pass: labs use them.</summary>
    private static bool IsNotPublic(IPAddress address)
    {
        var b = address.GetAddressBytes();
        return b[0] is 0 or 10 or 127 or >= 224
            || (b[0] == 172 && b[1] is >= 16 and <= 31)
            || (b[0] == 192 && b[1] == 168)
            || (b[0] == 169 && b[1] == 254)
            || (b[0] == 100 && b[1] is >= 64 and <= 127);
    }

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_-]{0,29}\z")]
    private static partial Regex SafeName();

    [GeneratedRegex(@"\A[a-z]([a-z0-9-]{0,18}[a-z0-9])?\z")]
    private static partial Regex TrunkNamePattern();

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?\z")]
    private static partial Regex DomainLabel();

    [GeneratedRegex(@"\A[0-9]{3,15}\z")]
    private static partial Regex Digits();
}
