using TrunkBot.Changes.Life;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Probes;
using TrunkBot.Trunks;

namespace TrunkBot.Acceptance;

/// <summary>
/// The trunk's own tests at the end of a change: OPTIONS to every edge and one test call. Passed means that the call heard its own
/// signal come back. An edge that leaves OPTIONS unanswered is shown but does not fail the change: it is no proof that the edge is down.
/// </summary>
public sealed class TrunkAcceptance(EdgeProbes probes, ITrunkProbe probe, ISites sites) : ITrunkAcceptance
{
    public async Task<AcceptanceReport> RunAsync(TrunkIntent intent, Action<string> progress, CancellationToken cancellationToken)
    {
        if (sites.Find(intent.Site) is not { } site)
        {
            return new AcceptanceReport(false, $"There is no site profile {intent.Site} any more, so nothing could be tested.", []);
        }

        progress($"Asking {intent.Edges.Count} edges with OPTIONS");
        var edges = await probes.AskAsync(intent, site, cancellationToken);
        progress($"Placing a test call to {intent.TestNumber}");
        var call = await probe.CallAsync(intent, site, cancellationToken);

        var up = edges.Count(e => e.State == ProbeState.Up);
        return new AcceptanceReport(
            call.Audio == AudioVerdict.TwoWay,
            $"{call.Sentence} {up} of {edges.Count} edges answered OPTIONS.",
            [.. edges.Select(EdgeLine), .. TestCallLines.Of(call)]);
    }

    private static AcceptanceLine EdgeLine(EdgeProbe edge) => edge.State switch
    {
        ProbeState.Up => new("OPTIONS", edge.Edge, $"{edge.Status} {edge.Detail}{RoundTrip(edge)}", edge.Status is >= 200 and < 300 ? AcceptanceState.Passed : AcceptanceState.Failed),
        ProbeState.Unreachable => new("OPTIONS", edge.Edge, $"no answer: {edge.Detail}", AcceptanceState.Failed),
        _ => new("OPTIONS", edge.Edge, $"not measured: {edge.Detail}", AcceptanceState.NotMeasured),
    };

    private static string RoundTrip(EdgeProbe edge) => edge.RoundTripMilliseconds is { } ms ? $" in {ms:0.#} ms" : "";
}
