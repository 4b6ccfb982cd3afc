namespace TrunkBot.Chat.People;

/// <summary>Ids of the users of platforms in the one spelling under which they are compared.</summary>
public static class UserIds
{
    private const int Longest = 120;

    /// <summary>The canonical spelling; null when it can't be the id of a user: <c>slack:T1/U1</c>, <c>msteams:{object id}</c>, <c>webchat:ana</c>.</summary>
    public static string? Read(string typed)
    {
        var id = typed.Trim();
        var colon = id.IndexOf(':', StringComparison.Ordinal);
        if (colon < 1 || id.Length > Longest)
        {
            return null;
        }

        var (channel, user) = (id[..colon].ToLowerInvariant(), id[(colon + 1)..]);
        return channel switch
        {
            // Entra's object ids are GUIDs, and case means nothing in them.
            "msteams" => Guid.TryParseExact(user, "D", out var objectId) ? $"msteams:{objectId:D}" : null,
            "slack" => IsSlack(user.ToUpperInvariant()) ? $"slack:{user.ToUpperInvariant()}" : null,
            "webchat" => user.Length > 0 && user.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? $"webchat:{user}" : null,
            _ => null,
        };
    }

    // Of a workspace (T) or an organisation (E), and of a person, in an organisation perhaps W.
    private static bool IsSlack(string user) =>
        user.Split('/') is [['T' or 'E', _, ..] team, ['U' or 'W', _, ..] person] && (team + person).All(char.IsAsciiLetterOrDigit);
}
