using TrunkBot.Trunks.Language;

namespace TrunkBot.Trunks.Findings;

/// <summary>How much a finding weighs.</summary>
public enum FindingSeverity
{
    /// <summary>Worth knowing; nothing to decide.</summary>
    Info,

    /// <summary>The plan may go on, but the people who approve are asked to read it.</summary>
    Warning,

    /// <summary>Something must be confirmed by a person before the change may go past the point it names.</summary>
    Hold,

    /// <summary>The plan stops: it can't be submitted.</summary>
    Error,
}

/// <summary>Something a check found: what is the matter, and what to do about it.</summary>
/// <param name="Code">Stable kebab-case code with an entry of its own in <c>docs/findings.md</c>, such as <c>whitelist-incomplete</c>.</param>
/// <param name="Sentence">One sentence that says what is the matter, with the values concerned.</param>
/// <param name="Fix">What to do; null where there is nothing to do.</param>
/// <param name="Source">Where the rule comes from: "seed article", a lint id of the domain documents, an RFC section.</param>
public sealed record Finding(string Code, FindingSeverity Severity, Sentence Sentence, Sentence? Fix = null, string? Source = null);
