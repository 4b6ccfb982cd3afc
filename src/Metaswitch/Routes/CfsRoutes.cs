using System.Globalization;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Systems;
using TrunkBot.Diagnostics.Routes;
using TrunkBot.Metaswitch.Bindings;
using TrunkBot.Metaswitch.Sh;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Routes;

/// <summary>
/// The way of a number through a CFS, as far as it is known. Translation tables have no read interface that is published: what a table holds is what a person confirmed when
/// the bot provisioned a trunk. Bindings are read over Sh, SIP trunks from the shadow database where the site has one.
/// </summary>
public sealed class CfsRoutes(CfsBindings bindings, ITrunkStore trunks) : IRoutePreview
{
    private const string Tables = "translations";
    private const string HowToTell = "run a route verification test for the number in MetaView Explorer";

    public async Task<IReadOnlyList<RouteLine>> LookAsync(string digits, SiteProfile site, CancellationToken cancellationToken)
    {
        var here = (await trunks.ListAsync(cancellationToken)).Where(t => string.Equals(t.Intent.Site, site.Name, StringComparison.OrdinalIgnoreCase)).ToList();
        var owned = here.Where(t => t.Intent.Numbers.Any(n => Digits(n) == digits)).ToList();
        var entries = here.Where(t => Digits(t.Intent.TestNumber) == digits).ToList();
        List<RouteLine> lines = [.. owned.Select(Incoming)];
        switch (entries)
        {
            case []:
                lines.AddRange(Unlisted(digits, here, site.Metaswitch));
                break;
            case [var one]:
                lines.AddRange(await WayAsync(one, site, cancellationToken));
                break;
            default:
                lines.AddRange(entries.Select(t => Entry(t, site.Metaswitch)));
                lines.Add(new(RouteSource.NotKnown, Tables, $"a table leads a number one way, and {entries.Count} trunks have it for their test number: {HowToTell}"));
                break;
        }

        return lines;
    }

    /// <summary>What is dialled by others arrives; by which table it goes on to a subscriber is not known.</summary>
    private static RouteLine Incoming(ManagedTrunk trunk) => new(
        RouteSource.Recorded, "number", $"belongs to trunk {trunk.Intent.Name} at Twilio: calls to it from outside come in over that trunk; to which subscriber the switch leads them is not known");

    private static IEnumerable<RouteLine> Unlisted(string digits, List<ManagedTrunk> here, MetaswitchSite site)
    {
        if (here.FirstOrDefault(t => SameWithout1(digits, Digits(t.Intent.TestNumber))) is { } near)
        {
            yield return new(
                RouteSource.NotKnown, $"table {site.TestTranslationTable}",
                $"an entry for {Digits(near.Intent.TestNumber)} is recorded, and whether {digits} looks so at that point of the switch (with or without the leading 1) is not: {HowToTell}");
        }
        else
        {
            yield return new(RouteSource.Recorded, $"table {site.TestTranslationTable}", here.Count == 0 ? "the bot knows no trunk of this site, so it knows no entry of the table" : "no entry for the number is recorded");
        }

        yield return site.CurrentTranslationTable is { } old
            ? new(RouteSource.SiteProfile, $"table {site.TestTranslationTable}", $"numbers without an entry go on to table {old} (currentTranslationTable), if the table was built as the worksheet says")
            : new(RouteSource.NotKnown, $"table {site.TestTranslationTable}", "to which table numbers without an entry go on: the site profile does not say it (currentTranslationTable)");
        yield return new(RouteSource.NotKnown, Tables, $"what the switch's other tables do with the number: no interface to read translations is published; {HowToTell}");
    }

