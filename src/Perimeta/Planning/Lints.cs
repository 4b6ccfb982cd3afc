using System.Net;
using System.Text.RegularExpressions;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Session;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Planning;

/// <summary>Checks of an intent against what was read (domain document, section 11). Every finding names its lint and what it rests on.</summary>
internal static partial class Lints
{
    /// <summary>Near misses that one plan shows at most; who reads five will look at the device.</summary>
    private const int OdditiesShown = 5;

    public static IEnumerable<Finding> Of(TrunkIntent intent, PerimetaSite site, RunningConfiguration running) =>
    [
        .. Role(site),
        .. Names(intent, site),
        .. Transport(intent, site),
        .. Labels(intent, running),
        .. Settings(site, new References(site.Adjacency, running)),
        .. Whitelist(intent, site, running),
        .. Gates(intent, site, running),
        .. FarEnds(intent, running),
        .. Habits(intent, site, running),
        .. Own(intent, running),
        .. Routing(intent, site),
        .. Oddities(site, running),
    ];

    /// <summary>Findings after which no line can be written at all.</summary>
    public static bool PreventsLines(Finding finding) => finding.Code is "sbc-name-unsafe" or "tls-template-missing" or "adjacency-name-duplicate" or "sbc-media-only";

    /// <summary>The addresses that the whitelist of the trunk's service network shall have: those of its edges and, where the site wants it so, of all others.</summary>
    public static IEnumerable<IPAddress> Permitted(TrunkIntent intent, PerimetaSite site) =>
        (site.WhitelistAllEdges ? EdgeCatalogue.Current.Edges.Concat(intent.Edges) : intent.Edges).SelectMany(edge => edge.Addresses).Distinct();

    /// <summary>Whether the program writes such a name.</summary>
    public static bool IsSafeName(string name) => IsWhole(SafeName(), name);

    /// <summary>Why an adjacency could not be built again with the lines that it has: the undo of its removal and of a change of it; null when it could.</summary>
    public static Finding? CantBePutBack(string name, IReadOnlyList<string> lines)
    {
        if (lines.FirstOrDefault(line => line.EndsWith("***", StringComparison.Ordinal)) is { } secret)
        {
            return new(
                "adjacency-holds-secret",
                FindingSeverity.Error,
                $"Adjacency {CliLine.Printable(name)} has a line whose value the bot does not read ({CliLine.Printable(secret)}), so it could not be put back by an undo.",
                "Change or remove this adjacency by hand, then plan again.",
                "TrunkBot: every step has an undo");
        }

        return lines.FirstOrDefault(line => !CliLine.IsSafe(line)) is { } foreign
            ? new(
                "cli-line-unsafe",
                FindingSeverity.Error,
                $"Adjacency {CliLine.Printable(name)} has a line that the bot never sends (\"{CliLine.Printable(foreign)}\": letters other than ASCII, or too long), so it could not be put back by an undo.",
                "Correct the line on the device, or change or remove this adjacency by hand; then plan again.",
                "TrunkBot: every step has an undo")
            : null;
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_-]{0,29}$", RegexOptions.CultureInvariant)]
    private static partial Regex SafeName();

    [GeneratedRegex(@"^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$", RegexOptions.CultureInvariant)]
    private static partial Regex SafeHost();

    private static IEnumerable<Finding> Role(PerimetaSite site)
    {
        if (site.Role == PerimetaRole.Media)
        {
            yield return new(
                "sbc-media-only",
                FindingSeverity.Error,
                $"The site profile says that {site.Element} does media only: adjacencies live on the signalling pair.",
                "Set perimeta.host to the signalling pair, or correct perimeta.role.",
                "domain document, section 1: split deployments");
        }
    }

