using System.CommandLine;
using System.Text.Json;
using TrunkBot.Changes.Plans;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Language;

namespace TrunkBot.CommandLine;

/// <summary><c>trunkbot plan SPEC --against DIR</c>: the plan of a trunk against what was saved, with every line that would be sent and undone.</summary>
internal static class PlanCommand
{
    private static readonly JsonSerializerOptions Indented = new(PlanJson.Options) { WriteIndented = true, Converters = { new EnglishSentences() } };

    public static Command Make()
    {
        var spec = new Argument<string>("SPEC") { Description = "File that describes the trunk, or - for standard input." };
        var against = new Option<string>("--against") { Description = "Folder with twilio.json, perimeta.txt (show config) and metaswitch.json.", Required = true, HelpName = "DIR" };
        var json = new Option<bool>("--json") { Description = "The whole plan as JSON." };
        var command = new Command("plan", "Shows the plan of a new trunk against saved snapshots. Nothing is read from a system or sent. Ends with 1 when an error stands against it.") { spec, against, json };
        command.SetAction(async (result, cancellationToken) =>
        {
            await using var services = SiteServices.Open();
            var trunk = await TrunkSpec.ReadAsync(result.GetRequiredValue(spec), services, cancellationToken);
            var site = services.Site(trunk.Intent.Site);
            var planner = services.Get<Planner>();
            var snapshots = await SavedSnapshots.ReadAsync(result.GetRequiredValue(against), planner.Systems, site, cancellationToken);
            TrunkPlan plan;
            try
            {
                plan = planner.Plan(new TrunkGoal(trunk.Intent), trunk.Values, site, snapshots);
            }
            catch (JsonException e)
            {
                throw new InputException($"a file in \"{result.GetRequiredValue(against)}\" is no snapshot: {e.Message}", e);
            }

            await result.InvocationConfiguration.Output.WriteLineAsync(result.GetValue(json) ? JsonSerializer.Serialize(plan, Indented) : Terminal.Lines(string.Join('\n', Lines(plan))));
            return plan.HasErrors ? ExitCode.Findings : ExitCode.Fine;
        });
        return command;
    }

    private static IEnumerable<string> Lines(TrunkPlan plan)
    {
        yield return $"# trunk {plan.Intent.Name} at site {plan.Intent.Site}, plan {plan.ShortHash}";
        foreach (var system in plan.Systems)
        {
            yield return $"# {system.Title} ({system.Element})";
            foreach (var planned in system.Objects)
            {
                yield return $"#   {planned.Action}: {planned.What}{(planned.Detail.Length == 0 ? "" : $" ({planned.Detail})")}";
            }
        }

        foreach (var finding in plan.Findings.OrderByDescending(f => f.Severity))
        {
            yield return $"# {finding.Severity switch { FindingSeverity.Error => "error", FindingSeverity.Warning => "warning", FindingSeverity.Hold => "hold", _ => "note" }}: {finding.Code}: {finding.Sentence}{(finding.Fix is null ? "" : $" {finding.Fix}")}";
        }

        for (var i = 0; i < plan.Steps.Count; i++)
        {
            var step = plan.Steps[i];
            yield return "";
            yield return $"# {i + 1}. {step.Title} ({step.Element})";
            if (step.Worksheet is { } sheet)
            {
                yield return $"#    by a person: {sheet.Place}";
                foreach (var row in sheet.Rows)
                {
                    yield return $"#    {row.Label}: {row.Value}";
                }
            }

            foreach (var line in step.Sends)
            {
                yield return line;
            }

            foreach (var line in step.UndoSends)
            {
                yield return $"#    undo: {line}";
            }
        }
    }
}
