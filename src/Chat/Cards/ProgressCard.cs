using TrunkBot.Changes.Control;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Plans;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Templates;

namespace TrunkBot.Chat.Cards;

/// <summary>How a change goes: the one card that shows every step, and the approvals channel's card once it is decided.</summary>
internal sealed class ProgressCard(ISites sites, TimeProvider time)
{
    /// <summary>With more steps than that a card has no room for what came back from each: done ones then show state and time only.</summary>
    private const int MostWithSentences = 12;

    /// <summary>With more steps than that those that were done some time ago are counted only.</summary>
    private const int MostSteps = 30;

    /// <summary>Of the steps that are done, those that stay in sight with more than <see cref="MostSteps"/>.</summary>
    private const int JustDone = 3;

    private const int MostLeftovers = 8;
    private const int MostLeftoverLines = 6;

    /// <summary>Every step with its state and time, the step that waits for a person, what failed, and the result.</summary>
    public CardContent Progress(Change change) => CardData.Content("progress", View(change));

    /// <summary>Who decided and why, how far it is, and the result. No buttons.</summary>
    public CardContent Decided(Change change) => CardData.Content(
        "decided", View(change) with { Activity = "", Earlier = "", Steps = [], Later = "", Worksheets = [], Leftovers = [], MoreLeftovers = "" });

    /// <summary>Whether the card shows a time that runs, so that it is to be drawn again though nothing changes.</summary>
    public static bool Runs(Change change) =>
        change.State == ChangeState.Verifying || change.Steps.Any(s => s.State is StepProgressState.Running or StepProgressState.Undoing);

    /// <summary>What one decision was, in a sentence.</summary>
    public static string Sentence(Change change, Decision decision)
    {
        var reason = decision.Reason is { Length: > 0 } why ? Localized.Text($" Reason: {ShownText.Cut(why, 500)}") : "";
        var by = ShownText.Cut(decision.By.DisplayName, 60);
        return (decision.Approved
            ? Localized.Text($"{by} approved {change.Id} on {CardData.Time(decision.At)}.")
            : Localized.Text($"{by} rejected {change.Id} on {CardData.Time(decision.At)}.")) + reason;
    }

    private ProgressView View(Change change)
    {
        var plan = change.Plan;
        var site = sites.Find(plan.Intent.Site);
        var done = change.Steps.Count(s => s.State == StepProgressState.Done);
        var earlier = change.Steps.Count <= MostSteps ? 0 : Math.Max(0, change.Steps.TakeWhile(s => s.State == StepProgressState.Done).Count() - JustDone);
        var later = Math.Max(0, change.Steps.Count - earlier - MostSteps);
        var canUndo = change.State is ChangeState.Failed or ChangeState.Paused or ChangeState.Done or ChangeState.Stuck && change.Steps.Any(s => s.State is not (StepProgressState.Waiting or StepProgressState.Undone));
        return new ProgressView(
            change.Id,
            plan.Hash,
            plan.ShortHash,
            plan.Intent.Name,
            site?.Title ?? plan.Intent.Site,
            site?.Simulated ?? false,
            Words.Of(change),
            Localized.Text($"{done} of {change.Steps.Count} steps done."),
            CardData.Requester(change),
            [.. ApprovalNotes.Lines(change), .. change.Decisions.Select(d => Sentence(change, d))],
            RunNotes.Of(change, time.GetUtcNow()),
            Activity(change),
            earlier > 0 ? Localized.Text($"Steps 1 to {earlier} are done.") : "",
            [.. Steps(change).Skip(earlier).Take(MostSteps)],
            later > 0 ? Localized.Text($"{later} more steps come after these.") : "",
            Worksheets(change),
            change.Trouble is { } t ? [new TroubleView(t.Code, TroubleSentence(change, t), ShownText.Cut(Localized.Text(t.Fix), 500))] : [],
            [.. change.Leftovers.Take(MostLeftovers).Select(l => new LeftoverView(
                ShownText.Cut(Localized.Text($"{l.Title} on {l.Element}"), 100),
                ShownText.Cut(l.Why, 200),
                [.. l.Lines.Take(MostLeftoverLines).Select(line => ShownText.Code(line, 160))],
                More(l.Lines.Count, MostLeftoverLines)))],
            More(change.Leftovers.Count, MostLeftovers),
            change.State == ChangeState.Failed,
            canUndo,
            Controls(change),

            // The verdict of an earlier try or of what is undone since would pass for that of now.
            change is { State: ChangeState.Done or ChangeState.Failed, Acceptance: { } report } ? [Result(report)] : []);
    }

    private static ControlView Controls(Change change)
    {
        var canGoOn = change is { State: ChangeState.Paused, PausedFor: PauseReason.Asked or PauseReason.StepByStep };
        return new ControlView(
            change is { State: ChangeState.Approved, WaitsForApply: true },
            change is { State: ChangeState.Approved, Start: not null },
            change is { State: ChangeState.Applying, Wishes.Pause: null },
            canGoOn,
            change is { State: ChangeState.Paused or ChangeState.Failed or ChangeState.Verifying, Confirm: not null, Wishes.Confirmed: null });
    }

    /// <summary>What is being done now, with the time at which that was so; the steps have their own time.</summary>
    private string Activity(Change change) =>
        change.Activity is { } activity ? $"{CardData.Clock(time.GetUtcNow())}: {ShownText.Cut(activity, 200)}" : "";

