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
[JsonDerivedType(typeof(TemplatePayload), "template")]
[JsonDerivedType(typeof(TemplateRetirementPayload), "template-retirement")]
[JsonDerivedType(typeof(ManualPayload), "manual")]
internal abstract record StepPayload
{
    public string ToJson() => JsonSerializer.Serialize(this, JsonSerializerOptions.Web);

    public static StepPayload FromJson(string json) =>
        JsonSerializer.Deserialize<StepPayload>(json, JsonSerializerOptions.Web) ?? throw new JsonException("the step has no payload");
}

/// <param name="Addresses">Addresses that were not permitted when the plan was made: the step's own, and the most that its undo may remove.</param>
/// <param name="Adjacencies">Names of the trunk's own adjacencies.</param>
/// <param name="AllEdges">Of a retirement: whether every adjacency that leads to Twilio needs all of them, as the site wants it; otherwise it needs those that it accepts.</param>
internal sealed record WhitelistPayload(int ServiceNetwork, IReadOnlyList<string> Addresses, IReadOnlyList<string> Adjacencies, bool AllEdges = false) : StepPayload;

/// <param name="Lines">The lines inside the adjacency, ending in <c>no activate</c>.</param>
/// <param name="Description">Which of them names the ticket; null: none.</param>
internal sealed record BuildPayload(
    string Name,
    IReadOnlyList<string> Lines,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Description = null) : StepPayload;

/// <param name="Lines">The lines that the adjacency must have before it may be activated.</param>
/// <param name="Extras">Further lines that it had when the plan was made, and that the plan shows; any other one stops the activation.</param>
internal sealed record ActivatePayload(string Name, IReadOnlyList<string> Lines, IReadOnlyList<string> Extras) : StepPayload;

/// <param name="Before">The lines as they were read, without <c>activate</c>.</param>
/// <param name="After">The planned lines, without <c>activate</c>.</param>
/// <param name="Lines">What leads from before to after, and <paramref name="Back"/> what leads back.</param>
/// <param name="Active">Whether the adjacency is in service, before and afterwards.</param>
/// <param name="InService">Whether one in service stays so while its lines change; otherwise it is taken out of service meanwhile.</param>
/// <param name="Gone">Lines that are removed; null: none.</param>
/// <param name="Description">The line that names the ticket; null: what is there stays.</param>
internal sealed record EditPayload(
    string Name,
    IReadOnlyList<string> Before,
    IReadOnlyList<string> After,
    IReadOnlyList<string> Lines,
    IReadOnlyList<string> Back,
    bool Active,
    bool InService = false,
    GoneLines? Gone = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] WrittenDescription? Description = null) : StepPayload
{
    /// <summary>Whether it is out of service while its lines change.</summary>
    [JsonIgnore]
    public bool Pauses => Active && !InService;
}

/// <summary>Lines of a site's template that an adjacency shall not have any more.</summary>
/// <param name="Lines">Those that are there and stand in no submode of the template.</param>
/// <param name="Back">The whole template's, as they are sent to put them back.</param>
internal sealed record GoneLines(IReadOnlyList<string> Lines, IReadOnlyList<string> Back);

/// <param name="Line">It stands once in <see cref="EditPayload.After"/>.</param>
/// <param name="Extras">The other further lines of the adjacency, which stay and which the plan shows.</param>
internal sealed record WrittenDescription(string Line, IReadOnlyList<string> Extras);

/// <param name="Lines">The lines that the adjacency has; if it has others when the step runs, somebody is at work on it.</param>
internal sealed record DeactivatePayload(string Name, IReadOnlyList<string> Lines) : StepPayload;

/// <param name="Lines">The lines that the adjacency has, ending in <c>no activate</c>: with them the undo builds it again.</param>
internal sealed record RemovePayload(string Name, IReadOnlyList<string> Lines) : StepPayload;

/// <param name="Addresses">Addresses that changes of this trunk permitted.</param>
/// <param name="Adjacencies">Names of the trunk's adjacencies, which need the addresses no longer.</param>
/// <param name="AllEdges">As of <see cref="WhitelistPayload"/>.</param>
internal sealed record UnpermitPayload(int ServiceNetwork, IReadOnlyList<string> Addresses, IReadOnlyList<string> Adjacencies, bool AllEdges = false) : StepPayload;

/// <param name="Work">What the lines are, all of them filled in.</param>
internal sealed record TemplatePayload(TemplateWork Work) : StepPayload;

/// <param name="Work">As it was when a change of this trunk did it.</param>
internal sealed record TemplateRetirementPayload(TemplateWork Work) : StepPayload;

/// <summary>Lines of a site's template, filled in, with what takes them back.</summary>
/// <param name="Fact">Under which the trunk keeps that its change did them.</param>
/// <param name="What">Whose lines they are, for sentences.</param>
/// <param name="Own">Those of the lines that only this trunk has: whether one of them stands tells whether anything was done.</param>
internal sealed record TemplateWork(string Fact, string What, IReadOnlyList<string> Lines, IReadOnlyList<string> Undo, IReadOnlyList<string> Own);

internal sealed record ManualPayload : StepPayload;
