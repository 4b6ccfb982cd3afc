using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Changes.Fleets;

/// <summary>What a fleet change is to do.</summary>
/// <param name="Selector">Names of trunks with <c>*</c> for any characters.</param>
/// <param name="Site">Only trunks of that site; null: of every site.</param>
/// <param name="Edits">Parameters to change, as <see cref="ChangeReader"/> reads them; empty: each trunk is brought to what is planned for it today.</param>
/// <param name="Canary">Trunk that comes first; null: the first by site and name.</param>
/// <param name="BatchSize">How many begin together after the canary, from 1 on. Those that work on one element still come after each other.</param>
public sealed record FleetGoal(string Selector, string? Site, IReadOnlyDictionary<string, string> Edits, string? Canary, int BatchSize);

/// <summary>
/// Plans every trunk that is meant, and keeps a change for each plan that sends something no other one sends: what several trunks of one
/// element lack alike (an address of a whitelist) is sent once.
/// </summary>
internal sealed class FleetPlanner(Drafts planning, IChangeService changes, IChangeStore store, ITrunkStore trunks, ISites sites)
{
    /// <summary>Most trunks that one fleet looks at: each takes a reading of all its systems.</summary>
    public const int MostTrunks = 500;

    /// <summary>The trunks under management that are meant, in the order in which they begin.</summary>
    public async Task<IReadOnlyList<ManagedTrunk>> MeantAsync(FleetGoal goal, CancellationToken cancellationToken) =>
    [
        .. (await trunks.ListAsync(cancellationToken))
            .Where(t => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(goal.Selector, t.Intent.Name, ignoreCase: true))
            .Where(t => goal.Site is null || string.Equals(t.Intent.Site, goal.Site, StringComparison.OrdinalIgnoreCase))
            .OrderBy(t => !string.Equals(t.Intent.Name, goal.Canary, StringComparison.OrdinalIgnoreCase))
            .ThenBy(t => t.Intent.Site, StringComparer.Ordinal).ThenBy(t => t.Intent.Name, StringComparer.Ordinal),
    ];

    /// <summary>Reads the systems of every trunk and plans it. Stores nothing and sends nothing.</summary>
    /// <param name="progress">Told how many trunks were looked at.</param>
    public async Task<(IReadOnlyList<(Change Draft, AuditEntry Because)> Drafts, IReadOnlyList<FleetRest> LeftAlone)> DraftAsync(
        FleetGoal goal, IReadOnlyList<ManagedTrunk> meant, Actor requester, Action<int> progress, CancellationToken cancellationToken)
    {
        var drafts = new List<(Change, AuditEntry)>();
        var rest = new List<FleetRest>();
        var sent = new HashSet<(string Element, string Line)>();
        var busy = (await changes.ListOpenAsync(cancellationToken)).ToLookup(c => c.TrunkName, StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < meant.Count; i++)
        {
            var trunk = meant[i];
            progress(i);
            if (busy[trunk.Intent.Name].FirstOrDefault() is { } other)
            {
                Leave(FleetRestKind.LeftOut, $"{other.Id} is at work on it.");
                continue;
            }

            var reading = ChangeReader.Read(trunk.Values, goal.Edits, sites.Find);
            if (reading.Intent is null)
            {
                Leave(FleetRestKind.LeftOut, string.Join("; ", reading.Errors.Select(e => $"{e.Key}: {e.Message}")));
                continue;
            }

            try
            {
                var (draft, because) = await planning.MakeAsync(new TrunkGoal(reading.Intent) { Owned = trunk.Owned }, reading.Values, requester, cancellationToken);
                if (draft.Plan.HasErrors)
                {
                    Leave(FleetRestKind.LeftOut, string.Join(" ", draft.Plan.Findings.Where(f => f.Severity == FindingSeverity.Error).Select(f => f.Sentence)));
                }
                else if (draft.Plan.IsEmpty)
                {
                    Leave(FleetRestKind.AsPlanned, "Every system is as planned already.");
                }
                else if (goal.Edits.Count == 0 && draft.Plan.Steps.All(s => !s.IsManual && s.Sends.Count > 0 && s.Sends.All(line => sent.Contains((s.Element, line)))))
                {
                    Leave(FleetRestKind.Covered, "What it lacks is sent by a change before it.");
                }
                else
                {
                    sent.UnionWith(draft.Plan.Steps.Where(s => !s.IsManual).SelectMany(s => s.Sends.Select(line => (s.Element, line))));
                    drafts.Add((draft, because));
                }
            }
            catch (SystemFailureException e)
            {
                Leave(FleetRestKind.LeftOut, $"{e.Message} {e.Fix} ({e.Code})");
            }

            void Leave(FleetRestKind kind, string sentence) => rest.Add(new FleetRest(trunk.Intent.Name, trunk.Intent.Site, kind, sentence));
        }

        return (drafts, rest);
    }

    /// <summary>Stores the changes as drafts of a fleet.</summary>
    public async Task<IReadOnlyList<FleetMember>> StoreAsync(
        string fleetId, FleetGoal goal, IReadOnlyList<(Change Draft, AuditEntry Because)> drafts, CancellationToken cancellationToken)
    {
        var members = new List<FleetMember>();
        foreach (var (draft, because) in drafts)
        {
            var change = (await store.AddAsync(draft with { Fleet = fleetId }, because with { Detail = $"{because.Detail}, for {fleetId}" }, cancellationToken)).Change;
            members.Add(new FleetMember(
                change.Id, change.Plan.Hash, change.Plan.Intent.Name, change.Plan.Intent.Site,
                [.. change.Plan.Systems.Select(s => s.Element).Distinct(StringComparer.Ordinal)],
                members.Count == 0 ? 0 : 1 + ((members.Count - 1) / goal.BatchSize)));
        }

        return members;
    }
}
