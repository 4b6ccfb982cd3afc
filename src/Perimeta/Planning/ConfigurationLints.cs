using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Session;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Language;

namespace TrunkBot.Perimeta.Planning;

/// <summary>A finding about a line of a configuration.</summary>
/// <param name="Line">Number of the line, from 1.</param>
/// <param name="Adjacency">Name of the adjacency concerned; null where it is about something else.</param>
public sealed record ConfigurationFinding(int Line, string? Adjacency, Finding Finding);

/// <summary>
/// Checks that a configuration's text alone allows, without a site, an intent or DNS (domain document, section 11). A part that the text does not
/// show, such as the whitelist of a fragment, is not judged.
/// </summary>
public sealed partial class ConfigurationLints
{
    private readonly RunningConfiguration _running;
    private readonly Dictionary<string, ServiceAddress> _labels = new(StringComparer.Ordinal);
    private readonly List<ConfigurationFinding> _found = [];

    private ConfigurationLints(RunningConfiguration running)
    {
        _running = running;
        foreach (var label in running.ServiceAddresses)
        {
            _labels.TryAdd(label.Label, label);
        }
    }

    /// <summary>Everything that can be said, in the order of the text.</summary>
    public static IReadOnlyList<ConfigurationFinding> Of(RunningConfiguration running)
    {
        var lints = new ConfigurationLints(running);
        lints.Lines();
        lints.Adjacencies();
        lints.FarEnds();
        lints.Whitelist();
        lints.Bans();
        return [.. lints._found.OrderBy(finding => finding.Line)];
    }

    /// <summary>What is said of one adjacency by itself, whatever else the text shows.</summary>
    internal static IEnumerable<Finding> Of(Adjacency adjacency) => Habits(adjacency);

