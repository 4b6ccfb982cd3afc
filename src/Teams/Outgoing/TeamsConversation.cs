using TrunkBot.Chat.Turns;

namespace TrunkBot.Teams.Outgoing;

/// <summary>How Teams writes conversations: <c>19:…@thread.tacv2;messageid=17</c> is the thread under message 17 of a channel.</summary>
internal static class TeamsConversation
{
    private const string Thread = ";messageid=";

    public static string RootOf(string conversationId) =>
        conversationId.IndexOf(Thread, StringComparison.Ordinal) is >= 0 and var at ? conversationId[..at] : conversationId;

    /// <summary>A channel itself: what is posted there begins a thread.</summary>
    public static bool IsChannelRoot(ConversationReference conversation) =>
        conversation.ConversationType is "channel" && !conversation.ConversationId.Contains(Thread, StringComparison.Ordinal);

    /// <summary>The thread under a message; a message's id is that of its thread's root.</summary>
    public static string ThreadOf(string channelId, string messageId) => $"{channelId}{Thread}{messageId}";

    /// <summary>The platform's id within a <see cref="ChannelUser.Id"/>.</summary>
    public static string PlatformIdOf(ChannelUser user) => user.Id[(user.Id.IndexOf(':', StringComparison.Ordinal) + 1)..];
}
