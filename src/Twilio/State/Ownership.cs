using System.Diagnostics.CodeAnalysis;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Parameters;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Twilio.State;

/// <summary>
/// Twilio has no tags, so what the program makes carries its mark in the friendly name: <c>bot:{trunk name}:{kind}</c>. A trunk's may be followed by a blank and the
/// ticket number of the change that made it. No trunk name has a blank or a colon, so the mark of one trunk is never the beginning of another's.
/// </summary>
public static class Ownership
{
    /// <summary>Longest friendly name that is documented for trunks and origination URLs.</summary>
    public const int LongestFriendlyName = 64;

    public static string AccessControlList(TrunkIntent intent) => Tag(intent, "acl");

    /// <param name="ticket">Of the change that makes it, one word; null: none.</param>
    public static string Trunk(TrunkIntent intent, string? ticket = null) => ticket is null ? Tag(intent, "trunk") : $"{Tag(intent, "trunk")} {ticket}";

    public static string OriginationUrl(TrunkIntent intent) => Tag(intent, "origination");

    public static bool Is([NotNullWhen(true)] string? friendlyName, string tag) => string.Equals(friendlyName, tag, StringComparison.Ordinal);

    /// <summary>
    /// Whether a trunk has its mark, alone or with something that is a ticket number by the site's own pattern. What else follows the mark may be a person's remark, such as
    /// <c>KEEP</c>: then it is not ours. So is any word where the site has no pattern; there only the name that was sent counts, which is a fact of the trunk.
    /// </summary>
    public static bool IsTrunk([NotNullWhen(true)] string? friendlyName, TrunkIntent intent, TicketPolicy? tickets) => Is(friendlyName, Trunk(intent))
        || (Suffix(friendlyName, intent) is { } word && tickets is not null && tickets.Wrong(word) is null);

    /// <summary>Whether a trunk may have been made for ours, by whatever ticket: enough not to make a second one, not enough to touch it.</summary>
    public static bool MayBeTrunk(string? friendlyName, TrunkIntent intent) => Is(friendlyName, Trunk(intent)) || Suffix(friendlyName, intent) is not null;

    /// <summary>The one word that follows the mark; null when nothing does, or more.</summary>
    private static string? Suffix(string? friendlyName, TrunkIntent intent) =>
        $"{Trunk(intent)} " is var mark && friendlyName?.StartsWith(mark, StringComparison.Ordinal) == true && TrunkParameters.IsTicket(friendlyName[mark.Length..])
            ? friendlyName[mark.Length..]
            : null;

    private static string Tag(TrunkIntent intent, string kind) => $"bot:{intent.Name}:{kind}";
}
