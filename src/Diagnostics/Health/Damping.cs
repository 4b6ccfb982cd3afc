namespace TrunkBot.Diagnostics.Health;

/// <summary>
/// A state changes when enough of the last looks saw another one, so that one lost answer is no news: it gets as bad as enough of them were at least, and as
/// good as enough of them were at most. A look that could read nothing counts for neither.
/// </summary>
/// <param name="held">The state that holds before the first look; null: none is known.</param>
public sealed class Damping(HealthOptions options, HealthState? held = null)
{
    private readonly Queue<HealthState> looks = [];

    /// <summary>The state that holds; null while no look has settled one.</summary>
    public HealthState? Held { get; private set; } = held;

    /// <summary>Whether the state that holds is another one by this look.</summary>
    public bool Look(HealthState state)
    {
        if (state == HealthState.NotAvailable)
        {
            return false;
        }

        looks.Enqueue(state);
        while (looks.Count > options.OfLooks)
        {
            looks.Dequeue();
        }

        if (Settled() is not { } now || now == Held)
        {
            return false;
        }

        Held = now;
        looks.Clear();
        return true;
    }

    private HealthState? Settled()
    {
        // The enum is in the order of badness, without the state of which there are no looks.
        foreach (var bad in (HealthState[])[HealthState.Failed, HealthState.Attention])
        {
            if ((Held is null || bad > Held) && looks.Count(l => l >= bad) >= options.WorseLooks)
            {
                return bad;
            }
        }

        foreach (var good in (HealthState[])[HealthState.Ok, HealthState.Attention])
        {
            if ((Held is null || good < Held) && looks.Count(l => l <= good) >= options.BetterLooks)
            {
                return good;
            }
        }

        return null;
    }
}

/// <summary>A state that changes too often is flapping: that is told once, and once more when it is calm.</summary>
public sealed class FlapDetection(HealthOptions options)
{
    private readonly Queue<DateTimeOffset> changes = [];
    private DateTimeOffset last;

    public bool IsFlapping { get; private set; }

    /// <summary>What a look makes of it.</summary>
    /// <param name="changed">Whether the state that holds changed by the look.</param>
    /// <returns>Null when nothing is to be told.</returns>
    public NewsKind? Look(bool changed, DateTimeOffset now)
    {
        if (changed)
        {
            last = now;
            changes.Enqueue(now);
        }

        while (changes.TryPeek(out var oldest) && now - oldest > options.FlapWindow)
        {
            changes.Dequeue();
        }

        if (!IsFlapping)
        {
            IsFlapping = changes.Count >= options.FlapChanges;
            return IsFlapping ? NewsKind.Flapping : changed ? NewsKind.Changed : null;
        }

        if (now - last < options.CalmAfter)
        {
            return null;
        }

        IsFlapping = false;
        changes.Clear();
        return NewsKind.Calm;
    }
}

public enum NewsKind
{
    /// <summary>Another state holds.</summary>
    Changed,

    /// <summary>The state changes too often for each change to be told.</summary>
    Flapping,

    /// <summary>It was flapping, and stays as it is now.</summary>
    Calm,
}
