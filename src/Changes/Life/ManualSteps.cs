using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Changes.Life;

/// <summary>A person says that a manual step is done, or on the way back that it is taken back. The program looks, where it can.</summary>
internal sealed class ManualSteps(IChangeStore store, ISites sites, StepSender sender, ChangeRequests requests, TimeProvider time)
{
    private const int LongestProblem = 500;

    public Task<ChangeReply> ConfirmAsync(string changeId, string stepId, Actor actor, CancellationToken cancellationToken) =>
        ConfirmAsync(changeId, stepId, actor, null, cancellationToken);

    /// <summary>A text from the system's own tool stands for the look where the program can't look itself.</summary>
    public async Task<ChangeReply> ProveAsync(string changeId, string text, Actor actor, CancellationToken cancellationToken)
    {
        if ((await store.FindAsync(changeId, cancellationToken))?.Change is not { } change || WaitingStep(change) is not { } step)
        {
            return await requests.DecideAsync(changeId, actor, "prove", c => Verdict.Refuse(NothingWaits(c)), cancellationToken);
        }

        var proof = WorksheetProof.Read(step.Worksheet!, text);
        var against = proof.Trouble is not null ? new Refusal("proof-unreadable", proof.Trouble)
            : proof.Contradicts ? new Refusal("proof-differs", $"The text shows otherwise: {Listed(proof, ProofState.Differs)}. Put it right, then show it again.")
            : !proof.IsWhole ? new Refusal("proof-incomplete", $"The text does not show: {Listed(proof, ProofState.NotInFile)}. Show the rest too, or press Done to give your own word.")
            : null;
        var rows = proof.Rows.Count(r => r.State == ProofState.Shown);
        var sentence = $"{actor.DisplayName} showed it: {(rows == 1 ? "1 value of the worksheet is" : $"{rows} values of the worksheet are")} as they shall be.";
        return against is null
            ? await ConfirmAsync(changeId, step.Id, actor, sentence, cancellationToken)
            : await requests.DecideAsync(changeId, actor, "prove", _ => Verdict.Refuse(against), cancellationToken);
    }

    /// <summary>The step goes on waiting; the card says what stands against it, and who said so.</summary>
    public Task<ChangeReply> ReportProblemAsync(string changeId, string problem, Actor actor, CancellationToken cancellationToken) =>
        requests.DecideAsync(changeId, actor, "problem", change => Problem(change, problem.Trim(), actor), cancellationToken);

    private static Verdict Problem(Change change, string problem, Actor actor)
    {
        if (WaitingStep(change) is not { } step)
        {
            return Verdict.Refuse(NothingWaits(change));
        }

        if (Verdicts.Operator(change, actor) is { Count: > 0 } refusals)
        {
            return Verdict.Refuse(refusals);
        }

        if (problem.Length is 0 or > LongestProblem)
        {
            return Verdict.Refuse(new Refusal("problem-missing", $"Say what is wrong, in at most {LongestProblem} characters: problem {change.Id} the menu has no such field."));
        }

        var sentence = $"{actor.DisplayName} reports a problem: {problem}";
        return Verdict.Accept(change.WithStep(step.Id, s => s with { Sentence = sentence }), "manual-step-problem", $"{step.Title}: {sentence}");
    }

    public static PlannedStep? WaitingStep(Change change) => change.State is ChangeState.Paused or ChangeState.UndoPaused
        ? change.Plan.Steps.FirstOrDefault(s => s.IsManual && change.ProgressOf(s.Id).State == StepProgressState.WaitingForPerson)
        : null;

    private static Refusal NothingWaits(Change change) => new("step-not-waiting", $"No step of {change.Id} waits for a person.");

    private static string Listed(WorksheetProof proof, ProofState state) => string.Join("; ", proof.Rows.Where(r => r.State == state).Take(5)
        .Select(r => r.Found is null ? $"{r.Label} {r.Wanted}" : $"{r.Label} is {r.Found}, shall be {r.Wanted}"));

    private async Task<ChangeReply> ConfirmAsync(string changeId, string stepId, Actor actor, string? shown, CancellationToken cancellationToken)
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

                // What the program sees itself counts more. A text of how it shall be says nothing on the way back.
                seen = shown is not null && seen.State == StepState.CannotTell && change.State == ChangeState.Paused ? seen with { State = StepState.Done, Sentence = shown } : seen;
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
            return Verdict.Refuse(new Refusal(undoing ? "manual-step-still-there" : "manual-step-not-done", $"{seen.Sentence}"));
        }

        // Where nothing can be seen, the person's word stands, with the name.
        var sentence = seen.State == StepState.CannotTell
            ? Sentence.Of($"{actor.DisplayName} says that it {Word(change.ProgressOf(stepId), undoing)}; it can't be read back.")
            : Sentence.Of($"{seen.Sentence}");
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
                ? Sentence.Of($" {by.DisplayName} confirmed it at {ended:yyyy-MM-dd HH:mm} UTC.")
                : Sentence.Of($"");
            refusals.Add(new Refusal("step-not-waiting", $"{step?.Title ?? Sentence.Of($"{stepId}")} of {change.Id} does not wait for a person.{confirmed}"));
        }

        return refusals;
    }
}
