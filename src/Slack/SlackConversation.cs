using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Slack;

/// <summary>Where a conversation is in Slack, as it stands in a <see cref="ConversationReference.ConversationId"/>: <c>T1/C1</c>, or <c>T1/C1/{thread_ts}</c> in a thread.</summary>
/// <param name="Workspace">Id of the team, or of the enterprise where the bot is installed for an organisation.</param>
/// <param name="Channel">Id of the channel, group or direct message.</param>
/// <param name="ThreadTs"><c>ts</c> of the message that heads the thread; null outside threads.</param>
internal sealed record SlackConversation(string Workspace, string Channel, string? ThreadTs = null)
{
    public const string ChannelId = "slack";

    /// <exception cref="ChannelException"><c>slack-conversation-unreadable</c>.</exception>
    public static SlackConversation Of(ConversationReference reference) => reference.ConversationId.Split('/') switch
    {
        [{ Length: > 0 } workspace, { Length: > 0 } channel] => new(workspace, channel, null),
        [{ Length: > 0 } workspace, { Length: > 0 } channel, { Length: > 0 } thread] => new(workspace, channel, thread),
        _ => throw new ChannelException("slack-conversation-unreadable: The stored conversation does not name workspace and channel. Forget it, and write to the bot from the channel again."),
    };

    /// <summary>Slack's ids of direct messages begin with D.</summary>
    public bool IsGroup => !Channel.StartsWith('D');

    /// <param name="botId">The bot's user id there; empty when it is not known.</param>
    public ConversationReference Reference(string botId) => new(ChannelId, "", ToString(), botId, IsGroup);

    public override string ToString() => ThreadTs is null ? $"{Workspace}/{Channel}" : $"{Workspace}/{Channel}/{ThreadTs}";
}
