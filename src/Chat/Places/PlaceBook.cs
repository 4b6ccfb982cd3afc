using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Chat.Places;

/// <summary>Finds the conversation for a purpose; the nearest wins: customer and site, customer, site, then the one for everything.</summary>
public sealed class PlaceBook(IPlaceStore store, IConversationStore conversations)
{
    /// <summary>Where a site's changes are approved, as somebody said in chat; null: as the site's profile says.</summary>
    public Task<ConversationReference?> ApprovalsAsync(string site, CancellationToken cancellationToken) =>
        FindAsync(PlacePurpose.Approvals, site, customer: null, cancellationToken);

    /// <summary>Where alerts of a site and customer are posted; null when there is no such place.</summary>
    public Task<ConversationReference?> AlertsAsync(string? site, string? customer, CancellationToken cancellationToken) =>
        FindAsync(PlacePurpose.Alerts, site, customer, cancellationToken);

    private async Task<ConversationReference?> FindAsync(PlacePurpose purpose, string? site, string? customer, CancellationToken cancellationToken)
    {
        var best = (await store.PlacesAsync(cancellationToken))
            .Where(p => p.Purpose == purpose && (p.Site is null || Same(p.Site, site)) && (p.Customer is null || Same(p.Customer, customer)))
            .MaxBy(p => (p.Customer is null ? 0 : 2) + (p.Site is null ? 0 : 1));

        // A platform may have moved the conversation to another service URL since.
        return best is null ? null : await conversations.FindAsync(best.Where.Key, cancellationToken) ?? best.Where;
    }

    private static bool Same(string one, string? other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
