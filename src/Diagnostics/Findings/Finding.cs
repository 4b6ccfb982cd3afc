using TrunkBot.Trunks.Language;

namespace TrunkBot.Diagnostics.Findings;

/// <summary>Something that can be wrong with a trunk, as the catalogue knows it. Its code is stable: cards, log and scripts rely on it.</summary>
public sealed record Finding
{
    /// <summary>Kebab case, such as <c>adjacency-inactive</c>.</summary>
    public required string Code { get; init; }

    /// <summary>What is wrong, as a clause without its end: "an adjacency of the trunk is not active".</summary>
    public required Sentence Title { get; init; }

    public required FindingSeverity Severity { get; init; }

    /// <summary>Where on the call's way it stands.</summary>
    public required FindingPlace Place { get; init; }

    /// <summary>Codes of findings that bring this one about when they are there too. A code followed by <c>*</c> stands for all that begin so.</summary>
    public required IReadOnlyList<string> DependsOn { get; init; }

    /// <summary>What has to be looked at to see it.</summary>
    public required string Evidence { get; init; }

    /// <summary>What usually brings it about.</summary>
    public required string Cause { get; init; }

    public required Sentence Fix { get; init; }

    public required FindingFixer Who { get; init; }

    /// <summary>Whether planning a trunk under management again, as it was left, mends it: what differs becomes steps of a change.</summary>
    public bool PlanMends { get; init; }

    /// <summary>Where it is written: an RFC, a recommendation, a section of the domain documents.</summary>
    public required string Source { get; init; }

    /// <summary>Whether <paramref name="other"/> explains this one.</summary>
    public bool IsBroughtAboutBy(string other) =>
        other != Code && DependsOn.Any(d => d.EndsWith('*') ? other.StartsWith(d[..^1], StringComparison.Ordinal) : d == other);
}

/// <summary>What a finding does to calls, worst first.</summary>
public enum FindingSeverity
{
    /// <summary>Calls fail, or nobody hears anything.</summary>
    StopsCalls,

    /// <summary>Some calls fail, or they sound bad.</summary>
    HurtsCalls,

    /// <summary>A system can't be read or changed; calls may pass all the same.</summary>
    BlindsUs,

    /// <summary>Nothing fails by it yet.</summary>
    Warns,
}

/// <summary>The order in which an outbound call meets what can be wrong.</summary>
public enum FindingPlace
{
    Switch,
    Sbc,
    Names,
    Twilio,
    Edge,
    Call,
    Audio,
}

/// <summary>Who can mend it.</summary>
public enum FindingFixer
{
    /// <summary>We, by a change of the trunk or of the bot's settings.</summary>
    Us,

    /// <summary>Who may work in Twilio's Console.</summary>
    TwilioConsole,

    /// <summary>Who may work in MetaView Explorer.</summary>
    SwitchEngineer,

    /// <summary>Who runs the networks between.</summary>
    Network,
}
