using TrunkBot.Changes.Systems;
using TrunkBot.Perimeta.Planning;
using TrunkBot.Perimeta.Session;

namespace TrunkBot.Perimeta.Steps;

/// <summary>One kind of step with its undo beside it.</summary>
internal interface IStep
{
    /// <summary>Null for a payload that no automatic step has.</summary>
    /// <param name="facts">What earlier steps and earlier tries of this one found out.</param>
    static IStep? Of(StepPayload payload, IReadOnlyDictionary<string, string> facts) => payload switch
    {
        WhitelistPayload whitelist => new WhitelistStep(whitelist, facts),
        BuildPayload build => new BuildStep(build),
        ActivatePayload activate => new ActivateStep(activate, facts),
        EditPayload edit => new EditStep(edit),
        DeactivatePayload deactivate => new DeactivateStep(deactivate),
        RemovePayload remove => new RemoveStep(remove),
        UnpermitPayload unpermit => new UnpermitStep(unpermit),
        TemplatePayload template => new TemplateStep(template.Work, facts),
        TemplateRetirementPayload retirement => new TemplateRetirementStep(retirement.Work),
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
            // Lines of the step may stand: whoever goes on must look first.
            return StepResult.Failed(refusal.Code, $"{refusal.Message} Taking back what was sent before failed too: {e.Message}", $"{refusal.Fix} {e.Fix}", outcomeKnown: false);
        }
    }
}

internal static class Notes
{
    /// <summary>The device's remarks as a sentence; empty when there are none.</summary>
    public static string Of(IReadOnlyList<string> notes) => notes.Count == 0 ? "" : $" The Perimeta remarked: {string.Join(" ", notes)}";
}

/// <summary>The further lines that an adjacency was seen with, kept as a fact of the change: what appears later, somebody else added.</summary>
internal static class ExtraLines
{
    public static IReadOnlyDictionary<string, string> Fact(string adjacency, IEnumerable<string> extras) =>
        new Dictionary<string, string> { [Key(adjacency)] = string.Join('\n', extras) };

    /// <summary>Null when the adjacency was not built in this change, nor with further lines in an earlier one, nor adopted with some.</summary>
    public static IReadOnlyList<string>? Known(string adjacency, IReadOnlyDictionary<string, string>? facts) =>
        facts is not null && facts.TryGetValue(Key(adjacency), out var lines) ? lines.Split('\n', StringSplitOptions.RemoveEmptyEntries) : null;

    private static string Key(string adjacency) => $"{AdoptedLines.Prefix}{adjacency}.extras";
}
