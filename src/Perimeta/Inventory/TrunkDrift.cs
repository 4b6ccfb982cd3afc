using TrunkBot.Changes.Inventory;
using TrunkBot.Changes.Plans;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Dialects;
using TrunkBot.Perimeta.Planning;
using TrunkBot.Perimeta.Session;
using TrunkBot.Perimeta.Steps;
using TrunkBot.Perimeta.Templates;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Inventory;

/// <summary>
/// Where a trunk under management is not as it was left. Further lines count too: those that an adjacency had when it was built or adopted are facts of
/// the trunk, so that any other one was added since, and one that is gone was taken away. What the site sets for all its trunks (lines of adjacencies, its
/// template, the whitelist of all edges) is wanted of this one too, but for what it did not have when it was adopted.
/// </summary>
internal static class TrunkDrift
{
    private const string There = "there";
    private const string None = "none";
    private const string Missing = "missing";

    public static IReadOnlyList<ObjectDifference> Of(OwnedTrunk trunk, PerimetaSite site, Dialect dialect, RunningConfiguration running, LoadedTemplates? templates = null) =>
    [
        .. trunk.Intent.Edges.SelectMany(edge =>
            OfAdjacency(trunk, edge, AdoptedLines.Of(trunk.Intent, edge, site, templates ?? LoadedTemplates.None, trunk.Facts), dialect, running)),
        .. OfWhitelist(trunk, site, running),
    ];

    private static IEnumerable<ObjectDifference> OfAdjacency(OwnedTrunk trunk, TwilioEdge edge, IReadOnlyList<string> lines, Dialect dialect, RunningConfiguration running)
    {
        var name = trunk.Intent.AdjacencyName(edge);
        if (running.FindAdjacency(name) is not { } there)
        {
            return [new($"adjacency {name}", There, Missing)];
        }

        var difference = ConfigDifference.Between(CommandBlocks.Intended(name, lines), there.Node, activation: false, dialect.Repeatable);
        var known = (ExtraLines.Known(name, trunk.Facts) ?? []).Select(DifferentLine.ReadExtra).OfType<DifferentLine>().ToList();
        var added = difference.Extras.Except(known).ToList();
        var gone = known.Except(difference.Extras).ToList();
        return
        [
            .. difference.Lines.Where(line => line.Kind != DifferenceKind.Extra).Select(line => Row(name, line.Place, line.Intended, line.Actual)),
            .. Paired(name, gone, added),
            .. there.IsActive ? Array.Empty<ObjectDifference>() : [new($"adjacency {name}, activation", "active", "inactive")],
        ];
    }

    /// <summary>Further lines that went and that came; one of each with the same keyword is a value that was changed.</summary>
    private static IEnumerable<ObjectDifference> Paired(string name, IReadOnlyList<DifferentLine> gone, IReadOnlyList<DifferentLine> added)
    {
        var came = added.ToLookup(Slot);
        var went = gone.ToLookup(Slot);
        return went.Select(slot => slot.Key).Union(came.Select(slot => slot.Key)).SelectMany(slot => (went[slot].ToList(), came[slot].ToList()) switch
        {
            ([var before], [var now]) => [Row(name, slot.Place, before.Actual, now.Actual)],
            var (before, now) => before.Select(line => Row(name, line.Place, line.Actual, null)).Concat(now.Select(line => Row(name, line.Place, null, line.Actual))),
        });

        static (string Place, string Keyword) Slot(DifferentLine line) => (line.Place, Field(line.Actual!).Name);
    }

    private static IEnumerable<ObjectDifference> OfWhitelist(OwnedTrunk trunk, PerimetaSite site, RunningConfiguration running)
    {
        var network = trunk.Intent.ServiceNetwork;
        var own = trunk.Intent.Edges.SelectMany(edge => edge.Addresses).ToHashSet();
        var addresses = Lints.Permitted(trunk.Intent, site).Where(address => own.Contains(address) || !PermitFacts.Lacked(trunk.Facts, network, address)).ToList();
        return
        [
            .. addresses.Where(address => !running.IsPermitted(network, address)).Select(address => new ObjectDifference(CommandBlocks.Permit(network, address), There, Missing)),
            .. running.Bans.Where(ban => ban.ServiceNetwork == network && own.Any(ban.Covers)).Select(ban => new ObjectDifference(CliLine.Whole(ban.Text), None, There)),
        ];
    }

    private static ObjectDifference Row(string adjacency, string place, string? wanted, string? found)
    {
        var (field, value) = Field(wanted ?? found!);
        string[] what = [$"adjacency {adjacency}", .. place.Split(" / ", StringSplitOptions.RemoveEmptyEntries), field];
        return new(CliLine.Whole(string.Join(", ", what)), wanted is null ? None : CliLine.Whole(value), found is null ? Missing : CliLine.Whole(ValueOf(found)));

        string ValueOf(string line) => Field(line) is var (name, text) && name == field ? text : line;
    }

    /// <summary>The keyword of a line and its value; a flag is there or not.</summary>
    private static (string Name, string Value) Field(string line)
    {
        var isNegated = line.StartsWith("no ", StringComparison.Ordinal);
        var words = (isNegated ? line[3..] : line).Split(' ', 2);
        return (words[0], (isNegated, words) switch
        {
            (false, [_, var value]) => value,
            (false, _) => There,
            (true, [_, var value]) => $"no {value}",
            _ => "no",
        });
    }
}
