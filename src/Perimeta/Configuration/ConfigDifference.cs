namespace TrunkBot.Perimeta.Configuration;

public enum DifferenceKind
{
    /// <summary>Intended and not there.</summary>
    Missing,

    /// <summary>There and not intended: the device or a person added it. Listed, never removed.</summary>
    Extra,

    /// <summary>There with another value.</summary>
    Changed,
}

/// <param name="Place">The lines around it, outermost first, such as <c>call-media-policy</c>; empty for the block itself.</param>
public sealed record DifferentLine(DifferenceKind Kind, string Place, string? Intended, string? Actual)
{
    private const string Further = "extra: ";

    public override string ToString() => (Place.Length == 0 ? "" : Place + " / ") + Kind switch
    {
        DifferenceKind.Missing => $"missing: {Intended}",
        DifferenceKind.Extra => Further + Actual,
        _ => $"{Actual} instead of {Intended}",
    };

    /// <summary>Whether it stands in a submode that is missing altogether.</summary>
    internal bool IsInside(DifferentLine opener) => opener.Kind == DifferenceKind.Missing && $"{Place} / ".StartsWith(
        opener.Place.Length == 0 ? $"{opener.Intended} / " : $"{opener.Place} / {opener.Intended} / ", StringComparison.Ordinal);

    /// <summary>A line as it is sent where this one stands: after those that lead to its place.</summary>
    internal IEnumerable<string> Placed(string text) => Place.Length == 0 ? [text] : [.. Place.Split(" / "), text];

    /// <summary>A further line from what <see cref="ToString"/> wrote; null for any other text.</summary>
    internal static DifferentLine? ReadExtra(string text) => text.IndexOf(Further, StringComparison.Ordinal) switch
    {
        0 => new(DifferenceKind.Extra, "", null, text[Further.Length..]),
        > 3 and var at when text[..at].EndsWith(" / ", StringComparison.Ordinal) => new(DifferenceKind.Extra, text[..(at - 3)], null, text[(at + Further.Length)..]),
        _ => null,
    };
}

/// <summary>
/// What differs by meaning between an intended block and the one that is there. Order of lines, comments, quotes and blanks do not
/// matter, nor does how a peer's host name or a range is written; the order inside one argument (<c>edit-profiles</c>) does. Nor does it matter whether
/// <c>force-signaling-peer</c> stands in <c>interop</c> or beside it: the text is the same for both, and which of them a device means is not published; nor, of a
/// line that the program does not know, in which mode it stands: it is read as part of the mode before it.
/// </summary>
public sealed record ConfigDifference(IReadOnlyList<DifferentLine> Lines)
{
    private const string OfTwoLevels = "force-signaling-peer";

    /// <summary>The block is as intended; it may have further lines.</summary>
    public bool HoldsAllIntended => Lines.All(line => line.Kind == DifferenceKind.Extra);

    /// <summary>Some lines are not there yet, and nothing contradicts the intended ones: a block that was left half built.</summary>
    public bool IsHalfBuilt => Lines.Any(line => line.Kind == DifferenceKind.Missing) && Lines.All(line => line.Kind != DifferenceKind.Changed);

    public IEnumerable<DifferentLine> Extras => Lines.Where(line => line.Kind == DifferenceKind.Extra);

    /// <param name="activation">Whether being active or not counts. A block that says neither is inactive.</param>
    /// <param name="repeatable">Keywords that may stand several times; a further line of any other intended keyword contradicts the intended one.</param>
    public static ConfigDifference Between(ConfigNode intended, ConfigNode actual, bool activation, IReadOnlyCollection<string>? repeatable = null)
    {
        var found = new List<DifferentLine>();
        Compare("", [intended], [actual], repeatable ?? [], found);
        CompareUnknown(intended, actual, repeatable ?? [], found);
        if (activation && intended.IsActive != actual.IsActive)
        {
            found.Add(new(DifferenceKind.Changed, "", State(intended), State(actual)));
        }

        return new ConfigDifference(found);
    }

    private static string State(ConfigNode block) => block.IsActive ? "activate" : "no activate";

    private static void Compare(string place, IReadOnlyList<ConfigNode> intended, IReadOnlyList<ConfigNode> actual, IReadOnlyCollection<string> repeatable, List<DifferentLine> found)
    {
        var wanted = ByMeaning(intended);
        var there = ByMeaning(actual);
        var single = wanted.ToLookup(line => Slot(line.Value[0]), line => line.Key)
            .Where(slot => slot.Count() == 1 && !repeatable.Contains(slot.Key))
            .ToDictionary(slot => slot.Key, slot => slot.Single(), StringComparer.Ordinal);
        var extra = there.Where(line => !wanted.ContainsKey(line.Key))
            .Select(line => (Text: line.Value[0].Meaning, Contradicts: single.GetValueOrDefault(Slot(line.Value[0]))))
            .ToList();
        var contradicted = extra.Select(line => line.Contradicts).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var (meaning, nodes) in wanted)
        {
            if (!there.ContainsKey(meaning) && !contradicted.Contains(meaning))
            {
                // A submode that is not there lacks what is in it too: its opener alone would not bring the lines.
                found.Add(new DifferentLine(DifferenceKind.Missing, place, nodes[0].Meaning, null));
                Compare(Inside(place, nodes[0]), nodes, [], repeatable, found);
            }
        }

