namespace TrunkBot.Diagnostics.Health;

/// <summary>What watching a trunk found to be told.</summary>
/// <param name="State">The state that holds now.</param>
public sealed record HealthNews(NewsKind Kind, HealthState State, DateTimeOffset At);

/// <summary>
/// What one trunk itself is like over time. Its systems' lines and each of its edges are damped apart, because an edge is asked only when it is its turn: a look
/// that did not ask it says nothing of it. What a whole system or a whole edge does to every trunk behind it (<see cref="Dependency"/>) is left out. One look at a time.
/// </summary>
/// <param name="left">The state that held before the program was started, and since when; null: none is known. It may never have been told: it is news again, which a desk knows or not.</param>
public sealed class TrunkWatch(HealthOptions options, HealthNews? left = null)
{
    private readonly Damping systems = new(options, left?.State);
    private readonly Dictionary<string, Damping> edges = new(StringComparer.Ordinal);
    private readonly FlapDetection flaps = new(options);
    private HealthNews? untold = left;

    /// <summary>The state that holds; null while no look has settled one.</summary>
    public HealthState? Held { get; private set; } = left?.State;

    /// <summary>What the last look saw of the trunk itself: what holds while nothing is settled.</summary>
    public HealthState Seen { get; private set; } = HealthState.NotAvailable;

    public bool IsFlapping => flaps.IsFlapping;

    /// <param name="edgesDown">Edges that are silent for every trunk: their silence is not this trunk's own.</param>
    /// <param name="isSilent">Nothing is to be told now; the last of it is told by the first look after that.</param>
    public HealthNews? Look(HealthReport report, IReadOnlySet<string> edgesDown, bool isSilent)
    {
        untold = Look(report, edgesDown) ?? untold;
        if (isSilent || untold is not { } news)
        {
            return null;
        }

        untold = null;
        return news with { State = Held ?? news.State };
    }

    private HealthNews? Look(HealthReport report, IReadOnlySet<string> edgesDown)
    {
        var ofSystems = OfSystems(report);
        systems.Look(ofSystems);
        var seen = new Dictionary<string, HealthState?>(StringComparer.Ordinal);
        foreach (var edge in report.Edges.Where(e => e.State != ProbeState.Unchecked && !(e.State == ProbeState.Unreachable && edgesDown.Contains(e.Edge))))
        {
            var damping = edges.TryGetValue(edge.Edge, out var known) ? known : edges[edge.Edge] = new Damping(options);
            damping.Look(edge.Health);
            seen[edge.Edge] = edge.Health;
        }

        Seen = Together(ofSystems == HealthState.NotAvailable ? null : ofSystems, [.. report.Edges.Select(e => seen.GetValueOrDefault(e.Edge))]) ?? HealthState.NotAvailable;
        return Settle(Together(systems.Held, [.. report.Edges.Select(e => edges.GetValueOrDefault(e.Edge)?.Held)]), report.At);
    }

    private HealthNews? Settle(HealthState? state, DateTimeOffset at)
    {
        var isFirst = Held is null;
        var changed = state is not null && state != Held;
        Held = state ?? Held;

        // The first state ever is where changes are counted from.
        return flaps.Look(changed && !isFirst, at) is { } kind ? new HealthNews(kind, Held!.Value, at)
            : changed && isFirst ? new HealthNews(NewsKind.Changed, Held!.Value, at)
            : null;
    }

    private static HealthState OfSystems(HealthReport report)
    {
        var own = report.Systems.SelectMany(s => s.Lines).Where(l => !l.IsOfSystem).ToList();
        return own.Any(l => l.State == HealthState.Failed) ? HealthState.Failed
            : own.Any(l => l.State == HealthState.Attention) ? HealthState.Attention
            : own.Any(l => l.State == HealthState.Ok) ? HealthState.Ok
            : HealthState.NotAvailable;
    }

    private static HealthState? Together(HealthState? ofSystems, IReadOnlyList<HealthState?> ofEdges)
    {
        var edge = ofEdges.Count > 0 && ofEdges.All(e => e == HealthState.Failed) ? HealthState.Failed
            : ofEdges.Any(e => e is HealthState.Failed or HealthState.Attention) ? HealthState.Attention
            : ofEdges.Any(e => e == HealthState.Ok) ? HealthState.Ok
            : (HealthState?)null;
        return (ofSystems, edge) switch
        {
            (null, var one) => one,
            (var one, null) => one,
            ({ } one, { } other) => one > other ? one : other,
        };
    }
}
