using System.Security.Cryptography;
using System.Text;
using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Redaction;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Parameters;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Changes.Inventory;

/// <summary>What of a trunk is not as it was left, who changed it, and the two ways to put that right: restore ours, which is a change, or take theirs.</summary>
public sealed class Drift(
    IEnumerable<ITrunkInventory> inventories, Planner planner, ITrunkStore trunks, IAuditTrail audit, Redactor redactor, TimeProvider time)
{
    /// <summary>Reads every system; one that can't be read is reported beside the others.</summary>
    /// <exception cref="OperationCanceledException"/>
    public async Task<DriftReport> ReadAsync(ManagedTrunk trunk, SiteProfile site, CancellationToken cancellationToken)
    {
        var systems = await Task.WhenAll(planner.Systems.Select(system => ReadAsync(system, trunk, site, cancellationToken)));
        var differs = systems.Any(s => s.Differences.Count > 0);
        var theirs = differs && systems.All(s => s.Trouble is null) ? await TheirsAsync(trunk, site, cancellationToken) : new([], null, null);
        return new DriftReport(trunk, systems, theirs.Changed, theirs.Intent is null ? null : theirs.Values, theirs.WhyNot) { TheirFacts = theirs.Facts };
    }

    /// <summary>Takes what the systems show as what the trunk shall be, if they still show what the person saw. Nothing is sent.</summary>
    /// <param name="report">Read just now.</param>
    /// <param name="shownHash">Hash of the report that the person saw.</param>
    /// <returns>null when it is done, otherwise why not.</returns>
    public async Task<Finding?> TakeTheirsAsync(DriftReport report, SiteProfile site, string shownHash, Actor actor, CancellationToken cancellationToken)
    {
        var name = report.Trunk.Intent.Name;
        if (!string.Equals(report.Hash, shownHash, StringComparison.Ordinal))
        {
            return new("drift-changed", FindingSeverity.Error, "What the systems show is not what the card showed.", $"Say drift {name} and decide again.");
        }

        if (report.Their is not { } values || IntentReader.Read(values.ToDictionary(v => v.Key, v => v.Text, StringComparer.OrdinalIgnoreCase), found => found == site.Name ? site : null).Intent is not { } intent)
        {
            return new("drift-not-takeable", FindingSeverity.Error, report.WhyNotTaken is { } why ? Sentence.Of($"{why}") : "There is nothing to take: no value of the trunk differs.", "Restore ours instead, or put it right by hand.");
        }

        var detail = $"Taken as what trunk {name} shall be, nothing was sent: {string.Join("; ", report.Changed.Select(c => $"{c.Key} {c.Ours} becomes {c.Theirs}"))}.";
        await audit.AppendAsync(AuditEntry.Of(actor, "drift-taken", detail, time.GetUtcNow()) with { ChangeId = report.Trunk.ChangeId, PlanHash = report.Hash, Trunk = name }, cancellationToken);
        await trunks.SaveAsync(report.Trunk with { Intent = intent, Values = values, Facts = report.TheirFacts }, cancellationToken);
        return null;
    }

    private async Task<SystemDrift> ReadAsync(INetworkSystem system, ManagedTrunk trunk, SiteProfile site, CancellationToken cancellationToken)
    {
        var redaction = redactor.For(site);
        if (inventories.FirstOrDefault(i => i.Name == system.Name) is not { } inventory)
        {
            return new(system.Title);
        }

        try
        {
            var snapshot = await system.ReadAsync(new TrunkGoal(trunk.Intent) { Owned = trunk.Owned }, site, cancellationToken);
            var differences = inventory.Compare(trunk.Owned, site, snapshot);
            var changes = differences.Count == 0 ? [] : await ChangesAsync(inventory, trunk, site, cancellationToken);
            return new(system.Title)
            {
                Differences = [.. differences.Select(d => new ObjectDifference(redaction.Clean(d.What), redaction.Clean(d.Wanted), redaction.Clean(d.Found)))],
                Changes = [.. changes.Select(c => c with { Who = redaction.Clean(c.Who), What = redaction.Clean(c.What) })],
            };
        }
        catch (SystemFailureException e)
        {
            return new(system.Title) { Trouble = new(e.Code, FindingSeverity.Error, redaction.Clean(e.Said), redaction.Clean(e.Fix)) };
        }
    }

    // Who it was is worth knowing, but what differs is known without it.
    private static async Task<IReadOnlyList<ChangeSeen>> ChangesAsync(ITrunkInventory inventory, ManagedTrunk trunk, SiteProfile site, CancellationToken cancellationToken)
    {
        try
        {
            return await inventory.ChangesSinceAsync(trunk.Owned, site, trunk.Since, cancellationToken);
        }
        catch (SystemFailureException)
        {
            return [];
        }
    }

    /// <summary>The trunk's values as the systems show them, over those that it has.</summary>
    private async Task<Theirs> TheirsAsync(ManagedTrunk trunk, SiteProfile site, CancellationToken cancellationToken)
    {
        var texts = trunk.Values.ToDictionary(v => v.Key, v => v.Text, StringComparer.OrdinalIgnoreCase);
        var facts = new Dictionary<string, string>(trunk.Owned.Facts, StringComparer.Ordinal);
        var known = texts.Where(t => ChangeReader.IsFixed(t.Key)).ToDictionary(t => t.Key, t => t.Value, StringComparer.OrdinalIgnoreCase);
        try
        {
            foreach (var inventory in inventories)
            {
                foreach (var part in (await inventory.FindAsync(site, known, cancellationToken)).Take(1))
                {
                    foreach (var left in facts.Keys.Where(f => part.LeftFacts is not null && f.StartsWith(part.LeftFacts, StringComparison.Ordinal)).ToList())
                    {
                        facts.Remove(left);
                    }

                    foreach (var (key, value) in part.Facts.Where(f => part.LeftFacts is not null && f.Key.StartsWith(part.LeftFacts, StringComparison.Ordinal)))
                    {
                        facts[key] = value;
                    }

                    foreach (var (key, text) in part.Parameters.Where(p => !ChangeReader.IsFixed(p.Key)))
                    {
                        texts[key] = text;
                    }
                }
            }
        }
        catch (SystemFailureException e)
        {
            return new([], null, $"{e.Message} {e.Fix}".TrimEnd());
        }

        var reading = IntentReader.Read(texts, name => name == site.Name ? site : null);
        List<TakenValue> changed =
        [
            .. reading.Values.Select(v => (Found: v, Ours: trunk.Values.FirstOrDefault(o => o.Key == v.Key)?.Text ?? TrunkParameter.None))
                .Where(v => !TrunkParameters.Find(v.Found.Key)!.IsSame(v.Ours, v.Found.Text)).Select(v => new TakenValue(v.Found.Key, v.Ours, v.Found.Text)),
        ];
        return reading.Errors is [var first, ..]
            ? new(changed, null, $"What the systems show is no trunk that the bot could keep: {first.Key}: {first.Message}.")
            : new(changed, changed.Count == 0 ? null : reading.Intent, changed.Count == 0 ? "What differs is no parameter of the trunk." : null)
            {
                Facts = facts,
                Values = [.. reading.Values.Select(v => changed.Exists(c => c.Key == v.Key) ? v with { Origin = ValueOrigin.Found } : trunk.Values.FirstOrDefault(o => o.Key == v.Key) ?? v)],
            };
    }

    private sealed record Theirs(IReadOnlyList<TakenValue> Changed, Trunks.TrunkIntent? Intent, string? WhyNot)
    {
        public IReadOnlyList<ParameterValue> Values { get; init; } = [];

        public IReadOnlyDictionary<string, string>? Facts { get; init; }
    }
}

