using TrunkBot.Changes.Systems;
using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Metaswitch.Sh;

namespace TrunkBot.Metaswitch.Steps;

/// <summary>Creates a binding, out of service. It was not there when the change began.</summary>
internal sealed class CreateStep(CreatePayload payload) : IStep
{
    /// <summary>Whether the create was sent by this change and may have worked. Undo deletes nothing else.</summary>
    private readonly string _fact = $"metaswitch.binding.{payload.Binding}.created";

    public string Binding => payload.Binding;

    public async Task<StepObservation> ObserveAsync(BindingOnSwitch binding, CancellationToken cancellationToken)
    {
        return await binding.BaseAsync(cancellationToken) switch
        {
            null => new(StepState.NotBegun, $"Binding {Binding} does not exist."),
            var found when Differences(found) is { Count: > 0 } differences =>
                new(StepState.Partly, $"Binding {Binding} exists, but {string.Join("; ", differences)}.", Origin()),
            _ => new(StepState.Done, $"Binding {Binding} exists as planned.", Origin()),
        };

        // Only a step that was begun is observed: a binding that nothing is noted of came of a create whose result was lost.
        Dictionary<string, string> Origin() => OwnWork.Note(_fact, OwnWork.Noted(binding.Facts, _fact) != false);
    }

    public async Task<StepResult> ApplyAsync(BindingOnSwitch binding, CancellationToken cancellationToken)
    {
        var mayBeOurs = OwnWork.Noted(binding.Facts, _fact) == true;
        var sent = false;
        try
        {
            if (await binding.BaseAsync(cancellationToken) is { } there)
            {
                return Judge(there, "It existed as planned already; nothing was sent.");
            }

            var made = await binding.SendAsync(binding.Updates.Create(payload.Fields), $"create binding {Binding}", null, cancellationToken);
            if (made.Outcome is SentOutcome.Refused or SentOutcome.Absent)
            {
                return Tell(made.Failure!);
            }

            mayBeOurs = sent = true;
            if (await binding.BaseAsync(cancellationToken) is { } found)
            {
                return Judge(found, made.Outcome == SentOutcome.Unknown ? "The answer was lost; the binding was found by reading back." : "Read back field by field.");
            }

            return Tell(made.Failure ?? StepResult.Failed(
                "cfs-readback-differs",
                $"The CFS accepted binding {Binding}, but it can't be read back.",
                "Look in MetaView Explorer before anything is sent again.",
                outcomeKnown: false));
        }
        catch (SystemFailureException e)
        {
            return Tell(StepResult.Failed(e.Code, e.Message, e.Fix, outcomeKnown: !sent));
        }

        StepResult Tell(StepResult result) => result with { Facts = OwnWork.Note(_fact, mayBeOurs) };

        StepResult Judge(ShObject found, string how) => Tell(Differences(found) is { Count: > 0 } differences
            ? StepResult.Failed("cfs-readback-differs", $"Binding {Binding} is not as planned: {string.Join("; ", differences)}.",
                "Compare it in MetaView Explorer; undo, or correct it by hand and retry.")
            : StepResult.Done($"Configured SIP Binding {Binding} exists as planned. {how}"));
    }

    public async Task<StepResult> UndoAsync(BindingOnSwitch binding, CancellationToken cancellationToken)
    {
        if (await binding.BaseAsync(cancellationToken) is not { } found)
        {
            return StepResult.Done($"Binding {Binding} does not exist; nothing was sent.");
        }

        switch (OwnWork.Noted(binding.Facts, _fact))
        {
            case false:
                return StepResult.Done($"Binding {Binding} was not created by this change; it was left alone.");
            case null:
                return StepResult.Failed("binding-origin-unknown", $"Binding {Binding} exists, but nothing is noted of this change having created it. It was not deleted.",
                    "Delete it in MetaView Explorer if nobody needs it; then undo again.");
        }

        if (Differences(found) is { Count: > 0 } differences)
        {
            return StepResult.Failed("binding-changed-since", $"Binding {Binding}, which this change created, is not as planned: {string.Join("; ", differences)}. It was not deleted.",
                "Delete it in MetaView Explorer if nobody needs it; then undo again.");
        }

        return await RemoveAsync(binding, found, cancellationToken);
    }

    private static async Task<StepResult> RemoveAsync(BindingOnSwitch binding, ShObject found, CancellationToken cancellationToken)
    {
        if (binding.Site.StatusGroupProven
            && binding.Mapping.IsInService((await binding.StatusAsync(cancellationToken))?[BindingFields.RequestedStatus])
            && (await StatusStep.SetAsync(binding, inService: false, cancellationToken)).Result is { Succeeded: false } stillEnabled)
        {
            return stillEnabled;
        }

        return (await DeleteStep.SendAsync(binding, found, cancellationToken)).Result;
    }

    private IReadOnlyList<FieldDifference> Differences(ShObject found) => BindingFields.Compare(payload.Fields, found.Fields);
}
