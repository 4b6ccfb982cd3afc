using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Journal;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Locks;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;

namespace TrunkBot.Changes.Control;

/// <summary>What applying a change now would do.</summary>
/// <param name="At">When it was looked at.</param>
/// <param name="Closed">What would stop it before the first line, all of it; empty when it would go on.</param>
/// <param name="Steps">In the order in which they would run.</param>
public sealed record DryRunReport(Change Change, DateTimeOffset At, IReadOnlyList<ChangeTrouble> Closed, IReadOnlyList<DryRunStep> Steps);

/// <param name="Outlook">What would become of the step, as far as can be seen now.</param>
/// <param name="Sentence">What was seen, or why nothing was.</param>
public sealed record DryRunStep(PlannedStep Step, DryRunOutlook Outlook, string Sentence);

public enum DryRunOutlook
{
    /// <summary>Its lines would be sent as they stand in the plan.</summary>
    Sends,

    /// <summary>It is done already, or left out.</summary>
    Nothing,

    /// <summary>It was begun: what is half done would be taken back, then sent anew.</summary>
    SendsAnew,

    /// <summary>A person would be asked.</summary>
    AsksPerson,

    /// <summary>It can't be seen now.</summary>
    Unknown,
}

/// <summary>Everything but the sends: the gates, the locks looked at and not taken, every system read again, every step observed. The journal holds what was read.</summary>
internal sealed class DryRun(IChangeStore store, ISites sites, ElementHold hold, StaleCheck stale, StepSender sender, IAuditTrail audit, TimeProvider time)
{
    public async Task<DryRunReport?> RunAsync(string changeId, Actor actor, CancellationToken cancellationToken)
    {
        if ((await store.FindAsync(changeId, cancellationToken))?.Change is not { } change)
        {
            return null;
        }

        var now = time.GetUtcNow();
        var site = sites.Find(change.Plan.Intent.Site);
        var closed = new List<ChangeTrouble>();
        closed.AddRange(Undecided(change) is { } undecided ? [undecided, .. StartGates.Judge(change, site, isStart: true, now).Where(t => t.Code != "plan-changed")] : StartGates.Judge(change, site, isStart: true, now));
        if (await hold.AgainstAsync(change, "begin", cancellationToken) is { } locked)
        {
            closed.Add(new ChangeTrouble(locked.Code, locked.Sentence, ""));
        }

        var steps = new List<DryRunStep>();
        if (site is not null)
        {
            if ((await stale.RunAsync(change, site, cancellationToken)).Trouble is { } drift)
            {
                closed.Add(drift);
            }

            foreach (var step in change.Plan.Steps)
            {
                steps.Add(await LookAsync(change, step, site, cancellationToken));
            }
        }

        var sentence = $"{steps.Count(s => s.Outlook is DryRunOutlook.Sends or DryRunOutlook.SendsAnew)} of {steps.Count} steps would send; "
            + (closed.Count == 0 ? "nothing stands against it" : $"against it: {string.Join(", ", closed.Select(c => c.Code))}");
        await audit.AppendAsync(AuditEntry.Of(change, actor, "dry-run", sentence, now), cancellationToken);
        return new DryRunReport(change, now, closed, steps);
    }

    // Not approved is no tampering: it is said as what it is, when the plan itself is whole.
    private static ChangeTrouble? Undecided(Change change) => PlanHash.Holds(change.Plan) && !ApprovalRules.IsApproved(change)
        ? new ChangeTrouble("not-approved", $"{change.Id} is {change.State}, not approved.", "Have it approved.")
        : null;

    private async Task<DryRunStep> LookAsync(Change change, PlannedStep step, Trunks.Sites.SiteProfile site, CancellationToken cancellationToken)
    {
        var progress = change.ProgressOf(step.Id);
        if (progress.State.IsOver())
        {
            return new DryRunStep(step, DryRunOutlook.Nothing, progress.Sentence ?? "");
        }

        try
        {
            var seen = await sender.ObserveAsync(change, step, site, cancellationToken, TicketPurpose.DryRun);
            var outlook = (step.IsManual, seen.State) switch
            {
                (_, StepState.Done) => DryRunOutlook.Nothing,
                (true, _) => DryRunOutlook.AsksPerson,
                (_, StepState.NotBegun) => DryRunOutlook.Sends,
                (_, StepState.Partly) => DryRunOutlook.SendsAnew,
                _ => DryRunOutlook.Unknown,
            };
            return new DryRunStep(step, outlook, seen.Sentence);
        }
        catch (SystemFailureException e)
        {
            return new DryRunStep(step, DryRunOutlook.Unknown, $"{e.Message} {e.Fix}".TrimEnd());
        }
        catch (ChangeTakenOverException)
        {
            return new DryRunStep(step, DryRunOutlook.Unknown, "Another dry run of the change looks at it right now.");
        }
    }
}
