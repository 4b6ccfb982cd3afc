using Microsoft.Extensions.Logging;
using TrunkBot.Changes.Approvals;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Chat.Conversation;

/// <summary>
/// Says things in conversations, through the channel that each lives in. A conversation that turns out to be closed to the bot is marked so and
/// not written to again until the bot is added to it.
/// </summary>
public sealed partial class Speech(IEnumerable<IChannel> channels, IConversationStore conversations, TimeProvider time, ILogger<Speech> logger)
{
    /// <summary>For what is said while the program stops: the host does not wait longer for it.</summary>
    private static readonly TimeSpan LastWordTime = TimeSpan.FromSeconds(3);

    private readonly IReadOnlyList<IChannel> channels = [.. channels];

    /// <summary>Whether the conversation's channel can do that.</summary>
    public bool Can(ConversationReference where, ChannelCapabilities capability) => ChannelOf(where).Capabilities.HasFlag(capability);

    /// <summary>The conversation to which a thread belongs; the same one where it is none.</summary>
    public ConversationReference WithoutThread(ConversationReference where) => channels.FirstOrDefault(c => c.Serves(where.Channel))?.WithoutThread(where) ?? where;

    /// <summary>Sends a message; the platform's id of it.</summary>
    /// <exception cref="ChannelException">The platform refused, could not be reached, or no channel serves the conversation.</exception>
    public Task<string> SayAsync(ConversationReference where, Message message, CancellationToken cancellationToken) =>
        ThroughAsync(where, channel => channel.SendAsync(where, message, cancellationToken));

    public Task<string> SayAsync(ConversationReference where, string text, CancellationToken cancellationToken) =>
        SayAsync(where, Message.OfText(text), cancellationToken);

    /// <summary>Tells a refusal to the one who asked alone, where the platform can, with its code.</summary>
    public Task TellAsync(Turn turn, Refusal refusal, CancellationToken cancellationToken)
    {
        var text = $"{Localized.Text(refusal.Sentence)} ({refusal.Code})";
        return turn.Where.IsGroup ? ChannelOf(turn.Where).ReplyPrivatelyAsync(turn.Where, turn.From, text, cancellationToken) : SayAsync(turn.Where, text, cancellationToken);
    }

    /// <summary>Puts a message in the place of an earlier one; as a new message where the channel can't edit or somebody deleted the old one.</summary>
    /// <returns>Id of the message in which it stands now.</returns>
    public async Task<string> EditAsync(ConversationReference where, string messageId, Message message, CancellationToken cancellationToken)
    {
        if (!Can(where, ChannelCapabilities.Updates))
        {
            return await SayAsync(where, message, cancellationToken);
        }

        try
        {
            return await ThroughAsync(where, async channel =>
            {
                await channel.UpdateAsync(where, messageId, message, cancellationToken);
                return messageId;
            });
        }
        catch (ChannelException e) when (e.IsMessageGone)
        {
            return await SayAsync(where, message, cancellationToken);
        }
    }

    /// <summary>
    /// Shows a message somebody waits for: in the place of an earlier one where that can be edited, else anew, whatever the channel's reason was.
    /// </summary>
    /// <param name="messageId">The message to take the place of; null: a new one.</param>
    /// <returns>Id of the message in which it stands now.</returns>
    /// <exception cref="ChannelException">The message could not be sent anew either.</exception>
    public async Task<string> ShowAsync(ConversationReference where, string? messageId, Message message, CancellationToken cancellationToken)
    {
        if (messageId is not null)
        {
            try
            {
                return await EditAsync(where, messageId, message, cancellationToken);
            }
            catch (ChannelException e) when (!e.IsConversationClosed)
            {
                LogNotEdited(logger, messageId, where.Key, e);
            }
        }

        return await SayAsync(where, message, cancellationToken);
    }

    /// <summary>Says what is good to know but not worth failing for. What the channel refuses is logged.</summary>
    public Task TrySayAsync(ConversationReference where, string text, CancellationToken cancellationToken) =>
        TryAsync(where, () => SayAsync(where, text, cancellationToken));

    /// <summary>Closes a message that is out of date. One that is gone or can't be edited is left as it is.</summary>
    public Task CloseAsync(ConversationReference where, string messageId, Message message, CancellationToken cancellationToken) => TryAsync(
        where,
        () => Can(where, ChannelCapabilities.Updates) ? ChannelOf(where).UpdateAsync(where, messageId, message, cancellationToken) : Task.CompletedTask);

    /// <summary>Shows that the bot is at work, where the platform can.</summary>
    public Task TryShowTypingAsync(ConversationReference where, CancellationToken cancellationToken) =>
        TryAsync(where, () => ChannelOf(where).ShowTypingAsync(where, cancellationToken));

    /// <summary>The thread under a message, where the channel has threads; else the conversation itself.</summary>
    /// <exception cref="ChannelException">No channel serves the conversation.</exception>
    public ConversationReference ThreadUnder(ConversationReference where, string messageId) => ChannelOf(where).ThreadUnder(where, messageId);

    /// <summary>Brings a message to its end while the program stops and every other token is cancelled; takes 3 s at most.</summary>
    public async Task LastWordAsync(ConversationReference where, string messageId, Message message)
    {
        using var end = new CancellationTokenSource(LastWordTime, time);
        await TryAsync(where, () => EditAsync(where, messageId, message, end.Token));
    }

    private IChannel ChannelOf(ConversationReference where) =>
        channels.FirstOrDefault(c => c.Serves(where.Channel))
        ?? throw new ChannelException($"no channel serves {where.Channel}");

    private async Task<string> ThroughAsync(ConversationReference where, Func<IChannel, Task<string>> send)
    {
        if (where.IsClosed)
        {
            throw new ChannelException("conversation-closed-to-bot: The bot was taken out of this conversation. Add it again.") { IsConversationClosed = true };
        }

        try
        {
            return await send(ChannelOf(where));
        }
        catch (ChannelException e) when (e.IsConversationClosed)
        {
            // The whole conversation, not one thread of it. Said here once: who is told by the store does not try.
            var whole = WithoutThread(where);
            LogClosed(logger, whole.Key);
            await conversations.SaveAsync(whole with { ClosedSince = time.GetUtcNow(), Greeted = null }, CancellationToken.None);
            throw;
        }
    }

    private async Task TryAsync(ConversationReference where, Func<Task> say)
    {
        try
        {
            await say();
        }
        catch (Exception e) when (e is ChannelException or OperationCanceledException)
        {
            LogNotSaid(logger, where.Key, e);
        }
    }

    [LoggerMessage(20, LogLevel.Warning, "Message {MessageId} in {Conversation} could not be edited; it is sent anew")]
    private static partial void LogNotEdited(ILogger logger, string messageId, string conversation, Exception error);

    [LoggerMessage(22, LogLevel.Warning, "The bot may not write in {Conversation} any more; it is left alone until the bot is added again")]
    private static partial void LogClosed(ILogger logger, string conversation);

    [LoggerMessage(21, LogLevel.Warning, "Something that is not worth failing for could not be said in {Conversation}")]
    private static partial void LogNotSaid(ILogger logger, string conversation, Exception error);
}
