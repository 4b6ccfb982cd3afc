using System.Text.Json;
using System.Text.Json.Serialization;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Sites;
using TrunkBot.Twilio.Rest;

namespace TrunkBot.Twilio.Steps;

/// <summary>One step at Twilio: its data, what it sends, how it is proven, and beside each action its undo.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(CreateAcl), "create-acl")]
[JsonDerivedType(typeof(AddAclAddress), "add-acl-address")]
[JsonDerivedType(typeof(CreateTrunk), "create-trunk")]
[JsonDerivedType(typeof(AssociateAcl), "associate-acl")]
[JsonDerivedType(typeof(DisableSymmetricRtp), "disable-symmetric-rtp")]
[JsonDerivedType(typeof(AddOrigination), "add-origination")]
[JsonDerivedType(typeof(EnableOrigination), "enable-origination")]
[JsonDerivedType(typeof(RemoveOrigination), "remove-origination")]
[JsonDerivedType(typeof(AttachNumber), "attach-number")]
[JsonDerivedType(typeof(DisableOrigination), "disable-origination")]
[JsonDerivedType(typeof(DetachNumber), "detach-number")]
[JsonDerivedType(typeof(DissociateAcl), "dissociate-acl")]
[JsonDerivedType(typeof(RemoveAclAddress), "remove-acl-address")]
[JsonDerivedType(typeof(DeleteAcl), "delete-acl")]
[JsonDerivedType(typeof(ChangeTrunk), "change-trunk")]
[JsonDerivedType(typeof(ChangeRecording), "change-recording")]
[JsonDerivedType(typeof(DeleteTrunk), "delete-trunk")]
internal abstract record TwilioStep
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static TwilioStep Parse(PlannedStep step) =>
        JsonSerializer.Deserialize<TwilioStep>(step.Payload, Json) ?? throw new JsonException($"step {step.Id} has no data");

    public string ToPayload() => JsonSerializer.Serialize(this, Json);

    /// <summary>What <see cref="ApplyAsync"/> sends, as far as it writes; SIDs to come stand as <c>{twilio.trunk.sid}</c>.</summary>
    public abstract IReadOnlyList<TwilioRequest> Sends(TwilioSite site);

    /// <summary>What <see cref="UndoAsync"/> sends.</summary>
    public abstract IReadOnlyList<TwilioRequest> UndoSends(TwilioSite site);

    /// <summary>Such as "create access control list bot:acme:acl"; follows "Twilio did not".</summary>
    [JsonIgnore]
    public abstract string Doing { get; }

    /// <exception cref="TwilioException">Twilio did not do it.</exception>
    public abstract Task<StepResult> ApplyAsync(StepRun run, CancellationToken cancellationToken);

    /// <exception cref="TwilioException">Twilio could not be asked.</exception>
    public abstract Task<StepObservation> ObserveAsync(StepRun run, CancellationToken cancellationToken);

    /// <exception cref="TwilioException">Twilio did not do it.</exception>
    public abstract Task<StepResult> UndoAsync(StepRun run, CancellationToken cancellationToken);

    protected static StepResult Differs(string sentence) =>
        StepResult.Failed("twilio-readback-differs", sentence, "Look at it in Twilio's Console; undo, or correct it there and retry.");
}

/// <summary>Names of values that steps find out.</summary>
public static class TwilioFacts
{
    public const string AclSid = "twilio.acl.sid";
    public const string TrunkSid = "twilio.trunk.sid";
    public const string OriginationSid = "twilio.origination.sid";

    internal static string Placeholder(string fact) => $"{{{fact}}}";

    internal static IReadOnlyDictionary<string, string> Of(string fact, string value) => new Dictionary<string, string> { [fact] = value };
}