    private static IEnumerable<Finding> Oddities(PerimetaSite site, RunningConfiguration running) =>
        running.Oddities.Where(oddity => oddity.Severity > FindingSeverity.Info).Take(OdditiesShown).Select(oddity => new Finding(
            oddity.Code,
            FindingSeverity.Warning,
            $"In the configuration of {site.Element} {oddity.Sentence}.",
            "Look at the line on the device: a line that is not what was meant shifts those after it.",
            "P18: operator scripts"));

    private static IEnumerable<Finding> Names(TrunkIntent intent, PerimetaSite site)
    {
        var names = intent.Edges.Select(edge => ("adjacency name", intent.AdjacencyName(edge)))
            .Append(("realm", intent.Realm))
            .Append(("service address", intent.ServiceAddress))
            .Append(("interop profile", intent.InteropProfile))
            .Append(("adjacency type", intent.AdjacencyType))
            .Concat(site.Templates == new SiteTemplateFiles() ? [] : [("trunk name", intent.Name), ("core adjacency", site.CoreAdjacency)]);
        foreach (var (what, name) in names.Distinct().Where(entry => !IsWhole(SafeName(), entry.Item2)))
        {
            yield return new(
                "sbc-name-unsafe",
                FindingSeverity.Error,
                $"The {what} \"{CliLine.Printable(name)}\" can't be used: a name begins with a letter and has at most 30 letters, digits, hyphens and underscores (this one has {name.Length}).",
                "Choose another name; for adjacency names change the trunk's name or the name pattern.",
                "P01: operator script; safe set inferred");
        }

        foreach (var host in intent.Edges.Select(intent.PeerHost).Where(host => !IsWhole(SafeHost(), host)))
        {
            yield return new("sbc-name-unsafe", FindingSeverity.Error, $"The peer \"{CliLine.Printable(host)}\" is no host name.", "Correct the termination name.", "P01: safe set inferred");
        }

        foreach (var same in intent.Edges.GroupBy(intent.AdjacencyName, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
        {
            yield return new(
                "adjacency-name-duplicate",
                FindingSeverity.Error,
                $"The edges {string.Join(", ", same.Select(edge => edge.Name))} would share the adjacency name {CliLine.Printable(same.Key)}.",
                "Put {edge} or {legacy} into the adjacency name pattern.",
                "seed article: one adjacency per region");
        }
    }

    // "$" would also match before a line end at the end of the text.
    private static bool IsWhole(Regex pattern, string text) => pattern.IsMatch(text) && !text.EndsWith('\n');

    private static IEnumerable<Finding> Transport(TrunkIntent intent, PerimetaSite site)
    {
        if (intent.Transport == SipTransport.Tls && site.Templates.Tls is not null)
        {
            yield return new(
                "tls-by-template",
                FindingSeverity.Warning,
                $"The lines for TLS and SRTP are the site's own template, which no public source proves. Signalling listens on port {intent.LocalPort}{(intent.LocalPort == 5061 ? (Sentence)"" : (Sentence)" (5061 is usual with TLS)")}; the leg to the CFS stays as it is.",
                "Check that licences for signalling and media encryption are there, and that the trunk is secure at Twilio too.",
                "P20: domain document, section 8");
        }
        else if (intent.Transport == SipTransport.Tls)
        {
            yield return new(
                "tls-template-missing",
                FindingSeverity.Error,
                "Secure trunk: not configured. No Perimeta lines for TLS and SRTP are published, and this site has no template for them.",
                "Choose UDP or TCP, or have the site supply a template (perimeta.templates.tls).",
                "P20");
        }
        else if (intent.Transport == SipTransport.Tcp)
        {
            yield return new(
                "transport-not-configured",
                FindingSeverity.Warning,
                "The transport is TCP, and no Perimeta lines that choose a transport are published: the adjacencies get the same lines as for UDP, and the Perimeta decides.",
                "Set the transport on the Perimeta by hand if it must be TCP, or choose UDP.",
                "domain document, section 4, line 7a: inferred, site template");
        }
    }

    private static IEnumerable<Finding> Labels(TrunkIntent intent, RunningConfiguration running)
    {
        var found = running.ServiceAddresses.Where(address => address.Label == intent.ServiceAddress).ToList();
        if (found.Count == 0)
        {
            yield return new(
                "service-address-missing",
                FindingSeverity.Error,
                $"The service address {CliLine.Printable(intent.ServiceAddress)} is not defined on the Perimeta; there are: {List(running.ServiceAddresses.Select(address => address.Label))}.",
                "Choose one of them, or define it on the Perimeta first.",
                "P15");
        }
        else if (found.Exists(address => address.ServiceNetwork is null))
        {
            yield return new(
                "service-network-unproven",
                FindingSeverity.Warning,
                $"The service network of {intent.ServiceAddress} could not be read; the whitelist is for network {intent.ServiceNetwork}.",
                "Check on the Perimeta that the service address is on this network.",
                "P05");
        }
        else if (!found.Exists(address => address.ServiceNetwork == intent.ServiceNetwork))
        {
            yield return new(
                "service-network-differs",
                FindingSeverity.Error,
                $"The service address {intent.ServiceAddress} is on service network {found[0].ServiceNetwork}, the whitelist would be on {intent.ServiceNetwork}.",
                $"Use service network {found[0].ServiceNetwork}, or a service address of network {intent.ServiceNetwork}.",
                "P05: seed article; equality inferred");
        }

        if (found.Count == 0 && running.ServiceAddresses.Select(address => address.ServiceNetwork).OfType<int>().Distinct().Order().ToList() is { Count: > 0 } networks && !networks.Contains(intent.ServiceNetwork))
        {
            yield return new(
                "service-network-missing",
                FindingSeverity.Error,
                $"No service interface with an address is on service network {intent.ServiceNetwork}; there are: {string.Join(", ", networks)}.",
                "Choose one of them, or define the service interface on the Perimeta first.",
                "P15");
        }

        if (running.NetworksOf(intent.Realm).ToList() is { Count: > 0 } media && !media.Contains(intent.ServiceNetwork))
        {
            yield return new(
                "realm-network-differs",
                FindingSeverity.Warning,
                $"The realm {intent.Realm} has its media addresses on service network {string.Join(", ", media)}, the signalling is on {intent.ServiceNetwork}.",
                "Check that media toward Twilio may take this network, or choose a realm of the same network.",
                "P05: seed article; for media inferred");
        }

        if (!running.Realms.Contains(intent.Realm))
        {
            yield return new(
                "realm-missing",
                FindingSeverity.Error,
                $"The realm {CliLine.Printable(intent.Realm)} is not defined on the Perimeta; there are: {List(running.Realms)}.",
                "Choose one of them, or define it on the Perimeta first.",
                "P15");
        }
    }

    /// <summary>What the site's settings for adjacencies refer to.</summary>
    private static IEnumerable<Finding> Settings(PerimetaSite site, References references)
    {
        const string fix = "Correct the name in the site profile, or define it on the Perimeta first.";
        if (references.Account is { } account && !references.IsKnown(account))
        {
            yield return new(
                "account-missing",
                FindingSeverity.Error,
                $"The account {account} of the site profile is not known on the Perimeta: no adjacency has it, and no line defines it. Those that adjacencies have are: {List(references.KnownAccounts.Select(CliLine.Printable))}.",
                fix,
                "P15; domain document, section 4, line 3");
        }

        foreach (var profile in references.Profiles.Where(profile => !references.IsKnown(profile)))
        {
            yield return new(
                "edit-profile-missing",
                FindingSeverity.Error,
                $"The header profile {profile} of the site profile is not known on the Perimeta: no adjacency uses it, and no line defines it. Those that adjacencies use are: {List(references.KnownProfiles.Select(CliLine.Printable))}.",
                fix,
                "P15; domain document, section 4, line 5b");
        }

        if (references is { NeedsThresholds: true, HasThresholds: false })
        {
            yield return new(
                "rate-limit-without-alarm",
                FindingSeverity.Warning,
                $"The site sets rate limits for its adjacencies ({string.Join(", ", site.Adjacency.Limits!.Rates().Select(rate => rate.Keyword))}), and no alarm threshold is set under sbc / diagnostics: calls are then rejected and nobody is told.",
                "Set an alarm threshold on the Perimeta first.",
                "P11: admin article");
        }
    }

    private static string List(IEnumerable<string> names) => names.Distinct().ToList() is { Count: > 0 } known ? string.Join(", ", known) : "none";

    private static IEnumerable<Finding> Whitelist(TrunkIntent intent, PerimetaSite site, RunningConfiguration running)
    {
        var after = Permitted(intent, site).ToHashSet();
        var lacking = EdgeCatalogue.Current.Edges
            .Where(edge => edge.Addresses.Any(address => !after.Contains(address) && !running.IsPermitted(intent.ServiceNetwork, address)))
            .ToList();
        if (lacking.Count > 0)
        {
            yield return new(
                "whitelist-not-all-edges",
                FindingSeverity.Warning,
                $"The whitelist of service network {intent.ServiceNetwork} will lack the edges {List(lacking.Select(edge => edge.Name))}: a call may come from any of them.",
                "Choose all edges, or set perimeta.whitelistAllEdges, unless calls from the others must not be taken.",
                "P03: seed article");
        }

        // Of an edge without an adjacency a ban stops calls that would match none.
        var own = intent.Edges.SelectMany(edge => edge.Addresses).ToHashSet();
        foreach (var ban in running.Bans.Where(ban => ban.ServiceNetwork == intent.ServiceNetwork && after.Any(ban.Covers)))
        {
            var isOwn = own.Any(ban.Covers);
            yield return new(
                "whitelist-address-banned",
                isOwn ? FindingSeverity.Error : FindingSeverity.Warning,
                isOwn
                    ? Sentence.Of($"Twilio addresses of this trunk are banned on the Perimeta by \"{CliLine.Printable(ban.Text)}\".")
                    : $"Twilio addresses of other edges are banned on the Perimeta by \"{CliLine.Printable(ban.Text)}\".",
                isOwn ? Sentence.Of($"Find out why they are banned, and remove the ban first.") : $"Find out why they are banned.",
                "P12");
        }
    }

    private static IEnumerable<Finding> Gates(TrunkIntent intent, PerimetaSite site, RunningConfiguration running)
    {
        var after = Permitted(intent, site).ToHashSet();
        var orphans = EdgeCatalogue.Current.Edges
            .Where(edge => intent.Edges.All(chosen => !Ranges.Overlap(chosen.Signaling, edge.Signaling)))
            .Where(edge => edge.Addresses.Any(address =>
                (after.Contains(address) || running.IsPermitted(intent.ServiceNetwork, address)) && !running.IsAccepted(address)))
            .ToList();
        if (orphans.Count > 0)
        {
            yield return new(
                "whitelist-without-adjacency",
                FindingSeverity.Warning,
                site.WhitelistAllEdges
                    ? Sentence.Of($"Addresses of {List(orphans.Select(edge => edge.Name))} are permitted, as the site wants it, but in no adjacency's range: calls from there match no adjacency.")
                    : $"Addresses of {List(orphans.Select(edge => edge.Name))} are permitted but in no adjacency's range: calls from there match no adjacency.",
                site.WhitelistAllEdges ? Sentence.Of($"Add these edges to a trunk, so that its calls are taken.") : $"Add these edges to a trunk, or remove the permit-peer lines by hand.",
                "P04");
        }
    }

    private static IEnumerable<Finding> FarEnds(TrunkIntent intent, RunningConfiguration running)
    {
        var own = intent.Edges.Select(intent.AdjacencyName).ToHashSet(StringComparer.Ordinal);
        foreach (var edge in intent.Edges)
        {
            foreach (var other in PlanFingerprint.OthersToward(edge, intent, running).Where(other => !own.Contains(other.Name) && SharesLocal(other)))
            {
                yield return new(
                    "adjacency-far-end-taken",
                    FindingSeverity.Error,
                    $"Adjacency {CliLine.Printable(other.Name)} already leads from {intent.ServiceAddress} to {edge.Name} ({edge.Signaling}): calls coming in could not be told apart.",
                    "Use another service address for this trunk, or change the existing adjacency.",
                    "P14: partner guide");
            }
        }

        // By its label, or as a local address with its network.
        bool SharesLocal(Adjacency other) => other.ServiceAddress == intent.ServiceAddress || (other.LocalAddress is { } local && running.ServiceAddresses.Any(address =>
            address.Label == intent.ServiceAddress && address.Local == local && (address.ServiceNetwork is not { } network || other.ServiceNetwork == $"{network}")));
    }

    private static IEnumerable<Finding> Habits(TrunkIntent intent, PerimetaSite site, RunningConfiguration running)
    {
        if (intent.AdjacencyType == "preset-access")
        {
            yield return new(
                "preset-access-on-carrier-trunk",
                FindingSeverity.Warning,
                "The adjacency type is preset-access, as in the published procedure for Twilio; operators use preset-peering for carrier trunks, since access adjacencies may keep registration state.",
                "Keep it, or set the adjacency type to preset-peering with the matching interop profile.",
                "P09: operator script; inferred");
        }

        // Of those that are there already the configuration itself tells.
        if (intent.AdjacencyType == "preset-peering" && site.Adjacency.Limits?.Regs != 0 && intent.Edges.Any(edge => running.FindAdjacency(intent.AdjacencyName(edge)) is null))
        {
            yield return new(
                "peering-without-regs-limit",
                FindingSeverity.Info,
                "The adjacencies are built as peering ones without \"regs 0\": nothing keeps a far end from registering.",
                "Set perimeta.adjacency.limits.regs to 0 in the site profile.",
                "P10: partner guide");
        }
    }

    /// <summary>What a configuration alone shows about the trunk's own adjacencies that are there already.</summary>
    private static IEnumerable<Finding> Own(TrunkIntent intent, RunningConfiguration running) =>
        intent.Edges.Select(edge => running.FindAdjacency(intent.AdjacencyName(edge))).OfType<Adjacency>().SelectMany(ConfigurationLints.Of);

    private static IEnumerable<Finding> Routing(TrunkIntent intent, PerimetaSite site)
    {
        if (site.DynamicPeerRouting != DynamicPeerRouting.Yes && site.Templates.CallPolicy is not null)
        {
            yield return new(
                "routing-by-template",
                FindingSeverity.Warning,
                $"The routing between {List(intent.Edges.Select(intent.AdjacencyName).Select(CliLine.Printable))} and {CliLine.Printable(site.CoreAdjacency)} is changed by lines of the site's own template, which no public source proves.",
                "Read the lines of the routing steps before you approve.",
                "P20: domain document, section 7");
        }
        else if (site.DynamicPeerRouting != DynamicPeerRouting.Yes)
        {
            yield return new(
                "routing-not-confirmed",
                FindingSeverity.Hold,
                $"{(site.DynamicPeerRouting == DynamicPeerRouting.No ? (Sentence)"dynamic-peer-routing is not configured" : (Sentence)"Nobody has said whether dynamic-peer-routing is configured")} in the call-policy-set of {site.Element}: before {List(intent.Edges.Select(intent.AdjacencyName).Select(CliLine.Printable))} may be activated, a person must confirm the routing toward {site.CoreAdjacency}.",
                "Follow the routing step; when dynamic-peer-routing is configured, say so in the site profile.",
                "P20: seed article");
        }
    }
}
