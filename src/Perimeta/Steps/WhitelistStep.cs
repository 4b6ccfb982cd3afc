using System.Net;
using TrunkBot.Changes.Systems;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Planning;
using TrunkBot.Perimeta.Session;

namespace TrunkBot.Perimeta.Steps;

/// <summary>Permits Twilio's addresses. Only those in the payload are its own: they were not permitted when the change began.</summary>
internal sealed class WhitelistStep(WhitelistPayload payload) : IStep
{
    public async Task<StepObservation> ObserveAsync(ElementCli cli, CancellationToken cancellationToken)
    {
        var missing = await MissingAsync(cli, cancellationToken);
        return missing.Count == 0 ? new(StepState.Done, "All addresses are permitted.")
            : missing.Count == payload.Addresses.Count ? new(StepState.NotBegun, "None of the addresses is permitted yet.")
            : new(StepState.Partly, $"{missing.Count} of {payload.Addresses.Count} addresses are not permitted yet.");
    }

    public async Task<StepResult> ApplyAsync(ElementCli cli, CancellationToken cancellationToken)
    {
        var missing = await MissingAsync(cli, cancellationToken);
        if (missing.Count == 0)
        {
            return StepResult.Done("All addresses were permitted already; nothing was sent.");
        }

        var taken = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            var notes = await cli.SendAsync(cli.Blocks.AddPermits(payload.ServiceNetwork, missing), cancellationToken, line => taken.Add(line));
            missing = await MissingAsync(cli, cancellationToken);
            return missing.Count == 0
                ? StepResult.Done($"{payload.Addresses.Count} addresses are permitted on service network {payload.ServiceNetwork}.{Notes.Of(notes)}")
                : StepResult.Failed(
                    "whitelist-incomplete",
                    $"The Perimeta took the lines, but these addresses are not there when read back: {string.Join(", ", missing)}.",
                    "Look at the whitelist on the device, then undo or retry.");
        }
        catch (SbcFailureException e) when (e.Code == "sbc-line-refused")
        {
            var own = missing.Where(address => taken.Contains(CommandBlocks.Permit(payload.ServiceNetwork, address))).ToList();
            return await TakingBack.AfterAsync(e, () => RemoveAsync(cli, own, cancellationToken));
        }
    }

    public async Task<StepResult> UndoAsync(ElementCli cli, CancellationToken cancellationToken) =>
        StepResult.Done(await RemoveAsync(cli, payload.Addresses, cancellationToken));

    private async Task<IReadOnlyList<string>> MissingAsync(ElementCli cli, CancellationToken cancellationToken)
    {
        var running = await cli.ReadPermitsAsync(cancellationToken);
        return [.. payload.Addresses.Where(address => !running.IsPermitted(payload.ServiceNetwork, IPAddress.Parse(address)))];
    }

    private async Task<string> RemoveAsync(ElementCli cli, IReadOnlyList<string> addresses, CancellationToken cancellationToken)
    {
        var running = await cli.ReadAllAsync(cancellationToken);
        var there = addresses.Where(address => Stands(running, address)).ToList();
        var needed = there.ToLookup(address => Needs(running, IPAddress.Parse(address)));
        var doomed = needed[false].ToList();
        if (doomed.Count > 0)
        {
            await cli.SendAsync(cli.Blocks.RemovePermits(payload.ServiceNetwork, doomed), cancellationToken);
            running = await cli.ReadAllAsync(cancellationToken);
            if (doomed.Where(address => Stands(running, address)).ToList() is { Count: > 0 } left)
            {
                throw new SbcFailureException("sbc-undo-incomplete", $"These permit-peer lines are still there after they were removed: {string.Join(", ", left)}.", "Remove them by hand.");
            }
        }

        var kept = needed[true].Any() ? $" Kept, because another adjacency needs them: {string.Join(", ", needed[true])}." : "";
        return (doomed.Count == 0 ? "No permit-peer line had to be removed." : $"{doomed.Count} permit-peer lines were removed.") + kept;
    }

    // Only a line of just this address is removed, never a range that somebody else wrote.
    private bool Stands(RunningConfiguration running, string address) => running.Permits.Any(permit =>
        permit.ServiceNetwork == payload.ServiceNetwork && permit.First.Equals(permit.Last) && permit.First.Equals(IPAddress.Parse(address)));

    private bool Needs(RunningConfiguration running, IPAddress address) => running.Adjacencies.Any(adjacency =>
        adjacency.Accepts(address) && !(payload.Adjacencies.Contains(adjacency.Name) && !adjacency.IsActive) && MayUseNetwork(running, adjacency));

    private bool MayUseNetwork(RunningConfiguration running, Adjacency adjacency) =>
        running.ServiceAddresses.FirstOrDefault(address => address.Label == adjacency.ServiceAddress)?.ServiceNetwork is not { } network
        || network == payload.ServiceNetwork;
}
