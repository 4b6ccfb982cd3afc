using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Templates;
using TrunkBot.Chat.Turns;
using TrunkBot.Teams.Activities;
using TrunkBot.Teams.Cards;
using TrunkBot.Teams.Connector;
using TrunkBot.Teams.Files;

namespace TrunkBot.Teams.Outgoing;

/// <summary>
/// Microsoft Teams, outbound: channel <c>msteams</c>. What is sent to a channel itself begins a thread there; files are offered to one person in
/// their private chat, which is the only place where Teams lets a bot hand over files; sending keeps to Teams' limits for one conversation.
/// </summary>
internal sealed partial class TeamsChannel(
    ConnectorClient connector, ICardRenderer cards, Members members, ConversationPace pace, FileOffers offers, PrivateChats chats, ILogger<TeamsChannel> log) : IChannel
{
    public ChannelCapabilities Capabilities =>
        ChannelCapabilities.Cards | ChannelCapabilities.Updates | ChannelCapabilities.Forms | ChannelCapabilities.Threads | ChannelCapabilities.Files
        | ChannelCapabilities.PersonalViews | ChannelCapabilities.HearsMentionsOnly;

    public bool Serves(string channel) => channel is "msteams";

    public ConversationReference ThreadUnder(ConversationReference conversation, string messageId) =>
        TeamsConversation.IsChannelRoot(conversation) && messageId.All(char.IsAsciiDigit)
            ? conversation with { ConversationId = TeamsConversation.ThreadOf(conversation.ConversationId, messageId) }
            : conversation;

    public ConversationReference WithoutThread(ConversationReference conversation) =>
        conversation with { ConversationId = TeamsConversation.RootOf(conversation.ConversationId) };

    public async Task<string> SendAsync(ConversationReference conversation, Message message, CancellationToken cancellationToken)
    {
        var activity = await ActivityOfAsync(conversation, message, cancellationToken);
        var id = TeamsConversation.IsChannelRoot(conversation)
            ? await BeginThreadAsync(conversation, activity, cancellationToken)
            : await PostAsync(conversation, activity, cancellationToken);
        if (message.Files.Count > 0)
        {
            await OfferAsync(conversation, message, cancellationToken);
        }

        return id;
    }

    public async Task UpdateAsync(ConversationReference conversation, string messageId, Message message, CancellationToken cancellationToken)
    {
        // What stands in a channel itself is the root of its own thread.
        var place = ThreadUnder(conversation, messageId).ConversationId;
        var activity = await ActivityOfAsync(conversation, message, cancellationToken);
        await pace.WaitAsync(place, cancellationToken);
        await connector.UpdateActivityAsync(conversation.ServiceUrl, place, messageId, activity, cancellationToken);
    }

    public async Task ShowTypingAsync(ConversationReference conversation, CancellationToken cancellationToken)
    {
        if (!TeamsConversation.IsChannelRoot(conversation))
        {
            await pace.WaitAsync(conversation.ConversationId, cancellationToken);
            await connector.ShowAsync(conversation.ServiceUrl, conversation.ConversationId, new Activity { Type = "typing", From = new(conversation.BotId) }, cancellationToken);
        }
    }

    public async Task ReplyPrivatelyAsync(ConversationReference conversation, ChannelUser to, string text, CancellationToken cancellationToken)
    {
        if (conversation.IsGroup && await chats.FindAsync(conversation, to, cancellationToken) is { } alone)
        {
            try
            {
                await SendAsync(alone, Message.OfText(text), cancellationToken);
                return;
            }
            catch (ChannelException e) when (e.IsConversationClosed)
            {
                Log.NotPrivate(log, e);
            }
        }

        var said = conversation.IsGroup ? Message.OfText(text) with { Mentions = [to] } : Message.OfText(text);
        await SendAsync(conversation, said, cancellationToken);
    }

    private async Task<string> PostAsync(ConversationReference conversation, Activity activity, CancellationToken cancellationToken)
    {
        await pace.WaitAsync(conversation.ConversationId, cancellationToken);
        return await connector.SendToConversationAsync(conversation.ServiceUrl, conversation.ConversationId, activity, cancellationToken: cancellationToken);
    }

    private async Task<string> BeginThreadAsync(ConversationReference channel, Activity first, CancellationToken cancellationToken)
    {
        await pace.WaitAsync($"new {channel.ConversationId}", cancellationToken);
        var made = await connector.CreateConversationAsync(
            channel.ServiceUrl,
            new ConversationParameters
            {
                IsGroup = true,
                TenantId = channel.TenantId,
                ChannelData = JsonSerializer.SerializeToElement(new { channel = new { id = channel.ConversationId } }),
                Activity = first,
            },
            cancellationToken);
        return made.ActivityId is { Length: > 0 } id ? id : made.Id![(TeamsConversation.RootOf(made.Id!).Length + ";messageid=".Length)..];
    }

    // A card goes without text: Teams may split the two into two messages, and the edit of such a pair fails.
    private async Task<Activity> ActivityOfAsync(ConversationReference conversation, Message message, CancellationToken cancellationToken)
    {
        var mentioned = conversation.IsGroup ? await AccountsAsync(conversation, message.Mentions, cancellationToken) : [];
        if (message.Card is not { } content)
        {
            return WithMentions(Activity.Message(conversation.BotId, message.Text, message.Summary, []), Mentions.Of(mentioned));
        }

        var card = TeamsCard.ForMessage(cards.Render(content));
        TeamsCard.Mention(card, mentioned);
        if (message.Viewers.Count > 0)
        {
            var viewers = await AccountsAsync(conversation, message.Viewers, cancellationToken);
            TeamsCard.Refresh(card, RefreshDataOf(content), [.. viewers.Select(v => v.Id!).Distinct(StringComparer.Ordinal)]);
        }

        return Activity.Message(conversation.BotId, null, message.Summary, [new(Attachment.AdaptiveCard, JsonSerializer.SerializeToElement(card))]);
    }

    /// <summary>Of the card's own data what the core needs to find its subject again.</summary>
    public static JsonObject RefreshDataOf(CardContent content) =>
        content.Data["change"] is { } change ? new JsonObject { ["change"] = change.DeepClone() } : [];

    // A mention is markup; so that nothing else of the text is, the rest is escaped.
    private static Activity WithMentions(Activity activity, IReadOnlyList<Mention> mentions) => mentions.Count == 0
        ? activity
        : activity with
        {
            Text = $"{string.Join(", ", mentions.Select(m => m.Text))} {ShownText.Markdown(activity.Text ?? "")}",
            TextFormat = "markdown",
            Entities = JsonSerializer.SerializeToElement(mentions.Select(m => m.ToJson())),
        };

    private async Task<IReadOnlyList<ChannelAccount>> AccountsAsync(ConversationReference conversation, IReadOnlyList<ChannelUser> users, CancellationToken cancellationToken)
    {
        var accounts = new List<ChannelAccount>();
        foreach (var user in users.Where(u => u.Id.StartsWith("msteams:", StringComparison.Ordinal)).Take(TeamsCard.MostViewers))
        {
            var account = await members.FindAsync(conversation, user, cancellationToken);
            accounts.Add(new(account?.Id ?? TeamsConversation.PlatformIdOf(user), account?.Name is { Length: > 0 } name ? name : user.Name));
        }

        return accounts;
    }

    /// <summary>Teams lets a bot hand over files in private chats only, and asks the person first.</summary>
    private async Task OfferAsync(ConversationReference conversation, Message message, CancellationToken cancellationToken)
    {
        var place = !conversation.IsGroup ? conversation
            : message.FilesFor is { } person ? await chats.FindAsync(conversation, person, cancellationToken)
            : null;
        if (place is null)
        {
            await PostAsync(conversation, Activity.Message(conversation.BotId, FileOffers.OnlyInPrivate, FileOffers.OnlyInPrivate, []), cancellationToken);
            return;
        }

        foreach (var file in message.Files)
        {
            await PostAsync(place, offers.Offer(place, file, message.Summary), cancellationToken);
        }

        if (conversation.IsGroup)
        {
            var said = Message.OfText("The file waits in your chat with me.") with { Mentions = [message.FilesFor!] };
            await PostAsync(conversation, await ActivityOfAsync(conversation, said, cancellationToken), cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2110, LogLevel.Information, "A private answer could not be given in private, and goes to the group")]
        public static partial void NotPrivate(ILogger logger, Exception exception);
    }
}
