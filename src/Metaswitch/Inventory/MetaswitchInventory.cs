using Microsoft.Extensions.Options;
using TrunkBot.Changes.Inventory;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Metaswitch.Sh;
using TrunkBot.Metaswitch.Shadow;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Inventory;

/// <summary>
/// What the CFS shows of trunks to Twilio. Sh can't list: bindings are found in the shadow database where the site has one, else only the one that is named
/// is looked at. Fields are those read over Sh, for the database is a copy that may lag.
/// </summary>
public sealed class MetaswitchInventory(CfsBindings bindings, ShadowDatabase shadow, IOptions<MetaswitchOptions> options) : ITrunkInventory
{
    public string Name => MetaswitchSystem.SystemName;

    public string Title => MetaswitchSystem.SystemTitle;

    public async Task<IReadOnlyList<FoundPart>> FindAsync(SiteProfile site, IReadOnlyDictionary<string, string> known, CancellationToken cancellationToken)
    {
        var hints = new KnownHints(known);
        var (inventory, trouble) = await InventoryAsync(site.Metaswitch, hints, cancellationToken);
        var names = inventory is null
            ? []
            : inventory.Bindings
                .Where(b => b.Name is not null)
                .Select(b => (Name: b.Name!, Termination: TerminationHost.Read(b.SipDomainName)?.Termination ?? TerminationHost.Read(b.ContactDomainName)?.Termination))
                .Where(b => b.Termination is not null && (hints.Termination is null || b.Termination == hints.Termination))
                .DistinctBy(b => b.Name, StringComparer.OrdinalIgnoreCase)
                .ToList();
        if (hints.Binding is { } named)
        {
            // Who names one has chosen among several of the same trunk.
            names = [(names.FirstOrDefault(n => Same(n.Name, named)).Name ?? named, hints.Termination)];
        }

        List<FoundPart> parts = [];
        foreach (var (name, termination) in names)
        {
            parts.Add(await PartAsync(site, name, termination, hints, inventory, trouble, cancellationToken));
        }

        return [.. parts.GroupBy(p => p.Termination, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(OneOf)];
    }

    public IReadOnlyList<ObjectDifference> Compare(OwnedTrunk trunk, SiteProfile site, SystemSnapshot snapshot) =>
        BindingDrift.Of(trunk.Intent, site.Metaswitch, options.Value.Binding, BindingSnapshot.Parse(snapshot.Content));

    /// <summary>No published interface of the switch tells who changed a binding.</summary>
    public Task<IReadOnlyList<ChangeSeen>> ChangesSinceAsync(OwnedTrunk trunk, SiteProfile site, DateTimeOffset since, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ChangeSeen>>([]);

    public IReadOnlyList<ExportedFile> Export(TrunkIntent intent, SiteProfile site) => [WorksheetFile.Of(intent, site.Metaswitch, options.Value.Binding)];

    /// <summary>The database is extra where a binding is named; where none is, nothing can be found without it.</summary>
    private async Task<(ShadowInventory? Inventory, Finding? Trouble)> InventoryAsync(MetaswitchSite site, KnownHints hints, CancellationToken cancellationToken)
    {
        if (site.Shadow is null)
        {
            return (null, null);
        }

        try
        {
            return (await shadow.ReadAsync(site, cancellationToken), null);
        }
        catch (SystemFailureException e) when (hints.Binding is not null)
        {
            return (null, new(e.Code, FindingSeverity.Warning, e.Said, e.Fix, "metaswitch: shadow database"));
        }
    }

    private async Task<FoundPart> PartAsync(
        SiteProfile site, string name, string? termination, KnownHints hints, ShadowInventory? inventory, Finding? trouble, CancellationToken cancellationToken)
    {
        List<Finding> findings = trouble is null ? [] : [trouble];
        if (BindingLints.Name("binding", name) is { } wrong)
        {
            findings.Add(wrong);
            return new(Name, termination ?? "") { Objects = [$"Configured SIP Binding {PlainText.OneLine(name)}"], Findings = findings };
        }

        if (await bindings.ReadAsync(site, name, inventory, cancellationToken) is not { } reading)
        {
            findings.Add(Missing(name, hints, inventory));
            return new(Name, termination ?? "") { Findings = findings };
        }

        return new BindingPart(reading, termination, hints, inventory, site, options.Value.Binding).ToPart(findings);
    }

    private static Finding Missing(string name, KnownHints hints, ShadowInventory? inventory)
    {
        var listed = inventory?.Bindings.Select(b => b.Name).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).ToList() ?? [];
        var near = listed.Where(n => !Same(n, name)).OrderBy(n => Nearest.Distance(name.ToUpperInvariant(), n.ToUpperInvariant())).ThenBy(n => n, StringComparer.Ordinal).ToList();
        var ofTrunk = inventory?.Bindings.Where(b => b.Name is not null && hints.Termination is not null && TerminationHost.Read(b.SipDomainName)?.Termination == hints.Termination)
            .Select(b => b.Name!).ToList() ?? [];
        Sentence lags = listed.Contains(name, StringComparer.OrdinalIgnoreCase) ? (Sentence)" The shadow database shows it, but is a copy and may lag." : "";
        var others = ofTrunk.Count > 0 ? Sentence.Of($" With the trunk's domain there is {Listed(ofTrunk)}.") : near.Count > 0 ? Sentence.Of($" Nearest are {Listed(near)}.") : "";
        return new(
            "adoption-binding-missing",
            FindingSeverity.Error,
            $"The switch has no Configured SIP Binding {PlainText.OneLine(name)}.{lags}{others}",
            "Name the binding with binding=NAME, as it stands in MetaView Explorer.",
            "metaswitch: flow for the binding");
    }

    /// <summary>
    /// Of two bindings of one trunk, which one carries the calls is for a person to say. One that only the database shows is none: the copy lags.
    /// </summary>
    private static FoundPart OneOf(IGrouping<string, FoundPart> same)
    {
        var there = same.Where(p => p.Parameters.Count > 0).ToList();
        return there.Count switch
        {
            1 => there[0],
            0 => same.First() with { Objects = [.. same.SelectMany(p => p.Objects)], Findings = [.. same.SelectMany(p => p.Findings)] },
            _ => new(there[0].System, same.Key)
            {
                Objects = [.. there.SelectMany(p => p.Objects)],
                Findings =
                [
                    new(
                        "adoption-binding-ambiguous",
                        FindingSeverity.Error,
                        $"More than one binding is of {same.Key}.pstn.twilio.com: {Listed([.. there.Select(p => p.Parameters["binding"])])}.",
                        "Say which one with binding=NAME.",
                        "C12"),
                ],
            },
        };
    }

    private static string Listed(List<string> names)
    {
        const int most = 3;
        return string.Join(", ", names.Take(most).Select(PlainText.OneLine)) + (names.Count > most ? $" and {names.Count - most} more" : "");
    }

    private static bool Same(string? one, string? other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
