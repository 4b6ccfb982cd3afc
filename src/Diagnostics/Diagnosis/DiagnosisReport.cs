using TrunkBot.Diagnostics.Findings;
using TrunkBot.Trunks.Language;

namespace TrunkBot.Diagnostics.Diagnosis;

/// <summary>What is wrong with a trunk, as far as the checks can tell.</summary>
public sealed record DiagnosisReport
{
    public required string Trunk { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The answer in one sentence: the probable cause, and how much more there is to read.</summary>
    public required Sentence Sentence { get; init; }

    /// <summary>Causes, most probable first; after them what they bring about.</summary>
    public required IReadOnlyList<Cause> Causes { get; init; }

    /// <summary>What was checked and is in order.</summary>
    public required IReadOnlyList<RuledOut> RuledOut { get; init; }

    /// <summary>What could not be checked, and why.</summary>
    public required IReadOnlyList<NotChecked> NotChecked { get; init; }

    /// <summary>The test call; null when none was asked for, or none is over yet.</summary>
    public TestCall? Call { get; init; }

    /// <summary>Whether a test call was asked for.</summary>
    public bool WithCall { get; init; }

    public DiagnosisOutcome Outcome =>
        Causes.Any(c => c.Finding.Severity != FindingSeverity.BlindsUs) ? DiagnosisOutcome.Found
        : Causes.Count > 0 || (WithCall && Call is { Outcome: CallOutcome.NotPlaced }) ? DiagnosisOutcome.CannotReach
        : NotChecked.Any(n => n.IsLate) ? DiagnosisOutcome.Timeout
        : DiagnosisOutcome.Fine;
}

/// <summary>A whole diagnosis in one word.</summary>
public enum DiagnosisOutcome
{
    /// <summary>Nothing wrong was found. What is not configured was not looked at.</summary>
    Fine,

    /// <summary>Something is wrong with the trunk, or will be.</summary>
    Found,

    /// <summary>A check had no answer in time; nothing wrong was found by the others.</summary>
    Timeout,

    /// <summary>A system could not be read, or the call that was asked for not be placed; nothing wrong was found by the others.</summary>
    CannotReach,
}

/// <summary>Something that is wrong, with what shows it.</summary>
/// <param name="Finding">What it is, by the catalogue.</param>
/// <param name="Where">The system, or "DNS", "OPTIONS", "Test call".</param>
/// <param name="What">The object in the vendor's words.</param>
/// <param name="Sentence">What was read or measured.</param>
/// <param name="Fix">What to do in this case.</param>
public sealed record Cause(Finding Finding, string Where, Sentence What, Sentence Sentence, Sentence Fix)
{
    public string Code => Finding.Code;

    /// <summary>The edge concerned; null when it is all of the trunk.</summary>
    public string? Edge { get; init; }

    /// <summary>What else shows the same, one sentence each.</summary>
    public IReadOnlyList<Sentence> MoreEvidence { get; init; } = [];

    /// <summary>Code of the cause that brings this one about; null for a cause of its own.</summary>
    public string? BroughtAboutBy { get; init; }
}

public sealed record RuledOut(string Where, Sentence What, Sentence Evidence);

public sealed record NotChecked(string Where, Sentence What, Sentence Why)
{
    /// <summary>It had no answer within its time limit.</summary>
    public bool IsLate { get; init; }
}
