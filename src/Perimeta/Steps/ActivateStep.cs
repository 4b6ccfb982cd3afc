using TrunkBot.Changes.Systems;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Planning;
using TrunkBot.Perimeta.Session;

namespace TrunkBot.Perimeta.Steps;

/// <summary>Brings one adjacency into service, only if it still is what was planned. It was inactive when the change began.</summary>
internal sealed class ActivateStep(ActivatePayload payload, IReadOnlyDictionary<string, string> facts) : IStep
{
    public async Task<StepObservation> ObserveAsync(ElementCli cli, CancellationToken cancellationToken)
    {
        switch (await cli.ReadAdjacencyAsync(payload.Name, cancellationToken))
        {
            case null:
                return new(StepState.NotBegun, $"There is no adjacency {payload.Name}.");
            case { IsActive: false }:
                return new(StepState.NotBegun, $"Adjacency {payload.Name} is inactive.");
            case var there:
                var wrong = Wrong(cli.Compare(payload.Name, payload.Lines, there));
                return wrong.Count == 0
                    ? new(StepState.Done, $"Adjacency {payload.Name} is active.")
                    : new(StepState.Partly, $"Adjacency {payload.Name} is active and is not as planned: {string.Join("; ", wrong)}.");
        }
    }

    public async Task<StepResult> ApplyAsync(ElementCli cli, CancellationToken cancellationToken)
    {
        if (await cli.ReadAdjacencyAsync(payload.Name, cancellationToken) is not { } before)
        {
            return StepResult.Failed("adjacency-missing", $"Adjacency {payload.Name} is not there. Nothing was sent.", "Somebody removed it since it was built: make a new plan.");
        }

        var difference = cli.Compare(payload.Name, payload.Lines, before);
        if (Wrong(difference) is { Count: > 0 } wrong)
        {
            return StepResult.Failed(
                "adjacency-changed-since-build",
                $"Adjacency {payload.Name} is not as planned: {string.Join("; ", wrong)}. It was not activated; nothing was sent.",
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

        if (await cli.ReadAdjacencyAsync(payload.Name, cancellationToken) is not { IsActive: true } after)
        {
            return StepResult.Failed("adjacency-inactive", $"The Perimeta took the line, but adjacency {payload.Name} is not active when read back.", "Look at the device, then undo or retry.");
        }

        // Lines that came with the activation are the device's own: they are no reason to doubt it later.
        return StepResult.Done(
            $"Adjacency {payload.Name} is active (administratively; that calls pass is proven by the test call).{Notes.Of(notes)}",
            ExtraLines.Fact(payload.Name, cli.Compare(payload.Name, payload.Lines, after).Extras.Select(line => line.ToString())));
    }

    public async Task<StepResult> UndoAsync(ElementCli cli, CancellationToken cancellationToken) =>
        StepResult.Done(await DeactivateAsync(cli, cancellationToken));

    /// <summary>What contradicts the planned lines, and what was added since they were built.</summary>
    private List<string> Wrong(ConfigDifference difference)
    {
        var known = ExtraLines.Known(payload.Name, facts) ?? payload.Extras;
        return [.. difference.Lines.Where(line => line.Kind != DifferenceKind.Extra || !known.Contains(line.ToString())).Select(line => line.ToString())];
    }

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
