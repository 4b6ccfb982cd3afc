namespace TrunkBot.Diagnostics.Probes;

/// <summary>How many edges answer, refuse or are silent, with what is known of those that were not asked now.</summary>
/// <param name="Serving">Answered 2xx.</param>
/// <param name="Refusing">Answered otherwise.</param>
/// <param name="Silent">Asked, and no answer.</param>
/// <param name="NotAsked">Not asked now.</param>
/// <param name="AllSilent">True when no edge answers and there is none whose state is unknown: only then is silence more than the matter of one edge.</param>
internal readonly record struct EdgeCount(int Serving, int Refusing, int Silent, int NotAsked, bool AllSilent)
{
    public int Asked => Serving + Refusing + Silent;

    public static EdgeCount Of(IReadOnlyList<EdgeProbe> edges)
    {
        var refusing = edges.Count(e => e.Refuses);
        return new EdgeCount(
            edges.Count(e => e.State == ProbeState.Up) - refusing,
            refusing,
            edges.Count(e => e.State == ProbeState.Unreachable),
            edges.Count(e => e.State == ProbeState.Unchecked),
            edges.Any(e => e.State == ProbeState.Unreachable) && edges.All(e => (e.State == ProbeState.Unchecked ? e.LastKnown : e.State) == ProbeState.Unreachable));
    }
}