    // The engine names all that is left in one sentence; here each has its place on the progress card.
    private static string TroubleSentence(Change change, ChangeTrouble trouble) => change.Leftovers.Count switch
    {
        0 => ShownText.Cut(Localized.Text(trouble.Sentence), 500),
        1 => Localized.Text("Not everything could be undone: 1 step is left to be done by hand."),
        var left => Localized.Text($"Not everything could be undone: {left} steps are left to be done by hand."),
    };

    private static string More(int all, int shown) => all > shown ? Localized.Text($"{all - shown} more in the journal file") : "";

    private IEnumerable<StepView> Steps(Change change) =>
        change.Steps.Select((progress, i) =>
        {
            var step = change.Plan.Steps.FirstOrDefault(s => s.Id == progress.StepId);
            var isShort = progress.State == StepProgressState.Done && change.Steps.Count > MostWithSentences;
            var sentence = (isShort ? "" : ShownText.Cut(progress.Sentence ?? "", 200)) + (progress.ConfirmedBy is { } by ? Localized.Text($" Confirmed by {ShownText.Cut(by.DisplayName, 60)}.") : "");
            return new StepView(
                i + 1,
                ShownText.Cut(step is null ? progress.StepId : Localized.Text(step.Title), 100),
                Words.Of(progress.State),
                Time(progress),
                sentence.Trim(),
                sentence.Trim().Length > 0,
                progress.State is StepProgressState.Done or StepProgressState.Waiting);
        });

    private string Time(StepProgress step) => step switch
    {
        { State: StepProgressState.Running or StepProgressState.Undoing, Started: { } began } =>
            Localized.Text($"since {CardData.Clock(began)}, {CardData.Elapsed(time.GetUtcNow() - began)}"),
        { State: StepProgressState.WaitingForPerson, Started: { } began } => Localized.Text($"since {CardData.Clock(began)}"),

        // Begun when it was applied: the time in between is not that of the undo.
        { State: StepProgressState.Undone or StepProgressState.UndoFailed, Ended: { } ended } => Localized.Text($"at {CardData.Clock(ended)}"),
        { State: StepProgressState.Done or StepProgressState.Failed, Started: { } began, Ended: { } ended } => CardData.Elapsed(ended - began),
        _ => "",
    };

    private static IReadOnlyList<WorksheetView> Worksheets(Change change)
    {
        if (change.State is not (ChangeState.Paused or ChangeState.UndoPaused))
        {
            return [];
        }

        return [.. change.Steps.Where(s => s.State == StepProgressState.WaitingForPerson)
            .Select(s => change.Plan.Steps.FirstOrDefault(p => p.Id == s.StepId))
            .OfType<PlannedStep>()
            .Where(p => p.Worksheet is not null)
            .Take(1)
            .Select(p => new WorksheetView(
                p.Id,
                change.State == ChangeState.UndoPaused ? Localized.Text($"Take back: {p.Title}") : Localized.Text(p.Title),
                p.Worksheet!.Place,
                [.. p.Worksheet.Rows.Select(r => new Fact(ShownText.Cut(r.Label, 100), ShownText.Cut(r.Value, 200)))],
                p.Worksheet.Verification,
                p.Worksheet.Undo))];
    }

    private static ResultView Result(AcceptanceReport report) => new(
        report.Passed ? Localized.Text("Passed") : Localized.Text("Failed"),
        ShownText.Cut(report.Sentence, 500),
        [.. report.Lines.GroupBy(l => l.Group).Select(g => new GroupView(
            g.Key,
            [.. g.Select(l => new LineView(ShownText.Cut(l.Label, 80), ShownText.Cut(l.Value, 200), Words.Of(l.State), l.State == AcceptanceState.Passed))]))]);

    private sealed record ProgressView(
        string Change, string PlanHash, string Hash, string Trunk, string Site, bool Simulated, string State, string Count, string Requester,
        IReadOnlyList<string> Decisions, IReadOnlyList<string> Notes, string Activity, string Earlier, IReadOnlyList<StepView> Steps, string Later, IReadOnlyList<WorksheetView> Worksheets,
        IReadOnlyList<TroubleView> Troubles, IReadOnlyList<LeftoverView> Leftovers, string MoreLeftovers, bool CanRetry, bool CanUndo, ControlView Controls,
        IReadOnlyList<ResultView> Results);

    /// <param name="CanApply">Begin now.</param>
    /// <param name="CanStop">It has a time at which it begins by itself.</param>
    /// <param name="CanGoOn">To the end, or by one step.</param>
    private sealed record ControlView(bool CanApply, bool CanStop, bool CanPause, bool CanGoOn, bool CanConfirm);

    private sealed record StepView(int Number, string Title, string State, string Time, string Sentence, bool HasSentence, bool IsPlain);

    private sealed record WorksheetView(string Step, string Title, string Place, IReadOnlyList<Fact> Rows, string Verification, string Undo);

    private sealed record TroubleView(string Code, string Sentence, string Fix);

    private sealed record LeftoverView(string Title, string Why, IReadOnlyList<string> Lines, string More);

    private sealed record ResultView(string Verdict, string Sentence, IReadOnlyList<GroupView> Groups);

    private sealed record GroupView(string Title, IReadOnlyList<LineView> Lines);

    private sealed record LineView(string Label, string Value, string State, bool IsPlain);
}
