using TrunkBot.Changes.Inventory;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Dialects;
using TrunkBot.Perimeta.Session;
using TrunkBot.Perimeta.Steps;
using TrunkBot.Perimeta.Templates;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Parameters;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Inventory;

/// <summary>
/// The trunks to Twilio that a Perimeta shows: each by its adjacencies, whose peers are hosts of one termination name. An adjacency whose peer is an
/// address says nothing of the trunk that it serves, and is not found.
/// </summary>
internal sealed class PerimetaInventory(SbcSessions sessions, TemplateFiles templates) : ITrunkInventory
{
    public string Name => PerimetaSystem.SystemName;

    public string Title => "Perimeta";

    public async Task<IReadOnlyList<FoundPart>> FindAsync(SiteProfile site, IReadOnlyDictionary<string, string> known, CancellationToken cancellationToken)
    {
        try
        {
            using var lease = await sessions.LeaseAsync(site.Perimeta, static (_, _) => { }, cancellationToken);
            var text = await new ElementCli(lease.Session, lease.Dialect).ShowAllAsync(cancellationToken);
            return Find(site, lease.Dialect, known, SecretLines.Mask(text), templates.Of(site.Perimeta));
        }
        catch (SbcFailureException e)
        {
            throw e.ForReading();
        }
    }

    public IReadOnlyList<ObjectDifference> Compare(OwnedTrunk trunk, SiteProfile site, SystemSnapshot snapshot) =>
        TrunkDrift.Of(trunk, site.Perimeta, DialectOf(site), RunningConfiguration.Read(snapshot.Content), templates.Of(site.Perimeta));

    /// <summary>No published command tells who changed what.</summary>
    public Task<IReadOnlyList<ChangeSeen>> ChangesSinceAsync(OwnedTrunk trunk, SiteProfile site, DateTimeOffset since, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ChangeSeen>>([]);

    public IReadOnlyList<ExportedFile> Export(TrunkIntent intent, SiteProfile site) => PasteScripts.Of(intent, site, DialectOf(site), templates.Of(site.Perimeta));

    /// <param name="text">What was read, its secrets struck out.</param>
    internal static IReadOnlyList<FoundPart> Find(SiteProfile site, Dialect dialect, IReadOnlyDictionary<string, string> known, string text, LoadedTemplates? templates = null)
    {
        // Adjacencies that have nothing to do with Twilio are left out first: each trunk looks at all that are left.
        var running = RunningConfiguration.Read(Excerpt.OfAdjacencies(text, ConfigTree.Read(text), IsConcerned));
        var typed = known.Where(value => !string.IsNullOrWhiteSpace(value.Value)).ToDictionary(value => value.Key, value => value.Value.Trim(), StringComparer.OrdinalIgnoreCase);
        var termination = typed.TryGetValue("termination", out var name) ? ParameterSpelling.Of(TrunkParameters.Find("termination")!, name, site) : null;
        return
        [
            .. running.Adjacencies
                .Select(adjacency => new FoundAdjacency(adjacency, TerminationHost.Read(adjacency.Peer)!))
                .Where(found => found.Peer is not null && (termination is null || string.Equals(found.Peer.Termination, termination, StringComparison.OrdinalIgnoreCase)))
                .GroupBy(found => found.Peer.Termination, StringComparer.Ordinal)
                .OrderBy(trunk => trunk.Key, StringComparer.Ordinal)
                .Select(trunk => new FoundTrunk(trunk.Key, [.. trunk], site, dialect, typed, running, templates).Read()),
        ];
    }

    private static bool IsConcerned(Adjacency adjacency) =>
        TerminationHost.Read(adjacency.Peer) is not null || adjacency.Ranges.Any(range => EdgeCatalogue.Current.Edges.Any(edge => Ranges.Overlap(range, edge.Signaling)));

    private Dialect DialectOf(SiteProfile site)
    {
        try
        {
            return sessions.DialectOf(site.Perimeta);
        }
        catch (SbcFailureException e)
        {
            throw e.ForReading();
        }
    }
}
