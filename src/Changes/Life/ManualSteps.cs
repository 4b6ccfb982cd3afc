using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Changes.Life;

/// <summary>A person says that a manual step is done, or on the way back that it is taken back. The program looks, where it can.</summary>
internal sealed class ManualSteps(IChangeStore store, ISites sites, StepSender sender, ChangeRequests requests, TimeProvider time)
{
    public async Task<ChangeReply> ConfirmAsync(string changeId, string stepId, Actor actor, CancellationToken cancellationToken)
    {
        StepObservation? seen = null;
        if ((await store.FindAsync(changeId, cancellationToken))?.Change is { } change
            && Stands(change, stepId, actor).Count == 0
            && change.Plan.Steps.Single(s => s.Id == stepId) is var step
            && sites.Find(change.Plan.Intent.Site) is { } site)
        {
            try
            {
                seen = await LookAsync(change, step, site, cancellationToken);
            }
            catch (SystemFailureException e)
            {
                return ChangeRequests.Reply([new Refusal(e.Code, $"The step can't be checked now: {e.Message} {e.Fix}")], change);
            }
        }

        return await requests.DecideAsync(changeId, actor, "confirm", c => Decide(c, stepId, actor, seen), cancellationToken);
    }

    private async Task<StepObservation> LookAsync(Change change, PlannedStep step, SiteProfile site, CancellationToken cancellationToken)
    {
        try
        {
            return await sender.ObserveAsync(change, step, site, cancellationToken);
        }
        catch (ChangeTakenOverException)
        {
            // Two people pressed at once: the other's look holds the ticket. Look again under the next one.
            return await sender.ObserveAsync(change, step, site, cancellationToken);
        }
    }

    private Verdict Decide(Change change, string stepId, Actor actor, StepObservation? seen)
    {
        if (Stands(change, stepId, actor) is { Count: > 0 } refusals)
        {
            return Verdict.Refuse(refusals);
        }

        if (seen is null)
        {
            return Verdict.Refuse(new Refusal("site-unknown", $"There is no site profile {change.Plan.Intent.Site} any more, so the step can't be checked."));
        }

        var undoing = change.State == ChangeState.UndoPaused;
        var proven = undoing ? StepState.NotBegun : StepState.Done;
        if (seen.State != proven && seen.State != StepState.CannotTell)
        {
            return Verdict.Refuse(new Refusal(undoing ? "manual-step-still-there" : "manual-step-not-done", seen.Sentence));
        }

        // Where nothing can be seen, the person's word stands, with the name.
        var sentence = seen.State == StepState.CannotTell
            ? $"{actor.DisplayName} says that it {Word(change.ProgressOf(stepId), undoing)}; it can't be read back."
            : seen.Sentence;
        return Verdict.Accept(
            change.WithStep(stepId, s => s with
            {
                State = undoing ? StepProgressState.Undone : StepProgressState.Done,
                ConfirmedBy = actor,
                Ended = time.GetUtcNow(),
                Sentence = sentence,
            }).WithFacts(seen.Facts) with { State = undoing ? ChangeState.Undoing : ChangeState.Applying },
            "manual-step-confirmed",
            sentence);
    }

    private static string Word(StepProgress progress, bool undoing) => (undoing, progress.ConfirmedBy) switch
    {
        (false, _) => "is done",
        (true, null) => "is taken back or was never done",
        _ => "is taken back",
    };

    private static List<Refusal> Stands(Change change, string stepId, Actor actor)
    {
        var refusals = Verdicts.Operator(change, actor);
        var step = change.Plan.Steps.FirstOrDefault(s => s.Id == stepId);
        var waiting = step is { IsManual: true } && (change.State, change.ProgressOf(stepId).State)
            is (ChangeState.Paused or ChangeState.UndoPaused, StepProgressState.WaitingForPerson);
        if (!waiting)
        {
            var confirmed = step is not null && change.ProgressOf(stepId) is { ConfirmedBy: { } by, Ended: { } ended }
                ? $" {by.DisplayName} confirmed it at {ended:yyyy-MM-dd HH:mm} UTC."
                : "";
            refusals.Add(new Refusal("step-not-waiting", $"{step?.Title ?? stepId} of {change.Id} does not wait for a person.{confirmed}"));
        }

        return refusals;
    }
}
