using TrunkBot.Changes.Systems;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Planning;
using TrunkBot.Perimeta.Session;

namespace TrunkBot.Perimeta.Steps;

/// <summary>Builds one adjacency, inactive. It was not there when the change began.</summary>
internal sealed class BuildStep(BuildPayload payload) : IStep
{
    public async Task<StepObservation> ObserveAsync(ElementCli cli, CancellationToken cancellationToken)
    {
        if (await cli.ReadAdjacencyAsync(payload.Name, cancellationToken) is not { } there)
        {
            return new(StepState.NotBegun, $"There is no adjacency {payload.Name}.");
        }

        var difference = Compare(cli, there);
        return difference.HoldsAllIntended
            ? new(StepState.Done, $"Adjacency {payload.Name} is there with every planned line.", Facts(cli, there))
            : new(StepState.Partly, $"Adjacency {payload.Name} is there and differs: {string.Join("; ", difference.Lines)}.");
    }

    public async Task<StepResult> ApplyAsync(ElementCli cli, CancellationToken cancellationToken)
    {
        var before = await cli.ReadAdjacencyAsync(payload.Name, cancellationToken);
        if (before is not null && Compare(cli, before) is var difference)
        {
            if (difference.HoldsAllIntended)
            {
                return StepResult.Done($"Adjacency {payload.Name} was there already with every planned line; nothing was sent.", Facts(cli, before));
            }

            if (!difference.IsHalfBuilt || before.IsActive)
            {
                return StepResult.Failed(
                    "adjacency-exists-different",
                    $"Adjacency {payload.Name} is there and differs: {string.Join("; ", difference.Lines)}. Nothing was sent.",
                    "Somebody else made or changed it since the plan: look at it, then make a new plan.");
            }
        }

        IReadOnlyList<string> notes;
        try
        {
            notes = await cli.SendAsync(cli.Blocks.Build(payload.Name, payload.Lines), cancellationToken);
        }
        catch (SbcFailureException e) when (e.Code == "sbc-line-refused")
        {
            return await TakingBack.AfterAsync(e, () => RemoveAsync(cli, cancellationToken));
        }

        return await cli.ReadAdjacencyAsync(payload.Name, cancellationToken) is not { } after
            ? StepResult.Failed("adjacency-missing", $"The Perimeta took the lines, but adjacency {payload.Name} is not there when read back.", "Look at the device, then undo or retry.")
            : Proof(cli, after, notes);
    }

    public async Task<StepResult> UndoAsync(ElementCli cli, CancellationToken cancellationToken)
    {
        var there = await cli.ReadAdjacencyAsync(payload.Name, cancellationToken);
        return there is not null && Compare(cli, there).Lines.FirstOrDefault(line => line.Kind == DifferenceKind.Changed) is { } changed
            ? StepResult.Failed(
                "adjacency-changed-by-others",
                $"Adjacency {payload.Name} was changed since it was built ({changed}), so it was not removed.",
                "Look at who changed it; remove it by hand if it is not needed.")
            : StepResult.Done(await RemoveAsync(cli, cancellationToken));
    }

    private ConfigDifference Compare(ElementCli cli, Adjacency there) => cli.Compare(payload.Name, payload.Lines, there);

    // What people had chosen in an adjacency of this name went with it. The description is a further line from now on: a later change has another ticket, or none.
    private Dictionary<string, string> Facts(ElementCli cli, Adjacency there) =>
        new(ExtraLines.Fact(payload.Name, cli.Compare(payload.Name, [.. payload.Lines.Where(line => line != payload.Description)], there).Extras.Select(line => line.ToString())))
        {
            [AdoptedLines.Key(payload.Name)] = "",
        };

    private StepResult Proof(ElementCli cli, Adjacency after, IReadOnlyList<string> notes)
    {
        var difference = Compare(cli, after);
        if (!difference.HoldsAllIntended || after.IsActive)
        {
            var what = after.IsActive ? "it is active" : string.Join("; ", difference.Lines.Where(line => line.Kind != DifferenceKind.Extra));
            return StepResult.Failed(
                "adjacency-differs-after-build",
                $"Adjacency {payload.Name} read back is not what was sent: {what}.",
                "It was not activated. Look at it on the device, then undo.");
        }

        var extras = difference.Extras.ToList() is { Count: > 0 } added ? $" The Perimeta added: {string.Join("; ", added)}." : "";
        return StepResult.Done($"Adjacency {payload.Name} is built as planned and inactive.{extras}{Notes.Of(notes)}", Facts(cli, after));
    }

    private async Task<string> RemoveAsync(ElementCli cli, CancellationToken cancellationToken)
    {
        if (await cli.ReadAdjacencyAsync(payload.Name, cancellationToken) is not { } there)
        {
            return $"there is no adjacency {payload.Name}; nothing had to be removed.";
        }

        if (there.IsActive)
        {
            await cli.SendAsync(cli.Blocks.Deactivate(payload.Name), cancellationToken);
        }

        await cli.SendAsync(cli.Blocks.Remove(payload.Name), cancellationToken);
        return await cli.ReadAdjacencyAsync(payload.Name, cancellationToken) is null
            ? $"adjacency {payload.Name} was removed."
            : throw new SbcFailureException("sbc-undo-incomplete", $"Adjacency {payload.Name} is still there after it was removed.", "Remove it by hand.");
    }
}
