using Microsoft.Extensions.Options;
using TrunkBot.Diagnostics.Health;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Diagnostics.Probes;

/// <summary>
/// OPTIONS to the edges of trunks, never more often from one source to one edge than Twilio bears: all of the bot's probes go through here.
/// An edge that was asked too recently is <see cref="ProbeState.Unchecked"/>, with the time that has passed.
/// </summary>
public sealed class EdgeProbes(ITrunkProbe probe, TimeProvider time, IOptions<DiagnosticsOptions> options, HealthOptions watching)
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string Source, string Edge), DateTimeOffset> asked = [];
    private readonly Dictionary<string, Answer> answers = new(StringComparer.OrdinalIgnoreCase);
    private readonly EdgeTurns turns = new(TimeSpan.FromSeconds(3 * watching.IntervalSeconds));

    /// <summary>From where a site's OPTIONS come, as an edge sees it: Twilio counts by source address and destination. Empty: this machine's own address.</summary>
    public static string SourceOf(SiteProfile site) => site.Tests.OptionsProxy ?? site.Tests.LocalAddress ?? "";

    /// <summary>Asks for somebody who waits for it. One result for each edge of the intent, in its order. Does not throw for what a network does.</summary>
    public async Task<IReadOnlyList<EdgeProbe>> AskAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken)
    {
        var source = SourceOf(site);
        var now = time.GetUtcNow();
        var results = new Dictionary<string, EdgeProbe>(StringComparer.Ordinal);
        var may = new List<TwilioEdge>();
        lock (gate)
        {
            foreach (var edge in intent.Edges)
            {
                if (IsFree(source, edge.Name, now, options.Value.OptionsInterval))
                {
                    // Marked as asked before the first byte is sent.
                    asked[(source, edge.Name)] = now;
                    turns.Asked(source, edge.Name, intent.Name);
                    may.Add(edge);
                }
                else
                {
                    results[edge.Name] = NotNow(intent, edge, now - asked[(source, edge.Name)]);
                }
            }
        }

        foreach (var result in await SendAsync(intent with { Edges = may }, site, cancellationToken))
        {
            results[result.Edge] = result;
        }

        return [.. intent.Edges.Select(e => results[e.Name])];
    }

    /// <summary>
    /// What the edges of a trunk that is watched said since it was looked at before. The edges that are free are asked, for the trunk whose turn it is; every second turn
    /// is left to people.
    /// </summary>
    public async Task<IReadOnlyList<EdgeProbe>> WatchAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken)
    {
        var source = SourceOf(site);
        var now = time.GetUtcNow();
        var interval = TimeSpan.FromTicks(Math.Max(options.Value.WatchOptionsInterval.Ticks, options.Value.OptionsInterval.Ticks));
        var mine = new List<TwilioEdge>();
        var others = new List<(TrunkIntent Intent, SiteProfile Site)>();
        lock (gate)
        {
            foreach (var edge in intent.Edges)
            {
                turns.Enlist(source, intent, site, edge, now);
                if (!IsFree(source, edge.Name, now, interval))
                {
                    continue;
                }

                asked[(source, edge.Name)] = now;
                var next = turns.Next(source, edge.Name, now);
                if (string.Equals(next.Intent.Name, intent.Name, StringComparison.OrdinalIgnoreCase))
                {
                    mine.Add(edge);
                }
                else
                {
                    others.Add(next);
                }
            }
        }

        await Task.WhenAll(others.Select(o => SendAsync(o.Intent, o.Site, cancellationToken)).Prepend(SendAsync(intent with { Edges = mine }, site, cancellationToken)));
        lock (gate)
        {
            return [.. intent.Edges.Select(e => Since(intent, e))];
        }
    }

    /// <summary>What an edge said since the trunk was looked at before; else that it was not asked.</summary>
    private EdgeProbe Since(TrunkIntent intent, TwilioEdge edge)
    {
        if (!answers.TryGetValue(intent.PeerHost(edge), out var answer))
        {
            return Unchecked(intent, edge, "not asked yet: trunks that use the edge take turns");
        }

        if (!answer.IsSeen)
        {
            answer.IsSeen = true;
            return answer.Probe with { Edge = edge.Name };
        }

        return Unchecked(intent, edge, $"asked {Ago(time.GetUtcNow() - answer.At)} ago ({Said(answer.Probe)} then); trunks that use the edge take turns") with { LastKnown = answer.Probe.State };
    }

    private async Task<IReadOnlyList<EdgeProbe>> SendAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken)
    {
        if (intent.Edges.Count == 0)
        {
            return [];
        }

        var answer = await TimeLimit.RunAsync(token => probe.OptionsAsync(intent, site, token), options.Value.OptionsLimit, time, cancellationToken);
        List<EdgeProbe> results =
        [
            .. intent.Edges.Select(e => answer.Value?.FirstOrDefault(r => r.Edge == e.Name) ?? Unchecked(intent, e, answer.Problem?.Why ?? "the probe gave no result for this edge")),
        ];
        lock (gate)
        {
            foreach (var result in results)
            {
                answers[result.Host] = new Answer(result, time.GetUtcNow());
            }
        }

        return results;
    }

    private bool IsFree(string source, string edge, DateTimeOffset now, TimeSpan interval) => !asked.TryGetValue((source, edge), out var last) || now - last >= interval;

    private EdgeProbe NotNow(TrunkIntent intent, TwilioEdge edge, TimeSpan ago)
    {
        var known = answers.GetValueOrDefault(intent.PeerHost(edge))?.Probe;
        Sentence then = known is null ? "" : Sentence.Of($" ({Said(known)} then)");
        return Unchecked(intent, edge, $"asked {Ago(ago)} ago{then}; at most one OPTIONS per edge in {(int)options.Value.OptionsInterval.TotalSeconds} s") with { LastKnown = known?.State };
    }

    private static string Ago(TimeSpan ago) => ago < TimeSpan.FromMinutes(2) ? $"{(int)ago.TotalSeconds} s" : ago < TimeSpan.FromHours(2) ? $"{(int)ago.TotalMinutes} min" : $"{(int)ago.TotalHours} h";

    private static Sentence Said(EdgeProbe probe) => probe.State switch
    {
        ProbeState.Up => probe.Said,
        ProbeState.Unreachable => $"no answer",
        _ => $"not asked",
    };

    private static EdgeProbe Unchecked(TrunkIntent intent, TwilioEdge edge, Sentence why) =>
        new(edge.Name, intent.PeerHost(edge), ProbeState.Unchecked, null, null, why);

    private sealed class Answer(EdgeProbe probe, DateTimeOffset at)
    {
        public EdgeProbe Probe => probe;

        public DateTimeOffset At => at;

        /// <summary>The trunk's watch had it.</summary>
        public bool IsSeen { get; set; }
    }
}
