using System.Text.Json;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;
using TrunkBot.Teams.Activities;
using TrunkBot.Teams.Connector;

namespace TrunkBot.Teams.Outgoing;

/// <summary>The page of this machine, outbound: channel <c>webchat</c>. Files travel inside the message as data: URLs, and a message can be meant for one reader alone.</summary>
internal sealed class WebChatChannel(ConnectorClient connector, ICardRenderer cards) : IChannel
{
    public ChannelCapabilities Capabilities => ChannelCapabilities.Cards | ChannelCapabilities.Updates | ChannelCapabilities.Files;

    public bool Serves(string channel) => channel is "webchat";

    public ConversationReference ThreadUnder(ConversationReference conversation, string messageId) => conversation;

    public ConversationReference WithoutThread(ConversationReference conversation) => conversation;

    public Task<string> SendAsync(ConversationReference conversation, Message message, CancellationToken cancellationToken) =>
        connector.SendToConversationAsync(
            conversation.ServiceUrl, conversation.ConversationId, ActivityOf(conversation, message), cancellationToken: cancellationToken);

    public Task UpdateAsync(ConversationReference conversation, string messageId, Message message, CancellationToken cancellationToken) =>
        connector.UpdateActivityAsync(
            conversation.ServiceUrl, conversation.ConversationId, messageId, ActivityOf(conversation, message), cancellationToken);

    public Task ReplyPrivatelyAsync(ConversationReference conversation, ChannelUser to, string text, CancellationToken cancellationToken) =>
        connector.SendToConversationAsync(
            conversation.ServiceUrl,
            conversation.ConversationId,
            ActivityOf(conversation, Message.OfText(text)) with { Recipient = new(TeamsConversation.PlatformIdOf(to), to.Name) },
            isTargeted: true,
            cancellationToken);

    private Activity ActivityOf(ConversationReference conversation, Message message)
    {
        var files = message.Files.Select(file => new Attachment(
            file.MediaType,
            ContentUrl: $"data:{file.MediaType};base64,{Convert.ToBase64String(file.Content)}",
            Name: file.Name));
        Attachment[] attachments = message.Card is { } card
            ? [new(Attachment.AdaptiveCard, JsonSerializer.SerializeToElement(cards.Render(card))), .. files]
            : [.. files];
        return Activity.Message(conversation.BotId, message.Card is null ? message.Text : null, message.Summary, attachments);
    }
}
