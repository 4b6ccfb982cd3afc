using TrunkBot.Chat.Turns;

namespace TrunkBot.Slack.Payloads;

/// <summary>A conversation of Slack as its id is written: <c>T1/C1</c>, or <c>T1/C1/1795376895.000100</c> for the thread under a message.</summary>
/// <param name="Workspace">Id of the team or, of an organisation-wide install, of the enterprise.</param>
/// <param name="Channel">Id of the channel or direct message.</param>
/// <param name="Thread"><c>ts</c> of the message above the thread, never of a reply; null outside of threads.</param>
internal sealed record SlackConversation(string Workspace, string Channel, string? Thread = null)
{
    /// <summary>As in <see cref="ConversationReference.Channel"/>.</summary>
    public const string Platform = "slack";

    public string Id => Thread is null ? $"{Workspace}/{Channel}" : $"{Workspace}/{Channel}/{Thread}";

    /// <summary>Slack's ids of direct messages begin with D.</summary>
    public bool IsGroup => !Channel.StartsWith('D');

    /// <param name="botId">The bot's user id there; empty when it is not known.</param>
    public ConversationReference Reference(string botId) => new(Platform, "", Id, botId, IsGroup);

    /// <exception cref="FormatException">The id is not of Slack.</exception>
    public static SlackConversation Of(string id) => id.Split('/') switch
    {
        [{ Length: > 0 } workspace, { Length: > 0 } channel] => new(workspace, channel),
        [{ Length: > 0 } workspace, { Length: > 0 } channel, { Length: > 0 } thread] => new(workspace, channel, thread),
        _ => throw new FormatException($"\"{id}\" is no conversation of Slack"),
    };
}
