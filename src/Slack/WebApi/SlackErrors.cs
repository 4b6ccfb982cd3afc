using System.Text.Json.Nodes;
using TrunkBot.Chat.Ports;

namespace TrunkBot.Slack.WebApi;

/// <summary>What Slack's errors mean for people, and what to do. Slack's own word stays in the sentence, in brackets at its end.</summary>
internal static class SlackErrors
{
    private const string Invite = "Invite the bot there: /invite @TrunkBot.";
    private const string InstallAgain = "Install the app in this workspace again (docs/operations.md).";

    private static readonly Dictionary<string, string> Sentences = new Dictionary<string, string[]>
    {
        [$"slack-not-in-channel: The bot is not a member of this channel. {Invite}"] = ["not_in_channel"],
        [$"slack-channel-not-found: Slack knows no such conversation, or it is private and the bot is not in it. {Invite}"] = ["channel_not_found"],
        ["slack-channel-archived: The channel is archived. Take it out of the archive, or use another one."] = ["is_archived"],
        ["slack-posting-restricted: A setting of the workspace or the channel does not let the bot post here. Ask an admin of the workspace."] =
            ["restricted_action", "restricted_action_read_only_channel", "restricted_action_thread_only_channel", "restricted_action_non_threadable_channel", "restricted_action_thread_locked", "messages_tab_disabled", "slack_connect_file_upload_sharing_blocked", "file_uploads_disabled", "file_upload_disabled"],
        ["slack-user-not-reachable: Slack can't show this to that person, who has left the conversation or the workspace, or is a bot."] =
            ["user_not_in_channel", "user_not_found", "user_disabled", "user_not_visible", "cannot_dm_bot"],
        ["slack-message-too-long: Slack refused the message for its length. The long part belongs in a file."] =
            ["msg_too_long", "msg_blocks_too_long", "view_too_large"],
        ["slack-message-gone: The message is not there any more, or can't be edited any more. A new one takes its place."] =
            ["message_not_found", "cant_update_message", "edit_window_closed"],
        ["slack-blocks-refused: Slack refused the form of the message, which is a fault of this program. The log has Slack's reasons."] =
            ["invalid_blocks", "invalid_blocks_format", "invalid_arguments", "invalid_arg_name", "invalid_json", "json_not_object", "no_text", "duplicate_external_id"],
        [$"slack-token-refused: Slack does not accept the bot's token any more. {InstallAgain}"] =
            ["invalid_auth", "not_authed", "token_revoked", "account_inactive", "invalid_refresh_token", "bad_client_secret", "invalid_client_id"],
        [$"slack-token-expired: The bot's token has expired and could not be renewed. {InstallAgain}"] = ["token_expired"],
        ["slack-access-denied: The workspace or its organisation does not let the bot do this. Ask an admin of the workspace."] =
            ["access_denied", "no_permission", "not_allowed_token_type", "ekm_access_denied", "team_access_not_granted", "org_login_required", "enterprise_is_restricted"],
        ["slack-rate-limited: Slack asks to wait longer than the bot does. Try again in a minute."] = ["ratelimited", "rate_limited"],
        ["slack-trigger-expired: Slack opens a dialog only within three seconds after a click, and this came too late. Press again."] =
            ["expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id", "invalid_trigger", "trigger_expired", "trigger_exchanged"],
        ["slack-view-changed: The dialog was changed by somebody faster, or was closed. Open it again."] = ["hash_conflict", "not_found"],
        ["slack-unavailable: Slack has trouble of its own. Try again in a minute; status.slack.com tells more."] =
            ["internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"],
    }.SelectMany(row => row.Value.Select(error => (error, row.Key))).ToDictionary(row => row.error, row => row.Key, StringComparer.Ordinal);

    private static readonly HashSet<string> OfToken = ["token_expired", "invalid_auth", "not_authed", "token_revoked", "account_inactive"];

    /// <summary>Another token may help.</summary>
    public static bool IsAboutToken(string error) => OfToken.Contains(error);

    public static bool IsAboutRate(string error) => error is "ratelimited" or "rate_limited";

    /// <summary>Slack says itself that it failed. Part of what was asked may have been done.</summary>
    public static bool IsSlacksOwn(string error) => error is "internal_error" or "fatal_error" or "service_unavailable" or "request_timeout";

    /// <summary>Slack's word for what is wrong, as far as it is one: an answer is not believed to hold nothing else.</summary>
    public static string Of(JsonObject answer) => Word((string?)(answer["error"] as JsonValue)) ?? "unknown_error";

    public static ChannelException Exception(SlackMethod method, string error, JsonObject? answer = null)
    {
        var sentence = error switch
        {
            "missing_scope" => $"slack-scope-missing: The bot's token lacks the scope {Scopes(answer?["needed"])}. Add it to the app (OAuth & Permissions, Scopes) and install it again.",
            _ => Sentences.GetValueOrDefault(error) ?? "slack-refused: Slack refused what the bot asked for.",
        };
        return new($"{sentence} ({method.Name}: {error})") { IsMessageGone = sentence.StartsWith("slack-message-gone", StringComparison.Ordinal) };
    }

    private static string Scopes(JsonNode? needed) =>
        needed is JsonValue value && value.TryGetValue(out string? text) && text.Length <= 200 && text.All(c => char.IsAsciiLetterLower(c) || c is ':' or ',' or '.' or '_' or ' ')
            ? text
            : "that its log names";

    private static string? Word(string? error) =>
        error is { Length: > 0 and <= 60 } && error.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? error : null;
}
