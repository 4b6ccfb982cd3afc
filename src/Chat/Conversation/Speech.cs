using TrunkBot.Changes;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Chat.Conversation;

/// <summary>Says things in conversations, through the channel that each lives in.</summary>
public sealed class Speech(IEnumerable<IChannel> channels)
{
    private readonly IReadOnlyList<IChannel> channels = [.. channels];

    /// <summary>Sends a message; the platform's id of it.</summary>
    /// <exception cref="ChannelException">The platform refused, could not be reached, or no channel serves the conversation.</exception>
    public Task<string> SayAsync(ConversationReference where, Message message, CancellationToken cancellationToken) =>
        ChannelOf(where).SendAsync(where, message, cancellationToken);

    public Task<string> SayAsync(ConversationReference where, string text, CancellationToken cancellationToken) =>
        SayAsync(where, Message.OfText(text), cancellationToken);

    /// <summary>Puts a message in the place of an earlier one; as a new message where the channel can't edit or somebody deleted the old one.</summary>
    /// <returns>Id of the message in which it stands now.</returns>
    public async Task<string> EditAsync(ConversationReference where, string messageId, Message message, CancellationToken cancellationToken)
    {
        var channel = ChannelOf(where);
        if (!channel.Capabilities.HasFlag(ChannelCapabilities.Updates))
        {
            return await channel.SendAsync(where, message, cancellationToken);
        }

        try
        {
            await channel.UpdateAsync(where, messageId, message, cancellationToken);
            return messageId;
        }
        catch (ChannelException e) when (e.IsMessageGone)
        {
            return await channel.SendAsync(where, message, cancellationToken);
        }
    }

    public Task WhisperAsync(ConversationReference where, Actor to, string text, CancellationToken cancellationToken) =>
        ChannelOf(where).ReplyPrivatelyAsync(where, to, text, cancellationToken);

    private IChannel ChannelOf(ConversationReference where) =>
        channels.FirstOrDefault(c => c.Serves(where.Channel))
        ?? throw new ChannelException($"no channel serves {where.Channel}");
}
