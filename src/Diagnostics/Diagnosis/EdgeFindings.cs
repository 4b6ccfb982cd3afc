using TrunkBot.Diagnostics.Findings;
using TrunkBot.Diagnostics.Probes;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Language;

namespace TrunkBot.Diagnostics.Diagnosis;

/// <summary>What the names and the OPTIONS of the edges point to.</summary>
internal static class EdgeFindings
{
    private const string Options = "OPTIONS";
    private const string Names = "DNS";

    public static Seen OfOptions(IReadOnlyList<EdgeProbe> edges)
    {
        var allSilent = EdgeCount.Of(edges).AllSilent;
        return edges.Aggregate(Seen.Nothing, (seen, edge) => seen + edge.State switch
        {
            ProbeState.Unchecked => Seen.Not(Options, $"{edge.Edge}", edge.Detail),
            ProbeState.Up when edge.IsExpiring => Wrong(edge.Code!, Options, edge.Edge, $"{edge.Host} answers {edge.Said}"),
            ProbeState.Up when !edge.Refuses => new([], [new(Options, $"{edge.Edge}", edge.Said)], []),
            ProbeState.Up => Wrong("edge-refuses-options", Options, edge.Edge, $"{edge.Host} answers {edge.Said}"),
            _ => Wrong(edge.Code ?? (allSilent ? "edges-unreachable" : "edge-unreachable"), Options, edge.Edge, $"{edge.Host} does not answer: {edge.Detail}"),
        });
    }

    public static Seen OfNames(TrunkIntent intent, IReadOnlyList<EdgeAddresses>? names, Missed? problem) => names is null
        ? Seen.Not(Names, "termination names", problem)
        : names.Aggregate(Seen.Nothing, (seen, name) => seen + OfName(intent, name));

    private static Seen OfName(TrunkIntent intent, EdgeAddresses name)
    {
        var edge = intent.Edges.First(e => e.Name == name.Edge);
        return name switch
        {
            { Problem: { } problem } => Seen.Not(Names, $"{name.Host}", problem),
            { Addresses.Count: 0 } => Wrong("edge-name-not-found", Names, name.Edge, $"{name.Host} has no address"),
            _ when name.Addresses.Where(a => !edge.Signaling.Contains(a)).ToList() is { Count: > 0 } strange =>
                Wrong("edge-address-unknown", Names, name.Edge, $"{name.Host} is also at {string.Join(", ", strange)}, which is not in {edge.Signaling}"),
            _ => new([], [new(Names, $"{name.Host}", $"{name.Addresses.Count} addresses, all in {edge.Signaling}")], []),
        };
    }

    private static Seen Wrong(string code, string where, string edge, Sentence sentence)
    {
        var finding = FindingCatalogue.Find(code)!;
        return new([new(finding, where, $"{edge}", sentence, finding.Fix) { Edge = edge }], [], []);
    }
}
