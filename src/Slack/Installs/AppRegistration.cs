namespace TrunkBot.Slack.Installs;

/// <summary>What the app is registered with at Slack: the same stands in its manifest, and the scopes are asked for at its installation.</summary>
internal static class AppRegistration
{
    /// <summary>Events that Slack sends, each with the scopes it is sent for, by its page in Slack's reference.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Events { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["app_home_opened"] = [],
        ["app_mention"] = ["app_mentions:read"],
        ["app_uninstalled"] = [],
        ["channel_left"] = ["channels:read"],
        ["group_left"] = ["groups:read"],
        ["member_joined_channel"] = ["channels:read", "groups:read"],
        ["message.im"] = ["im:history"],
        ["tokens_revoked"] = [],
    };

    /// <summary>Scopes of the bot's token: for <see cref="Events"/>, for the methods that are called, and <c>commands</c> for /trunk and the shortcuts.</summary>
    public static IReadOnlyList<string> Scopes { get; } =
    [
        "app_mentions:read",
        "channels:read",
        "chat:write",
        "commands",
        "files:write",
        "groups:read",
        "im:history",
        "im:write",
        "users:read",
    ];
}
