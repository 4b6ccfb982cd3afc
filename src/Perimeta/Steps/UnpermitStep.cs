using TrunkBot.Changes.Systems;
using TrunkBot.Perimeta.Planning;

namespace TrunkBot.Perimeta.Steps;

/// <summary>
/// Takes addresses off the whitelist that the trunk's own changes put there: the way back of a <see cref="WhitelistStep"/>, with that step as its
/// undo. What an adjacency needs by then stays.
/// </summary>
internal sealed class UnpermitStep(UnpermitPayload payload) : IStep
{
    private readonly WhitelistStep _permit = new(new(payload.ServiceNetwork, payload.Addresses, payload.Adjacencies, payload.AllEdges), new Dictionary<string, string>());

    public async Task<StepObservation> ObserveAsync(ElementCli cli, CancellationToken cancellationToken) =>
        (await _permit.ObserveAsync(cli, cancellationToken)).State switch
        {
            StepState.Done => new(StepState.NotBegun, "All of the addresses are permitted still.", PermitFacts.Own(payload.ServiceNetwork, payload.Addresses)),
            StepState.NotBegun => new(StepState.Done, "None of the addresses is permitted any more.", Disowned),
            _ => await _permit.RemovableAsync(cli, cancellationToken) is { Count: > 0 } left
                ? new(StepState.Partly, $"{left.Count} of {payload.Addresses.Count} addresses are permitted still: {string.Join(", ", left)}.")
                : new(StepState.Done, "What is permitted still of the addresses, another adjacency needs.", Disowned),
        };

    public async Task<StepResult> ApplyAsync(ElementCli cli, CancellationToken cancellationToken)
    {
        var result = await _permit.UndoAsync(cli, cancellationToken);
        return result with { Facts = Disowned };
    }

    public Task<StepResult> UndoAsync(ElementCli cli, CancellationToken cancellationToken) => _permit.ApplyAsync(cli, cancellationToken);

    private Dictionary<string, string> Disowned => PermitFacts.Disown(payload.ServiceNetwork, payload.Addresses);
}
