using TrunkBot.Changes.Plans;
using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Metaswitch.Sh;
using TrunkBot.Metaswitch.Steps;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Planning;

/// <summary>
/// The steps on one binding, each with what it sends, its undo and its proof. Where the site applies by hand, the same steps are worksheets: nothing is
/// sent, and what the step knows of the binding reads it back. Pure.
/// </summary>
internal sealed class BindingSteps(MetaswitchSite site, BindingMapping mapping, string binding)
{
    private readonly BindingUpdates _updates = new(site, binding);

    /// <param name="fields">Every field, in the switch's order.</param>
    public PlannedStep Create(IReadOnlyList<ShField> fields) => Step(
        MetaswitchSteps.CreateBinding,
        "Create",
        new CreatePayload(binding, fields),
        _updates.Shown(_updates.Create(fields)),
        _updates.Shown(_updates.Delete()),
        "The binding is pulled again and compared field by field.",
        () => Worksheets.Binding(binding, fields));

    /// <summary>A partial update: only the fields that are not as intended, with what was there as the undo. null when none differs.</summary>
    /// <param name="intended">What is wanted, in the switch's order; fields that nobody intends stay as they are.</param>
    /// <param name="found">Every field as read.</param>
    /// <exception cref="ArgumentException">A secret can't be changed: what was there before is not known.</exception>
    public PlannedStep? Change(IReadOnlyList<ShField> intended, IReadOnlyList<ShField> found)
    {
        var differing = BindingFields.Compare(intended, found).Select(d => d.Element).ToHashSet(StringComparer.Ordinal);
        List<FieldChange> changes = [.. intended.Where(f => differing.Contains(f.Name)).Select(f => new FieldChange(f, found.FirstOrDefault(b => b.Name == f.Name)))];
        if (changes.Any(c => ShRedaction.IsSecret(c.To.Name)))
        {
            throw new ArgumentException("a secret can't be changed by this step", nameof(intended));
        }

        List<ShField> back = [.. changes.Where(c => c.CanBePutBack).Select(c => c.Before!)];
        return changes.Count == 0 ? null : Step(
            MetaswitchSteps.ChangeBinding,
            "Change",
            new ChangePayload(binding, changes),
            _updates.Shown(_updates.Change([.. changes.Select(c => c.To)])),
            back.Count == 0 ? [] : _updates.Shown(_updates.Change(back)),
            "The binding is pulled again: every changed field is as intended, and no other field changed.",
            () => Worksheets.ChangeBinding(binding, changes));
    }

    /// <summary>Taken down after everything that is new stands.</summary>
    public PlannedStep Retire(IReadOnlyList<ShField> found) => Delete(found) with { Phase = StepPhase.BindingRetire };

    /// <inheritdoc cref="Disable"/>
    public PlannedStep RetireFromService() => Disable() with { Phase = StepPhase.BindingRetire };

    /// <param name="found">Every field as read, from which the undo makes the binding again.</param>
    public PlannedStep Delete(IReadOnlyList<ShField> found) => Step(
        MetaswitchSteps.DeleteBinding,
        "Delete",
        new DeletePayload(binding, found),
        _updates.Shown(_updates.Delete()),
        _updates.Shown(_updates.Create(DeleteStep.Again(found, mapping))),
        "A pull finds no such binding.",
        () => Worksheets.DeleteBinding(binding, found));

    public PlannedStep Disable() => Step(
        MetaswitchSteps.DisableBinding,
        "Disable",
        new StatusPayload(binding, InService: false),
        _updates.Shown(_updates.Status(mapping.Disabled)),
        _updates.Shown(_updates.Status(mapping.Enabled)),
        $"The status group is pulled again: Requested status is {mapping.Disabled}.",
        () => Worksheets.DisableBinding(binding) with { Verification = Worksheets.ReadBack });

    public PlannedStep Enable() => Step(
        MetaswitchSteps.EnableBinding,
        "Enable",
        new StatusPayload(binding, InService: true),
        _updates.Shown(_updates.Status(mapping.Enabled)),
        _updates.Shown(_updates.Status(mapping.Disabled)),
        $"The status group is pulled again: Requested status is {mapping.Enabled}.",
        () => Worksheets.EnableBinding(binding) with { Verification = Worksheets.ReadBack });

    private PlannedStep Step(string id, string verb, StepPayload payload, IReadOnlyList<string> sends, IReadOnlyList<string> undoSends, string proof, Func<Worksheet> byHand) => new()
    {
        Id = id,
        System = MetaswitchSystem.SystemName,
        Element = site.Element,
        Phase = StepPhase.Binding,
        Title = $"{verb} Configured SIP Binding {PlainText.OneLine(binding)}",
        Sends = site.ApplyByHand ? [] : sends,
        UndoSends = site.ApplyByHand ? [] : undoSends,
        Proof = proof,
        Payload = payload.ToJson(),
        Worksheet = site.ApplyByHand ? byHand() : null,
    };
}
