using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Plans;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Messages;
using TrunkBot.Chat.Templates;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Chat.Cards;

/// <summary>The plan as cards: the requester's view and the approvals channel's, with the same content.</summary>
internal sealed class PlanCard(ICardRenderer renderer, ISites sites, TimeProvider time)
{
    private const int LineWidth = 160;

    private const int MostFindings = 12;

    /// <summary>The requester's view; its buttons show only while the change is planned.</summary>
    /// <param name="unreached">What keeps the request from the approvers, in a sentence; empty for nothing.</param>
    public CardContent ForRequester(Change change, string unreached = "") =>
        Fitted("plan", change, isOpen: change.State == ChangeState.Planned, ApprovalButtons.ForAll, unreached);

    /// <summary>The approvals channel's view, with the buttons that its readers may press.</summary>
    public CardContent ForApprovers(Change change, ApprovalButtons buttons) =>
        Fitted("approval", change, isOpen: change.State == ChangeState.WaitingForApproval && buttons.Decide, buttons, "");

    /// <summary>The longest excerpts of at most 20 lines with which the card keeps to its size.</summary>
    private CardContent Fitted(string card, Change change, bool isOpen, ApprovalButtons buttons, string unreached)
    {
        foreach (var lines in (int[])[20, 12, 6, 3])
        {
            var content = CardData.Content(card, View(change, lines, isOpen, buttons, unreached));
            if (renderer.Fits(content))
            {
                return content;
            }
        }

        return CardData.Content(card, View(change, 0, isOpen, buttons, unreached));
    }

    private PlanView View(Change change, int lines, bool isOpen, ApprovalButtons buttons, string unreached)
    {
        var plan = change.Plan;
        var site = sites.Find(plan.Intent.Site);
        var question = Question(plan);
        var asksReason = change.State == ChangeState.WaitingForApproval && ApprovalRules.NeedsReason(change.Policy, ReasonFrom.Approver);
        var canDecide = isOpen && !plan.HasErrors && !plan.IsEmpty;
        return new PlanView(
            change.Id,
            plan.Hash,
            plan.ShortHash,
            plan.Intent.Name,
            site?.Title ?? plan.Intent.Site,
            site?.Simulated ?? false,
            Words.Of(change),
            CardData.Requester(change),
            Summary(change),
            [.. plan.Systems.Select(s => new SystemView(
                $"{s.Title} ({s.Element}): {Count(s)}",
                [.. Shown(s).Select(o => new ObjectView(Words.Of(o.Action), ShownText.Cut(o.What, 100), ShownText.Cut(o.Detail, 160), o.Detail.Length > 0))],
                More(s.Objects.Count, Shown(s).Count)))],
            [.. plan.Findings.OrderByDescending(f => f.Severity).Take(MostFindings).Select(f => new FindingView(
                Words.Of(f.Severity), f.Code, ShownText.Cut(Localized.Text(f.Sentence), 300), ShownText.Cut(f.Fix is null ? "" : Localized.Text(f.Fix), 300), f.Fix is not null))],
            plan.Findings.Count switch { 0 => Localized.Text("Checks found nothing to say."), 1 => Localized.Text("Checks found 1 thing to read."), var n => Localized.Text($"Checks found {n} things to read.") },
            More(plan.Findings.Count, MostFindings),
            [
                .. Section("perimeta", Localized.Text("Perimeta lines"), PlanText.SendsOf(plan, "perimeta"), lines),
                .. Section("metaswitch", Localized.Text("Metaswitch fields"), PlanText.SendsOf(plan, "metaswitch"), lines),
                .. Section("twilio", Localized.Text("Twilio requests"), PlanText.SendsOf(plan, "twilio"), lines),
                .. Section("undo", Localized.Text("undo lines"), PlanText.UndoOf(plan), lines),
                .. Section("values", Localized.Text("where values come from"), PlanText.ValuesOf(plan), lines == 20 ? 30 : lines),
            ],
            canDecide && question.Length == 0 && !asksReason,
            canDecide && (question.Length > 0 || asksReason),
            question,
            asksReason,
            isOpen,
            buttons.TakeBack,
            buttons.AskForView,
            change.State == ChangeState.WaitingForApproval ? PolicySentence(change) : "",
            change.State == ChangeState.WaitingForApproval && change.ApprovalExpires is { } expires ? Localized.Text($"Expires {CardData.Time(expires)}.") : "",
            unreached.Length > 0 ? unreached : NextStep(change));
    }

