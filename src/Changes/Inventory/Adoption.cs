using System.Security.Cryptography;
using System.Text;
using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Redaction;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Parameters;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Changes.Inventory;

/// <summary>Recognises a trunk that people built, joins what the three systems show of it, and takes it under management. Nothing is sent to any system.</summary>
public sealed class Adoption(
    IEnumerable<ITrunkInventory> inventories, Planner planner, ITrunkStore trunks, IAuditTrail audit, Redactor redactor, TimeProvider time)
{
    /// <summary>Stands in the place of the change that made a trunk what it is.</summary>
    public const string Mark = "adoption";

    /// <summary>Trunks to Twilio of a site that are not under management, by termination name.</summary>
    /// <exception cref="SystemFailureException">A system could not be read.</exception>
    public async Task<IReadOnlyList<TrunkCandidate>> ListAsync(SiteProfile site, CancellationToken cancellationToken)
    {
        var managed = (await trunks.ListAsync(cancellationToken)).Where(t => t.Intent.Site == site.Name).Select(t => t.Intent.TerminationName).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var found = new List<(ITrunkInventory System, FoundPart Part)>();
        foreach (var inventory in inventories)
        {
            found.AddRange((await inventory.FindAsync(site, new Dictionary<string, string>(), cancellationToken)).Select(part => (inventory, part)));
        }

        return
        [
            .. found.GroupBy(f => f.Part.Termination, StringComparer.OrdinalIgnoreCase).Where(g => !managed.Contains(g.Key))
                .OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => new TrunkCandidate(g.Key, [.. g.Select(f => f.System.Title).Distinct()])),
        ];
    }

    /// <summary>Reads one trunk from every system and joins what they show.</summary>
    /// <param name="typed">Parameter key and text; must name the trunk and its termination. What is typed counts more than what was found.</param>
    /// <exception cref="SystemFailureException">A system could not be read.</exception>
    public async Task<AdoptionReading> ReadAsync(IReadOnlyDictionary<string, string> typed, SiteProfile site, CancellationToken cancellationToken)
    {
        var redaction = redactor.For(site);
        var found = new Dictionary<string, (string Text, string Title)>(StringComparer.OrdinalIgnoreCase);
        var parts = new List<FoundView>();
        var findings = new List<Finding>();
        var facts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var inventory in inventories)
        {
            var part = await inventory.FindAsync(site, Known(typed, found), cancellationToken) is [var only, ..] ? only : null;
            parts.Add(new(inventory.Title, part is null ? [] : [.. part.Objects.Select(redaction.Clean)]));
            foreach (var (key, text) in part?.Parameters ?? new Dictionary<string, string>())
            {
                if (!found.TryAdd(key, (text, inventory.Title)) && found[key].Text != text && !typed.ContainsKey(key))
                {
                    findings.Add(Differ(key, found[key], (text, inventory.Title)));
                }
            }

            findings.AddRange((part?.Findings ?? []).Select(f => f with { Sentence = redaction.Clean(f.Sentence) }));
            foreach (var (key, value) in part?.Facts ?? new Dictionary<string, string>())
            {
                facts[key] = value;
            }
        }

        var texts = found.ToDictionary(f => f.Key, f => f.Value.Text, StringComparer.OrdinalIgnoreCase);
        foreach (var (key, text) in typed)
        {
            texts[key] = text;
        }

        var reading = IntentReader.Read(texts, name => name == site.Name ? site : null);
        List<ParameterValue> values = [.. reading.Values.Select(v => found.ContainsKey(v.Key) && !typed.ContainsKey(v.Key) ? v with { Origin = ValueOrigin.Found } : v)];
        var plan = reading.Intent is { } intent && parts.Exists(p => p.Objects.Count > 0) ? await PlanAsync(intent, facts, values, site, cancellationToken) : null;
        return new AdoptionReading(typed["name"], typed["termination"], site, parts, values, reading.Errors, findings, facts, plan);
    }

    /// <summary>Takes the trunk under management, if it still is as it was shown.</summary>
    /// <param name="reading">Read just now.</param>
    /// <param name="shownHash">Hash of the reading that the person saw.</param>
    /// <returns>null when it is done, otherwise why not.</returns>
    public async Task<Finding?> TakeAsync(AdoptionReading reading, string shownHash, Actor actor, CancellationToken cancellationToken)
    {
        if (!string.Equals(reading.Hash, shownHash, StringComparison.Ordinal))
        {
            return new("adoption-changed", FindingSeverity.Error, "What the systems show is not what the card showed.", "Look at the new card, then decide again.");
        }

        if (reading.Against is { } against)
        {
            return against;
        }

        var intent = reading.Plan!.Intent;
        if ((await trunks.ListAsync(cancellationToken)).FirstOrDefault(t => Same(t.Intent.Name, intent.Name) || (t.Intent.Site == intent.Site && Same(t.Intent.TerminationName, intent.TerminationName))) is { } taken)
        {
            return new("trunk-exists", FindingSeverity.Error, $"Trunk {taken.Intent.Name} ({taken.Intent.DomainName}) is under management already.", $"Say status {taken.Intent.Name}.");
        }

        // The record of who took it comes first: a trunk under management without one would be nobody's doing.
        var detail = $"Trunk {intent.Name} ({intent.DomainName}) at {intent.Site} was found and taken under management; nothing was sent.";
        await audit.AppendAsync(AuditEntry.Of(actor, "adopted", detail, time.GetUtcNow()) with { PlanHash = reading.Hash, Trunk = intent.Name }, cancellationToken);
        await trunks.SaveAsync(new ManagedTrunk(intent, reading.Values, Mark, time.GetUtcNow()) { Facts = reading.Facts }, cancellationToken);
        return null;

        static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>What a change of the adopted trunk would do now, with the same values: what is missing or not as it should be.</summary>
    private async Task<TrunkPlan> PlanAsync(
        TrunkIntent intent, IReadOnlyDictionary<string, string> facts, IReadOnlyList<ParameterValue> values, SiteProfile site, CancellationToken cancellationToken)
    {
        var goal = new TrunkGoal(intent) { Owned = new OwnedTrunk(intent, facts) };
        return planner.Plan(goal, values, site, redactor.For(site).Clean(await planner.ReadAsync(goal, site, cancellationToken)));
    }

    // What a later system needs to find its part, and only what somebody typed or showed: a name that the bot would give says nothing of what is there.
    private static Dictionary<string, string> Known(IReadOnlyDictionary<string, string> typed, Dictionary<string, (string Text, string Title)> found)
    {
        var known = new Dictionary<string, string>(typed, StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in found)
        {
            known.TryAdd(key, value.Text);
        }

        return known;
    }

    private static Finding Differ(string key, (string Text, string Title) one, (string Text, string Title) other) => new(
        "adoption-systems-differ",
        FindingSeverity.Error,
        $"The systems do not agree on {key}: {one.Title} says {one.Text}, {other.Title} says {other.Text}.",
        $"Put one of them right, or type {key}=... with the value that counts: then the other is a difference of the trunk, which a change can mend.");
}

