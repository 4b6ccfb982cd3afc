using System.Text.Json;
using System.Text.Json.Serialization;

namespace TrunkBot.Perimeta.Planning;

/// <summary>What a step needs to know when it runs, besides the lines that it shows. Stored with the plan as JSON.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(WhitelistPayload), "whitelist")]
[JsonDerivedType(typeof(BuildPayload), "build")]
[JsonDerivedType(typeof(ActivatePayload), "activate")]
[JsonDerivedType(typeof(EditPayload), "edit")]
[JsonDerivedType(typeof(DeactivatePayload), "deactivate")]
[JsonDerivedType(typeof(RemovePayload), "remove")]
[JsonDerivedType(typeof(UnpermitPayload), "unpermit")]
[JsonDerivedType(typeof(ManualPayload), "manual")]
internal abstract record StepPayload
{
    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    public static StepPayload FromJson(string json) =>
        JsonSerializer.Deserialize<StepPayload>(json, JsonSerializerOptions.Web) ?? throw new JsonException("the step has no payload");
}

/// <param name="Addresses">Addresses that were not permitted when the plan was made: the step's own, and the most that its undo may remove.</param>
/// <param name="Adjacencies">Names of the trunk's own adjacencies.</param>
internal sealed record WhitelistPayload(int ServiceNetwork, IReadOnlyList<string> Addresses, IReadOnlyList<string> Adjacencies) : StepPayload;

/// <param name="Lines">The lines inside the adjacency, ending in <c>no activate</c>.</param>
internal sealed record BuildPayload(string Name, IReadOnlyList<string> Lines) : StepPayload;

/// <param name="Lines">The lines that the adjacency must have before it may be activated.</param>
/// <param name="Extras">Further lines that it had when the plan was made, and that the plan shows; any other one stops the activation.</param>
internal sealed record ActivatePayload(string Name, IReadOnlyList<string> Lines, IReadOnlyList<string> Extras) : StepPayload;

/// <param name="Before">The lines as they were read, without <c>activate</c>.</param>
/// <param name="After">The planned lines, without <c>activate</c>.</param>
/// <param name="Lines">What leads from before to after, and <paramref name="Back"/> what leads back.</param>
/// <param name="Active">Whether the adjacency is in service, before and afterwards.</param>
/// <param name="InService">Whether one in service stays so while its lines change; otherwise it is taken out of service meanwhile.</param>
internal sealed record EditPayload(
    string Name, IReadOnlyList<string> Before, IReadOnlyList<string> After, IReadOnlyList<string> Lines, IReadOnlyList<string> Back, bool Active, bool InService = false) : StepPayload
{
    /// <summary>Whether it is out of service while its lines change.</summary>
    [JsonIgnore]
    public bool Pauses => Active && !InService;
}

/// <param name="Lines">The lines that the adjacency has; if it has others when the step runs, somebody is at work on it.</param>
internal sealed record DeactivatePayload(string Name, IReadOnlyList<string> Lines) : StepPayload;

/// <param name="Lines">The lines that the adjacency has, ending in <c>no activate</c>: with them the undo builds it again.</param>
internal sealed record RemovePayload(string Name, IReadOnlyList<string> Lines) : StepPayload;

/// <param name="Addresses">Addresses that changes of this trunk permitted.</param>
/// <param name="Adjacencies">Names of the trunk's adjacencies, which need the addresses no longer.</param>
internal sealed record UnpermitPayload(int ServiceNetwork, IReadOnlyList<string> Addresses, IReadOnlyList<string> Adjacencies) : StepPayload;

internal sealed record ManualPayload : StepPayload;
