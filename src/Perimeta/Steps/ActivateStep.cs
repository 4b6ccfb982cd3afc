using TrunkBot.Changes.Systems;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Planning;
using TrunkBot.Perimeta.Session;

namespace TrunkBot.Perimeta.Steps;

/// <summary>Brings one adjacency into service, only if it still is what was planned. It was inactive when the change began.</summary>
internal sealed class ActivateStep(ActivatePayload payload) : IStep
{
    public async Task<StepObservation> ObserveAsync(ElementCli cli, CancellationToken cancellationToken) =>
        await cli.ReadAdjacencyAsync(payload.Name, cancellationToken) switch
        {
            { IsActive: true } => new(StepState.Done, $"Adjacency {payload.Name} is active."),
            null => new(StepState.NotBegun, $"There is no adjacency {payload.Name}."),
            _ => new(StepState.NotBegun, $"Adjacency {payload.Name} is inactive."),
        };

    public async Task<StepResult> ApplyAsync(ElementCli cli, CancellationToken cancellationToken)
    {
        if (await cli.ReadAdjacencyAsync(payload.Name, cancellationToken) is not { } before)
        {
            return StepResult.Failed("adjacency-missing", $"Adjacency {payload.Name} is not there. Nothing was sent.", "Somebody removed it since it was built: make a new plan.");
        }

        var difference = ConfigDifference.Between(CommandBlocks.Intended(payload.Name, payload.Lines), before.Node, activation: false);
        if (!difference.HoldsAllIntended)
        {
            return StepResult.Failed(
                "adjacency-changed-since-build",
                $"Adjacency {payload.Name} is not as planned: {string.Join("; ", difference.Lines.Where(line => line.Kind != DifferenceKind.Extra))}. It was not activated; nothing was sent.",
                "Look at who changed it, then undo, or make a new plan.");
        }

        if (before.IsActive)
        {
            return StepResult.Done($"Adjacency {payload.Name} was active already; nothing was sent.");
        }

        IReadOnlyList<string> notes;
        try
        {
            notes = await cli.SendAsync(cli.Blocks.Activate(payload.Name), cancellationToken);
        }
        catch (SbcFailureException e) when (e.Code == "sbc-line-refused")
        {
            return await TakingBack.AfterAsync(e, () => DeactivateAsync(cli, cancellationToken));
        }

        return await cli.ReadAdjacencyAsync(payload.Name, cancellationToken) is { IsActive: true }
            ? StepResult.Done($"Adjacency {payload.Name} is active (administratively; that calls pass is proven by the test call).{Notes.Of(notes)}")
            : StepResult.Failed("adjacency-inactive", $"The Perimeta took the line, but adjacency {payload.Name} is not active when read back.", "Look at the device, then undo or retry.");
    }

    public async Task<StepResult> UndoAsync(ElementCli cli, CancellationToken cancellationToken) =>
        StepResult.Done(await DeactivateAsync(cli, cancellationToken));

    private async Task<string> DeactivateAsync(ElementCli cli, CancellationToken cancellationToken)
    {
        switch (await cli.ReadAdjacencyAsync(payload.Name, cancellationToken))
        {
            case null:
                return $"there is no adjacency {payload.Name}; nothing had to be deactivated.";
            case { IsActive: false }:
                return $"adjacency {payload.Name} is inactive; nothing had to be deactivated.";
        }

        await cli.SendAsync(cli.Blocks.Deactivate(payload.Name), cancellationToken);
        return await cli.ReadAdjacencyAsync(payload.Name, cancellationToken) is { IsActive: true }
            ? throw new SbcFailureException("sbc-undo-incomplete", $"Adjacency {payload.Name} is still active after it was deactivated.", "Deactivate it by hand.")
            : $"adjacency {payload.Name} was deactivated.";
    }
}
