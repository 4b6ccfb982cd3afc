using TrunkBot.Changes.Life;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Templates;
using TrunkBot.Diagnostics.Diagnosis;
using TrunkBot.Diagnostics.Findings;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Chat.Cards;

/// <summary>Trunks: list and diagnosis.</summary>
internal static class HealthCards
{
    /// <summary>Trunks that a list shows.</summary>
    public const int MostListed = 30;

    /// <param name="first">Those that are shown, of so many.</param>
    public static CardContent List(IReadOnlyList<ManagedTrunk> first, int count, bool simulated) => CardData.Content("list", new ListView(
        simulated,
        count == 1 ? Localized.Text("1 trunk under management.") : Localized.Text($"{count} trunks under management."),
        [.. first.Select(t => new ListLine(t.Intent.Name, t.Intent.Site, t.Intent.DomainName, string.Join(", ", t.Intent.Edges.Select(e => e.Name)), CardData.Time(t.Since)))],
        count > first.Count ? Localized.Text($"{count - first.Count} more: say status NAME.") : ""));

    /// <param name="managed">Whether the trunk is under management: only then there is something that it was left as.</param>
    public static CardContent Diagnosis(DiagnosisReport report, SiteProfile site, string standing, bool managed, bool running) => CardData.Content("diagnosis", new DiagnosisView(
        report.Trunk,
        site.Title,
        site.Simulated,
        CardData.Time(report.At),
        running ? Localized.Text("Running") : Localized.Text("Finished"),
        standing,
        Localized.Text(report.Sentence),
        [.. report.Causes.GroupBy(c => (c.Code, c.BroughtAboutBy, Own: c.BroughtAboutBy is null ? c : null)).Take(12).Select((same, i) => Cause([.. same], i + 1, managed))],
        [.. report.RuledOut.Take(40).Select(r => $"{r.Where}, {ShownText.Cut(Localized.Text(r.What), 80)}: {ShownText.Cut(Localized.Text(r.Evidence), 120)}")],
        [.. report.NotChecked.Take(12).Select(n => $"{n.Where}, {ShownText.Cut(Localized.Text(n.What), 80)}: {ShownText.Cut(Localized.Text(n.Why), 120)}")],
        Localized.Text($"{report.Causes.Count} wrong, {report.RuledOut.Count} ruled out, {report.NotChecked.Count} not checked."),
        report.Call is null && !running,
        managed && !running && report.Causes.Any(c => c.Finding.PlanMends)));

    /// <param name="same">One cause, or what the same cause brings about at several places: the first speaks for the others.</param>
    private static CauseView Cause(IReadOnlyList<Cause> same, int number, bool managed)
    {
        var (cause, others) = (same[0], string.Join(", ", same.Skip(1).Select(c => Localized.Text(c.What))));
        return new(
            number,
            cause.Where,
            ShownText.Cut(Localized.Text(cause.What), 80),
            ShownText.Cut(string.Join(" ", cause.MoreEvidence.Prepend(cause.Sentence).Select(said => Ended(Localized.Text(said)))).TrimEnd('.'), 400) + (others.Length == 0 ? "" : Localized.Text($". The same finding: {ShownText.Cut(others, 120)}")),
            cause.Code,
            ShownText.Cut(Capital(Localized.Text(cause.Fix)), 300) + (managed && cause.Finding.PlanMends ? " " + Localized.Text("The bot can do it: Plan the fix.") : ""),
            cause.BroughtAboutBy is { } by ? Localized.Text($"Brought about by {by}") : cause.Finding.Severity switch
            {
                FindingSeverity.StopsCalls => Localized.Text("Stops calls"),
                FindingSeverity.HurtsCalls => Localized.Text("Hurts calls"),
                FindingSeverity.BlindsUs => Localized.Text("Not readable"),
                _ => Localized.Text("Warning"),
            },
            cause.Finding.Who switch
            {
                FindingFixer.Us => Localized.Text("us"),
                FindingFixer.TwilioConsole => Localized.Text("in Twilio's Console"),
                FindingFixer.SwitchEngineer => Localized.Text("the switch engineer"),
                _ => Localized.Text("who runs the network"),
            });
    }

    /// <summary>The catalogue writes half a sentence, a driver a whole one or none.</summary>
    private static string Capital(string said) => said.Length == 0 ? said : Ended(char.ToUpperInvariant(said[0]) + said[1..]);

    private static string Ended(string said) => said.EndsWith('.') ? said : said + ".";

    private sealed record ListView(bool Simulated, string Count, IReadOnlyList<ListLine> Trunks, string More);

    private sealed record ListLine(string Trunk, string Site, string Domain, string Edges, string Since);

    private sealed record DiagnosisView(
        string Trunk, string Site, bool Simulated, string At, string State, string Standing, string Sentence, IReadOnlyList<CauseView> Causes, IReadOnlyList<string> RuledOut,
        IReadOnlyList<string> NotChecked, string Counts, bool CanCall, bool CanFix);

    private sealed record CauseView(int Number, string Where, string What, string Sentence, string Code, string Fix, string Weight, string Who);
}
