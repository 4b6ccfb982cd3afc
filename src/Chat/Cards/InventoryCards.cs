using System.Text.Json.Serialization;
using TrunkBot.Changes.Inventory;
using TrunkBot.Chat.Commands;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Templates;
using TrunkBot.Diagnostics;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Parameters;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Chat.Cards;

/// <summary>What the systems show of trunks: those to be adopted, and drift.</summary>
internal static class InventoryCards
{
    private const int MostRows = 30;

    // A card holds 28,000 bytes (Teams): what is more is counted, and what is wrong is said before.
    private const int MostObjects = 10;
    private const int MostProblems = 6;
    private const int MostTodo = 8;

    public static CardContent Candidates(IReadOnlyList<TrunkCandidate> candidates, SiteProfile site) => TalkCards.Note(
        Localized.Text($"Trunks of {site.Title} that are not under management"),
        candidates.Count == 0
            ? Localized.Text("None: every trunk to Twilio that the systems show is under management.")
            : string.Join('\n', candidates.Take(MostRows).Select(c => $"{ShownText.Cut(c.Termination, 60)}: {string.Join(", ", c.Systems)}"))
                + (candidates.Count > MostRows ? Localized.Text($"\n{candidates.Count - MostRows} more") : ""),
        "",
        candidates.Count == 0 ? "" : Localized.Text("Say adopt and one of these names."),
        site.Simulated);

    /// <param name="line">What was typed, for the button.</param>
    public static CardContent Adoption(AdoptionReading reading, string line, DateTimeOffset at)
    {
        var problems = reading.Findings.Select(ProblemOf)
            .Concat(reading.Errors.Select(e => new ProblemView(FindingSeverity.Error, Words.Of(FindingSeverity.Error), $"{Label(e.Key)}: {e.Message}", "parameter-wrong", Localized.Text($"Say adopt {reading.Termination} {e.Key}=... with the right value, or let the site profile allow this one."))))
            .Concat((reading.Plan?.Findings ?? []).Where(f => f.Severity is FindingSeverity.Error or FindingSeverity.Warning && reading.Findings.All(known => known.Sentence != f.Sentence)).Select(ProblemOf))
            .ToList();
        problems = [.. problems.OrderByDescending(p => p.Weight)];
        List<string> todo = [.. (reading.Plan?.Steps ?? []).Select(s => s.IsManual ? Localized.Text($"By a person: {s.Title}") : Localized.Text(s.Title))];
        return CardData.Content("adoption", new AdoptionView(
            ShownText.Cut(reading.Name, 40),
            reading.Site.Title,
            reading.Site.Simulated,
            CardData.Time(at),
            reading.Against is null
                ? Localized.Text("This is what the systems show. Adopting it sends nothing to any system.")
                : Localized.Text($"It can't be adopted as it is: {ShownText.Cut(Localized.Text(reading.Against.Sentence), 400)}"),
            [.. reading.Parts.Select(p => new PartView(
                p.Title,
                p.Objects.Count == 0 ? [Localized.Text("nothing found")] : [.. p.Objects.Take(MostObjects).Select(o => ShownText.Cut(o, 120))],
                p.Objects.Count > MostObjects ? Localized.Text($"{p.Objects.Count - MostObjects} more") : ""))],
            [.. reading.Values.Select(v => new ValueView(Label(v.Key), ShownText.Cut(v.Text, 200), Words.Of(v.Origin)))],
            [.. problems.Take(MostProblems)],
            problems.Count > MostProblems ? Localized.Text($"{problems.Count - MostProblems} more") : "",
            [.. todo.Take(MostTodo).Select(t => ShownText.Cut(t, 120))],
            todo.Count > MostTodo ? Localized.Text($"{todo.Count - MostTodo} more") : "",
            reading.Against is null,
            line,
            reading.Hash));
    }

