using System.Text.Json;
using System.Text.Json.Serialization;
using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Metaswitch.Sh;
using TrunkBot.Metaswitch.Work;

namespace TrunkBot.Metaswitch.Steps;

/// <summary>
/// What a step needs to know when it runs, besides the requests that it shows. Stored with the plan as JSON, so that what was approved
/// is what is sent, whatever the site profile says by then.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(CreatePayload), "create")]
[JsonDerivedType(typeof(StatusPayload), "status")]
[JsonDerivedType(typeof(ChangePayload), "change")]
[JsonDerivedType(typeof(DeletePayload), "delete")]
[JsonDerivedType(typeof(ManualPayload), "manual")]
internal abstract record StepPayload
{
    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    public static StepPayload FromJson(string json) =>
        JsonSerializer.Deserialize<StepPayload>(json, JsonSerializerOptions.Web) ?? throw new JsonException("the step has no payload");
}

/// <param name="Binding">Name of the binding, which was not there when the plan was made.</param>
/// <param name="Fields">Every field, in the switch's order.</param>
internal sealed record CreatePayload(string Binding, IReadOnlyList<ShField> Fields) : StepPayload;

/// <param name="InService">Whether the binding is taken into service or out of it. The undo does the opposite.</param>
internal sealed record StatusPayload(string Binding, bool InService) : StepPayload;

/// <param name="Fields">Only what is changed, in the switch's order, each with what was there when the plan was made.</param>
internal sealed record ChangePayload(string Binding, IReadOnlyList<FieldChange> Fields) : StepPayload;

/// <param name="Before">Every field that was there when the plan was made, as read: what the undo makes again.</param>
internal sealed record DeletePayload(string Binding, IReadOnlyList<ShField> Before) : StepPayload;

/// <summary>One field of a change.</summary>
/// <param name="Before">null when the switch did not return the field.</param>
internal sealed record FieldChange(ShField To, ShField? Before)
{
    /// <summary>A partial update can't take a field away, a secret does not come back, and a line break would forge a line of the plan.</summary>
    [JsonIgnore]
    public bool CanBePutBack => Before is { } before && !ShRedaction.IsSecret(before.Name) && !before.Value.Any(char.IsControl);

    public bool IsDone(ShObject found) => Is(found, To);

    public bool IsAsBefore(ShObject found) => Before is null ? found[To.Name] is null : Is(found, Before);

    private static bool Is(ShObject found, ShField field) => found[field.Name] is { } value && BindingFields.SameValue(value, field.Value);
}

/// <param name="Row">The row of the shadow database that proves the work; null where no interface shows it.</param>
/// <param name="Command">The site's program that is tried before a person is asked; null where there is none.</param>
/// <param name="Confirms">The piece of work of an adopted trunk that counts as confirmed once this step is done; null for every other.</param>
internal sealed record ManualPayload(
    TrunkRow? Row = null, CommandCall? Command = null, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Confirms = null) : StepPayload;

/// <summary>A SIP trunk that names a binding.</summary>
internal sealed record TrunkRow(string Trunk, string Binding);
