namespace TrunkBot.Slack.Installs;

/// <summary>What the bot asks for when it is installed; the same stands in the app's manifest.</summary>
internal static class SlackScopes
{
    /// <summary>In the order of the manifest.</summary>
    public static IReadOnlyList<string> Bot { get; } =
    [
        "app_mentions:read", // app_mention
        "chat:write", // messages, edits, private answers
        "commands", // /trunk and the shortcuts
        "files:write", // configurations, charts, recordings
        "im:history", // message.im
        "im:write", // direct messages that nobody asked for, to approvers
        "users:read", // what people are called
    ];
}