/// <summary>What one system shows differently.</summary>
public sealed record SystemDrift(string Title)
{
    public IReadOnlyList<ObjectDifference> Differences { get; init; } = [];

    /// <summary>Who changed the trunk's objects, newest first, as far as the system tells.</summary>
    public IReadOnlyList<ChangeSeen> Changes { get; init; } = [];

    /// <summary>Why the system could not be read; null when it was.</summary>
    public Finding? Trouble { get; init; }
}

/// <param name="Key">Parameter key.</param>
/// <param name="Ours">As the trunk was left.</param>
/// <param name="Theirs">As the systems show it.</param>
public sealed record TakenValue(string Key, string Ours, string Theirs);

/// <summary>What of a trunk is not as it was left.</summary>
/// <param name="Changed">Parameters of the trunk that would change if theirs were taken.</param>
/// <param name="Their">Every value of the trunk with theirs taken; null where they can't be.</param>
/// <param name="WhyNotTaken">Why theirs can't be taken; null where they can, or where nothing differs.</param>
public sealed record DriftReport(ManagedTrunk Trunk, IReadOnlyList<SystemDrift> Systems, IReadOnlyList<TakenValue> Changed, IReadOnlyList<ParameterValue>? Their, string? WhyNotTaken)
{
    /// <summary>The trunk's facts with theirs taken; null where nothing can be.</summary>
    public IReadOnlyDictionary<string, string>? TheirFacts { get; init; }

    public IReadOnlyList<ObjectDifference> Differences => [.. Systems.SelectMany(s => s.Differences)];

    /// <summary>Lower-case hex SHA-256 of what would be taken.</summary>
    public string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(PlanHash.Canonical(new { trunk = Trunk.Values, Changed }))));
}
