using TrunkBot.Changes.Systems;
using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Metaswitch.Sh;

namespace TrunkBot.Metaswitch.Steps;

/// <summary>Deletes a binding that was there when the change began; the undo makes it again, out of service.</summary>
internal sealed class DeleteStep(DeletePayload payload) : IStep
{
    /// <summary>Whether the deletion was sent by this change and may have worked. Undo makes nothing else again.</summary>
    private readonly string _fact = $"metaswitch.binding.{payload.Binding}.deleted";

    public string Binding => payload.Binding;

    /// <summary>What of a binding can be written again: the fields that this program knows, in the switch's order, and no secret.</summary>
    public static IReadOnlyList<ShField> Again(IReadOnlyList<ShField> before, BindingMapping mapping) =>
    [
        .. BindingFields.Writable(mapping)
            .Select(name => before.FirstOrDefault(f => f.Name == name))
            .OfType<ShField>()
            .Where(f => !ShRedaction.IsSecret(f.Name) && !f.Value.Any(char.IsControl)),
    ];

    public async Task<StepObservation> ObserveAsync(BindingOnSwitch binding, CancellationToken cancellationToken)
    {
        if (await binding.BaseAsync(cancellationToken) is not { } there)
        {
            return new(StepState.Done, $"Binding {Binding} does not exist.", OwnWork.Note(_fact, OwnWork.Noted(binding.Facts, _fact) != false));
        }

        // A person who made it again hears what is not as it was; a step that is sent judges that itself.
        return binding.Site.ApplyByHand && BindingFields.Compare([.. Readable], there.Fields) is { Count: > 0 } differences
            ? new(StepState.Partly, $"Binding {Binding} is there, but not as it was: {Shown(differences)}.")
            : new(StepState.NotBegun, $"Binding {Binding} is there.");
    }

    public async Task<StepResult> ApplyAsync(BindingOnSwitch binding, CancellationToken cancellationToken)
    {
        var earlier = OwnWork.Noted(binding.Facts, _fact) == true;
        if (await binding.BaseAsync(cancellationToken) is not { } found)
        {
            return StepResult.Done($"Binding {Binding} was gone already; nothing was sent.", OwnWork.Note(_fact, earlier));
        }

        if (BindingFields.Compare(payload.Before, found.Fields) is { Count: > 0 } differences)
        {
            return StepResult.Failed("binding-changed-since", $"Binding {Binding} was changed since the plan was made: {Shown(differences)}. It was not deleted.",
                "Look at who changed it, then make a new plan.") with { Facts = OwnWork.Note(_fact, earlier) };
        }

        if (binding.Site.StatusGroupProven && binding.Mapping.IsInService((await binding.StatusAsync(cancellationToken))?[BindingFields.RequestedStatus]))
        {
            return StepResult.Failed("binding-in-service", $"Binding {Binding} is in service. It was not deleted.",
                "Take it out of service first, when no calls use it.") with { Facts = OwnWork.Note(_fact, earlier) };
        }

        if (await binding.TrunksAsync(cancellationToken) is { Count: > 0 } trunks)
        {
            return StepResult.Failed("binding-in-use", $"The shadow database shows that SIP trunk {string.Join(", ", trunks.Select(t => t.Name))} names binding {Binding}. It was not deleted.",
                "Take the SIP trunk out of the routing and delete it first. The database is a copy and may lag: retry a few minutes later.") with { Facts = OwnWork.Note(_fact, earlier) };
        }

        var (result, sent) = await SendAsync(binding, found, cancellationToken);
        return result with { Facts = OwnWork.Note(_fact, earlier || sent) };
    }

    public async Task<StepResult> UndoAsync(BindingOnSwitch binding, CancellationToken cancellationToken)
    {
        if (OwnWork.Noted(binding.Facts, _fact) == false)
        {
            return StepResult.Done($"Binding {Binding} was not deleted by this change; it was left alone.");
        }

        if (await binding.BaseAsync(cancellationToken) is { } there)
        {
            return Judge(there, "It was there; nothing was sent.");
        }

        var fields = Again(payload.Before, binding.Mapping);
        var sent = await binding.SendAsync(binding.Updates.Create(fields), $"make binding {Binding} again", null, cancellationToken);
        if (sent.Outcome is SentOutcome.Refused or SentOutcome.Absent)
        {
            return sent.Failure!;
        }

        return await binding.BaseAsync(cancellationToken) is { } made
            ? Judge(made, "It was made again and read back field by field; it is out of service.")
            : sent.Failure ?? StepResult.Failed("cfs-readback-differs", $"The CFS accepted binding {Binding}, but it can't be read back.",
                "Look in MetaView Explorer before anything is sent again.", outcomeKnown: false);
    }

    /// <summary>Sends the deletion and proves it. Used by the undo of a creation too.</summary>
    /// <returns>The result, and whether something was sent that may have worked.</returns>
    public static async Task<(StepResult Result, bool Sent)> SendAsync(BindingOnSwitch binding, ShObject found, CancellationToken cancellationToken)
    {
        var sent = await binding.SendAsync(binding.Updates.Delete(SequenceNumber.After(found.SequenceNumber)), $"delete binding {binding.Name}", found, cancellationToken);
        if (sent.Outcome == SentOutcome.Refused)
        {
            return (sent.Failure!, false);
        }

        try
        {
            if (await binding.BaseAsync(cancellationToken) is null)
            {
                return (StepResult.Done($"Binding {binding.Name} is deleted; a pull finds nothing."), true);
            }
        }
        catch (SystemFailureException e)
        {
            return (StepResult.Failed(e.Code, e.Message, e.Fix, outcomeKnown: false), true);
        }

        return (sent.Outcome == SentOutcome.Unknown
            ? sent.Failure!
            : StepResult.Failed("cfs-readback-differs", $"The CFS accepted the deletion of binding {binding.Name}, but it is still there.",
                "Delete it in MetaView Explorer."), true);
    }

    private IEnumerable<ShField> Readable => payload.Before.Where(f => !ShRedaction.IsSecret(f.Name));

    private StepResult Judge(ShObject found, string how)
    {
        List<ShField> readable = [.. Readable];
        if (BindingFields.Compare(readable, found.Fields) is { Count: > 0 } differences)
        {
            return StepResult.Failed("binding-not-restored-whole", $"Binding {Binding} is there, but not as it was: {Shown(differences)}.",
                "Set these fields in MetaView Explorer as they were; then undo again.");
        }

        var secrets = payload.Before.Count == readable.Count ? "" : " Its password never left the switch: set it again in MetaView Explorer, if it is used.";
        return StepResult.Done($"Binding {Binding} is as it was. {how}{secrets}");
    }

    private static string Shown(IReadOnlyList<FieldDifference> differences) =>
        string.Join("; ", differences.Select(d => $"{d.Label} was \"{PlainText.OneLine(d.Intended)}\" and is {(d.Found is null ? "gone" : $"\"{PlainText.OneLine(d.Found)}\"")}"));
}
