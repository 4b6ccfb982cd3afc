using TrunkBot.Changes.Systems;
using TrunkBot.Perimeta.Planning;
using TrunkBot.Perimeta.Session;

namespace TrunkBot.Perimeta.Steps;

/// <summary>One kind of step with its undo beside it.</summary>
internal interface IStep
{
    /// <summary>Null for a payload that no automatic step has.</summary>
    static IStep? Of(StepPayload payload) => payload switch
    {
        WhitelistPayload whitelist => new WhitelistStep(whitelist),
        BuildPayload build => new BuildStep(build),
        ActivatePayload activate => new ActivateStep(activate),
        _ => null,
    };

    Task<StepObservation> ObserveAsync(ElementCli cli, CancellationToken cancellationToken);

    Task<StepResult> ApplyAsync(ElementCli cli, CancellationToken cancellationToken);

    Task<StepResult> UndoAsync(ElementCli cli, CancellationToken cancellationToken);
}

/// <summary>What follows a refused line: exactly what the step did is taken back, and both are reported.</summary>
internal static class TakingBack
{
    /// <param name="takeBack">Takes back and says what was taken back.</param>
    public static async Task<StepResult> AfterAsync(SbcFailureException refusal, Func<Task<string>> takeBack)
    {
        try
        {
            return StepResult.Failed(refusal.Code, $"{refusal.Message} Nothing more was sent. Taken back: {await takeBack()}", refusal.Fix);
        }
        catch (SbcFailureException e)
        {
            return StepResult.Failed(refusal.Code, $"{refusal.Message} Taking back what was sent before failed too: {e.Message}", $"{refusal.Fix} {e.Fix}", outcomeKnown: !e.LineInDoubt);
        }
    }
}

internal static class Notes
{
    /// <summary>The device's remarks as a sentence; empty when there are none.</summary>
    public static string Of(IReadOnlyList<string> notes) => notes.Count == 0 ? "" : $" The Perimeta remarked: {string.Join(" ", notes)}";
}
