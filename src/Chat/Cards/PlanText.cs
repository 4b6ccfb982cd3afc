using TrunkBot.Changes.Life;
using TrunkBot.Changes.Plans;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Chat.Cards;

/// <summary>A plan as plain lines: what cards excerpt and what the file of <c>plan CHG-n</c> holds in full.</summary>
internal static class PlanText
{
    /// <summary>What is sent to, or done at, one system, in the order in which it happens.</summary>
    public static IReadOnlyList<string> SendsOf(TrunkPlan plan, string system) =>
        [.. plan.Steps.Where(s => s.System == system).SelectMany(s => (IEnumerable<string>)[$"# {s.Title}", .. Body(s)])];

    /// <summary>What undoes the plan, last step first.</summary>
    public static IReadOnlyList<string> UndoOf(TrunkPlan plan) =>
        [.. plan.Steps.Reverse().Where(s => s.UndoSends.Count > 0 || s.Worksheet is { Undo.Length: > 0 }).SelectMany(s =>
            (IEnumerable<string>)[$"# {s.Title}", .. s.UndoSends, .. s.Worksheet is { Undo.Length: > 0 } sheet ? [$"By a person: {sheet.Undo}"] : Array.Empty<string>()])];

    public static IReadOnlyList<string> ValuesOf(TrunkPlan plan) =>
        [.. plan.Values.Select(v => $"{TrunkParameters.Find(v.Key)?.Label ?? v.Key}: {v.Text} ({Words.Of(v.Origin)})")];

    /// <summary>The whole plan as a text file.</summary>
    public static string FileOf(Change change)
    {
        var plan = change.Plan;
        List<string> lines =
        [
            $"Plan of {change.Id}: trunk {plan.Intent.Name} at site {plan.Intent.Site}",
            $"Hash: {plan.Hash}",
            $"Requested by {change.Requester.DisplayName} ({change.Requester.Id}) on {CardData.Time(change.Created)}",
            $"State: {Words.Of(change.State)}",
            "",
            "VALUES AND WHERE THEY CAME FROM",
            .. ValuesOf(plan),
            "",
            "FINDINGS",
            .. plan.Findings.Count == 0 ? ["none"] : plan.Findings.OrderByDescending(f => f.Severity).Select(f => $"{Words.Of(f.Severity)} {f.Code}: {f.Sentence}{(f.Fix is null ? "" : $" Fix: {f.Fix}")}"),
        ];
        foreach (var system in plan.Systems)
        {
            lines.AddRange(["", $"{system.Title.ToUpperInvariant()} ({system.Element}), read as {system.Fingerprint}"]);
            lines.AddRange(system.Objects.Select(o => $"{Words.Of(o.Action)}: {o.What}{(o.Detail.Length == 0 ? "" : $" ({o.Detail})")}"));
        }

        lines.AddRange(["", "STEPS IN THEIR ORDER"]);
        for (var i = 0; i < plan.Steps.Count; i++)
        {
            var step = plan.Steps[i];
            lines.AddRange(["", $"{i + 1}. {step.Title} [{step.Id}, {step.Element}]", .. Body(step).Select(l => "    " + l), $"  Proof: {step.Proof}"]);
            lines.AddRange(step.UndoSends.Count == 0 && step.Worksheet is not { Undo.Length: > 0 } ? ["  Undo: nothing to undo"] : ["  Undo:", .. step.UndoSends.Select(l => "    " + l)]);
            if (step.Worksheet is { Undo.Length: > 0 } sheet)
            {
                lines.Add($"    By a person: {sheet.Undo}");
            }
        }

        return string.Join('\n', lines) + "\n";
    }

    /// <summary>Everything sent and received, as a text file.</summary>
    public static string JournalOf(Change change, IReadOnlyList<JournalLine> journal)
    {
        var lines = new List<string> { $"Journal of {change.Id}: trunk {change.Plan.Intent.Name}, plan {change.Plan.Hash}", "Secrets are shown as references." };
        string? step = null;
        foreach (var line in journal)
        {
            if (step != line.StepId + line.Ticket)
            {
                step = line.StepId + line.Ticket;
                lines.AddRange(["", $"== {line.StepId} (ticket {line.Ticket})"]);
            }

            var sign = line.Exchange.Direction == Changes.Systems.WireDirection.Sent ? ">" : "<";
            lines.AddRange(line.Exchange.Text.Split('\n').Select(t => $"{CardData.Time(line.Exchange.At)} {sign} {t.TrimEnd('\r')}"));
        }

        return string.Join('\n', lines) + "\n";
    }

    private static IEnumerable<string> Body(PlannedStep step) => step.Worksheet is { } sheet
        ? [$"By a person, at {sheet.Place}:", .. sheet.Rows.Select(r => $"  {r.Label}: {r.Value}"), $"  Check: {sheet.Verification}"]
        : step.Sends;
}
