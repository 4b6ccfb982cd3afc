using TrunkBot.Changes.Control;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Templates;

namespace TrunkBot.Chat.Cards;

/// <summary>What a dry run found, in a sentence and as a file.</summary>
internal static class DryRunText
{
    public static string Sentence(DryRunReport report)
    {
        var sends = report.Steps.Count(s => s.Outlook is DryRunOutlook.Sends or DryRunOutlook.SendsAnew);
        var would = Localized.Text($"{sends} of {report.Steps.Count} steps would send something.");
        var against = report.Closed.Count == 0
            ? Localized.Text("Nothing stands against it now.")
            : Localized.Text($"It would not begin now: {string.Join(" ", report.Closed.Select(c => $"{c.Sentence} ({c.Code})"))}");
        return $"{would} {against} {Localized.Text("Nothing was sent, locked or changed.")}";
    }

    /// <summary>Like the files of plans in English: kept, and read by people of several languages.</summary>
    public static string FileOf(DryRunReport report)
    {
        var change = report.Change;
        List<string> lines =
        [
            $"Dry run of {change.Id}: trunk {change.Plan.Intent.Name} at site {change.Plan.Intent.Site}",
            $"Hash: {change.Plan.Hash}",
            $"Looked at on {CardData.Time(report.At)}. Nothing was sent, locked or changed.",
            "",
            "WHAT STANDS AGAINST IT NOW",
            .. report.Closed.Count == 0 ? ["nothing"] : report.Closed.Select(c => $"{c.Code}: {c.Sentence} {c.Fix}".TrimEnd()),
            "",
            "STEPS IN THEIR ORDER",
        ];
        for (var i = 0; i < report.Steps.Count; i++)
        {
            var (step, outlook, sentence) = report.Steps[i];
            lines.AddRange(["", $"{i + 1}. {step.Title} [{step.Id}, {step.Element}]", $"  {Of(outlook)}. {sentence}".TrimEnd()]);
            if (outlook is not DryRunOutlook.Nothing)
            {
                lines.AddRange(PlanText.Body(step).Select(line => "    " + line));
            }
        }

        return string.Join('\n', lines.Select(ShownText.Clean)) + "\n";
    }

    private static string Of(DryRunOutlook outlook) => outlook switch
    {
        DryRunOutlook.Sends => "Would be sent",
        DryRunOutlook.Nothing => "Nothing to send",
        DryRunOutlook.SendsAnew => "What is half done would be taken back, then sent anew",
        DryRunOutlook.AsksPerson => "A person would be asked",
        _ => "Can't be seen now; would be sent unless it is seen to be done",
    };
}
