using TrunkBot.Changes.Approvals;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Plans;

namespace TrunkBot.Changes.Control;

/// <summary>Pause, resume, one step at a time, and leaving a manual step out. Pure.</summary>
internal static class PauseRules
{
    private const int LongestReason = 500;

    /// <summary>Why a run has to stop before this step; null: it goes on. A step that a crash left in the middle counts as one that runs: it is finished first.</summary>
    public static PauseReason? Before(Change change, PlannedStep step) => change.Wishes switch
    {
        _ when change.ProgressOf(step.Id).State == StepProgressState.Running => null,
        { Pause: not null } => PauseReason.Asked,
        { StepByStep: true } wishes when wishes.OnlyStep != step.Id => PauseReason.StepByStep,
        _ => null,
    };

    /// <summary>The first step that is neither done nor left out; null when all are.</summary>
    public static string? NextStep(Change change) => change.Steps.FirstOrDefault(s => !s.State.IsOver())?.StepId;

    public static Verdict Pause(Change change, Actor actor, DateTimeOffset now)
    {
        var refusals = Verdicts.Operator(change, actor);
        if (change.State == ChangeState.Paused || (change.State == ChangeState.Applying && change.Wishes.Pause is not null))
        {
            refusals.Add(new Refusal("already-paused", $"{change.Id} is paused already{(change.Wishes.Pause is { } first ? $": {first.By.DisplayName} asked for it at {StartRules.Utc(first.At)}" : "")}."));
        }
        else if (change.State != ChangeState.Applying)
        {
            refusals.Add(new Refusal("not-running", $"{change.Id} is {change.State}: only a change whose steps are being sent can be paused."));
        }

        return refusals.Count > 0
            ? Verdict.Refuse(refusals)
            : Verdict.Accept(
                change with { Wishes = change.Wishes with { Made = change.Wishes.Made + 1, Pause = new Wish(actor, now) } },
                "pause-asked",
                $"{change.Id} stops before its next step; the one that runs is finished. `resume {change.Id}` has it go on, `step {change.Id}` runs one step.");
    }

    public static Verdict Resume(Change change, Actor actor)
    {
        var refusals = Verdicts.Operator(change, actor);
        var isRunning = change.State == ChangeState.Applying && (change.Wishes.Pause is not null || change.Wishes.StepByStep);
        if (!isRunning && NotPaused(change, "resume") is { } refusal)
        {
            refusals.Add(refusal);
        }

        return refusals.Count > 0
            ? Verdict.Refuse(refusals)
            : Verdict.Accept(
                change with
                {
                    State = ChangeState.Applying,
                    PausedFor = null,
                    Wishes = change.Wishes with { Made = change.Wishes.Made + (isRunning ? 1 : 0), Pause = null, StepByStep = false, OnlyStep = null },
                },
                "resumed",
                $"{change.Id} goes on.");
    }

    public static Verdict OneStep(Change change, Actor actor)
    {
        var refusals = Verdicts.Operator(change, actor);
        if (NotPaused(change, "run one step of") is { } refusal)
        {
            refusals.Add(refusal);
        }

        var next = NextStep(change);
        return refusals.Count > 0
            ? Verdict.Refuse(refusals)
            : Verdict.Accept(
                change with { State = ChangeState.Applying, PausedFor = null, Wishes = change.Wishes with { Pause = null, StepByStep = true, OnlyStep = next } },
                "step-asked",
                $"{change.Id} runs one step: {change.Plan.Steps.FirstOrDefault(s => s.Id == next)?.Title ?? "the verification"}.");
    }

    public static Verdict Skip(Change change, string reason, Actor actor, DateTimeOffset now)
    {
        if (ManualSteps.WaitingStep(change) is not { } step || change.State != ChangeState.Paused)
        {
            return Verdict.Refuse(new Refusal("step-not-waiting", $"No step of {change.Id} waits for a person; only such a step can be left out, and only on the way forward."));
        }

        var refusals = Verdicts.Operator(change, actor);
        if (reason.Length is 0 or > LongestReason)
        {
            refusals.Add(new Refusal("reason-required", $"Say why it is left out, in at most {LongestReason} characters: skip {change.Id} the model is shared and was built last year."));
        }

        var sentence = $"Left out by {actor.DisplayName}: {reason}";
        return refusals.Count > 0
            ? Verdict.Refuse(refusals)
            : Verdict.Accept(
                change.WithStep(step.Id, s => s with { State = StepProgressState.Skipped, Ended = now, Sentence = sentence }) with { State = ChangeState.Applying },
                "step-skipped",
                $"{step.Title}: {sentence}");
    }

    /// <summary>Neither to be run any more nor waited for.</summary>
    public static bool IsOver(this StepProgressState state) => state is StepProgressState.Done or StepProgressState.Skipped;

    private static Refusal? NotPaused(Change change, string what) => change switch
    {
        { State: ChangeState.Paused, PausedFor: PauseReason.Asked or PauseReason.StepByStep } => null,
        { State: ChangeState.Paused, PausedFor: PauseReason.Confirmation } =>
            new Refusal("not-paused", $"All steps of {change.Id} are done: `confirm {change.Id}` says that it works, `undo {change.Id}` takes it back."),
        { State: ChangeState.Paused } =>
            new Refusal("not-paused", $"{change.Id} waits for a manual step: press Done on its card when it is done, or say `skip {change.Id}` and why."),
        _ => new Refusal("not-paused", $"{change.Id} is {change.State}: there is nothing to {what}."),
    };
}
