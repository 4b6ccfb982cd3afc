using TrunkBot.Changes.Systems;

namespace TrunkBot.Metaswitch.Steps;

/// <summary>One kind of step with its undo beside it.</summary>
internal interface IStep
{
    /// <summary>Null for a payload that no automatic step has.</summary>
    static IStep? Of(StepPayload payload) => payload switch
    {
        CreatePayload create => new CreateStep(create),
        StatusPayload status => new StatusStep(status),
        ChangePayload change => new ChangeStep(change),
        DeletePayload delete => new DeleteStep(delete),
        _ => null,
    };

    /// <summary>The binding that the step is about.</summary>
    string Binding { get; }

    Task<StepObservation> ObserveAsync(BindingOnSwitch binding, CancellationToken cancellationToken);

    Task<StepResult> ApplyAsync(BindingOnSwitch binding, CancellationToken cancellationToken);

    Task<StepResult> UndoAsync(BindingOnSwitch binding, CancellationToken cancellationToken);
}

/// <summary>What this change did itself, noted as a fact of the change: undo takes back nothing else.</summary>
internal static class OwnWork
{
    private const string Yes = "true";
    private const string No = "false";

    /// <summary>null when nothing is noted: the note was lost, or the step never began.</summary>
    public static bool? Noted(IReadOnlyDictionary<string, string> facts, string fact) => facts.GetValueOrDefault(fact) switch
    {
        Yes => true,
        No => false,
        _ => null,
    };

    public static Dictionary<string, string> Note(string fact, bool ours) => new() { [fact] = ours ? Yes : No };
}
