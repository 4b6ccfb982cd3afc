namespace TrunkBot.Diagnostics.Health;

/// <summary>A state counts when two looks in a row saw it, so that one lost answer is no news.</summary>
public sealed class HealthHold
{
    private HealthState? seen;

    /// <summary>The state that now holds; null when this look differs from the one before.</summary>
    public HealthState? Look(HealthState state)
    {
        var holds = seen == state;
        seen = state;
        return holds ? state : null;
    }
}
