using TrunkBot.Chat.Language;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Chat.Places;

public enum PlacePurpose
{
    /// <summary>Requests for approval of a site's changes are posted there.</summary>
    Approvals,

    /// <summary>Alerts are posted there, and their diagnoses under them.</summary>
    Alerts,
}

/// <summary>What a conversation is for.</summary>
/// <param name="Site">null: every site that has no place of its own.</param>
/// <param name="Customer">null: every customer.</param>
/// <param name="Where">The channel or chat, never a thread of it.</param>
/// <param name="By">Account of who said so.</param>
public sealed record Place(PlacePurpose Purpose, string? Site, string? Customer, ConversationReference Where, string By, DateTimeOffset At)
{
    /// <summary>Each purpose has one conversation: what it is keyed by, such as <c>alerts|denver|acme</c>.</summary>
    public string Key => $"{Purpose}|{Site}|{Customer}".ToUpperInvariant();

    /// <summary>In words, such as "alerts of site denver".</summary>
    public string Words =>
        (Purpose == PlacePurpose.Approvals ? Localized.Text("approvals") : Localized.Text("alerts"))
        + (Site is null ? "" : Localized.Text($" of site {Site}"))
        + (Customer is null ? "" : Localized.Text($" of customer {Customer}"))
        + (Site is null && Customer is null ? Localized.Text(" of everything that has no place of its own") : "");
}

/// <summary>Somebody, or a group, who hears of a trunk.</summary>
/// <param name="Person">Account whose quiet hours hold; null for a group, which has none.</param>
public sealed record Follow(string Trunk, ConversationReference Where, string? Person, string By, DateTimeOffset At)
{
    public string Key => $"{Trunk.ToUpperInvariant()}|{Where.Key}";
}

/// <summary>What conversations are for, who follows what, and when people want quiet.</summary>
public interface IPlaceStore
{
    Task<IReadOnlyList<Place>> PlacesAsync(CancellationToken cancellationToken);

    /// <summary>In the place of what was there for the same purpose, site and customer.</summary>
    Task SaveAsync(Place place, CancellationToken cancellationToken);

    Task RemoveAsync(Place place, CancellationToken cancellationToken);

    Task<IReadOnlyList<Follow>> FollowsAsync(CancellationToken cancellationToken);

    Task SaveAsync(Follow follow, CancellationToken cancellationToken);

    Task RemoveAsync(Follow follow, CancellationToken cancellationToken);

    Task<IReadOnlyList<QuietHours>> QuietAsync(CancellationToken cancellationToken);

    Task SaveAsync(QuietHours quiet, CancellationToken cancellationToken);

    /// <param name="person">Account.</param>
    Task RemoveQuietAsync(string person, CancellationToken cancellationToken);
}