    private async Task<IReadOnlyList<RouteLine>> WayAsync(ManagedTrunk trunk, SiteProfile site, CancellationToken cancellationToken)
    {
        var intent = trunk.Intent;
        var what = $"Configured SIP Binding {intent.BindingName}";
        List<RouteLine> lines = [Entry(trunk, site.Metaswitch)];
        BindingReading? read;
        try
        {
            read = await bindings.ReadAsync(site, intent.BindingName, cancellationToken);
        }
        catch (SystemFailureException e)
        {
            lines.Add(new(RouteSource.NotKnown, what, $"{PlainText.OneLine(e.Message).TrimEnd('.')} ({e.Code})"));
            return [.. lines, .. Beyond(trunk)];
        }

        lines.Add(SipTrunk(trunk, read?.SipTrunks));
        lines.Add(read is null
            ? new(RouteSource.ReadNow, what, "does not exist: a call ends here")
            : new(RouteSource.ReadNow, what, string.Join(", ", Named(read.Fields, "SIPDomainName", "ContactDomainName", "ProxyIPAddress", "ProxyIPPort", "TransportProtocol"))));
        if (read is not null)
        {
            var state = Named(read.Status.Fields, "RequestedStatus", "ActualStatus").Concat(Named(read.Alarms.Fields, "AlarmState")).ToList();
            lines.Add(state.Count > 0 ? new(RouteSource.ReadNow, $"{what}: state", string.Join(", ", state)) : new(RouteSource.NotKnown, $"{what}: state", "the switch does not tell it over Sh"));
        }

        return read is null ? lines : [.. lines, .. Beyond(trunk)];
    }

    private static RouteLine Entry(ManagedTrunk trunk, MetaswitchSite site)
    {
        var intent = trunk.Intent;
        var table = $"table {site.TestTranslationTable}";
        return ConfirmedWork.Of(trunk, intent)?.Has(ConfirmedWork.TranslationsWork) == true
            ? new(RouteSource.Recorded, table, $"entry {intent.TestNumber} leads to SIP trunk {intent.SipTrunkName}: a person confirmed it for trunk {intent.Name} ({trunk.ChangeId}, {trunk.Since.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)})")
            : new(RouteSource.NotKnown, table, $"trunk {intent.Name} was adopted with {intent.TestNumber} for its test number, and nobody confirmed the entry to the bot: {HowToTell}");
    }

    private static RouteLine SipTrunk(ManagedTrunk trunk, IReadOnlyList<string>? naming)
    {
        var (name, binding) = (trunk.Intent.SipTrunkName, trunk.Intent.BindingName);
        return naming switch
        {
            null => new(RouteSource.Recorded, $"SIP trunk {name}", $"was built for binding {binding}; no shadow database tells it now"),
            _ when naming.Contains(name, StringComparer.OrdinalIgnoreCase) => new(RouteSource.ReadFromCopy, $"SIP trunk {name}", $"uses binding {binding}"),
            _ => new(RouteSource.ReadFromCopy, $"SIP trunk {name}", $"does not use binding {binding}{(naming.Count == 0 ? "" : $", which is used by {string.Join(", ", naming.Take(5).Select(PlainText.OneLine))}")}: a call ends here, or goes another way"),
        };
    }

    /// <summary>What other systems do with the call is for status and diagnosis to say.</summary>
    private static IEnumerable<RouteLine> Beyond(ManagedTrunk trunk)
    {
        yield return new(RouteSource.Recorded, "SBC and Twilio", $"adjacencies {string.Join(", ", trunk.Intent.Edges.Select(trunk.Intent.AdjacencyName))} to {trunk.Intent.DomainName}; say status {trunk.Intent.Name} for how they are");
        yield return new(RouteSource.NotKnown, Tables, $"whether the caller's calls pass that table at all: the point from which it is reached is not recorded; {HowToTell}");
    }

    private static IEnumerable<string> Named(IReadOnlyList<ReadField> fields, params string[] elements) =>
        elements.SelectMany(e => fields.Where(f => f.Element == e)).Select(f => $"{f.Label} {PlainText.OneLine(f.Value)}");

    private static bool SameWithout1(string one, string other) => one != other && (one == "1" + other || other == "1" + one);

    private static string Digits(string number) => string.Concat(number.Where(char.IsAsciiDigit));
}
