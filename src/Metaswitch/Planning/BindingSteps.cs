using TrunkBot.Changes.Plans;
using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Metaswitch.Sh;
using TrunkBot.Metaswitch.Steps;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Planning;

/// <summary>The automatic steps on one binding, each with what it sends, its undo and its proof. Pure.</summary>
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
        "The binding is pulled again and compared field by field.");

    public PlannedStep Enable() => Step(
        MetaswitchSteps.EnableBinding,
        "Enable",
        new StatusPayload(binding, InService: true),
        _updates.Shown(_updates.Status(mapping.Enabled)),
        _updates.Shown(_updates.Status(mapping.Disabled)),
        $"The status group is pulled again: Requested status is {mapping.Enabled}.");

    private PlannedStep Step(string id, string verb, StepPayload payload, IReadOnlyList<string> sends, IReadOnlyList<string> undoSends, string proof) => new()
    {
        Id = id,
        System = MetaswitchSystem.SystemName,
        Element = site.Element,
        Phase = StepPhase.Binding,
        Title = $"{verb} Configured SIP Binding {PlainText.OneLine(binding)}",
        Sends = sends,
        UndoSends = undoSends,
        Proof = proof,
        Payload = payload.ToJson(),
    };
}
