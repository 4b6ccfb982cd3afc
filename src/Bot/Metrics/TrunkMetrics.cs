using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using TrunkBot.Alerts;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Health;

namespace TrunkBot.Metrics;

/// <summary>
/// <c>GET /metrics</c>: how trunks are, for Prometheus. From the store, so that any silo says the same of all trunks. What was not measured has no sample.
/// </summary>
internal sealed class TrunkMetrics(IHealthHistory history, IOptions<MetricsOptions> options, TimeProvider time)
{
    /// <summary>A call that is older says nothing of how the trunk is now.</summary>
    private static readonly TimeSpan CallsOf = TimeSpan.FromDays(1);

    public async Task<IResult> AnswerAsync(HttpContext context, CancellationToken cancellationToken) => AlertCaller.Login(options.Value, context.Request.Headers) switch
    {
        // Nobody is told that there might be something.
        "no-secret" => Results.NotFound(),
        null => Results.Text(await WriteAsync(cancellationToken), PrometheusText.ContentType),
        _ => Results.Unauthorized(),
    };

    public async Task<string> WriteAsync(CancellationToken cancellationToken)
    {
        var text = new PrometheusText();
        var all = await history.OverviewAsync(0, cancellationToken);
        var trunks = await history.ListAsync(options.Value.MostTrunks, cancellationToken);
        text.Family("trunkbot_trunks", "Trunks under management, by their state when they were looked at last.");
        foreach (var (state, count) in all.Counts)
        {
            text.Sample("trunkbot_trunks", count, ("state", Word(state)));
        }

        text.Sample("trunkbot_trunks", all.Unseen, ("state", "unseen"));
        text.Family("trunkbot_trunks_without_series", "Trunks that have no series of their own, because there are more than Metrics:MostTrunks.");
        text.Sample("trunkbot_trunks_without_series", all.Counts.Values.Sum() - trunks.Count);
        Trunks(text, trunks);
        Edges(text, trunks);
        Calls(text, trunks, await history.LastCallsAsync(time.GetUtcNow() - CallsOf, cancellationToken));
        return text.ToString();
    }

    private static void Trunks(PrometheusText text, IReadOnlyList<TrunkNow> trunks)
    {
        PerTrunk("trunkbot_trunk_state", "State of the trunk: 0 ok, 1 attention, 2 failed.", t => t.State == HealthState.NotAvailable ? null : (int)t.State);
        PerTrunk("trunkbot_trunk_flapping", "Whether the state changes too often for each change to be told.", t => t.IsFlapping ? 1 : 0);
        PerTrunk("trunkbot_trunk_state_since_seconds", "When the state began, Unix time.", t => t.Since.ToUnixTimeSeconds());
        PerTrunk("trunkbot_trunk_looked_at_seconds", "When the trunk was looked at last, Unix time.", t => t.At.ToUnixTimeSeconds());

        void PerTrunk(string name, string help, Func<TrunkNow, double?> value)
        {
            text.Family(name, help);
            foreach (var trunk in trunks)
            {
                text.Sample(name, value(trunk), ("trunk", trunk.Trunk), ("site", trunk.Site));
            }
        }
    }

    private static void Edges(PrometheusText text, IReadOnlyList<TrunkNow> trunks)
    {
        PerEdge("trunkbot_edge_up", "Whether the edge answered the last OPTIONS for the trunk with 2xx.", p => p.AskedAt is null ? null : p.State == HealthState.Ok ? 1 : 0);
        PerEdge("trunkbot_edge_round_trip_seconds", "Round trip of the last OPTIONS that was answered.", p => p.RoundTripMilliseconds / 1000);
        PerEdge("trunkbot_edge_asked_at_seconds", "When the edge was asked last for the trunk, Unix time.", p => p.AskedAt?.ToUnixTimeSeconds());

        void PerEdge(string name, string help, Func<PartNow, double?> value)
        {
            text.Family(name, help);
            foreach (var trunk in trunks)
            {
                foreach (var edge in trunk.Parts.Where(p => p.IsEdge))
                {
                    text.Sample(name, value(edge), ("trunk", trunk.Trunk), ("edge", edge.Name));
                }
            }
        }
    }

    private static void Calls(PrometheusText text, IReadOnlyList<TrunkNow> trunks, IReadOnlyList<PlacedCall> calls)
    {
        var byTrunk = calls.Where(c => c.Call.Outcome != CallOutcome.NotPlaced).ToDictionary(c => c.Trunk, c => c.Call, StringComparer.OrdinalIgnoreCase);
        PerCall("trunkbot_test_call_started_at_seconds", "When the last test call of the last 24 hours began, Unix time.", c => c.StartedAt.ToUnixTimeSeconds());
        PerCall("trunkbot_test_call_answered", "Whether it was answered.", c => c.Outcome == CallOutcome.Answered ? 1 : 0);
        PerCall("trunkbot_test_call_audio_two_way", "Whether its own signal came back.", c => c.Audio == AudioVerdict.NotMeasured ? null : c.Audio == AudioVerdict.TwoWay ? 1 : 0);
        PerCall("trunkbot_test_call_post_dial_delay_seconds", "Its post-dial delay (RFC 6076).", c => c.PostDialDelayMilliseconds / 1000);
        PerCall("trunkbot_test_call_jitter_seconds", "Its jitter (RFC 3550).", c => c.JitterMilliseconds / 1000);
        PerCall("trunkbot_test_call_round_trip_seconds", "Its round trip by RTCP.", c => c.RoundTripMilliseconds / 1000);
        PerCall("trunkbot_test_call_mos_estimated", "Its quality as the E-model estimates it from what came to us, 1 to 4.41 (ITU-T G.107).", c => c.MosEstimated);

        void PerCall(string name, string help, Func<TestCall, double?> value)
        {
            text.Family(name, help);
            foreach (var trunk in trunks)
            {
                if (byTrunk.TryGetValue(trunk.Trunk, out var call))
                {
                    text.Sample(name, value(call), ("trunk", trunk.Trunk));
                }
            }
        }
    }

    private static string Word(HealthState state) => state switch
    {
        HealthState.Ok => "ok",
        HealthState.Attention => "attention",
        HealthState.Failed => "failed",
        _ => "unread",
    };
}

internal static class MetricsRoute
{
    public static IEndpointConventionBuilder MapMetrics(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/metrics", ([FromServices] TrunkMetrics metrics, HttpContext context, CancellationToken stop) => metrics.AnswerAsync(context, stop));
}
