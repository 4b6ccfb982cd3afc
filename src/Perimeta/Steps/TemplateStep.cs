using TrunkBot.Changes.Systems;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Planning;
using TrunkBot.Perimeta.Session;

namespace TrunkBot.Perimeta.Steps;

/// <summary>
/// Sends the lines of a site's template. What they mean only the site knows: that each of them is in the configuration when it is read back is the proof, wherever
/// it stands there.
/// </summary>
internal sealed class TemplateStep(TemplateWork work, IReadOnlyDictionary<string, string> facts) : IStep
{
    private string Found => work.Fact + ".found";

    public async Task<StepObservation> ObserveAsync(ElementCli cli, CancellationToken cancellationToken)
    {
        var missing = Missing(await ReadAsync(cli, cancellationToken));

        // When no try of the program's came to an end, a person or a try that broke off sent them: they bear the trunk's own name.
        return missing.Count == 0 ? new(StepState.Done, $"All lines {work.What} are there.", facts.ContainsKey(Found) ? null : new Dictionary<string, string> { [work.Fact] = TemplateFacts.Of(work) })
            : work.Own.All(missing.Contains) ? new(StepState.NotBegun, $"None of the trunk's own lines {work.What} is there.")
            : new(StepState.Partly, $"Of the lines {work.What} these are missing: {string.Join("; ", missing)}.");
    }

    public async Task<StepResult> ApplyAsync(ElementCli cli, CancellationToken cancellationToken)
    {
        var missing = Missing(await ReadAsync(cli, cancellationToken));
        if (missing.Count == 0)
        {
            // Done by an earlier try of this step, or by somebody else: then they stay at an undo.
            return StepResult.Done($"All lines {work.What} were there already; nothing was sent.", facts.ContainsKey(Found) ? null : new Dictionary<string, string> { [Found] = "yes" });
        }

        // Whatever comes of it: what stands of the lines afterwards is the trunk's own.
        var own = new Dictionary<string, string> { [work.Fact] = TemplateFacts.Of(work), [Found] = "" };
        try
        {
            var notes = await cli.SendAsync(cli.Blocks.Whole(work.Lines), cancellationToken);
            var left = Missing(await ReadAsync(cli, cancellationToken));
            var result = left.Count == 0
                ? StepResult.Done($"All lines {work.What} are there.{Notes.Of(notes)}")
                : StepResult.Failed(
                    "template-lines-missing",
                    $"The Perimeta took the lines {work.What}, but these are not there when read back: {string.Join("; ", left)}.",
                    "Compare the template with what the device shows, then undo.");
            return result with { Facts = own };
        }
        catch (SbcFailureException e)
        {
            var failed = e.Code == "sbc-line-refused" ? await TakingBack.AfterAsync(e, () => TakeBackAsync(cli, cancellationToken)) : e.ForStep(cli.SentConfiguration);
            return failed with { Facts = own };
        }
    }

    public async Task<StepResult> UndoAsync(ElementCli cli, CancellationToken cancellationToken) =>
        facts.GetValueOrDefault(Found) is "yes"
            ? StepResult.Done($"The lines {work.What} were there before this change, so they stay.")
            : StepResult.Done(await TakeBackAsync(cli, cancellationToken));

    /// <summary>Takes back what stands of the lines, and says what was done.</summary>
    internal async Task<string> TakeBackAsync(ElementCli cli, CancellationToken cancellationToken)
    {
        if (Standing(await ReadAsync(cli, cancellationToken)).Count == 0)
        {
            return $"none of the trunk's own lines {work.What} was there; nothing had to be removed.";
        }

        await cli.SendAsync(cli.Blocks.Whole(work.Undo), cancellationToken);
        return Standing(await ReadAsync(cli, cancellationToken)) is { Count: > 0 } left
            ? throw new SbcFailureException("sbc-undo-incomplete", $"These lines are still there after the undo lines {work.What} were sent: {string.Join("; ", left)}.", "Remove them by hand, and correct the template.")
            : $"the lines {work.What} were taken back.";
    }

    private async Task<HashSet<string>> ReadAsync(ElementCli cli, CancellationToken cancellationToken)
    {
        var text = await cli.ShowAllAsync(cancellationToken, answer => Excerpt.OfLines(answer, work.Own));
        return [.. ConfigTree.Read(text).Root.Descendants().Where(line => line.Kind is LineKind.Known or LineKind.Unknown).Select(line => line.Meaning)];
    }

    private List<string> Missing(HashSet<string> there) => [.. work.Lines.Where(line => line != "exit" && !IsSo(line, there)).Distinct(StringComparer.Ordinal)];

    private List<string> Standing(HashSet<string> there) => [.. work.Own.Where(line => !line.StartsWith("no ", StringComparison.Ordinal) && IsSo(line, there))];

    /// <summary>A line with <c>no</c> is so when the line itself is not there.</summary>
    private static bool IsSo(string line, HashSet<string> there) =>
        line.StartsWith("no ", StringComparison.Ordinal) ? !there.Contains(Meaning(line[3..])) : there.Contains(Meaning(line));

    private static string Meaning(string line) => ConfigTree.Read(line).Root.Descendants().Last().Meaning;
}

/// <summary>Takes back what a change of the trunk did by a template: the way back of a <see cref="TemplateStep"/>, with that step as its undo.</summary>
internal sealed class TemplateRetirementStep(TemplateWork work) : IStep
{
    private readonly TemplateStep _step = new(work, new Dictionary<string, string>());

    public async Task<StepObservation> ObserveAsync(ElementCli cli, CancellationToken cancellationToken)
    {
        var seen = await _step.ObserveAsync(cli, cancellationToken);
        return seen.State switch
        {
            StepState.Done => new(StepState.NotBegun, seen.Sentence, seen.Facts),
            StepState.NotBegun => new(StepState.Done, seen.Sentence, new Dictionary<string, string> { [work.Fact] = "" }),
            _ => seen,
        };
    }

    public async Task<StepResult> ApplyAsync(ElementCli cli, CancellationToken cancellationToken) =>
        StepResult.Done(await _step.TakeBackAsync(cli, cancellationToken), new Dictionary<string, string> { [work.Fact] = "" });

    public Task<StepResult> UndoAsync(ElementCli cli, CancellationToken cancellationToken) => _step.ApplyAsync(cli, cancellationToken);
}
