using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Redaction;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Changes.Life;

/// <summary>
/// Whether the systems still are what was planned against. A system in which the change has begun a step differs by our own
/// doing: there each step is observed instead. Every other one is compared, at the start and each time the change goes on.
/// </summary>
internal sealed class StaleCheck(Planner planner, Redactor redactor, InnerErrors errors)
{
    /// <summary>
    /// What stands against the plan; null when it is still good. A change of a fleet may be narrowed, never widened: what others of the fleet did meanwhile
    /// may have made steps superfluous, which are named, as long as everything that is left to do is exactly what was approved.
    /// To be called under the locks, so that no other change can come between the look and the first line.
    /// </summary>
    public async Task<(ChangeTrouble? Trouble, IReadOnlyList<PlannedStep> Superfluous)> RunAsync(Change change, SiteProfile site, CancellationToken cancellationToken)
    {
        var plan = change.Plan;
        var untouched = plan.Systems
            .Where(system => plan.Steps.Where(s => s.System == system.System).All(s => change.IsUntouched(s)))
            .ToList();
        if (untouched.Count == 0)
        {
            return (null, []);
        }

        var sentNothing = Verdicts.SentNothing(change);
        Sentence sent = sentNothing ? (Sentence)"Nothing was sent." : "Nothing more was sent.";
        try
        {
            var redaction = redactor.For(site);
            var read = await planner.ReadAsync(plan.Goal, site, cancellationToken);
            var now = planner.Plan(plan.Goal, plan.Values, site, read);
            var drift = PlanDrift.Describe(plan with { Systems = untouched }, change.Snapshots, now, redaction.Clean(read));
            if (drift.Count == 0)
            {
                return (null, []);
            }

            if (change.Fleet is not null && Narrowed(untouched, now) is { } superfluous)
            {
                return (null, superfluous);
            }

            return (new ChangeTrouble(
                "plan-stale",
                redaction.Clean(Sentence.Joined(" ", [.. drift, sent])),
                $"Say `{(sentNothing ? "cancel" : "undo")} {change.Id}` and make the plan again: it takes the systems as they are now, and needs a new approval. Or put back what changed; then retry."), []);
        }
        catch (SystemFailureException e)
        {
            return (new ChangeTrouble(e.Code, $"{e.Said} {sent}", e.Fix), []);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return (errors.Report(change, "looking whether a system has changed since it was planned", e), []);
        }
    }

    /// <summary>Steps of the plan that are not needed any more; null when anything is needed that was not planned.</summary>
    private static List<PlannedStep>? Narrowed(IReadOnlyList<SystemPlan> planned, TrunkPlan now)
    {
        var superfluous = new List<PlannedStep>();
        foreach (var old in planned)
        {
            if (now.Systems.FirstOrDefault(s => s.System == old.System) is not { } current || current.Element != old.Element
                || current.Findings.Any(f => f.Severity == FindingSeverity.Error))
            {
                return null;
            }

            var approved = old.Steps.Select(PlanHash.Canonical).ToHashSet(StringComparer.Ordinal);
            if (!current.Steps.Select(PlanHash.Canonical).All(approved.Contains))
            {
                return null;
            }

            superfluous.AddRange(old.Steps.Where(s => current.Steps.All(c => c.Id != s.Id)));
        }

        return superfluous;
    }
}
