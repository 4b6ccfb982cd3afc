namespace TrunkBot.Diagnostics.Health;

/// <summary>One measured value of a trunk. What was not measured has none.</summary>
/// <param name="Series">One of <see cref="HealthSeries"/>.</param>
public sealed record HealthSample(string Trunk, string Series, DateTimeOffset At, double Value);

/// <summary>What is kept of a trunk over time. Names never change: they stand in the database.</summary>
public static class HealthSeries
{
    /// <summary>What a look saw: 0 ok, 1 attention, 2 failed.</summary>
    public const string State = "state";

    /// <summary>Whether a test call was answered: 1 or 0, so that the mean is the answer rate.</summary>
    public const string Answered = "call:answered";

    /// <summary>Whether our own signal came back: 1 or 0.</summary>
    public const string TwoWayAudio = "call:audio";

    /// <summary>Milliseconds (RFC 6076).</summary>
    public const string PostDialDelay = "call:pdd";

    /// <summary>Milliseconds (RFC 3550).</summary>
    public const string Jitter = "call:jitter";

    /// <summary>Milliseconds, by RTCP.</summary>
    public const string CallRoundTrip = "call:rtt";

    /// <summary>Estimated mean opinion score of what came to us, 1 to 4.41 (ITU-T G.107).</summary>
    public const string MosEstimated = "call:mos";

    /// <summary>Beginning of the series of an edge's round trips of OPTIONS, in milliseconds.</summary>
    public const string EdgeRoundTrips = "rtt:";

    /// <summary>Beginning of the series of whether an edge serves the trunk: 1 or 0.</summary>
    public const string EdgesUp = "up:";

    public static string EdgeRoundTrip(string edge) => EdgeRoundTrips + edge;

    public static string EdgeUp(string edge) => EdgesUp + edge;

    /// <summary>What one look measured.</summary>
    public static IEnumerable<HealthSample> Of(HealthReport report)
    {
        if (report.Overall != HealthState.NotAvailable)
        {
            yield return new(report.Trunk, State, report.At, (int)report.Overall);
        }

        foreach (var edge in report.Edges.Where(e => e.State != ProbeState.Unchecked))
        {
            yield return new(report.Trunk, EdgeUp(edge.Edge), report.At, edge.State == ProbeState.Up && !edge.Refuses ? 1 : 0);
            if (edge.RoundTripMilliseconds is { } rtt)
            {
                yield return new(report.Trunk, EdgeRoundTrip(edge.Edge), report.At, rtt);
            }
        }
    }

    /// <summary>What one test call measured; of a call that was never placed, nothing.</summary>
    public static IEnumerable<HealthSample> Of(string trunk, TestCall call)
    {
        if (call.Outcome == CallOutcome.NotPlaced)
        {
            return [];
        }

        (string Series, double? Value)[] measured =
        [
            (Answered, call.Outcome == CallOutcome.Answered ? 1 : 0),
            (TwoWayAudio, call.Audio == AudioVerdict.NotMeasured ? null : call.Audio == AudioVerdict.TwoWay ? 1 : 0),
            (PostDialDelay, call.PostDialDelayMilliseconds),
            (Jitter, call.JitterMilliseconds),
            (CallRoundTrip, call.RoundTripMilliseconds),
            (MosEstimated, call.MosEstimated),
        ];
        return measured.Where(m => m.Value is not null).Select(m => new HealthSample(trunk, m.Series, call.StartedAt, m.Value!.Value));
    }
}
