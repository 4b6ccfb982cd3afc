using TrunkBot.Diagnostics.Health;

namespace TrunkBot.Diagnostics.Charts;

/// <summary>What was measured of a trunk over some time, in equal steps. What was not measured in a step is null.</summary>
/// <param name="Steps">In the order of time; each begins <see cref="Step"/> after the one before.</param>
/// <param name="All">Over the whole time.</param>
/// <param name="Edges">Names of the edges whose round trips were measured.</param>
public sealed record HealthFigures(DateTimeOffset From, DateTimeOffset To, TimeSpan Step, IReadOnlyList<Figures> Steps, Figures All, IReadOnlyList<string> Edges)
{
    /// <summary>Steps of which some time consists: few enough to be told apart in a picture.</summary>
    private const int MostSteps = 72;

    private static readonly TimeSpan[] Widths =
        [.. new[] { 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080 }.Select(m => TimeSpan.FromMinutes(m))];

    public bool IsEmpty => All.IsEmpty;

    /// <param name="pieces">As they are kept.</param>
    public static HealthFigures Of(IReadOnlyList<HealthPiece> pieces, DateTimeOffset to, TimeSpan period)
    {
        var from = to - period;
        var step = Widths.FirstOrDefault(w => period / w <= MostSteps, Widths[^1]);
        var edges = pieces.Where(p => p.Series.StartsWith(HealthSeries.EdgeRoundTrips, StringComparison.Ordinal)).Select(p => p.Series[HealthSeries.EdgeRoundTrips.Length..])
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var known = pieces.Where(p => p.Start >= from && p.Start < to).ToList();
        var byStep = known.ToLookup(p => (int)((p.Start - from) / step));
        var steps = (int)Math.Ceiling(period / step);
        return new(from, to, step, [.. Enumerable.Range(0, steps).Select(i => Figures.Of(from + (i * step), byStep[i]))], Figures.Of(from, known), edges);
    }
}

/// <summary>What was measured in one step. Shares are from 0 to 1, delays in milliseconds.</summary>
/// <param name="Calls">Test calls.</param>
/// <param name="Served">Share of the OPTIONS to which an edge said 2xx.</param>
/// <param name="EdgeRoundTrips">Mean by edge.</param>
public sealed record Figures(
    DateTimeOffset Start, long Calls, double? Answered, double? TwoWayAudio, MeasuredRange? PostDialDelay, MeasuredRange? Jitter, double? Served, MeasuredRange? RoundTrip, IReadOnlyDictionary<string, double> EdgeRoundTrips)
{
    public bool IsEmpty => Calls == 0 && Served is null;

    internal static Figures Of(DateTimeOffset start, IEnumerable<HealthPiece> pieces)
    {
        var bySeries = pieces.ToLookup(p => p.Series, StringComparer.Ordinal);
        var roundTrips = bySeries.Where(g => g.Key.StartsWith(HealthSeries.EdgeRoundTrips, StringComparison.Ordinal)).ToList();
        return new(
            start,
            bySeries[HealthSeries.Answered].Sum(p => p.Count),
            MeasuredRange.Of(bySeries[HealthSeries.Answered])?.Mean,
            MeasuredRange.Of(bySeries[HealthSeries.TwoWayAudio])?.Mean,
            MeasuredRange.Of(bySeries[HealthSeries.PostDialDelay]),
            MeasuredRange.Of(bySeries[HealthSeries.Jitter]),
            MeasuredRange.Of(bySeries.Where(g => g.Key.StartsWith(HealthSeries.EdgesUp, StringComparison.Ordinal)).SelectMany(g => g))?.Mean,
            MeasuredRange.Of(roundTrips.SelectMany(g => g)),
            roundTrips.ToDictionary(g => g.Key[HealthSeries.EdgeRoundTrips.Length..], g => MeasuredRange.Of(g)!.Mean, StringComparer.Ordinal));
    }
}

/// <summary>Least, mean and most of what was measured.</summary>
public sealed record MeasuredRange(double Least, double Mean, double Most)
{
    internal static MeasuredRange? Of(IEnumerable<HealthPiece> pieces)
    {
        var all = pieces.ToList();
        return all.Count == 0 ? null : new(all.Min(p => p.Least), all.Sum(p => p.Sum) / all.Sum(p => p.Count), all.Max(p => p.Most));
    }
}
