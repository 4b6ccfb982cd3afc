namespace TrunkBot.Slack.WebApi;

/// <summary>How often a method may be called, by Slack's "Rate limits" for one workspace; the value is the calls a minute.</summary>
internal enum MethodTier
{
    /// <summary>"1+ per minute".</summary>
    One = 1,

    /// <summary>"20+ per minute".</summary>
    Two = 20,

    /// <summary>"50+ per minute, sporadic bursts are welcome".</summary>
    Three = 50,

    /// <summary>"100+ per minute, including generous burst behavior".</summary>
    Four = 100,
}

/// <summary>What has to be known of a method before it is called; by its page in Slack's reference.</summary>
/// <param name="Scopes">What the bot's token must be allowed; empty: nothing in particular.</param>
internal sealed record SlackMethod(string Name, MethodTier Tier, params IReadOnlyList<string> Scopes)
{
    /// <summary>Calling it twice has the effect of calling it once, so that it may come again when nobody knows whether it arrived.</summary>
    public bool IsRepeatable { get; init; }

    /// <summary>Takes a form. Methods that read and those of OAuth do not take JSON everywhere.</summary>
    public bool IsForm { get; init; }

    /// <summary>Posts, at about one a second and channel, with short bursts.</summary>
    public bool IsPacedByChannel { get; init; }

    /// <summary>Hangs on a trigger_id, which lives for three seconds: waiting any longer is of no use.</summary>
    public bool IsUrgent { get; init; }
}

/// <summary>The methods that the bot calls.</summary>
internal static class SlackMethods
{
    private static readonly Dictionary<string, SlackMethod> Table = new SlackMethod[]
    {
        new("apps.connections.open", MethodTier.Three) { IsForm = true, IsRepeatable = true },
        new("auth.revoke", MethodTier.Three) { IsForm = true, IsRepeatable = true },
        new("auth.test", MethodTier.Four) { IsForm = true, IsRepeatable = true },
        new("chat.postEphemeral", MethodTier.Four, "chat:write"),
        new("chat.postMessage", MethodTier.Four, "chat:write") { IsPacedByChannel = true },
        new("chat.update", MethodTier.Three, "chat:write") { IsRepeatable = true },
        new("conversations.open", MethodTier.Three, "im:write") { IsRepeatable = true },
        new("files.completeUploadExternal", MethodTier.Four, "files:write"),
        new("files.getUploadURLExternal", MethodTier.Four, "files:write") { IsForm = true, IsRepeatable = true },
        new("oauth.v2.access", MethodTier.Four) { IsForm = true },
        new("users.info", MethodTier.Four, "users:read") { IsForm = true, IsRepeatable = true },
        new("views.open", MethodTier.Four) { IsUrgent = true },
        new("views.publish", MethodTier.Four) { IsRepeatable = true },
        new("views.push", MethodTier.Four) { IsUrgent = true },
        new("views.update", MethodTier.Four) { IsRepeatable = true },
    }.ToDictionary(m => m.Name, StringComparer.Ordinal);

    public static IReadOnlyCollection<SlackMethod> All => Table.Values;

    /// <exception cref="ArgumentException">The method is not in the table, so nobody knows its rate.</exception>
    public static SlackMethod Find(string name) =>
        Table.TryGetValue(name, out var method) ? method : throw new ArgumentException($"{name} is not in the table of Slack's methods", nameof(name));
}
