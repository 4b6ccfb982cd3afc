using TrunkBot.Changes.Systems;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Planning;

namespace TrunkBot.Perimeta.Steps;

/// <summary>Takes one adjacency out of service, only if it still is what the plan shows.</summary>
internal sealed class DeactivateStep(DeactivatePayload payload) : IStep
{
    private readonly ActivateStep _activate = new(new(payload.Name, payload.Lines, []), new Dictionary<string, string>());

    public async Task<StepObservation> ObserveAsync(ElementCli cli, CancellationToken cancellationToken) =>
        await cli.ReadAdjacencyAsync(payload.Name, cancellationToken) switch
        {
            null => new(StepState.Done, $"There is no adjacency {payload.Name} any more."),
            { IsActive: false } => new(StepState.Done, $"Adjacency {payload.Name} is inactive."),
            _ => new(StepState.NotBegun, $"Adjacency {payload.Name} is active."),
        };

    public async Task<StepResult> ApplyAsync(ElementCli cli, CancellationToken cancellationToken) =>
        await cli.ReadAdjacencyAsync(payload.Name, cancellationToken) is { IsActive: true } there && Touched.Since(cli, there, payload.Lines) is { } refused
            ? refused
            : await _activate.UndoAsync(cli, cancellationToken);

    public Task<StepResult> UndoAsync(ElementCli cli, CancellationToken cancellationToken) => _activate.ApplyAsync(cli, cancellationToken);
}

/// <summary>Removes one adjacency that is out of service: the way back of a <see cref="BuildStep"/>, with that step as its undo.</summary>
internal sealed class RemoveStep(RemovePayload payload) : IStep
{
    private readonly BuildStep _build = new(new(payload.Name, payload.Lines));

    public async Task<StepObservation> ObserveAsync(ElementCli cli, CancellationToken cancellationToken) =>
        await cli.ReadAdjacencyAsync(payload.Name, cancellationToken) is null
            ? new(StepState.Done, $"There is no adjacency {payload.Name} any more.")
            : new(StepState.NotBegun, $"Adjacency {payload.Name} is there.");

    public async Task<StepResult> ApplyAsync(ElementCli cli, CancellationToken cancellationToken)
    {
        var there = await cli.ReadAdjacencyAsync(payload.Name, cancellationToken);
        if (there is { IsActive: true })
        {
            return StepResult.Failed(
                "adjacency-active-again",
                $"Adjacency {payload.Name} is in service, so it was not removed. Nothing was sent.",
                "Somebody activated it since the plan was made: ask who needs it, then undo or make a new plan.");
        }

        return there is not null && Touched.Since(cli, there, payload.Lines) is { } refused ? refused : await _build.UndoAsync(cli, cancellationToken);
    }

    public Task<StepResult> UndoAsync(ElementCli cli, CancellationToken cancellationToken) => _build.ApplyAsync(cli, cancellationToken);
}

internal static class Touched
{
    /// <summary>The refusal when an adjacency has other lines than the plan shows; null when it has not.</summary>
    public static StepResult? Since(ElementCli cli, Adjacency there, IReadOnlyList<string> lines) =>
        cli.Compare(there.Name, lines, there).Lines is { Count: > 0 } differences
            ? StepResult.Failed(
                "adjacency-changed-by-others",
                $"Adjacency {there.Name} was changed since the plan was made: {string.Join("; ", differences)}. Nothing was sent.",
                "Look at who changed it, then make a new plan.")
            : null;
}
