using TrunkBot.Changes.Life;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Places;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Chat.Cards;

/// <summary>Where cards stand, and where those who approve are asked.</summary>
internal sealed class CardPlaces(IConversationStore conversations, PlaceBook places, ISites sites, Speech speech)
{
    /// <summary>A platform may move a conversation to another service URL while its cards stand, or take the bot out of it: a thread goes with the conversation that it belongs to.</summary>
    public async Task<ConversationReference> NewestAsync(ConversationReference where, CancellationToken cancellationToken) =>
        await conversations.FindAsync(speech.WithoutThread(where).Key, cancellationToken) is { } newest
            ? where with { ServiceUrl = newest.ServiceUrl, ClosedSince = newest.ClosedSince }
            : where;

    /// <summary>Where somebody said in chat that approvals are; else where the site's profile says. Null when the bot was never there, or was taken out.</summary>
    public async Task<ConversationReference?> ApproversAsync(string site, CancellationToken cancellationToken) =>
        await places.ApprovalsAsync(site, cancellationToken) is { IsClosed: false } place ? place
            : await conversations.FindAsync(ChannelOf(site), cancellationToken) is { IsClosed: false } known ? known : null;

    /// <summary>What the site's profile says; empty when there is none.</summary>
    public string ChannelOf(string site) => sites.Find(site)?.Approval.Channel ?? "";
}
