using System.Text.Json;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;
using TrunkBot.Teams.Activities;
using TrunkBot.Teams.Connector;

namespace TrunkBot.Teams;

/// <summary>One channel that speaks the Activity protocol, outbound: <c>webchat</c> or <c>msteams</c>.</summary>
internal sealed class BotFrameworkChannel(BotFrameworkChannel.Kind kind, ConnectorClient connector, ICardRenderer cards) : IChannel
{
    /// <summary>How the channels differ.</summary>
    /// <param name="ChannelId">As in an activity's <c>channelId</c>.</param>
    /// <param name="Capabilities">What the channel can do.</param>
    /// <param name="HasTargetedMessages">A message can be meant for one reader alone.</param>
    public sealed record Kind(string ChannelId, ChannelCapabilities Capabilities, bool HasTargetedMessages)
    {
        /// <summary>The page of this machine. Files travel inside the message as data: URLs.</summary>
        public static Kind WebChat { get; } = new("webchat", ChannelCapabilities.Cards | ChannelCapabilities.Updates | ChannelCapabilities.Files, HasTargetedMessages: true);

        /// <summary>Microsoft Teams. Files need a consent dialog (personal chats) or Microsoft Graph, targeted messages are a preview: neither is used.</summary>
        public static Kind Teams { get; } = new("msteams", ChannelCapabilities.Cards | ChannelCapabilities.Updates, HasTargetedMessages: false);
    }

    public ChannelCapabilities Capabilities => kind.Capabilities;

    public bool Serves(string channel) => string.Equals(channel, kind.ChannelId, StringComparison.Ordinal);

    public ConversationReference ThreadUnder(ConversationReference conversation, string messageId) => conversation;

    public ConversationReference WithoutThread(ConversationReference conversation) => conversation;

    public Task<string> SendAsync(ConversationReference conversation, Message message, CancellationToken cancellationToken) =>
        connector.SendToConversationAsync(
            conversation.ServiceUrl, conversation.ConversationId, ActivityOf(conversation, message), cancellationToken: cancellationToken);

    public Task UpdateAsync(ConversationReference conversation, string messageId, Message message, CancellationToken cancellationToken) =>
        connector.UpdateActivityAsync(
            conversation.ServiceUrl, conversation.ConversationId, messageId, ActivityOf(conversation, message), cancellationToken);

    public Task ReplyPrivatelyAsync(ConversationReference conversation, ChannelUser to, string text, CancellationToken cancellationToken)
    {
        var aloneWithBot = !conversation.IsGroup;
        var activity = ActivityOf(conversation, Message.OfText(kind.HasTargetedMessages || aloneWithBot ? text : $"{to.Name}: {text}"));
        return connector.SendToConversationAsync(
            conversation.ServiceUrl,
            conversation.ConversationId,
            kind.HasTargetedMessages ? activity with { Recipient = new(PlatformIdOf(to), to.Name) } : activity,
            kind.HasTargetedMessages,
            cancellationToken);
    }

    private static string PlatformIdOf(ChannelUser user) => user.Id[(user.Id.IndexOf(':', StringComparison.Ordinal) + 1)..];

    // A card goes without text: Teams may split the two into two messages, and the edit of such a pair fails.
    private Activity ActivityOf(ConversationReference conversation, Message message)
    {
        if (message.Files.Count > 0 && !kind.Capabilities.HasFlag(ChannelCapabilities.Files))
        {
            throw new ChannelException($"files-not-supported: The channel {kind.ChannelId} takes no files. Show an excerpt on the card.");
        }

        var attachments = new List<Attachment>();
        if (message.Card is { } card)
        {
            attachments.Add(new(Attachment.AdaptiveCard, JsonSerializer.SerializeToElement(cards.Render(card))));
        }

        attachments.AddRange(message.Files.Select(file => new Attachment(
            file.MediaType,
            ContentUrl: $"data:{file.MediaType};base64,{Convert.ToBase64String(file.Content)}",
            Name: file.Name)));
        var hasText = message.Card is null && message.Text is { Length: > 0 };
        return new()
        {
            Type = "message",
            From = conversation.BotId.Length > 0 ? new(conversation.BotId) : null,
            Text = hasText ? message.Text : null,
            TextFormat = hasText ? "plain" : null,
            Summary = message.Summary,
            Attachments = attachments.Count > 0 ? attachments : null,
        };
    }
}
