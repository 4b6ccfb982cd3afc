using System.Text.Json;
using System.Text.Json.Serialization;
using TrunkBot.Metaswitch.Sh;

namespace TrunkBot.Metaswitch.Steps;

/// <summary>
/// What a step needs to know when it runs, besides the requests that it shows. Stored with the plan as JSON, so that what was approved
/// is what is sent, whatever the site profile says by then.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(CreatePayload), "create")]
[JsonDerivedType(typeof(StatusPayload), "status")]
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

internal sealed record ManualPayload : StepPayload;
