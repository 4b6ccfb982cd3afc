using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Diagnostics.Probes;

/// <summary>
/// Whose turn it is at an edge. Trunks that are watched share an edge's few OPTIONS: the one is asked that was not asked for the longest time, whichever trunk's look
/// it is that finds the edge free, so that none is left out and no turn is lost.
/// </summary>
/// <param name="gone">A trunk that was not looked at for so long is watched no more, or elsewhere.</param>
internal sealed class EdgeTurns(TimeSpan gone)
{
    private readonly Dictionary<(string Source, string Edge), Dictionary<string, Turn>> waiting = [];
    private long order;

    /// <summary>Who was never asked comes before all others.</summary>
    private long newcomers = long.MinValue;

    /// <summary>The trunk is watched, and wants to know of the edge.</summary>
    public void Enlist(string source, TrunkIntent intent, SiteProfile site, TwilioEdge edge, DateTimeOffset now)
    {
        if (!waiting.TryGetValue((source, edge.Name), out var trunks))
        {
            waiting[(source, edge.Name)] = trunks = new(StringComparer.OrdinalIgnoreCase);
        }

        if (!trunks.TryGetValue(intent.Name, out var turn))
        {
            trunks[intent.Name] = turn = new Turn { Order = newcomers++ };
        }

        (turn.Intent, turn.Site, turn.Edge, turn.SeenAt) = (intent, site, edge, now);
    }

    /// <summary>Takes the turn at an edge that is free, of which at least one trunk wants to know; it counts as asked from now on.</summary>
    public (TrunkIntent Intent, SiteProfile Site) Next(string source, string edge, DateTimeOffset now)
    {
        var trunks = waiting[(source, edge)];
        foreach (var left in trunks.Where(t => now - t.Value.SeenAt > gone).Select(t => t.Key).ToList())
        {
            trunks.Remove(left);
        }

        var next = trunks.Values.MinBy(t => t.Order)!;
        next.Order = order++;
        return (next.Intent with { Edges = [next.Edge] }, next.Site);
    }

    /// <summary>The trunk was asked otherwise: it is the last in the row now.</summary>
    public void Asked(string source, string edge, string trunk)
    {
        if (waiting.TryGetValue((source, edge), out var trunks) && trunks.TryGetValue(trunk, out var turn))
        {
            turn.Order = order++;
        }
    }

    private sealed class Turn
    {
        public long Order { get; set; }

        public DateTimeOffset SeenAt { get; set; }

        public TrunkIntent Intent { get; set; } = null!;

        public SiteProfile Site { get; set; } = null!;

        public TwilioEdge Edge { get; set; } = null!;
    }
}
