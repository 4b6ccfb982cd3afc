using System.Globalization;
using TrunkBot.Changes.Life;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Templates;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Charts;
using TrunkBot.Diagnostics.Health;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Chat.Cards;

/// <summary>How trunks are and were: the status of one, of all, and the chart.</summary>
internal static class StatusCards
{
    /// <summary>Trunks that are asked how they are when nobody names one: of more it is shown how they were when the watch looked last.</summary>
    public const int MostAsked = 100;

    /// <summary>Trunks that a card of all names.</summary>
    public const int MostNamed = 20;

    private const int MostRows = 12;

    /// <param name="standing">Whether the trunk is under management, in a sentence.</param>
    /// <param name="watched">How the watch saw it last, by which it is known since when; null: it was never looked at.</param>
    /// <param name="call">The last test call; null: there was none.</param>
    /// <param name="figures">What was measured lately.</param>
    public static CardContent Status(string standing, SiteProfile site, HealthReport report, TrunkNow? watched, TestCall? call, HealthFigures figures) => CardData.Content("status", new StatusView(
        report.Trunk,
        site.Title,
        site.Simulated,
        CardData.Time(report.At),
        Words.Of(report.Overall),
        Localized.Text(report.Sentence),
        standing,
        [.. report.Systems.Select(s => new SystemView(
            s.System,
            Words.Of(s.State),
            Since(watched?.Part(s.System, isEdge: false), s.State),
            [.. s.Lines.Take(24).Select(l => new CheckView(Words.Of(l.State), ShownText.Cut(Localized.Text(l.What), 80), ShownText.Cut(Localized.Text(l.Detail), 200), Fix(l), Fix(l).Length > 0, l.State == HealthState.Ok)),
                .. s.Problem is { } problem ? [new CheckView(Localized.Text("Not available"), s.System, Localized.Text(problem), "", false, false)] : Array.Empty<CheckView>()],
            s.Lines.Count > 24 ? Localized.Text($"{s.Lines.Count - 24} more in diagnose {report.Trunk}") : ""))],
        [.. report.Edges.Select(e => new EdgeView(e.Edge, e.Host, Words.Of(e.State), EdgeDetail(e), Since(watched?.Part(e.Edge, isEdge: true), e)))],
        call is null ? Localized.Text("No test call is known.") : Call(call),
        figures.IsEmpty ? "" : Sentence(figures)));

    /// <param name="reports">One for each trunk, the worst first.</param>
    /// <param name="lost">Trunks that could not be asked, because their site has no profile any more.</param>
    public static CardContent Overview(
        IReadOnlyList<HealthReport> reports, IReadOnlyList<ManagedTrunk> lost, bool simulated, DateTimeOffset at)
    {
        List<OverviewLine> lines =
        [
            .. lost.Select(t => new OverviewLine(
                t.Intent.Name, Words.Of(HealthState.NotAvailable), Localized.Text($"The profile of its site {t.Intent.Site} is gone (site-unknown). Put it back into the sites folder."))),
            .. reports.Select(r => new OverviewLine(r.Trunk, Words.Of(r.Overall), Localized.Text(r.Sentence))),
        ];
        return CardData.Content(
            "overview",
            new OverviewView(simulated, CardData.Time(at), "", [.. lines.Take(MostNamed)], lines.Count > MostNamed ? Localized.Text($"{lines.Count - MostNamed} more: say status NAME.") : ""));
    }

    /// <summary>All trunks as the watch saw them last: only what is in trouble is named.</summary>
    public static CardContent Overview(HealthOverview all, bool simulated, DateTimeOffset now)
    {
        var trouble = all.Worst.Where(t => t.State != HealthState.Ok && t.Behind is null).ToList();
        List<OverviewLine> lines =
        [
            .. all.Down.Select(d => new OverviewLine(
                d.What, Words.Of(HealthState.Failed), d.Trunks == 1 ? Localized.Text("1 trunk is behind it.") : Localized.Text($"{d.Trunks} trunks are behind it."))),
            .. trouble.Select(t => new OverviewLine(t.Trunk, State(t), Localized.Text($"since {CardData.Minute(t.Since)}: {ShownText.Cut(Localized.Text(t.Sentence), 300)}"))),
        ];
        var more = all.Counts.Where(c => c.Key != HealthState.Ok).Sum(c => c.Value) - all.Down.Sum(d => d.Trunks) - trouble.Count;
        return CardData.Content("overview", new OverviewView(
            simulated,
            CardData.Time(all.Oldest ?? now),
            Counts(all),
            [.. lines.Take(MostNamed)],
            lines.Count > MostNamed || more > 0 ? Localized.Text($"{Math.Max(more, 0) + Math.Max(lines.Count - MostNamed, 0)} more: say status NAME.") : ""));
    }

    /// <summary>How many trunks are in which state, in a sentence.</summary>
    public static string Counts(HealthOverview all) => Localized.Text(
        $"{all.Counts[HealthState.Failed]} failed, {all.Counts[HealthState.Attention]} need attention, {all.Counts[HealthState.NotAvailable]} could not be read, {all.Counts[HealthState.Ok]} OK, {all.Unseen} not looked at yet.");