    /// <summary>An adjacency toward Twilio, by its peer or its ranges.</summary>
    public static bool LeadsToTwilio(Adjacency adjacency) =>
        adjacency.Peer is { } peer && (peer.EndsWith(".twilio.com", StringComparison.OrdinalIgnoreCase) || peer.EndsWith(".twilio.com.", StringComparison.OrdinalIgnoreCase))
        || adjacency.Ranges.Any(range => EdgeCatalogue.Current.Edges.Any(edge => edge.Signaling.PrefixLength <= range.PrefixLength && edge.Signaling.Contains(range.BaseAddress)));

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_-]{0,29}\z", RegexOptions.CultureInvariant)]
    private static partial Regex SafeName();

    private static IEnumerable<Finding> Habits(Adjacency adjacency)
    {
        var (node, name) = (adjacency.Node, CliLine.Printable(adjacency.Name));
        if (adjacency.ServiceAddress is not null && (adjacency.ServiceNetwork is not null || adjacency.LocalAddress is not null))
        {
            yield return new(
                "adjacency-two-local-addresses",
                FindingSeverity.Warning,
                $"Adjacency {name} has a service-address and a service-network with a signaling-local-address: two ways to say where it listens.",
                "Keep one of the two.",
                "P16: seed article; either/or inferred");
        }

        if (node.ValueOf("adjacency-type") == "preset-peering" && !node.Of("adjacency-limits").Any(limits => limits.ValueOf("regs") == "0"))
        {
            yield return new(
                "peering-without-regs-limit",
                FindingSeverity.Info,
                $"Adjacency {name} is a peering one without \"regs 0\": nothing keeps a far end from registering.",
                "Add adjacency-limits with regs 0.",
                "P10: partner guide");
        }
    }

    private void Add(int line, string? adjacency, string code, FindingSeverity severity, Sentence sentence, Sentence fix, string source) =>
        _found.Add(new(line, adjacency, new Finding(code, severity, sentence, fix, source)));

    private void Lines()
    {
        foreach (var oddity in _running.Oddities)
        {
            Add(
                oddity.Line,
                null,
                oddity.Code,
                oddity.Severity,
                $"{char.ToUpperInvariant(oddity.Sentence[0])}{oddity.Sentence[1..]}.",
                oddity.Severity == FindingSeverity.Info ? (Sentence)"Look whether the line is where it was meant." : "Correct the line: one that is not what was meant shifts those after it.",
                oddity.Code == "sbc-config-foreign-word" ? "P17" : "P18: operator scripts");
        }
    }

    private void Adjacencies()
    {
        var shown = _running.Tree.Root;
        var showsMedia = shown.Of("sbc").Any(sbc => sbc.Of("media").Any());
        var showsInterfaces = shown.Of("system").Any(system => system.Of("service-interface").Any());
        var showsThresholds = shown.Of("sbc").SelectMany(sbc => sbc.Of("diagnostics")).SelectMany(diagnostics => diagnostics.Of("alarm-thresholds"))
            .Any(thresholds => thresholds.Children.Any(line => line.Kind is LineKind.Unknown or LineKind.Known));
        var realms = _running.Realms.ToHashSet(StringComparer.Ordinal);
        Labels();
        foreach (var adjacency in _running.Adjacencies)
        {
            var (node, line, name) = (adjacency.Node, adjacency.Node.LineNumber, CliLine.Printable(adjacency.Name));
            Name(line, adjacency.Name, "adjacency", adjacency.Name);
            _found.AddRange(Habits(adjacency).Select(finding => new ConfigurationFinding(line, adjacency.Name, finding)));
            if (adjacency.Realm is { } realm && showsMedia && !realms.Contains(realm))
            {
                Add(line, adjacency.Name, "realm-missing", FindingSeverity.Error, $"The realm {CliLine.Printable(realm)} of adjacency {name} is defined nowhere under sbc / media.", "Correct the label, or define it.", "P15");
            }

            if (adjacency.ServiceAddress is { } label && showsInterfaces && !_labels.ContainsKey(label))
            {
                Add(line, adjacency.Name, "service-address-missing", FindingSeverity.Error, $"The service address {CliLine.Printable(label)} of adjacency {name} is defined nowhere under system.", "Correct the label, or define it.", "P15");
            }

            if (!node.Children.Any(child => child is { Kind: LineKind.Known, Keyword: "activate" }))
            {
                Add(line, adjacency.Name, "adjacency-without-activate", FindingSeverity.Warning, $"Adjacency {name} has neither activate nor no activate: it is taken for inactive.", "Add activate, or no activate if it is meant to rest.", "P19: seed article");
            }

            if (node.ValueOf("adjacency-type") == "preset-access" && LeadsToTwilio(adjacency))
            {
                Add(line, adjacency.Name, "preset-access-on-carrier-trunk", FindingSeverity.Warning, $"Adjacency {name} leads to Twilio and is preset-access, as in the published procedure; operators use preset-peering for carrier trunks.", "Keep it, or set preset-peering with the matching interop profile.", "P09: operator script; inferred");
            }

            if (!showsThresholds && node.Of("adjacency-limits").Any(limits => limits.Children.Any(limit => limit is { Kind: LineKind.Known, Negated: false } && limit.Keyword.EndsWith("rate", StringComparison.Ordinal))))
            {
                Add(line, adjacency.Name, "rate-limit-without-alarm", FindingSeverity.Warning, $"Adjacency {name} has a rate limit, and no alarm threshold is set under sbc / diagnostics: calls are then rejected and nobody is told.", "Set an alarm threshold for it.", "P11: admin article");
            }
        }
    }

    private void Labels()
    {
        var wrong = _running.ServiceAddresses.Select(address => address.Label).Concat(_running.Realms).Where(label => !SafeName().IsMatch(label)).ToHashSet(StringComparer.Ordinal);
        foreach (var line in _running.Tree.Root.Descendants().Where(line => wrong.Count > 0 && line is { Kind: LineKind.Known, Keyword: "service-address" or "realm" }))
        {
            // Once, at the first line that has it.
            if (line.Value is { } label && wrong.Remove(label))
            {
                Name(line.LineNumber, null, line.Keyword, label);
            }
        }
    }

    private void Name(int line, string? adjacency, string what, string name)
    {
        if (!SafeName().IsMatch(name))
        {
            Add(line, adjacency, "sbc-name-unsafe", FindingSeverity.Warning, $"The {what} name \"{CliLine.Printable(name)}\" has more than 30 characters or other ones than letters, digits, hyphens and underscores: it is read, and the bot never writes it.", "Rename it if the bot is to work on it.", "P01: operator script; safe set inferred");
        }
    }

    /// <summary>The same peer or the same range, from the same local address and port. That one range lies within another is not judged.</summary>
    private void FarEnds()
    {
        var taken = new Dictionary<(string Local, string FarEnd), Adjacency>();
        foreach (var adjacency in _running.Adjacencies)
        {
            if (LocalOf(adjacency) is not { } local)
            {
                continue;
            }

            IEnumerable<string> ends = [.. new[] { adjacency.Peer?.ToLowerInvariant() }.OfType<string>(), .. adjacency.Ranges.Select(range => range.ToString())];
            var first = ends.Select(end => (End: end, There: taken.TryGetValue((local, end), out var there) ? there : null)).FirstOrDefault(end => end.There is not null && end.There.Name != adjacency.Name);
            if (first.There is { } other)
            {
                Add(
                    adjacency.Node.LineNumber,
                    adjacency.Name,
                    "adjacency-far-end-taken",
                    FindingSeverity.Error,
                    $"Adjacency {CliLine.Printable(adjacency.Name)} leads to {CliLine.Printable(first.End)} from the same local address as {CliLine.Printable(other.Name)} (line {other.Node.LineNumber}): calls coming in can't be told apart.",
                    "Give one of them another service address.",
                    "P14: partner guide");
            }

            foreach (var end in ends)
            {
                taken.TryAdd((local, end), adjacency);
            }
        }
    }

    /// <summary>The local address with its network and port, or the label where what it stands for is not shown; null when nothing is said.</summary>
    private string? LocalOf(Adjacency adjacency)
    {
        var port = adjacency.Node.ValueOf("signaling-local-port") ?? "5060";
        return adjacency switch
        {
            { ServiceAddress: { } label } when _labels.TryGetValue(label, out var address) && address.Local is { } local => $"{address.ServiceNetwork} {local} {port}",
            { ServiceAddress: { } label } => $"{label} {port}",
            { LocalAddress: { } local } => $"{adjacency.ServiceNetwork} {local} {port}",
            _ => null,
        };
    }

    private int? NetworkOf(Adjacency adjacency) =>
        adjacency.ServiceAddress is { } label ? _labels.GetValueOrDefault(label)?.ServiceNetwork
        : int.TryParse(adjacency.ServiceNetwork, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : null;

    private void Whitelist()
    {
        if (_running.Permits.Count == 0)
        {
            return;
        }

        var twilio = _running.Adjacencies.Where(LeadsToTwilio).ToList();
        foreach (var adjacency in twilio)
        {
            if (NetworkOf(adjacency) is not { } network)
            {
                continue;
            }

            var missing = adjacency.Ranges.Where(range => range.BaseAddress.GetAddressBytes().Length * 8 - range.PrefixLength <= 8).SelectMany(AddressesOf)
                .Where(address => !_running.IsPermitted(network, address)).ToList();
            var elsewhere = missing.Select(address => _running.Permits.FirstOrDefault(permit => permit.Covers(address))).OfType<PeerLine>().FirstOrDefault();
            var (line, name) = (adjacency.Node.LineNumber, CliLine.Printable(adjacency.Name));
            if (elsewhere is not null)
            {
                Add(line, adjacency.Name, "service-network-differs", FindingSeverity.Error, $"Adjacency {name} is on service network {network}, and addresses of its range are permitted on {elsewhere.ServiceNetwork} (line {elsewhere.Line}).", $"Permit them on service network {network}.", "P05: seed article; equality inferred");
            }
            else if (missing.Count > 0)
            {
                Add(line, adjacency.Name, "range-not-whitelisted", FindingSeverity.Warning, $"{missing.Count} addresses in the range of adjacency {name} are not permitted on service network {network}, the first {missing[0]}: their calls are dropped before they match it.", "Add permit-peer lines for them.", "P04: two gates; inferred");
            }
        }

        foreach (var permit in _running.Permits)
        {
            var orphans = EdgeCatalogue.Current.Edges.Where(edge => Overlaps(edge.Signaling, permit)).SelectMany(edge => edge.Addresses.Where(permit.Covers)).Where(address => !_running.IsAccepted(address)).ToList();
            if (orphans.Count > 0 && _running.Adjacencies.Count > 0)
            {
                Add(permit.Line, null, "whitelist-without-adjacency", FindingSeverity.Warning, $"Twilio's address {orphans[0]} is permitted and in no adjacency's range: calls from there match no adjacency.", "Add the edge to a trunk, or remove the line.", "P04: two gates; inferred");
            }
        }
    }

    private void Bans()
    {
        var permits = _running.Permits.GroupBy(permit => permit.ServiceNetwork).ToDictionary(
            network => network.Key, network => new AddressRanges(network.Select(permit => (permit.First, permit.Last))));
        foreach (var network in _running.Bans.GroupBy(ban => ban.ServiceNetwork))
        {
            Redundant([.. network]);
        }

        foreach (var ban in _running.Bans)
        {
            if (permits.TryGetValue(ban.ServiceNetwork, out var permitted) && permitted.Overlaps(ban.First, ban.Last))
            {
                Add(ban.Line, null, "peer-permitted-and-banned", FindingSeverity.Error, $"\"{CliLine.Printable(ban.Text)}\" bans addresses that are permitted on the same service network.", "Remove one of the two.", "P12");
            }

            if (EdgeCatalogue.Current.Edges.FirstOrDefault(edge => Overlaps(edge.Signaling, ban)) is { } edge)
            {
                Add(ban.Line, null, "whitelist-address-banned", FindingSeverity.Error, $"Twilio addresses of {edge.Name} are banned by \"{CliLine.Printable(ban.Text)}\".", "Find out why they are banned, and remove the ban.", "P12");
            }
        }
    }

    // Sorted by their first address, the wider first: one that ends before the furthest end so far is inside an earlier one.
    private void Redundant(List<PeerLine> bans)
    {
        PeerLine? furthest = null;
        foreach (var ban in bans.OrderBy(ban => AddressRanges.Key(ban.First)).ThenByDescending(ban => AddressRanges.Key(ban.Last)).ThenBy(ban => ban.Line))
        {
            if (furthest is not null && AddressRanges.Key(ban.Last) <= AddressRanges.Key(furthest.Last))
            {
                Add(ban.Line, null, "ban-redundant", FindingSeverity.Info, $"\"{CliLine.Printable(ban.Text)}\" bans what line {furthest.Line} bans already.", "Remove it, unless it is meant to outlive the other.", "P13: operator script");
            }
            else
            {
                furthest = ban;
            }
        }
    }

    private static bool Overlaps(IPNetwork network, PeerLine peer) =>
        peer.First.AddressFamily == network.BaseAddress.AddressFamily
        && AddressRanges.Key(peer.First) <= AddressRanges.Key(Ranges.Last(network)) && AddressRanges.Key(network.BaseAddress) <= AddressRanges.Key(peer.Last);

    private static IEnumerable<IPAddress> AddressesOf(IPNetwork range)
    {
        var bytes = range.BaseAddress.GetAddressBytes();
        for (var (at, last) = ((int)bytes[^1], (int)Ranges.Last(range).GetAddressBytes()[^1]); at <= last; at++)
        {
            bytes[^1] = (byte)at;
            yield return new IPAddress(bytes);
        }
    }
}