    private string PolicySentence(Change change)
    {
        if (change.Policy is not { } policy)
        {
            return "";
        }

        var able = ApprovalRules.Able(change).Count;
        var said = policy.OnePersonLab
            ? Localized.Text($"ONE-PERSON LAB: {policy.Needed} of {able} must agree, and who asked for the change is counted too.")
            : able == 1
                ? Localized.Text($"{policy.Needed} of 1 approver must agree; who asked for the change or edited it is not counted.")
                : Localized.Text($"{policy.Needed} of {able} approvers must agree; who asked for the change or edited it is not counted.");
        return string.Join(' ', [said, .. Asked(change), .. change.Decisions.Select(d => ProgressCard.Sentence(change, d))]);
    }

    /// <summary>What the requester said, and when the change may begin.</summary>
    private IEnumerable<string> Asked(Change change)
    {
        if (change.Course.Reason is { } reason)
        {
            yield return Localized.Text($"What it is for: {ShownText.Cut(reason, 500)}");
        }

        if (ExecutionWindow.OpensAt(change, time.GetUtcNow()) is { } opens && opens > time.GetUtcNow())
        {
            yield return Localized.Text($"It begins not before {CardData.Time(opens)}.");
        }

        if (change.Course.NotAfter is { } end)
        {
            yield return Localized.Text($"It begins before {CardData.Time(end)} or not at all.");
        }
    }

    /// <summary>What is asked before a plan with warnings or holds goes on; empty for a plan without.</summary>
    private static string Question(TrunkPlan plan)
    {
        var asks = plan.Findings.Where(f => f.Severity is FindingSeverity.Warning or FindingSeverity.Hold).ToList();
        if (asks.Count == 0)
        {
            return "";
        }

        var counts = asks.GroupBy(f => f.Severity).OrderBy(g => g.Key).Select(g => Counted(g.Count(), g.Key));
        var codes = asks.OrderByDescending(f => f.Severity).Select(f => f.Code).Distinct(StringComparer.Ordinal).ToList();
        return Localized.Text($"{string.Join(", ", counts)}: {string.Join(", ", codes.Take(MostFindings))}{(codes.Count > MostFindings ? Localized.Text(" and others") : "")}. Go on all the same?");
    }

    private static string Counted(int count, FindingSeverity severity) => (severity, count) switch
    {
        (FindingSeverity.Hold, 1) => Localized.Text("1 hold"),
        (FindingSeverity.Hold, _) => Localized.Text($"{count} holds"),
        (FindingSeverity.Error, 1) => Localized.Text("1 error"),
        (FindingSeverity.Error, _) => Localized.Text($"{count} errors"),
        (_, 1) => Localized.Text("1 warning"),
        _ => Localized.Text($"{count} warnings"),
    };

    private static string Summary(Change change)
    {
        var plan = change.Plan;
        if (plan.HasErrors)
        {
            // An error also keeps steps out of the plan: that there are none says nothing about the systems.
            return Localized.Text($"The plan stops: {Counted(plan.Findings.Count(f => f.Severity == FindingSeverity.Error), FindingSeverity.Error)}; nothing can be submitted.");
        }

        if (plan.IsEmpty)
        {
            return Localized.Text($"Every system already is as trunk {plan.Intent.Name} wants it: nothing would be changed.");
        }

        var nothingSent = change.State is ChangeState.Planned or ChangeState.WaitingForApproval ? Localized.Text("Nothing has been sent yet; every step has its undo.") : Localized.Text("Every step has its undo.");
        return $"{Purpose(plan)} {nothingSent}";
    }