    /// <summary>The figures as a table, for those who do not see the picture beside it.</summary>
    public static CardContent Chart(string trunk, SiteProfile site, HealthFigures figures)
    {
        var rows = figures.Steps.Where(s => !s.IsEmpty).ToList();
        return CardData.Content("chart", new ChartView(
            trunk,
            site.Title,
            site.Simulated,
            figures.IsEmpty ? Localized.Text("Nothing was measured in that time.") : Sentence(figures),
            [.. rows.TakeLast(MostRows).Select(s => new ChartRow(CardData.Minute(s.Start), Share(s.Answered), Mean(s.PostDialDelay), Mean(s.RoundTrip), Mean(s.Jitter)))],
            rows.Count > MostRows ? Localized.Text($"The newest {MostRows} of {rows.Count} steps of {Length(figures.Step)}; the picture shows all.") : ""));
    }

    /// <summary>What the picture shows, in words.</summary>
    public static string Sentence(HealthFigures figures)
    {
        var all = figures.All;
        var parts = new List<string>
        {
            all.Calls == 0 ? Localized.Text("no test call")
                : all.Calls == 1 ? Localized.Text($"1 test call, {Share(all.Answered)} answered, {Share(all.TwoWayAudio)} with audio both ways")
                : Localized.Text($"{all.Calls} test calls, {Share(all.Answered)} answered, {Share(all.TwoWayAudio)} with audio both ways"),
        };
        Add(parts, Localized.Text("post-dial delay"), all.PostDialDelay);
        Add(parts, Localized.Text("jitter"), all.Jitter);
        if (all.Served is not null)
        {
            parts.Add(Localized.Text($"{Share(all.Served)} of the OPTIONS asked were served"));
        }

        Add(parts, Localized.Text("round trip of OPTIONS"), all.RoundTrip);
        return $"{Period(figures)}: {string.Join("; ", parts)}.";
    }

    public static ChartWords ChartWords(string trunk, HealthFigures figures) => new(
        $"{trunk}, {Period(figures)}", Localized.Text("Calls answered"), Localized.Text("OPTIONS served"), Localized.Text("Post-dial delay"), Localized.Text("Jitter"), Localized.Text("Round trip"), "%", "ms");

    private static void Add(List<string> parts, string what, MeasuredRange? range) =>
        parts.Add(range is null ? Localized.Text($"{what} not measured") : Localized.Text($"{what} {CardData.Milliseconds(range.Mean)} on average, {CardData.Milliseconds(range.Most)} at most"));

    private static string Period(HealthFigures figures) => Localized.Text($"The last {Length(figures.To - figures.From)}");

    private static string Length(TimeSpan span) =>
        span.TotalHours < 1 ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0} min")
        : span.TotalHours <= 48 ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0} h")
        : string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:0} d");

    private static string Call(TestCall call) => Localized.Text($"Last test call {CardData.Time(call.StartedAt)}: {ShownText.Cut(Localized.Text(call.Sentence), 200)}");

    private static string State(TrunkNow trunk) => trunk.IsFlapping ? Localized.Text($"{Words.Of(trunk.State)}, flapping") : Words.Of(trunk.State);

    private static string Share(double? share) => CardData.Percent(share * 100);

    private static string Mean(MeasuredRange? range) => CardData.Milliseconds(range?.Mean);

    private static string Since(PartNow? part, HealthState state) => part?.State == state ? Localized.Text($"since {CardData.Minute(part.Since)}") : "";

    /// <summary>Of an edge that was not asked now: since when it is as it was when it was asked last.</summary>
    private static string Since(PartNow? part, EdgeProbe edge) =>
        part is null or { State: HealthState.NotAvailable } ? ""
        : edge.State == ProbeState.Unchecked ? Localized.Text($"{Words.Of(part.State)} since {CardData.Minute(part.Since)}")
        : Since(part, PartNow.Of(edge, part.Since).State);

    private static string Fix(StatusLine line) =>
        line.State == HealthState.Ok ? "" : string.Join(" ", ((string?[])[line.Code is null ? null : $"({line.Code})", line.Fix is { } fix ? Localized.Text(fix) : null]).OfType<string>().Select(t => ShownText.Cut(t, 300)));

    private static string EdgeDetail(EdgeProbe edge) => edge.State == ProbeState.Up
        ? $"{edge.Status} {ShownText.Cut(Localized.Text(edge.Detail), 100)}".Trim() + $", {CardData.Milliseconds(edge.RoundTripMilliseconds)}"
        : ShownText.Cut(Localized.Text(edge.Detail), 160);

    private sealed record StatusView(
        string Trunk, string Site, bool Simulated, string At, string State, string Sentence, string Since, IReadOnlyList<SystemView> Systems, IReadOnlyList<EdgeView> Edges, string Call, string Figures);

    private sealed record SystemView(string Title, string State, string Since, IReadOnlyList<CheckView> Checks, string More);

    private sealed record CheckView(string State, string What, string Detail, string Fix, bool HasFix, bool IsPlain);

    private sealed record EdgeView(string Edge, string Host, string State, string Detail, string Since);

    private sealed record OverviewView(bool Simulated, string At, string Counts, IReadOnlyList<OverviewLine> Trunks, string More);

    private sealed record OverviewLine(string Trunk, string State, string Sentence);

    private sealed record ChartView(string Trunk, string Site, bool Simulated, string Sentence, IReadOnlyList<ChartRow> Rows, string More);

    private sealed record ChartRow(string Time, string Answered, string PostDialDelay, string RoundTrip, string Jitter);
}
