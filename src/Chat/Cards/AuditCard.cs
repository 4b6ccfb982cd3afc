using System.Globalization;
using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Templates;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Chat.Cards;

/// <summary>Who did or tried what with a change, and when.</summary>
internal static class AuditCard
{
    private const int MostEntries = 20;

    /// <param name="entries">All of them, oldest first.</param>
    public static CardContent Of(Change change, SiteProfile? site, IReadOnlyList<AuditEntry> entries) => CardData.Content("audit", new AuditView(
        change.Id,
        change.Plan.Intent.Name,
        site?.Title ?? change.Plan.Intent.Site,
        site?.Simulated ?? false,
        Words.Of(change),
        entries.Count == 1 ? Localized.Text("1 entry.") : Localized.Text($"{entries.Count} entries, the oldest first."),
        [.. entries.TakeLast(MostEntries).Select(e => new EntryView(
            e.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), ShownText.Cut(e.Who, 60), ShownText.Cut(e.What, 40), ShownText.Cut(e.Detail, 120)))],
        (entries.Count - MostEntries) switch { <= 0 => "", 1 => Localized.Text("1 earlier one is in the file."), var earlier => Localized.Text($"{earlier} earlier ones are in the file.") }));

    private sealed record AuditView(
        string Change, string Trunk, string Site, bool Simulated, string State, string Count, IReadOnlyList<EntryView> Entries, string More);

    private sealed record EntryView(string At, string Who, string What, string Detail);
}
