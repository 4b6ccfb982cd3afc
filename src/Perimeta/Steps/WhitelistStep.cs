using System.Net;
using TrunkBot.Changes.Systems;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Planning;
using TrunkBot.Perimeta.Session;

namespace TrunkBot.Perimeta.Steps;

/// <summary>
/// Permits Twilio's addresses. Its own are those of the payload that it sent itself: one that somebody else permitted meanwhile is
/// skipped, and stays.
/// </summary>
internal sealed class WhitelistStep(WhitelistPayload payload, IReadOnlyDictionary<string, string> facts) : IStep
{
    private const string Fact = "perimeta.whitelist.sent";

    /// <summary>Addresses that were sent, as far as known; null when no try of the step came to an end (a crash), so that all of the plan's may be.</summary>
    private IReadOnlyList<string>? Sent { get; } = facts.TryGetValue(Fact, out var sent) ? sent.Split(' ', StringSplitOptions.RemoveEmptyEntries) : null;

    public async Task<StepObservation> ObserveAsync(ElementCli cli, CancellationToken cancellationToken)
    {
        var running = await cli.ReadPermitsAsync(cancellationToken);
        var missing = Missing(running);

        // When no try of the program's came to an end, a person or a try that broke off added what is there now and was not when the plan was made.
        return missing.Count == 0 ? new(StepState.Done, "All addresses are permitted.", Sent is null ? FactOf([.. payload.Addresses.Where(address => Stands(running, address))]) : null)
            : missing.Count == payload.Addresses.Count ? new(StepState.NotBegun, "None of the addresses is permitted yet.")
            : new(StepState.Partly, $"{missing.Count} of {payload.Addresses.Count} addresses are not permitted yet.");
    }

    public async Task<StepResult> ApplyAsync(ElementCli cli, CancellationToken cancellationToken)
    {
        var missing = await MissingAsync(cli, cancellationToken);

        // What an earlier try sent and is still there is this step's own too.
        var before = payload.Addresses.Except(missing).Where(address => Sent?.Contains(address) == true).ToList();
        if (missing.Count == 0)
        {
            return StepResult.Done("All addresses were permitted already; nothing was sent.", FactOf(before));
        }

        var taken = new List<string>();
        try
        {
            var lines = missing.ToDictionary(address => CommandBlocks.Permit(payload.ServiceNetwork, address));
            var notes = await cli.SendAsync(cli.Blocks.AddPermits(payload.ServiceNetwork, missing), cancellationToken, line =>
            {
                if (lines.TryGetValue(line, out var address))
                {
                    taken.Add(address);
                }
            });
            var left = await MissingAsync(cli, cancellationToken);
            var result = left.Count == 0
                ? StepResult.Done($"{payload.Addresses.Count} addresses are permitted on service network {payload.ServiceNetwork}.{Notes.Of(notes)}")
                : StepResult.Failed(
                    "whitelist-incomplete",
                    $"The Perimeta took the lines, but these addresses are not there when read back: {string.Join(", ", left)}.",
                    "Look at the whitelist on the device, then undo or retry.");
            return result with { Facts = FactOf([.. before, .. taken]) };
        }
        catch (SbcFailureException e)
        {
            // The line after the last one taken may have been taken as well, when its answer is what is missing.
            var own = missing.Take(taken.Count + (e.LineInDoubt ? 1 : 0)).ToList();
            var result = e.Code == "sbc-line-refused"
                ? await TakingBack.AfterAsync(e, () => RemoveAsync(cli, own, cancellationToken))
                : e.ForStep(cli.SentConfiguration);
            return result with { Facts = FactOf([.. before, .. own]) };
        }
    }

    public async Task<StepResult> UndoAsync(ElementCli cli, CancellationToken cancellationToken) =>
        StepResult.Done(await RemoveAsync(cli, Sent is null ? payload.Addresses : [.. payload.Addresses.Intersect(Sent)], cancellationToken));

    private Dictionary<string, string> FactOf(IReadOnlyList<string> sent) =>
        new(PermitFacts.Own(payload.ServiceNetwork, sent)) { [Fact] = string.Join(' ', sent) };

    /// <summary>Addresses of the step that stand on the whitelist and that no adjacency needs.</summary>
    public async Task<IReadOnlyList<string>> RemovableAsync(ElementCli cli, CancellationToken cancellationToken)
    {
        var running = await cli.ReadAllAsync(cancellationToken);
        return [.. payload.Addresses.Where(address => Stands(running, address) && !Needs(running, IPAddress.Parse(address)))];
    }

    private async Task<IReadOnlyList<string>> MissingAsync(ElementCli cli, CancellationToken cancellationToken) => Missing(await cli.ReadPermitsAsync(cancellationToken));

    private IReadOnlyList<string> Missing(RunningConfiguration running) =>
        [.. payload.Addresses.Where(address => !running.IsPermitted(payload.ServiceNetwork, IPAddress.Parse(address)))];

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
        var others = payload.Addresses.Except(addresses).Where(address => Sent is not null && Stands(running, address)).ToList();
        var foreign = others.Count > 0 ? $" Kept, because this change did not add them: {string.Join(", ", others)}." : "";
        return (doomed.Count == 0 ? "No permit-peer line had to be removed." : $"{doomed.Count} permit-peer lines were removed.") + kept + foreign;
    }

    private bool Stands(RunningConfiguration running, string address) => running.HasPermit(payload.ServiceNetwork, IPAddress.Parse(address));

    // An adjacency of the trunk's own that is in service still needs its addresses.
    private bool Needs(RunningConfiguration running, IPAddress address) => PermitUse.IsNeeded(
        running, payload.ServiceNetwork, address, [.. running.Adjacencies.Where(own => payload.Adjacencies.Contains(own.Name) && !own.IsActive).Select(own => own.Name)], payload.AllEdges);
}
