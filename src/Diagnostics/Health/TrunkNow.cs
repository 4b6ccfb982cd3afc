using TrunkBot.Trunks.Language;

namespace TrunkBot.Diagnostics.Health;

/// <summary>How a trunk was when it was looked at last, and since when it is so.</summary>
public sealed record TrunkNow
{
    public required string Trunk { get; init; }

    public required string Site { get; init; }

    /// <summary>When it was looked at last.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The state of the trunk itself that holds; what the last look saw of it while none does.</summary>
    public required HealthState State { get; init; }

    public required DateTimeOffset Since { get; init; }

    /// <summary>What the last look saw, in words.</summary>
    public required Sentence Sentence { get; init; }

    public bool IsFlapping { get; init; }

    /// <summary>What it stands behind that is down, such as "Perimeta sbc-1"; null when nothing is.</summary>
    public string? Behind { get; init; }

    /// <summary>Each system, then each edge.</summary>
    public IReadOnlyList<PartNow> Parts { get; init; } = [];

    /// <summary>After one more look.</summary>
    /// <param name="before">Null: the first one.</param>
    public static TrunkNow After(TrunkNow? before, HealthReport report, string site, TrunkWatch watch, string? behind)
    {
        var state = watch.Held ?? watch.Seen;
        return new TrunkNow
        {
            Trunk = report.Trunk,
            Site = site,
            At = report.At,
            State = state,
            Since = before?.State == state ? before.Since : report.At,
            Sentence = report.Sentence,
            IsFlapping = watch.IsFlapping,
            Behind = behind,
            Parts =
            [
                .. report.Systems.Select(s => PartNow.Of(s, report.At).After(before?.Part(s.System, isEdge: false))),
                .. report.Edges.Select(e => e.State == ProbeState.Unchecked
                    ? before?.Part(e.Edge, isEdge: true) ?? new PartNow(e.Edge, true, HealthState.NotAvailable, e.Detail, report.At)
                    : PartNow.Of(e, report.At).After(before?.Part(e.Edge, isEdge: true))),
            ],
        };
    }

    public PartNow? Part(string name, bool isEdge) => Parts.FirstOrDefault(p => p.IsEdge == isEdge && string.Equals(p.Name, name, StringComparison.Ordinal));
}

/// <summary>One system or one edge of a trunk.</summary>
/// <param name="Name">Title of the system, or name of the edge.</param>
/// <param name="Since">Since when it is in this state.</param>
/// <param name="AskedAt">Of an edge: when it was asked last; null: never.</param>
public sealed record PartNow(string Name, bool IsEdge, HealthState State, Sentence Detail, DateTimeOffset Since, DateTimeOffset? AskedAt = null, double? RoundTripMilliseconds = null)
{
    public static PartNow Of(SystemHealth system, DateTimeOffset at) => new(
        system.System, false, system.State, system.Problem ?? (system.Lines.Where(l => l.State != HealthState.Ok).OrderBy(l => Badness(l.State)).FirstOrDefault() is { } worst ? Sentence.Of($"{worst.What}: {worst.Detail}") : ""), at, at);

    /// <param name="edge">One that was asked.</param>
    public static PartNow Of(EdgeProbe edge, DateTimeOffset at) => new(
        edge.Edge, true, edge.Health,
        edge.Said, at, at, edge.RoundTripMilliseconds);

    /// <summary>The worst comes first, and what could not be read last.</summary>
    public static int Badness(HealthState state) => state switch
    {
        HealthState.Failed => 0,
        HealthState.Attention => 1,
        HealthState.NotAvailable => 2,
        _ => 3,
    };

    internal PartNow After(PartNow? before) => before?.State == State ? this with { Since = before.Since } : this;
}
