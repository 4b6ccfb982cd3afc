using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Chat.Ports;

/// <summary>One chat platform, outbound. Implemented by Teams (Activity protocol) and Slack.</summary>
public interface IChannel
{
    /// <summary>Whether this channel speaks to conversations with that channel id.</summary>
    bool Serves(string channel);

    ChannelCapabilities Capabilities { get; }

    /// <summary>The thread under a message, as a conversation of its own; the conversation itself where the platform has no threads there.</summary>
    ConversationReference ThreadUnder(ConversationReference conversation, string messageId);

    /// <summary>The conversation to which a thread belongs; the same one where it is none.</summary>
    ConversationReference WithoutThread(ConversationReference conversation);

    /// <summary>Sends a message and returns the platform's id of it.</summary>
    /// <exception cref="ChannelException">The platform refused or could not be reached.</exception>
    Task<string> SendAsync(ConversationReference conversation, Message message, CancellationToken cancellationToken);

    /// <summary>Puts a new message in the place of an earlier one.</summary>
    /// <exception cref="ChannelException">The platform refused or could not be reached.</exception>
    Task UpdateAsync(ConversationReference conversation, string messageId, Message message, CancellationToken cancellationToken);

    /// <summary>Shows for a few seconds that the bot is at work, where the platform can; nothing depends on it.</summary>
    /// <exception cref="ChannelException">The platform refused or could not be reached.</exception>
    Task ShowTypingAsync(ConversationReference conversation, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Says something to one person that others in the conversation do not see; where the platform can't, a message that names the person.</summary>
    /// <exception cref="ChannelException">The platform refused or could not be reached.</exception>
    Task ReplyPrivatelyAsync(ConversationReference conversation, ChannelUser to, string text, CancellationToken cancellationToken);
}

[Flags]
public enum ChannelCapabilities
{
    None = 0,
    Cards = 1,
    Updates = 2,
    Forms = 4,
    Threads = 8,
    Files = 16,
    PersonalViews = 32,

    /// <summary>Where several people read, the bot hears only what mentions it.</summary>
    HearsMentionsOnly = 64,
}

/// <summary>A platform refused a message or could not be reached.</summary>
public sealed class ChannelException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The message that was to be edited is not there any more; a new one can take its place.</summary>
    public bool IsMessageGone { get; init; }

    /// <summary>The platform lets the bot write nothing in the conversation, now and later, until it is added again.</summary>
    public bool IsConversationClosed { get; init; }
}
