namespace TrunkBot.Diagnostics.Health;

/// <summary>What watching a trunk found to be told.</summary>
/// <param name="State">The state that holds now.</param>
public sealed record HealthNews(NewsKind Kind, HealthState State, DateTimeOffset At);

/// <summary>
/// What one trunk itself is like over time. Its systems' lines and each of its edges are damped apart, because an edge is asked only when it is its turn: a look
/// that did not ask it says nothing of it. What a whole system or a whole edge does to every trunk behind it (<see cref="Dependency"/>) is left out. One look at a time.
/// </summary>
/// <param name="held">The state that held before the program was started; null: none is known.</param>
public sealed class TrunkWatch(HealthOptions options, HealthState? held = null)
{
    private readonly Damping systems = new(options, held);
    private readonly Dictionary<string, Damping> edges = new(StringComparer.Ordinal);
    private readonly FlapDetection flaps = new(options);
    private HealthNews? untold;

    /// <summary>The state that holds; null while no look has settled one.</summary>
    public HealthState? Held { get; private set; } = held;

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
        systems.Look(OfSystems(report));
        foreach (var edge in report.Edges.Where(e => e.State != ProbeState.Unchecked && !(e.State == ProbeState.Unreachable && edgesDown.Contains(e.Edge))))
        {
            var damping = edges.TryGetValue(edge.Edge, out var known) ? known : edges[edge.Edge] = new Damping(options);
            damping.Look(edge.State == ProbeState.Unreachable ? HealthState.Failed : edge.Refuses ? HealthState.Attention : HealthState.Ok);
        }

        var state = Together([.. report.Edges.Select(e => edges.GetValueOrDefault(e.Edge)?.Held)]);
        var isFirst = Held is null;
        var changed = state is not null && state != Held;
        Held = state ?? Held;

        // The first state ever is where changes are counted from.
        return flaps.Look(changed && !isFirst, report.At) is { } kind ? new HealthNews(kind, Held!.Value, report.At)
            : changed && isFirst ? new HealthNews(NewsKind.Changed, Held!.Value, report.At)
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

    private HealthState? Together(IReadOnlyList<HealthState?> ofEdges)
    {
        var edge = ofEdges.Count > 0 && ofEdges.All(e => e == HealthState.Failed) ? HealthState.Failed
            : ofEdges.Any(e => e is HealthState.Failed or HealthState.Attention) ? HealthState.Attention
            : ofEdges.Any(e => e == HealthState.Ok) ? HealthState.Ok
            : (HealthState?)null;
        return (systems.Held, edge) switch
        {
            (null, var one) => one,
            (var one, null) => one,
            ({ } one, { } other) => one > other ? one : other,
        };
    }
}
