namespace TrunkBot.Diagnostics.Diagnosis;

/// <summary>What is wrong with a trunk, as far as the checks can tell.</summary>
public sealed record DiagnosisReport
{
    public required string Trunk { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The answer in one sentence: the first thing on the call's way that is wrong.</summary>
    public required string Sentence { get; init; }

    /// <summary>What failed, then its consequences, then what needs attention; each in the order of the call's way.</summary>
    public required IReadOnlyList<Cause> Causes { get; init; }

    /// <summary>What was checked and is in order.</summary>
    public required IReadOnlyList<RuledOut> RuledOut { get; init; }

    /// <summary>What could not be checked, and why.</summary>
    public required IReadOnlyList<NotChecked> NotChecked { get; init; }

    /// <summary>The test call; null when none was asked for.</summary>
    public TestCall? Call { get; init; }
}

/// <summary>Something that is wrong.</summary>
/// <param name="Where">The system or "OPTIONS" or "Test call".</param>
/// <param name="Code">Stable finding code, such as <c>adjacency-inactive</c>.</param>
/// <param name="Certain">False for something that needs attention but does not by itself stop calls.</param>
/// <param name="IsConsequence">True for a symptom of something else, such as an alarm: it leads only when no certain cause was found.</param>
public sealed record Cause(string Where, string What, string Sentence, string Code, string Fix, bool Certain, bool IsConsequence = false)
{
    /// <summary>Causes before consequences before what only needs attention.</summary>
    internal int Rank => !Certain ? 2 : IsConsequence ? 1 : 0;
}

public sealed record RuledOut(string Where, string What, string Evidence);

public sealed record NotChecked(string Where, string What, string Why);
