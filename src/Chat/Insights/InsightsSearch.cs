using System.Globalization;
using TrunkBot.Chat.Turns;
using TrunkBot.Diagnostics.Insights;

namespace TrunkBot.Chat.Insights;

/// <summary>That the carrier's figures of one test call are being looked for. It outlives the process that placed the call.</summary>
/// <param name="Trunk">As it is spelt.</param>
/// <param name="Site">Its site.</param>
/// <param name="CallAt">When the call began: by that and the trunk it is kept.</param>
/// <param name="NextLook">Whoever moves this on looks.</param>
/// <param name="Until">The first look after this is the last.</param>
public sealed record InsightsSearch(string Trunk, string Site, DateTimeOffset CallAt, DateTimeOffset NextLook, DateTimeOffset Until)
{
    /// <summary>The conversation of the call's card, in whose thread the figures are shown; null: where <see cref="Alert"/> says.</summary>
    public ConversationReference? Where { get; init; }

    /// <summary>The message in which that card stands.</summary>
    public string? Card { get; init; }

    /// <summary>Key of the alert under whose card the figures are shown; null with <see cref="Where"/> null: they are only kept with the call.</summary>
    public string? Alert { get; init; }

    /// <summary>Language of those who read there, such as <c>de</c>.</summary>
    public required string Language { get; init; }

    /// <summary>Their IANA time zone.</summary>
    public required string TimeZone { get; init; }

    /// <summary>The message in which the figures stand; null while none does.</summary>
    public string? MessageId { get; init; }

    /// <summary>What the look before found; null before the first.</summary>
    public CallInsights? Last { get; init; }

    public string Key => string.Create(CultureInfo.InvariantCulture, $"{Trunk.ToUpperInvariant()} {CallAt.UtcTicks}");
}

/// <summary>The searches that are not over.</summary>
public interface IInsightsSearches
{
    /// <summary>Adds one. The same call is looked for once.</summary>
    Task AddAsync(InsightsSearch search, CancellationToken cancellationToken);

    Task<IReadOnlyList<InsightsSearch>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Changes one on top of whatever others change at the same time: of several processes that each want the same look, one gets it.</summary>
    /// <param name="change">Given the newest; null: leave it.</param>
    /// <returns>null when there is none any more, or nothing was to be changed.</returns>
    Task<InsightsSearch?> ChangeAsync(string key, Func<InsightsSearch, InsightsSearch?> change, CancellationToken cancellationToken);

    Task RemoveAsync(string key, CancellationToken cancellationToken);
}
