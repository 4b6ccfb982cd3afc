using System.Text.Json.Serialization;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Changes.Plans;

/// <summary>What one system contributes to a plan.</summary>
public sealed record SystemPlan
{
    public required string System { get; init; }

    public required string Title { get; init; }

    public required string Element { get; init; }

    /// <summary>Fingerprint of the snapshot that was planned against.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>What will be created, changed, left alone: one line each, in words.</summary>
    public required IReadOnlyList<PlannedObject> Objects { get; init; }

    /// <summary>Steps in the order in which this system needs them.</summary>
    public required IReadOnlyList<PlannedStep> Steps { get; init; }

    public required IReadOnlyList<Finding> Findings { get; init; }
}

public enum PlannedAction
{
    Create,
    Change,
    LeaveAlone,

    /// <summary>A person does it.</summary>
    Manual,

    Remove,
}

/// <param name="What">The object in the vendor's words, such as "adjacency acme-east-us2".</param>
/// <param name="Detail">What changes, or why it is left alone; may be empty.</param>
public sealed record PlannedObject(PlannedAction Action, string What, string Detail = "");

/// <summary>When in a change a step has its turn. Steps run by phase, and within a phase in the order of their system's plan.</summary>
public enum StepPhase
{
    /// <summary>Twilio: access control list, trunk, association, checks.</summary>
    Twilio = 10,

    /// <summary>Perimeta: who may send to us (seed article: before anything else on the SBC).</summary>
    Whitelist = 20,

    /// <summary>Perimeta: adjacencies, built inactive.</summary>
    AdjacencyBuild = 30,

    /// <summary>Perimeta: routing advice that a person confirms, then activation.</summary>
    AdjacencyActivate = 40,

    /// <summary>CFS: Remote Media Gateway Model, by a person.</summary>
    MediaGatewayModel = 50,

    /// <summary>CFS: Configured SIP Binding, built and enabled.</summary>
    Binding = 60,

    /// <summary>CFS: SIP trunk, by a person.</summary>
    SipTrunk = 70,

    /// <summary>CFS: translations, by a person.</summary>
    Translations = 80,

    /// <summary>Twilio: inbound last: origination URLs and numbers (replaces a number's voice routing).</summary>
    Inbound = 90,

    // What is not wanted any more goes after all that is new stands, in the reverse order: calls are led away before what carries them is taken down.

    /// <summary>Twilio: no more inbound calls: origination URLs and numbers.</summary>
    InboundRetire = 110,

    /// <summary>CFS: translations, by a person.</summary>
    TranslationsRetire = 120,

    /// <summary>CFS: SIP trunk, by a person.</summary>
    SipTrunkRetire = 130,

    /// <summary>CFS: Configured SIP Binding, disabled and deleted.</summary>
    BindingRetire = 140,

    /// <summary>CFS: Remote Media Gateway Model, by a person.</summary>
    MediaGatewayModelRetire = 150,

    /// <summary>Perimeta: adjacencies taken out of service.</summary>
    AdjacencyDeactivate = 160,

    /// <summary>Perimeta: adjacencies removed.</summary>
    AdjacencyRemove = 170,

    /// <summary>Perimeta: whitelist lines of the trunk's own.</summary>
    WhitelistRetire = 180,

    /// <summary>Twilio: association, trunk, access control list.</summary>
    TwilioRetire = 190,
}

/// <summary>One step of a plan: what is sent, how it is proven, how it is undone. Immutable; part of the plan's hash.</summary>
public sealed record PlannedStep
{
    /// <summary>Unique in the plan and stable, such as <c>perimeta.adjacency.acme-east-us2.build</c>.</summary>
    public required string Id { get; init; }

    public required string System { get; init; }

    public required string Element { get; init; }

    public required StepPhase Phase { get; init; }

    public required Sentence Title { get; init; }

    /// <summary>The exact CLI lines or requests, in order, as they will be sent; secrets as references, values of earlier steps as <c>{twilio.trunk.sid}</c>.
    /// Of a manual step: what its system tries once before a person is asked; empty when it tries nothing.</summary>
    public required IReadOnlyList<string> Sends { get; init; }

    /// <summary>The exact lines or requests that undo the step, in order; empty when there is nothing to undo.</summary>
    public required IReadOnlyList<string> UndoSends { get; init; }

    /// <summary>What proves that the step is done, in words.</summary>
    public required string Proof { get; init; }

    /// <summary>The driver's own data for the step, as JSON text; "{}" when it needs none.</summary>
    public string Payload { get; init; } = "{}";

    /// <summary>Not null for a step that a person does.</summary>
    public Worksheet? Worksheet { get; init; }

    /// <summary>A step that a person does and confirms.</summary>
    public bool IsManual => Worksheet is not null;
}

/// <summary>What a person is asked to do, label by label (domain documents: worksheets).</summary>
/// <param name="Place">Where: the tool and the place in it.</param>
/// <param name="Rows">Exact labels and values, in order.</param>
/// <param name="Verification">How the result is checked.</param>
/// <param name="Undo">How it is taken back; empty when there is nothing to take back.</param>
public sealed record Worksheet(string Place, IReadOnlyList<WorksheetRow> Rows, string Verification, string Undo);

public sealed record WorksheetRow(string Label, string Value);

/// <summary>
/// The whole plan: a pure function of intent, site profile and what was read. Immutable; people approve its <see cref="Hash"/>.
/// </summary>
public sealed record TrunkPlan
{
    /// <summary>The trunk as it shall be; of one that is to be removed, the trunk as it is.</summary>
    public required TrunkIntent Intent { get; init; }

    /// <inheritdoc cref="TrunkGoal.Removes"/>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Removes { get; init; }

    /// <inheritdoc cref="TrunkGoal.Owned"/>
    public OwnedTrunk? Owned { get; init; }

    /// <summary>What the plan was made for: with it the plan can be made again.</summary>
    public TrunkGoal Goal => new(Intent) { Removes = Removes, Owned = Owned, Ticket = TicketNumber };

    /// <summary>Where each parameter's value came from.</summary>
    public required IReadOnlyList<ParameterValue> Values { get; init; }

    /// <summary>In the order Twilio, Perimeta, Metaswitch.</summary>
    public required IReadOnlyList<SystemPlan> Systems { get; init; }

    /// <summary>All steps of all systems in the order in which they run.</summary>
    public required IReadOnlyList<PlannedStep> Steps { get; init; }

    /// <summary>All findings: of the systems and of the plan as a whole.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>Lower-case hex SHA-256 of the plan's canonical text (everything above).</summary>
    public required string Hash { get; init; }

    /// <summary>Its number in the site's own change management; null when it has none.</summary>
    public string? TicketNumber => TrunkParameters.TicketOf(Values);

    /// <summary>What cards show: the first 12 digits of the hash.</summary>
    public string ShortHash => Hash[..12];

    /// <summary>Nothing to do: every system is already as intended. A plan with errors has no steps either, but is not empty.</summary>
    public bool IsEmpty => Steps.Count == 0 && !HasErrors;

    public bool HasErrors => Findings.Any(f => f.Severity == FindingSeverity.Error);
}
