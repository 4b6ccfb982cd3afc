using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using TrunkBot.Chat.Ports;
using TrunkBot.Slack.Payloads;
using TrunkBot.Slack.WebApi;

namespace TrunkBot.Slack.Incoming;

/// <summary>
/// What payloads leave out and Slack must be asked for: the bot's own user id, people's names, and the direct message with somebody. Kept while the
/// process lives. Each question has a second, because Slack waits; what could not be learned is null, and is asked again next time.
/// </summary>
internal sealed partial class WorkspaceDirectory(ISlackApi api, TimeProvider time, ILogger<WorkspaceDirectory> log)
{
    private const int MostKept = 20_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, string> bots = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> names = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> directMessages = new(StringComparer.Ordinal);

    /// <summary>The bot's user id where it is known without asking; else empty.</summary>
    public string KnownBot(string workspace) => bots.GetValueOrDefault(workspace, "");

    /// <summary>The bot's user id: as the event says it, else as Slack does.</summary>
    public async Task<string?> BotAsync(string workspace, JsonObject payload)
    {
        if (payload.ObjectsAt("authorizations").FirstOrDefault(a => a.IsTrueAt("is_bot")).TextAt("user_id") is { } stamped && Sender.IsId(stamped))
        {
            return Keep(bots, workspace, stamped);
        }

        return bots.GetValueOrDefault(workspace)
            ?? Keep(bots, workspace, (await AskAsync("auth.test", [], workspace)).TextAt("user_id"));
    }

    /// <summary>What somebody is called; the id where that can't be learned.</summary>
    public async Task<string> NameAsync(string workspace, string user)
    {
        var key = $"{workspace}/{user}";
        if (names.TryGetValue(key, out var known))
        {
            return known;
        }

        var found = (await AskAsync("users.info", new() { ["user"] = user }, workspace)).At("user");
        return Keep(names, key, found.TextAt("profile", "display_name") ?? found.TextAt("real_name") ?? found.TextAt("profile", "real_name") ?? found.TextAt("name")) ?? user;
    }

    /// <summary>Id of the channel in which the bot and that person are alone.</summary>
    public async Task<string?> DirectMessageAsync(string workspace, string user)
    {
        var key = $"{workspace}/{user}";
        return directMessages.GetValueOrDefault(key)
            ?? Keep(directMessages, key, (await AskAsync("conversations.open", new() { ["users"] = user }, workspace)).TextAt("channel", "id"));
    }

    public void LearnDirectMessage(string workspace, string user, string channel) => Keep(directMessages, $"{workspace}/{user}", channel);

    private static string? Keep(ConcurrentDictionary<string, string> known, string key, string? value)
    {
        if (value is null)
        {
            return null;
        }

        // A bound on memory, not a policy: what is forgotten is asked for again.
        if (known.Count >= MostKept)
        {
            known.Clear();
        }

        return known[key] = value;
    }

    private async Task<JsonObject?> AskAsync(string method, JsonObject arguments, string workspace)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            return await api.CallAsync(method, arguments, workspace, patience.Token).WaitAsync(patience.Token);
        }
        catch (Exception e) when (e is ChannelException or OperationCanceledException)
        {
            Log.NotLearned(log, e, method, workspace);
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2406, LogLevel.Information, "Slack did not answer {Method} for workspace {Workspace} in time or at all")]
        public static partial void NotLearned(ILogger logger, Exception exception, string method, string workspace);
    }
}
