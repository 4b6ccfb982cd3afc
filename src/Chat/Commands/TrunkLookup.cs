using TrunkBot.Changes.Life;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Templates;
using TrunkBot.Chat.Turns;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Chat.Commands;

/// <summary>Finds the trunk that somebody named, or says what stands against it.</summary>
internal sealed class TrunkLookup(ITrunkStore trunks, IChangeService changes, ISites sites, Speech speech)
{
    /// <summary>A trunk to look at: one under management, or one whose change is still open or failed, by what that change intends.</summary>
    /// <returns>With its site, and a sentence on whether it is under management.</returns>
    public async Task<(TrunkIntent Intent, SiteProfile Site, string Standing)?> AnyAsync(Turn turn, string name, CancellationToken cancellationToken)
    {
        if (await trunks.FindAsync(name, cancellationToken) is { } trunk)
        {
            return await SiteOfAsync(turn, trunk.Intent, cancellationToken) is { } site ? (trunk.Intent, site, Standing(trunk)) : null;
        }

        var open = await changes.ListOpenAsync(cancellationToken);
        if (open.FirstOrDefault(c => c.IsOfTrunk(name)) is not { } listed || await changes.FindAsync(listed.Id, cancellationToken) is not { } change)
        {
            var suggestion = await SuggestionAsync(name, open.Select(c => c.TrunkName), cancellationToken);
            await speech.SayAsync(turn.Where, Localized.Text($"There is no trunk \"{ShownText.Cut(name, 40)}\" (trunk-unknown). {suggestion}"), cancellationToken);
            return null;
        }

        return await SiteOfAsync(turn, change.Plan.Intent, cancellationToken) is { } intended
            ? (change.Plan.Intent, intended, Localized.Text($"Not under management yet: its change {change.Id} stands at \"{Words.Of(change.State)}\"."))
            : null;
    }

    /// <summary>A trunk under management.</summary>
    public async Task<(ManagedTrunk Trunk, SiteProfile Site)?> ManagedAsync(Turn turn, string name, CancellationToken cancellationToken)
    {
        if (await trunks.FindAsync(name, cancellationToken) is not { } trunk)
        {
            var suggestion = await SuggestionAsync(name, [], cancellationToken);
            await speech.SayAsync(turn.Where, Localized.Text($"There is no trunk \"{ShownText.Cut(name, 40)}\" under management (trunk-unknown). {suggestion}"), cancellationToken);
            return null;
        }

        return await SiteOfAsync(turn, trunk.Intent, cancellationToken) is { } site ? (trunk, site) : null;
    }

    /// <summary>A trunk under management at which nobody is at work.</summary>
    public async Task<ManagedTrunk?> FreeAsync(Turn turn, string name, CancellationToken cancellationToken) =>
        await IsFreeAsync(turn, name, cancellationToken) ? (await ManagedAsync(turn, name, cancellationToken))?.Trunk : null;

    /// <summary>Whether no change is at work on a trunk of that name; otherwise says which one is.</summary>
    public async Task<bool> IsFreeAsync(Turn turn, string name, CancellationToken cancellationToken)
    {
        if ((await changes.ListOpenAsync(cancellationToken)).FirstOrDefault(c => c.IsOfTrunk(name)) is not { } change)
        {
            return true;
        }

        await speech.SayAsync(turn.Where, Localized.Text($"{change.Id} is already at work on trunk {change.TrunkName} (trunk-busy). Finish it, or say cancel {change.Id}."), cancellationToken);
        return false;
    }

    /// <summary>Since when and by what a trunk is under management, in a sentence.</summary>
    public static string Standing(ManagedTrunk trunk) => Localized.Text($"Under management since {CardData.Time(trunk.Since)} by {trunk.ChangeId}.");

    public static string SiteGone(TrunkIntent intent) =>
        Localized.Text($"Trunk {intent.Name} belongs to site {intent.Site}, whose profile is gone (site-unknown). Put the profile back into the sites folder.");

    private async Task<string> SuggestionAsync(string name, IEnumerable<string> further, CancellationToken cancellationToken)
    {
        var nearest = await NearestAsync(trunks, name, further, cancellationToken);
        return nearest is null ? Localized.Text("Say list for those there are.") : Localized.Text($"Did you mean {nearest}?");
    }

    /// <summary>The trunk whose name is nearest to a mistyped one, as it is spelt; null when none is near.</summary>
    /// <param name="further">Names of trunks that are not under management.</param>
    public static async Task<string?> NearestAsync(ITrunkStore trunks, string name, IEnumerable<string> further, CancellationToken cancellationToken) =>
        Nearest.To(name, (await trunks.KeysAsync(cancellationToken)).Concat(further)) is { } nearest
            ? (await trunks.FindAsync(nearest, cancellationToken))?.Intent.Name ?? nearest
            : null;

    private async Task<SiteProfile?> SiteOfAsync(Turn turn, TrunkIntent intent, CancellationToken cancellationToken)
    {
        if (sites.Find(intent.Site) is { } site)
        {
            return site;
        }

        await speech.SayAsync(turn.Where, SiteGone(intent), cancellationToken);
        return null;
    }
}