        found.AddRange(extra.Select(line => line.Contradicts is not { } meaning ? new DifferentLine(DifferenceKind.Extra, place, null, line.Text)
            : there.TryGetValue(meaning, out var intendedToo) ? new DifferentLine(DifferenceKind.Changed, place, wanted[meaning][0].Meaning, $"{intendedToo[0].Meaning} and {line.Text}")
            : new DifferentLine(DifferenceKind.Changed, place, wanted[meaning][0].Meaning, line.Text)));
        foreach (var (meaning, nodes) in wanted)
        {
            if (there.TryGetValue(meaning, out var same))
            {
                Compare(Inside(place, nodes[0]), nodes, same, repeatable, found);
            }
        }
    }

    /// <summary>Whether a line is compared wherever in the block it stands.</summary>
    internal static bool IsOfNoPlace(ConfigNode line) => line.Kind == LineKind.Unknown || line.Keyword == OfTwoLevels;

    /// <summary>The lines without those that come and go with a submode that is missing altogether.</summary>
    internal static IReadOnlyList<DifferentLine> Outermost(IReadOnlyList<DifferentLine> lines) => [.. lines.Where(line => !lines.Any(line.IsInside))];

    private static string Inside(string place, ConfigNode opener) => place.Length == 0 ? opener.Meaning : $"{place} / {opener.Meaning}";

    private static void CompareUnknown(ConfigNode intended, ConfigNode actual, IReadOnlyCollection<string> repeatable, List<DifferentLine> found)
    {
        var wanted = Unknown(intended, "", inside: false).DistinctBy(line => line.Node.Meaning).ToList();
        var there = Unknown(actual, "", inside: false).DistinctBy(line => line.Node.Meaning).ToList();
        var known = there.Select(line => line.Node.Meaning).ToHashSet(StringComparer.Ordinal);
        var missing = wanted.Select(line => line.Node).Where(node => !known.Contains(node.Meaning)).ToList();
        var extra = there.Where(line => !wanted.Exists(other => other.Node.Meaning == line.Node.Meaning)).ToList();
        foreach (var node in missing)
        {
            // Another value of the same word, if it is the only one that is wanted.
            var instead = wanted.Count(line => line.Node.Keyword == node.Keyword) == 1 && !repeatable.Contains(node.Keyword) ? extra.FindIndex(line => line.Node.Keyword == node.Keyword) : -1;
            found.Add(instead < 0
                ? new(DifferenceKind.Missing, "", node.Meaning, null)
                : new(DifferenceKind.Changed, extra[instead].Place, node.Meaning, extra[instead].Node.Meaning));
            if (instead >= 0)
            {
                extra.RemoveAt(instead);
            }
        }

        // Of a block that is not understood its first line stands for all.
        found.AddRange(extra.Where(line => !line.Inside).Select(line => new DifferentLine(DifferenceKind.Extra, line.Place, null, line.Node.Meaning)));
    }

    /// <param name="inside">Whether the block is a line that is not known itself.</param>
    private static IEnumerable<(ConfigNode Node, string Place, bool Inside)> Unknown(ConfigNode block, string place, bool inside)
    {
        foreach (var child in block.Children)
        {
            if (child.Kind == LineKind.Unknown)
            {
                yield return (child, place, inside);
            }

            if (child.Kind is LineKind.Known or LineKind.Unknown)
            {
                var deeper = child.Kind == LineKind.Unknown ? place : place.Length == 0 ? child.Meaning : $"{place} / {child.Meaning}";
                foreach (var line in Unknown(child, deeper, child.Kind == LineKind.Unknown))
                {
                    yield return line;
                }
            }
        }
    }

    // A submode that is written twice is one submode.
    private static Dictionary<string, List<ConfigNode>> ByMeaning(IReadOnlyList<ConfigNode> parents)
    {
        var lines = new Dictionary<string, List<ConfigNode>>(StringComparer.Ordinal);
        foreach (var child in parents.SelectMany(LinesOf))
        {
            if (child.Kind is LineKind.Blank or LineKind.Comment or LineKind.Move or LineKind.Unknown || child.Keyword == "activate")
            {
                continue;
            }

            var meaning = MeaningOf(child);
            if (!lines.TryGetValue(meaning, out var nodes))
            {
                lines.Add(meaning, nodes = []);
            }

            nodes.Add(child);
        }

        return lines;
    }

    private static IEnumerable<ConfigNode> LinesOf(ConfigNode block) => block.Opens?.Name switch
    {
        "interop" => block.Children.Where(child => child.Keyword != OfTwoLevels),
        "adjacency" => block.Children.Concat(block.Of("interop").SelectMany(interop => interop.Children).Where(child => child is { Kind: LineKind.Known, Keyword: OfTwoLevels })),
        _ => block.Children,
    };

    // People write a host name in any case (RFC 4343) and with its last dot, and a network by any address in it: the same end, written otherwise.
    private static string MeaningOf(ConfigNode line) => line switch
    {
        { Negated: true } => line.Meaning,
        { Keyword: "signaling-peer", Value: { } host } => $"signaling-peer {host.ToLowerInvariant().TrimEnd('.')}",
        { Keyword: "remote-address-range", Arguments: [var family, var address, "prefix-len", var length] } when Ranges.Network(address, length) is { } range => $"remote-address-range {family} {range}",
        _ => line.Meaning,
    };

    private static string Slot(ConfigNode node) =>
        node is { Keyword: "edit-profiles", Arguments: [var direction, ..] } ? $"edit-profiles {direction}" : node.Keyword;
}
