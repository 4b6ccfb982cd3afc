using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TrunkBot.Lab.Perimeta.Configuration;

/// <summary>One kind of typed argument of a configuration line.</summary>
/// <param name="Name">How a pattern of the grammar refers to it, between angle brackets.</param>
/// <param name="Meaning">How an error text speaks of it.</param>
/// <param name="Accepts">Whether a word is a legal value.</param>
internal sealed record Argument(string Name, string Meaning, Func<string, bool> Accepts)
{
    /// <summary>Adjacency names, realm and service-address labels hold 30 characters at most (operator scripts).</summary>
    private const int LongestName = 30;

    private static readonly Argument[] All =
    [
        new("label", "a name of 1 to 30 letters, digits, hyphens and underscores", IsLabel),
        new("ipv4", "an IPv4 address", IsIpv4),
        new("ipv6", "an IPv6 address", word => IPAddress.TryParse(word, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6),
        new("port", "a port from 1 to 65535", word => InRange(word, 1, 65535)),
        new("service-network", "a service network from 1 to 4095", word => InRange(word, 1, 4095)),
        new("vlan", "a VLAN from 0 to 4094", word => InRange(word, 0, 4094)),
        new("prefix-len", "a prefix length from 0 to 32", word => InRange(word, 0, 32)),
        new("number", "a whole number", word => InRange(word, 0, 1_000_000)),
        new("host", "a host name or an IPv4 address", IsHost),
        new("profiles", "a comma list of profile names without blanks, or \"\"", IsProfileList),
        new("text", "a text of 1 to 80 printable letters, in quotes where it has blanks", word => word.Length is > 0 and <= 80 && word.All(letter => letter is >= ' ' and <= '~')),
        new("servn", "servN, N from 1 to 99", word => word.StartsWith("serv", StringComparison.Ordinal) && InRange(word[4..], 1, 99)),
    ];

    public static Argument Find(string name) => All.Single(argument => argument.Name == name);

    private static bool InRange(string word, int lowest, int highest) =>
        word.Length is > 0 and <= 7
        && (word is "0" || word[0] != '0')
        && int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= lowest
        && number <= highest;

    private static bool IsLabel(string word) =>
        word.Length is > 0 and <= LongestName
        && char.IsAsciiLetterOrDigit(word[0])
        && word.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');

    // IPAddress alone would also take "1", "0x7f.1" and "010.1.2.3".
    private static bool IsIpv4(string word)
    {
        var parts = word.Split('.');
        return parts.Length == 4 && parts.All(part => InRange(part, 0, 255));
    }

    private static bool IsHost(string word) =>
        word.Length <= 253
        && (IsIpv4(word) || word.Split('.') is { Length: > 1 } labels && labels.All(IsHostLabel) && !labels[^1].All(char.IsAsciiDigit));

    private static bool IsHostLabel(string label) =>
        label.Length is > 0 and <= 63
        && label.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-')
        && label[0] != '-'
        && label[^1] != '-';

    private static bool IsProfileList(string word) => word.Length == 0 || word.Split(',').All(IsLabel);
}