    public static CardContent Drift(DriftReport report, SiteProfile site, DateTimeOffset at)
    {
        var name = report.Trunk.Intent.Name;
        List<RowView> rows = [.. report.Systems.SelectMany(s => s.Differences.Select(d => new RowView(s.Title, ShownText.Cut(d.What, 120), ShownText.Cut(d.Wanted, 120), ShownText.Cut(d.Found, 120))))];
        List<string> notes =
        [
            .. report.Systems.Where(s => s.Trouble is not null).Select(s => $"{s.Title}: {ShownText.Cut(Localized.Text(s.Trouble!.Sentence), 300)} ({s.Trouble.Code}) {ShownText.Cut(s.Trouble.Fix is null ? "" : Localized.Text(s.Trouble.Fix), 200)}".TrimEnd()),
            .. report.Systems.SelectMany(s => s.Changes.Select(c => (s.Title, Change: c))).OrderByDescending(c => c.Change.At).Take(8)
                .Select(c => Localized.Text($"{CardData.Time(c.Change.At)}, {c.Title}: {ShownText.Cut(c.Change.What, 120)}, by {ShownText.Cut(c.Change.Who, 80)}")),
            .. report.Systems.Where(s => s.Differences.Count > 0 && s.Changes.Count == 0).Select(s => Localized.Text($"{s.Title} does not tell who changed it.")),
            .. report.Changed.Count == 0 ? [] : (string[])[Localized.Text($"Theirs would make it: {Taken(report)}.")],
            .. report.WhyNotTaken is { } why ? (string[])[Localized.Text($"Theirs can't be taken: {ShownText.Cut(why, 300)}")] : [],
        ];
        return CardData.Content("drift", new DriftView(
            name,
            site.Title,
            site.Simulated,
            CardData.Time(at),
            rows.Count > 0 ? Words.Of(HealthState.Attention) : report.Systems.Any(s => s.Trouble is not null) ? Words.Of(HealthState.NotAvailable) : Words.Of(HealthState.Ok),
            SentenceOf(report),
            TrunkLookup.Standing(report.Trunk),
            [.. rows.Take(MostRows)],
            rows.Count > MostRows ? Localized.Text($"{rows.Count - MostRows} more") : "",
            notes,
            rows.Count > 0,
            report.Their is not null,
            report.Hash));
    }

    public static CardContent DriftOfAll(IReadOnlyList<DriftReport> reports, bool simulated, DateTimeOffset at)
    {
        var worst = reports.OrderByDescending(r => r.Differences.Count > 0).ThenByDescending(r => r.Systems.Any(s => s.Trouble is not null)).ThenBy(r => r.Trunk.Intent.Name, StringComparer.Ordinal).ToList();
        var lines = worst.Take(MostRows).Select(r => $"{r.Trunk.Intent.Name}: {SentenceOf(r)}");
        return TalkCards.Note(
            Localized.Text("Drift of all trunks"),
            string.Join('\n', lines) + (worst.Count > MostRows ? Localized.Text($"\n{worst.Count - MostRows} more") : "") + Localized.Text($"\nRead {CardData.Time(at)}."),
            "",
            reports.Any(r => r.Differences.Count > 0) ? Localized.Text("Say drift NAME for what differs, who changed it, and both ways to put it right.") : "",
            simulated);
    }

    public static string SentenceOf(DriftReport report)
    {
        var unread = string.Join(", ", report.Systems.Where(s => s.Trouble is not null).Select(s => s.Title));
        var told = report.Differences.Count switch
        {
            0 when unread.Length > 0 => Localized.Text("Nothing differs in what could be read."),
            0 => Localized.Text($"Everything is as {report.Trunk.ChangeId} left it."),
            1 => Localized.Text($"1 value is not as {report.Trunk.ChangeId} left it."),
            var count => Localized.Text($"{count} values are not as {report.Trunk.ChangeId} left them."),
        };
        return unread.Length == 0 ? told : Localized.Text($"{told} Could not be read: {unread}.");
    }

    /// <summary>What taking theirs makes of the trunk's parameters.</summary>
    public static string Taken(DriftReport report) =>
        string.Join("; ", report.Changed.Select(c => Localized.Text($"{Label(c.Key)} {ShownText.Cut(c.Ours, 80)} becomes {ShownText.Cut(c.Theirs, 80)}")));

    private static ProblemView ProblemOf(Finding finding) =>
        new(finding.Severity, Words.Of(finding.Severity), ShownText.Cut(Localized.Text(finding.Sentence), 300), finding.Code, ShownText.Cut(finding.Fix is null ? "" : Localized.Text(finding.Fix), 200));

    private static string Label(string key) => TrunkParameters.Find(key)?.Label ?? key;

    private sealed record AdoptionView(
        string Trunk, string Site, bool Simulated, string At, string Sentence, IReadOnlyList<PartView> Systems, IReadOnlyList<ValueView> Values, IReadOnlyList<ProblemView> Problems,
        string MoreProblems, IReadOnlyList<string> Todo, string MoreTodo, bool CanTake, string Line, string Hash);

    private sealed record PartView(string Title, IReadOnlyList<string> Objects, string More);

    private sealed record ValueView(string Label, string Value, string Origin);

    private sealed record ProblemView([property: JsonIgnore] FindingSeverity Weight, string Severity, string Sentence, string Code, string Fix);

    private sealed record DriftView(
        string Trunk, string Site, bool Simulated, string At, string State, string Sentence, string Since, IReadOnlyList<RowView> Differences, string More, IReadOnlyList<string> Notes,
        bool CanRestore, bool CanTake, string Hash);

    private sealed record RowView(string System, string What, string Planned, string Found);
}
