using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Journal;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Chat.Templates;
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
            $"State: {Words.Of(change)}",
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

        return Text(lines);
    }

    /// <summary>All that is known of what a change did, as a text file: who did what, what is left, what was sent and what came back.</summary>
    public static string JournalOf(Change change, IReadOnlyList<AuditEntry> audit, IReadOnlyList<JournalTicket> tickets, IReadOnlyList<JournalLine> journal)
    {
        List<string> lines =
        [
            $"Journal of {change.Id}: trunk {change.Plan.Intent.Name}, plan {change.Plan.Hash}",
            $"State: {Words.Of(change)}",
            "Secrets are shown as references.",
            "",
            "WHO DID WHAT",
            .. audit.Select(a => $"{CardData.Time(a.At)} {a.Who}: {a.What}{(a.Detail.Length == 0 ? "" : $", {a.Detail}")}"),
        ];
        if (change.Trouble is { } trouble)
        {
            lines.AddRange(["", "WHAT WENT WRONG", $"{trouble.Code}: {trouble.Sentence}", $"What to do: {trouble.Fix}"]);
        }

        if (change.Leftovers.Count > 0)
        {
            lines.AddRange(["", "LEFT TO BE DONE BY HAND, IN THIS ORDER"]);
            lines.AddRange(change.Leftovers.SelectMany(l => (IEnumerable<string>)[$"{l.Title} [{l.StepId}, {l.Element}]: {l.Why}", .. l.Lines.Select(line => "    " + line)]));
        }

        lines.AddRange(["", "WHAT WAS SENT (>) AND WHAT CAME BACK (<)"]);
        var exchanges = journal.ToLookup(l => l.Ticket, l => l.Exchange, StringComparer.Ordinal);
        foreach (var ticket in tickets)
        {
            var purpose = ticket.Purpose.ToString().ToLowerInvariant();
            lines.AddRange(["", $"== {ticket.StepId}: {purpose}, try {ticket.Attempt}, begun {CardData.Time(ticket.Opened)}, {Words.Of(ticket.Outcome)} (ticket {ticket.Id})"]);
            lines.AddRange(exchanges[ticket.Id].SelectMany(ExchangeLines));
        }

        return Text(lines);
    }

    private static IEnumerable<string> ExchangeLines(WireExchange exchange) =>
        exchange.Text.Split('\n').Select(t => $"{CardData.Time(exchange.At)} {(exchange.Direction == WireDirection.Sent ? ">" : "<")} {t.TrimEnd('\r')}");

    /// <summary>What people and devices wrote can't begin a line of its own, so it can't pass for one of ours.</summary>
    private static string Text(IEnumerable<string> lines) => string.Join('\n', lines.Select(ShownText.Clean)) + "\n";

    /// <summary>What is sent, or the worksheet of what a person does.</summary>
    public static IEnumerable<string> Body(PlannedStep step) => step.Worksheet is { } sheet
        ? [$"By a person, at {sheet.Place}:", .. sheet.Rows.Select(r => $"  {r.Label}: {r.Value}"), $"  Check: {sheet.Verification}"]
        : step.Sends;
}
