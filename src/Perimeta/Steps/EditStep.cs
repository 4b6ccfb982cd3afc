using TrunkBot.Changes.Systems;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Planning;
using TrunkBot.Perimeta.Session;

namespace TrunkBot.Perimeta.Steps;

/// <summary>Changes lines of the trunk's own adjacency; one in service is out of it meanwhile and in it again afterwards, unless the site edits adjacencies in service.</summary>
internal sealed class EditStep(EditPayload payload) : IStep
{
    public async Task<StepObservation> ObserveAsync(ElementCli cli, CancellationToken cancellationToken)
    {
        if (await cli.ReadAdjacencyAsync(payload.Name, cancellationToken) is not { } there)
        {
            return new(StepState.CannotTell, $"There is no adjacency {payload.Name}.");
        }

        return Is(cli, there, payload.After) ? new(StepState.Done, $"Adjacency {payload.Name} has every planned line.")
            : Is(cli, there, payload.Before) ? new(StepState.NotBegun, $"Adjacency {payload.Name} is as it was.")
            : new(StepState.Partly, $"Adjacency {payload.Name} is neither as it was nor as planned: {string.Join("; ", cli.Compare(payload.Name, payload.After, there).Lines)}.");
    }

    public Task<StepResult> ApplyAsync(ElementCli cli, CancellationToken cancellationToken) =>
        LeadAsync(cli, payload.Lines, payload.After, payload.Back, payload.Before, "has every planned line", cancellationToken);

    public Task<StepResult> UndoAsync(ElementCli cli, CancellationToken cancellationToken) =>
        LeadAsync(cli, payload.Back, payload.Before, null, payload.After, "is as it was", cancellationToken);

    /// <param name="back">What takes the lines back when one of them is refused; null on the way back itself.</param>
    /// <param name="from">What the adjacency is expected to be before; on the way back, and after a try that broke off, it may be anything between.</param>
    private async Task<StepResult> LeadAsync(
        ElementCli cli, IReadOnlyList<string> lines, IReadOnlyList<string> to, IReadOnlyList<string>? back, IReadOnlyList<string> from, string proof, CancellationToken cancellationToken)
    {
        if (await cli.ReadAdjacencyAsync(payload.Name, cancellationToken) is not { } there)
        {
            return StepResult.Failed("adjacency-missing", $"Adjacency {payload.Name} is not there. Nothing was sent.", "Somebody removed it since the plan was made: make a new plan.");
        }

        if (Is(cli, there, to))
        {
            return StepResult.Done($"Adjacency {payload.Name} {proof} already; nothing was sent.");
        }

        if (back is not null && !Is(cli, there, from))
        {
            return StepResult.Failed(
                "adjacency-changed-by-others",
                $"Adjacency {payload.Name} is not as it was when the plan was made: {string.Join("; ", cli.Compare(payload.Name, from, there).Lines)}{(there.IsActive == payload.Active ? "" : "; it is " + State(there.IsActive))}. Nothing was sent.",
                "Look at who changed it, then make a new plan.");
        }

        IReadOnlyList<string> notes;
        try
        {
            notes = await cli.SendAsync(cli.Blocks.Edit(payload.Name, lines, payload.Pauses), cancellationToken);
        }
        catch (SbcFailureException e) when (e.Code == "sbc-line-refused" && back is not null)
        {
            return await TakingBack.AfterAsync(e, () => TakeBackAsync(cli, back, from, cancellationToken));
        }

        return await cli.ReadAdjacencyAsync(payload.Name, cancellationToken) is { } after && Is(cli, after, to)
            ? StepResult.Done($"Adjacency {payload.Name} {proof} and is {State(payload.Active)}.{Notes.Of(notes)}")
            : StepResult.Failed(
                "adjacency-differs-after-change",
                $"The Perimeta took the lines, but adjacency {payload.Name} read back is not what was sent.",
                "Look at the device, then undo or retry.");
    }

    private async Task<string> TakeBackAsync(ElementCli cli, IReadOnlyList<string> back, IReadOnlyList<string> before, CancellationToken cancellationToken)
    {
        await cli.SendAsync(cli.Blocks.Edit(payload.Name, back, payload.Pauses), cancellationToken);
        return await cli.ReadAdjacencyAsync(payload.Name, cancellationToken) is { } there && Is(cli, there, before)
            ? $"adjacency {payload.Name} is as it was."
            : throw new SbcFailureException("sbc-undo-incomplete", $"Adjacency {payload.Name} is not as it was.", "Compare it with the plan's undo lines, by hand.");
    }

    private bool Is(ElementCli cli, Adjacency there, IReadOnlyList<string> lines) =>
        there.IsActive == payload.Active && cli.Compare(payload.Name, lines, there).HoldsAllIntended;

    private static string State(bool active) => active ? "active" : "inactive";
}