    private static string Purpose(TrunkPlan plan)
    {
        var edges = string.Join(", ", plan.Intent.Edges.Select(e => e.Name));
        var manual = plan.Steps.Count(s => s.IsManual);
        if (plan.Removes)
        {
            return Localized.Text($"Remove trunk {plan.Intent.Name} from the CFS, the Perimeta and Twilio, with everything that is its own and nothing else, in {plan.Steps.Count} steps, {manual} of them by a person. Calls over it end.");
        }

        if (plan.Owned is { } before)
        {
            return Localized.Text($"Change trunk {plan.Intent.Name} in {plan.Steps.Count} steps, {manual} of them by a person: what is new is built before what is old goes. Edges: {edges} (before: {string.Join(", ", before.Intent.Edges.Select(e => e.Name))}).");
        }

        return plan.Intent.Edges.Count == 1
            ? Localized.Text($"Set up trunk {plan.Intent.Name} between the CFS, the Perimeta and Twilio as {plan.Intent.DomainName}, over 1 edge ({edges}), in {plan.Steps.Count} steps, {manual} of them by a person.")
            : Localized.Text($"Set up trunk {plan.Intent.Name} between the CFS, the Perimeta and Twilio as {plan.Intent.DomainName}, over {plan.Intent.Edges.Count} edges ({edges}), in {plan.Steps.Count} steps, {manual} of them by a person.");
    }

    private static string NextStep(Change change) => change switch
    {
        { State: ChangeState.Planned, Plan.HasErrors: true } => Localized.Text("The plan has errors and can't be submitted: edit it."),
        { State: ChangeState.Planned, Plan.IsEmpty: true } => Localized.Text("There is nothing to submit."),
        { State: ChangeState.Planned } => Localized.Text("Next: submit it for approval."),
        { State: ChangeState.Rejected or ChangeState.Expired or ChangeState.Cancelled, Trouble: { } end } => $"{ShownText.Cut(Localized.Text(end.Sentence), 500)} {ShownText.Cut(Localized.Text(end.Fix), 200)}",
        _ => "",
    };

    private static string Count(SystemPlan system)
    {
        if (system.Findings.Any(f => f.Severity == FindingSeverity.Error))
        {
            return Localized.Text("blocked by an error");
        }

        var counts = system.Objects.GroupBy(o => o.Action).OrderBy(g => g.Key)
            .Select(g => g.Key switch
            {
                PlannedAction.Create => Localized.Text($"{g.Count()} created"),
                PlannedAction.Change => Localized.Text($"{g.Count()} changed"),
                PlannedAction.LeaveAlone => Localized.Text($"{g.Count()} left alone"),
                PlannedAction.Remove => Localized.Text($"{g.Count()} removed"),
                _ => Localized.Text($"{g.Count()} by a person"),
            });
        return string.Join(", ", counts) is { Length: > 0 } text ? text : Localized.Text("nothing to do");
    }

    private static IEnumerable<SectionView> Section(string id, string what, IReadOnlyList<string> all, int lines) =>
        all.Count == 0 ? [] : [new SectionView(id, what, char.ToUpperInvariant(what[0]) + what[1..], [.. all.Take(lines).Select(l => ShownText.Code(l, LineWidth))], More(all.Count, lines))];

    /// <summary>At most eight objects of each kind, so that a long whitelist does not hide the adjacencies.</summary>
    private static IReadOnlyList<PlannedObject> Shown(SystemPlan system) =>
        [.. system.Objects.GroupBy(o => (o.Action, Kind: o.What.Split(' ')[0])).SelectMany(g => g.Take(8)).Take(24)];

    private static string More(int all, int shown) => all > shown ? Localized.Text($"{all - shown} more in the file") : "";

    private sealed record PlanView(
        string Change, string PlanHash, string Hash, string Trunk, string Site, bool Simulated, string State, string Requester, string Summary,
        IReadOnlyList<SystemView> Systems, IReadOnlyList<FindingView> Findings, string FindingsSentence, string MoreFindings,
        IReadOnlyList<SectionView> Sections, bool CanDecide, bool MustAsk, string Question, bool AsksReason, bool IsOpen, bool CanTakeBack, bool CanAskForView, string PolicySentence, string Expires, string NextStep);

    private sealed record SystemView(string Title, IReadOnlyList<ObjectView> Objects, string More);

    private sealed record ObjectView(string Action, string What, string Detail, bool HasDetail);

    private sealed record FindingView(string Severity, string Code, string Sentence, string Fix, bool HasFix);

    private sealed record SectionView(string Id, string What, string Title, IReadOnlyList<string> Lines, string More);
}