/// <summary>A trunk that somebody built, by its termination name, with the systems that show it.</summary>
public sealed record TrunkCandidate(string Termination, IReadOnlyList<string> Systems);

/// <summary>What one system shows, for a person to read.</summary>
public sealed record FoundView(string Title, IReadOnlyList<string> Objects);

/// <summary>What was read of a trunk that is to be adopted.</summary>
/// <param name="Errors">Parameters that no system told and nobody typed, or that can't be right.</param>
/// <param name="Facts">What makes the objects found the trunk's own.</param>
/// <param name="Plan">What a change of the trunk would do now: what is missing or not as it should be. null while a parameter is wrong, or where nothing was found.</param>
public sealed record AdoptionReading(
    string Name,
    string Termination,
    SiteProfile Site,
    IReadOnlyList<FoundView> Parts,
    IReadOnlyList<ParameterValue> Values,
    IReadOnlyList<ParameterError> Errors,
    IReadOnlyList<Finding> Findings,
    IReadOnlyDictionary<string, string> Facts,
    TrunkPlan? Plan)
{
    /// <summary>Lower-case hex SHA-256 of the values and of what becomes the trunk's own.</summary>
    public string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(PlanHash.Canonical(new { Values, Facts }))));

    /// <summary>The first thing that stands against taking it; null when nothing does.</summary>
    public Finding? Against =>
        Parts.All(p => p.Objects.Count == 0)
            ? new("adoption-not-found", FindingSeverity.Error, $"No system of site {Site.Name} shows anything of {Termination}.pstn.twilio.com.", "Say adopt for what is there.")
            : Findings.FirstOrDefault(f => f.Severity == FindingSeverity.Error)
                ?? (Errors is [var first, ..] ? new("parameter-wrong", FindingSeverity.Error, $"{first.Key}: {first.Message}.", $"Say adopt {Termination} {first.Key}=... with the right value.") : null);
}
