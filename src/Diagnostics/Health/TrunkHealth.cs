using TrunkBot.Diagnostics.Probes;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Diagnostics.Health;

/// <summary>The status of one trunk: asks every system and every edge at once, each under its own time limit. Read only.</summary>
public sealed class TrunkHealth(StatusReaders readers, EdgeProbes probes, TimeProvider time, HealthOptions watching)
{
    private const int AtOnce = 4;

    /// <summary>Reads everything. Does not throw for what a device does; what could not be read is said in the report.</summary>
    public Task<HealthReport> ReadAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken) =>
        ReadAsync(intent, site, probes.AskAsync(intent, site, cancellationToken), (reader, token) => reader.ReadAsync(intent, site, token), cancellationToken);

    /// <summary>Reads many trunks, a few at a time.</summary>
    /// <returns>The worst first, then by name.</returns>
    public async Task<IReadOnlyList<HealthReport>> ReadAllAsync(IEnumerable<(TrunkIntent Intent, SiteProfile Site)> trunks, CancellationToken cancellationToken)
    {
        using var turns = new SemaphoreSlim(AtOnce);
        var reports = await Task.WhenAll(trunks.Select(async trunk =>
        {
            await turns.WaitAsync(cancellationToken);
            try
            {
                return await ReadAsync(trunk.Intent, trunk.Site, cancellationToken);
            }
            finally
            {
                turns.Release();
            }
        }));
        return [.. reports.OrderBy(r => PartNow.Badness(r.Overall)).ThenBy(r => r.Trunk, StringComparer.Ordinal)];
    }

    /// <summary>The same for a trunk that is watched, which shares reads of its systems and turns at its edges with the others.</summary>
    public Task<HealthReport> WatchAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken) =>
        ReadAsync(intent, site, probes.WatchAsync(intent, site, cancellationToken), (reader, token) => reader.WatchAsync(intent, site, watching.Ages, token), cancellationToken);

    private async Task<HealthReport> ReadAsync(
        TrunkIntent intent, SiteProfile site, Task<IReadOnlyList<EdgeProbe>> edges, Func<IStatusReader, CancellationToken, Task<IReadOnlyList<StatusLine>>> read, CancellationToken cancellationToken)
    {
        var systems = await Task.WhenAll(readers.InOrder.Select(r => ReadAsync(r, site, token => read(r, token), cancellationToken)));
        return Report(intent.Name, time.GetUtcNow(), systems, await edges);
    }

    private async Task<SystemHealth> ReadAsync(IStatusReader reader, SiteProfile site, Func<CancellationToken, Task<IReadOnlyList<StatusLine>>> read, CancellationToken cancellationToken)
    {
        var (lines, problem) = await readers.WithinLimitAsync(read, cancellationToken);
        return new SystemHealth(reader.System, lines ?? [], problem?.Why) { Element = reader.ElementOf(site) };
    }

    /// <summary>What a trunk stands behind: its systems, and its edges as they are asked from its site.</summary>
    public IReadOnlyList<DependencyName> DependenciesOf(TrunkIntent intent, SiteProfile site) =>
    [
        .. readers.InOrder.Select(r => DependencyName.OfSystem(r.System, r.ElementOf(site))),
        .. intent.Edges.Select(e => DependencyName.OfEdge(e.Name, EdgeProbes.SourceOf(site))),
    ];

    private static HealthReport Report(string trunk, DateTimeOffset at, IReadOnlyList<SystemHealth> systems, IReadOnlyList<EdgeProbe> edges)
    {
        var counted = EdgeCount.Of(edges);
        var lines = systems.SelectMany(s => s.Lines).ToList();
        var failed = lines.Count(l => l.State == HealthState.Failed);
        var attention = lines.Count(l => l.State == HealthState.Attention);
        var unread = systems.Count(s => s.Problem is not null) + lines.Count(l => l.State == HealthState.NotAvailable);
        var expiring = edges.Count(e => e.IsExpiring);
        var overall = failed > 0 || counted.AllSilent ? HealthState.Failed
            : attention > 0 || counted.Silent > 0 || counted.Refusing > 0 || expiring > 0 ? HealthState.Attention
            : counted.Serving > 0 || lines.Any(l => l.State == HealthState.Ok) ? HealthState.Ok
            : HealthState.NotAvailable;
        var parts = new List<Sentence>();
        Add(parts, failed, $"1 thing is wrong", $"{failed} things are wrong");
        Add(parts, attention, $"1 thing needs attention", $"{attention} things need attention");
        Add(parts, counted.Silent, $"1 edge does not answer", $"{counted.Silent} edges do not answer");
        Add(parts, counted.Refusing, $"1 edge refuses OPTIONS", $"{counted.Refusing} edges refuse OPTIONS");
        Add(parts, expiring, $"1 edge has a certificate in use that expires soon", $"{expiring} edges have a certificate in use that expires soon");
        if (parts.Count == 0)
        {
            parts.Add(overall == HealthState.NotAvailable ? Sentence.Of($"Nothing could be read") : $"Everything that could be read is in order");
        }

        if (counted.Asked > 0)
        {
            parts.Add($"{counted.Serving} of {counted.Asked} edges asked answer OPTIONS");
        }

        Add(parts, counted.NotAsked, $"1 edge was not asked", $"{counted.NotAsked} edges were not asked");
        Add(parts, unread, $"1 thing could not be read", $"{unread} things could not be read");
        return new HealthReport
        {
            Trunk = trunk,
            At = at,
            Overall = overall,
            Sentence = $"{Sentence.Joined("; ", parts)}.",
            Systems = systems,
            Edges = edges,
        };
    }

    private static void Add(List<Sentence> parts, int count, Sentence one, Sentence many)
    {
        if (count > 0)
        {
            parts.Add(count == 1 ? one : many);
        }
    }
}
