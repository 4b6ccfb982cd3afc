using TrunkBot.Trunks.Language;

namespace TrunkBot.Changes.Approvals;

/// <summary>Stages in their order: what a later one says counts only when the earlier ones let the change through, but all are told.</summary>
public enum GateStage
{
    /// <summary>The plan and the policy themselves.</summary>
    Static,

    /// <summary>What people decided.</summary>
    Approvals,

    /// <summary>Whether now is the time.</summary>
    Dynamic,

    /// <summary>Whether the network elements are free.</summary>
    Lock,
}

public enum GateState
{
    /// <summary>Stands against it. The value of what was never set.</summary>
    Fails,

    /// <summary>Not yet: people or time can open it.</summary>
    Waits,

    Passes,
}

/// <summary>One condition of a change's beginning, and how it stands.</summary>
/// <param name="Name">In a word or two, the same whatever the state.</param>
/// <param name="Code">Stable code of what stands against it; empty when it passes.</param>
/// <param name="Sentence">Why it passes, waits or fails.</param>
public sealed record Gate(GateStage Stage, string Name, GateState State, string Code, Sentence Sentence)
{
    public static Gate Pass(GateStage stage, string name, Sentence sentence) => new(stage, name, GateState.Passes, "", sentence);

    public static Gate Wait(GateStage stage, string name, string code, Sentence sentence) => new(stage, name, GateState.Waits, code, sentence);

    public static Gate Fail(GateStage stage, string name, string code, Sentence sentence) => new(stage, name, GateState.Fails, code, sentence);

    /// <summary>What many gates come to: one that fails, or that nobody understands, is stronger than one that waits, and that stronger than all that pass. No gates at all: no.</summary>
    public static GateState Outcome(IReadOnlyCollection<Gate> gates) =>
        gates.Count == 0 || gates.Any(g => g.State is not (GateState.Waits or GateState.Passes)) ? GateState.Fails
        : gates.Any(g => g.State == GateState.Waits) ? GateState.Waits
        : GateState.Passes;
}
