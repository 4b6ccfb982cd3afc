using System.Text.Json;
using System.Text.Json.Serialization;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Language;
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
[JsonDerivedType(typeof(DeleteTrunk), "delete-trunk")]
internal abstract record TwilioStep
{
    // A payload is part of the plan: it reads the same whatever version made it.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new EnglishSentences() } };

    public static TwilioStep Parse(PlannedStep step) =>
        JsonSerializer.Deserialize<TwilioStep>(step.Payload, Json) ?? throw new JsonException($"step {step.Id} has no data");

    public string ToPayload() => JsonSerializer.Serialize(this, Json);

    /// <summary>What <see cref="ApplyAsync"/> sends, as far as it writes; SIDs to come stand as <c>{twilio.trunk.sid}</c>.</summary>
    public abstract IReadOnlyList<TwilioRequest> Sends(TwilioSite site);

    /// <summary>What <see cref="UndoAsync"/> sends.</summary>
    public abstract IReadOnlyList<TwilioRequest> UndoSends(TwilioSite site);

    /// <summary>Such as "create access control list bot:acme:acl"; follows "Twilio did not".</summary>
    [JsonIgnore]
    public abstract Sentence Doing { get; }

    /// <summary>The same as a person does it in Twilio's Console, where the site has all of Twilio done by hand.</summary>
    /// <param name="domain">The trunk, as people know it.</param>
    public abstract Worksheet ByHand(string domain);

    /// <exception cref="TwilioException">Twilio did not do it.</exception>
    public abstract Task<StepResult> ApplyAsync(StepRun run, CancellationToken cancellationToken);

    /// <exception cref="TwilioException">Twilio could not be asked.</exception>
    public abstract Task<StepObservation> ObserveAsync(StepRun run, CancellationToken cancellationToken);

    /// <exception cref="TwilioException">Twilio did not do it.</exception>
    public abstract Task<StepResult> UndoAsync(StepRun run, CancellationToken cancellationToken);

    /// <param name="place">After "Twilio Console: Elastic SIP Trunking" (menu of Twilio's documentation, Elastic SIP Trunking).</param>
    protected static Worksheet Console(string place, string undo, params IReadOnlyList<WorksheetRow> rows) =>
        new($"Twilio Console: Elastic SIP Trunking, {place}", rows, "Read back by the bot when you press Done.", undo);

    protected static Worksheet OnTrunk(string domain, string page, string undo, params IReadOnlyList<WorksheetRow> rows) =>
        Console($"Manage, Trunks, {domain}, {page}", undo, rows);

    protected static Worksheet InList(string list, string undo, params IReadOnlyList<WorksheetRow> rows) =>
        Console(list.Length == 0 ? "Manage, IP access control lists" : $"Manage, IP access control lists, {list}", undo, rows);

    protected static StepResult Differs(string sentence) =>
        StepResult.Failed("twilio-readback-differs", sentence, "Look at it in Twilio's Console; undo, or correct it there and retry.");
}

/// <summary>Names of values that steps find out.</summary>
public static class TwilioFacts
{
    public const string AclSid = "twilio.acl.sid";
    public const string TrunkSid = "twilio.trunk.sid";

    /// <summary>The friendly name that the trunk was made with: the mark, and the ticket number of the change.</summary>
    public const string TrunkName = "twilio.trunk.name";

    public const string OriginationSid = "twilio.origination.sid";

    internal static string Placeholder(string fact) => $"{{{fact}}}";

    internal static IReadOnlyDictionary<string, string> Of(string fact, string value) => new Dictionary<string, string> { [fact] = value };
}
