using TrunkBot.Changes.Redaction;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Parameters;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Changes.Plans;

/// <summary>Makes the plan of a trunk out of what each system contributes.</summary>
public sealed class Planner(IEnumerable<INetworkSystem> systems, Redactor redactor)
{
    // The order in which cards show the systems and, within a phase, in which they run.
    private static readonly string[] Order = ["twilio", "perimeta", "metaswitch"];

    private readonly IReadOnlyList<INetworkSystem> _systems =
        [.. systems.OrderBy(s => Rank(s.Name)).ThenBy(s => s.Name, StringComparer.Ordinal)];

    /// <summary>The systems in plan order.</summary>
    public IReadOnlyList<INetworkSystem> Systems => _systems;

    /// <summary>Reads every system, all at the same time. Read only.</summary>
    /// <exception cref="SystemFailureException">One or more could not be read; the message names each of them and holds no secret.</exception>
    public async Task<IReadOnlyList<SystemSnapshot>> ReadAsync(TrunkGoal goal, SiteProfile site, CancellationToken cancellationToken)
    {
        var reads = await Task.WhenAll(_systems.Select(async system =>
        {
            try
            {
                return (Snapshot: await system.ReadAsync(goal, site, cancellationToken), Failure: null);
            }
            catch (SystemFailureException e)
            {
                return (Snapshot: (SystemSnapshot?)null, Failure: (SystemFailureException?)e);
            }
        }));

        var failures = reads.Select(r => r.Failure).OfType<SystemFailureException>().ToList();
        if (failures.Count == 0)
        {
            return [.. reads.Select(r => r.Snapshot!)];
        }

        var redaction = redactor.For(site);
        throw new SystemFailureException(
            failures[0].Code,
            redaction.Clean(Sentence.Joined(" ", failures.Select(f => f.Said))),
            redaction.Clean(Sentence.Joined(" ", failures.Select(f => f.Fix))),
            failures[0]);
    }

    /// <summary>The plan. Pure: the same input gives the same plan with the same hash.</summary>
    /// <param name="snapshots">One of each system.</param>
    /// <exception cref="InvalidOperationException">A system's plan breaks its contract (a step id twice, a snapshot missing).</exception>
    public TrunkPlan Plan(TrunkGoal goal, IReadOnlyList<ParameterValue> values, SiteProfile site, IReadOnlyList<SystemSnapshot> snapshots)
    {
        var ticketed = goal with { Ticket = TrunkParameters.TicketOf(values) };
        var plans = _systems.Select(system => system.Plan(ticketed, site, SnapshotOf(system, snapshots))).ToList();
        var steps = plans.SelectMany(p => p.Steps).OrderBy(s => s.Phase).ToList();
        if (steps.GroupBy(s => s.Id, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new InvalidOperationException($"Step id {twice.Key} stands twice in one plan.");
        }

        var plan = new TrunkPlan
        {
            Intent = goal.Intent,
            Removes = goal.Removes,
            Owned = goal.Owned,
            Values = values,
            Systems = plans,
            Steps = steps,
            Findings = [.. plans.SelectMany(p => p.Findings), .. goal.Removes ? [] : CrossSystemLints.Check(goal.Intent)],
            Hash = "",
        };
        return plan with { Hash = PlanHash.Of(plan) };
    }

    /// <summary>The system of that name.</summary>
    /// <exception cref="SystemFailureException">The plan names a system that this process does not have.</exception>
    internal INetworkSystem SystemOf(string name) => _systems.FirstOrDefault(s => s.Name == name)
        ?? throw new SystemFailureException(
            "system-missing",
            $"The plan names the system {name}, which is not part of this installation.",
            "Start the program with that system, then try again.");

    private static SystemSnapshot SnapshotOf(INetworkSystem system, IReadOnlyList<SystemSnapshot> snapshots) =>
        snapshots.FirstOrDefault(s => s.System == system.Name)
        ?? throw new InvalidOperationException($"There is no snapshot of {system.Name}.");

    private static int Rank(string name) => Array.IndexOf(Order, name) is var rank and >= 0 ? rank : Order.Length;
}
