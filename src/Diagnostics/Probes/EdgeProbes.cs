using Microsoft.Extensions.Options;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Diagnostics.Probes;

/// <summary>
/// OPTIONS to the edges of a trunk, never more often to one edge than Twilio bears: all of the bot's probes go through here.
/// An edge that was asked too recently is <see cref="ProbeState.Unchecked"/>, with the time that has passed.
/// </summary>
public sealed class EdgeProbes(ITrunkProbe probe, TimeProvider time, IOptions<DiagnosticsOptions> options)
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string Source, string Edge), DateTimeOffset> asked = [];
    private readonly Dictionary<string, EdgeProbe> lastByHost = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>From where a site's OPTIONS come, as an edge sees it: Twilio counts by source address and destination. Empty: this machine's own address.</summary>
    public static string SourceOf(SiteProfile site) => site.Tests.OptionsProxy ?? site.Tests.LocalAddress ?? "";

    /// <summary>One result for each edge of the intent, in its order. Does not throw for what a network does.</summary>
    public async Task<IReadOnlyList<EdgeProbe>> AskAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken)
    {
        var results = new Dictionary<string, EdgeProbe>(StringComparer.Ordinal);
        var may = Claim(intent, site, results);
        if (may.Count > 0)
        {
            var answer = await TimeLimit.RunAsync(
                token => probe.OptionsAsync(intent with { Edges = may }, site, token),
                options.Value.OptionsLimit,
                time,
                cancellationToken);
            foreach (var result in answer.Value ?? [])
            {
                results[result.Edge] = result;
                lock (gate)
                {
                    lastByHost[result.Host] = result;
                }
            }

            foreach (var edge in may.Where(e => !results.ContainsKey(e.Name)))
            {
                results[edge.Name] = Unchecked(intent, edge, answer.Problem ?? "the probe gave no result for this edge");
            }
        }

        return [.. intent.Edges.Select(e => results[e.Name])];
    }

    /// <summary>The edges that may be asked now, marked as asked before the first byte is sent.</summary>
    private List<TwilioEdge> Claim(TrunkIntent intent, SiteProfile site, Dictionary<string, EdgeProbe> results)
    {
        var now = time.GetUtcNow();
        var source = SourceOf(site);
        var interval = options.Value.OptionsInterval;
        var may = new List<TwilioEdge>();
        lock (gate)
        {
            foreach (var edge in intent.Edges)
            {
                if (asked.TryGetValue((source, edge.Name), out var last) && now - last < interval)
                {
                    var known = lastByHost.GetValueOrDefault(intent.PeerHost(edge));
                    var then = known is null ? "" : $" ({Said(known)} then)";
                    results[edge.Name] = Unchecked(
                        intent, edge, $"asked {(int)(now - last).TotalSeconds} s ago{then}; at most one OPTIONS per edge in {(int)interval.TotalSeconds} s") with
                    {
                        LastKnown = known?.State,
                    };
                }
                else
                {
                    asked[(source, edge.Name)] = now;
                    may.Add(edge);
                }
            }
        }

        return may;
    }

    private static string Said(EdgeProbe probe) => probe.State switch
    {
        ProbeState.Up => $"{probe.Status} {probe.Detail}".TrimEnd(),
        ProbeState.Unreachable => "no answer",
        _ => "not asked",
    };

    private static EdgeProbe Unchecked(TrunkIntent intent, TwilioEdge edge, string why) =>
        new(edge.Name, intent.PeerHost(edge), ProbeState.Unchecked, null, null, why);
}
