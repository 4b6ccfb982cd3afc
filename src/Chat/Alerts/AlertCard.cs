using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Templates;
using TrunkBot.Diagnostics.Alerts;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Chat.Alerts;

/// <summary>The one card of an alert.</summary>
internal static class AlertCard
{
    /// <param name="site">The trunk's; null when it is not known.</param>
    /// <param name="silence">The one that holds; null for none.</param>
    public static CardContent Of(AlertRecord record, SiteProfile? site, Silence? silence)
    {
        var alert = record.Alert;
        List<Fact> facts =
        [
            new(Localized.Text("Trunk"), record.Trunk is { } trunk ? $"{trunk}, {record.Why}" : Localized.Text($"not known: {ShownText.Cut(record.Why, 300)}")),
            new(Localized.Text("Source"), alert.Source),
            new(Localized.Text("Severity"), alert.Severity),
            new(Localized.Text("Since"), CardData.Time(alert.Since ?? record.First)),
        ];
        if (record.Count > 1)
        {
            facts.Add(new(Localized.Text("Fired"), Localized.Text($"{record.Count} times, first at {CardData.Time(record.First)}")));
        }

        if (record.Acknowledged is { } taken)
        {
            facts.Add(new(Localized.Text("Acknowledged"), Localized.Text($"by {ShownText.Cut(taken.Name, 60)} at {CardData.Time(taken.At)}")));
        }

        if (silence is not null)
        {
            facts.Add(new(Localized.Text("Silenced"), Localized.Text($"{Subject(silence)} {Until(silence)}, by {ShownText.Cut(silence.Name, 60)}")));
        }

        if (record.Diagnosis.Length > 0 || record.DiagnosisWanted)
        {
            facts.Add(new(Localized.Text("Diagnosis"), record.DiagnosisWanted ? Localized.Text("is being made; see the thread.") : ShownText.Cut(record.Diagnosis, 400)));
        }

        var canAcknowledge = record.Acknowledged is null && !record.IsResolved;
        return CardData.Content("alert", new AlertView(
            site?.Simulated ?? false,
            record.Id,
            ShownText.Cut(alert.Title, 200),
            StateOf(record),
            ShownText.Cut(alert.Description, 600),
            alert.Description.Length > 0,
            site?.Title ?? "",
            facts,
            alert.Link?.AbsoluteUri ?? "",
            alert.Link is not null,
            record.Trunk is not null,
            record.Trunk is not null || alert.Link is not null || canAcknowledge,
            record.Trunk is null,
            canAcknowledge,
            !record.IsResolved));
    }

    public static string Summary(AlertRecord record) =>
        $"{record.Id}{(record.Trunk is { } trunk ? Localized.Text($", trunk {trunk}") : "")}: {StateOf(record)}, {record.Alert.Severity}: {ShownText.Cut(record.Alert.Title, 200)}";

    public static string Subject(Silence silence) => silence.IsTrunk ? Localized.Text($"trunk {silence.Subject}") : silence.Subject;

    public static string Until(Silence silence) => silence.Until is { } until ? Localized.Text($"until {CardData.Time(until)}") : Localized.Text($"until {silence.Alert} is resolved");

    private static string StateOf(AlertRecord record) => record.Alert switch
    {
        { Status: AlertStatus.Resolved } => Localized.Text($"Resolved at {CardData.Time(record.Last)}"),
        { Status: AlertStatus.Acknowledged, By: { } by } => Localized.Text($"Acknowledged at {record.Alert.Source} by {ShownText.Cut(by, 60)}"),
        { Status: AlertStatus.Acknowledged } => Localized.Text($"Acknowledged at {record.Alert.Source}"),
        _ => record.Acknowledged is null ? Localized.Text("Firing") : Localized.Text("Firing, acknowledged"),
    };

    private sealed record AlertView(
        bool Simulated, string Id, string Title, string State, string Description, bool HasDescription, string Site, IReadOnlyList<Fact> Facts, string Link, bool HasLink,
        bool HasTrunk, bool HasActions, bool NeedsRule, bool CanAcknowledge, bool CanSilence);
}
