using System.Text.Json.Nodes;

namespace TrunkBot.Slack.Payloads;

/// <summary>Whose install a payload came through.</summary>
internal static class Sender
{
    /// <summary>
    /// Id of the install: the team or, of an organisation-wide install, the enterprise, where <c>team</c> may be null. An event also names whom it was
    /// delivered to, which in channels shared by two companies is another team than the one in which it happened.
    /// </summary>
    public static string? WorkspaceOf(JsonObject payload)
    {
        var authorization = payload.ObjectsAt("authorizations").FirstOrDefault();
        var team = authorization.TextAt("team_id") ?? payload.TextAt("context_team_id") ?? payload.TextAt("team", "id") ?? payload.TextAt("team_id");
        var enterprise = authorization.TextAt("enterprise_id") ?? payload.TextAt("enterprise", "id") ?? payload.TextAt("enterprise_id");
        var isOrganisationWide = authorization.IsTrueAt("is_enterprise_install") || payload.IsTrueAt("is_enterprise_install");
        var id = isOrganisationWide ? enterprise ?? team : team ?? enterprise;
        return id is not null && IsId(id) ? id : null;
    }

    /// <summary>Every id by which the workspace may be allowed: its own and its enterprise's.</summary>
    public static IEnumerable<string> IdsOf(JsonObject payload)
    {
        var authorization = payload.ObjectsAt("authorizations").FirstOrDefault();
        return ((string?[])
        [
            WorkspaceOf(payload),
            authorization is null ? payload.TextAt("team", "id") ?? payload.TextAt("team_id") : authorization.TextAt("team_id"),
            authorization is null ? payload.TextAt("enterprise", "id") ?? payload.TextAt("enterprise_id") : authorization.TextAt("enterprise_id"),
        ]).OfType<string>();
    }

    /// <summary>
    /// Key of a user. Ids are unique within a workspace only: whoever comes from another one, through a shared channel, is kept apart by that
    /// workspace, so that nobody there can be taken for somebody here.
    /// </summary>
    /// <param name="home">The user's own team as the payload says it; null when it does not.</param>
    public static string UserKey(JsonObject payload, string workspace, string user, string? home)
    {
        var isFromHere = home is null || IdsOf(payload).Contains(home, StringComparer.Ordinal);
        return $"{SlackConversation.ChannelId}:{(isFromHere ? workspace : home)}/{user}";
    }

    /// <summary>Whether a text can stand in a conversation's id: Slack's ids are letters and digits.</summary>
    public static bool IsId(string? text) => text is { Length: > 0 and <= 50 } && text.All(char.IsAsciiLetterOrDigit);

    /// <summary>Whether a text is a message's <c>ts</c>, such as <c>1795376895.000100</c>.</summary>
    public static bool IsTs(string? text) => text is { Length: > 0 and <= 30 } && text.All(c => char.IsAsciiDigit(c) || c == '.');
}
