using System.Globalization;
using TrunkBot.Changes.Inventory;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Dialects;
using TrunkBot.Perimeta.Planning;
using TrunkBot.Perimeta.Session;
using TrunkBot.Perimeta.Templates;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Parameters;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Inventory;

/// <summary>An adjacency whose peer is a Twilio termination host.</summary>
internal sealed record FoundAdjacency(Adjacency There, TerminationHost Peer)
{
    /// <summary>Its name, fit for a sentence.</summary>
    public string Shown => CliLine.Printable(There.Name);
}

/// <summary>
/// One trunk as its adjacencies show it: the values that they tell, what belongs to it, and what stands in the way of taking it under management.
/// Whether it is sound is asked of the planner: a trunk that was adopted well needs no step.
/// </summary>
internal sealed partial class FoundTrunk
{
    private const string Rule = "TrunkBot: a trunk is one set of values, with one adjacency for each edge";

    private readonly string _termination;
    private readonly List<FoundAdjacency> _found;
    private readonly SiteProfile _site;
    private readonly Dialect _dialect;
    private readonly IReadOnlyDictionary<string, string> _known;
    private readonly RunningConfiguration _running;
    private readonly LoadedTemplates _templates;
    private readonly Dictionary<string, string> _parameters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _facts = new(StringComparer.Ordinal);
    private readonly List<string> _objects = [];
    private readonly List<Finding> _findings = [];

    public FoundTrunk(
        string termination,
        IReadOnlyList<FoundAdjacency> found,
        SiteProfile site,
        Dialect dialect,
        IReadOnlyDictionary<string, string> known,
        RunningConfiguration running,
        LoadedTemplates? templates)
    {
        (_termination, _site, _dialect, _known, _running, _templates) = (termination, site, dialect, known, running, templates ?? LoadedTemplates.None);
        var order = EdgeCatalogue.Current.Edges.ToList();
        _found = [.. found.OrderBy(adjacency => adjacency.Peer.Edge is { } edge ? order.IndexOf(edge) : order.Count)];
    }

    private bool IsBroken => _findings.Exists(finding => finding.Severity == FindingSeverity.Error);

    public FoundPart Read()
    {
        _objects.AddRange(_found.Select(found => $"adjacency {found.Shown}, {(found.There.IsActive ? "active" : "inactive")}, to {CliLine.Printable(found.There.Peer!)}"));
        foreach (var found in _found)
        {
            ReadName(found);
            ReadEdge(found);
        }

        ReadEdges();
        ReadValues();
        var network = _parameters.TryGetValue("service-network", out var number) ? int.Parse(number, CultureInfo.InvariantCulture) : (int?)null;
        if (network is { } whitelist)
        {
            ReadWhitelist(whitelist);
        }

        ReadPattern();
        if (!IsBroken && network is { } known && Intent(known) is { } intent)
        {
            ReadLines(intent);
            Plan(intent);
        }

        return new FoundPart(PerimetaSystem.SystemName, _termination)
        {
            Parameters = _parameters,
            Objects = _objects,
            Facts = IsBroken ? new Dictionary<string, string>() : _facts,
            LeftFacts = IsBroken ? null : AdoptedLines.Prefix,
            Findings = _findings,
        };
    }

    private void Add(string code, FindingSeverity severity, Sentence sentence, Sentence fix, string source = Rule) => _findings.Add(new(code, severity, sentence, fix, source));

    private void ReadName(FoundAdjacency found)
    {
        if (!Lints.IsSafeName(found.There.Name))
        {
            Add(
                "sbc-name-unsafe",
                FindingSeverity.Error,
                $"The adjacency name \"{found.Shown}\" is read and never written: the bot writes names of at most 30 letters, digits, hyphens and underscores that begin with a letter. This trunk can't be taken under management.",
                "Build the adjacency again under another name.",
                "P01: operator script; safe set inferred");
        }
    }

    private void ReadEdge(FoundAdjacency found)
    {
        var (there, peer) = found;
        var host = CliLine.Printable(there.Peer!);
        if (peer.Edge is null)
        {
            var byRange = EdgeCatalogue.Current.Edges.Where(edge => there.Ranges.Any(range => Ranges.Overlap(range, edge.Signaling))).ToList();
            Add(
                "adoption-edge-unknown",
                FindingSeverity.Error,
                $"The signaling-peer {host} of adjacency {found.Shown} does not say which Twilio edge it leads to{(byRange is [var only] ? Sentence.Of($"; its remote-address-range is that of {only.Name}") : Sentence.Of($""))}.",
                $"Set signaling-peer to the host of one edge, such as {HostOf(byRange is [var one] ? one : EdgeCatalogue.Current.Edges[0])}.",
                "seed article: one adjacency per region");
        }
        else if (peer.Style != _site.Perimeta.PeerHostStyle)
        {
            Add(
                "adoption-host-style-differs",
                FindingSeverity.Error,
                $"The signaling-peer {host} of adjacency {found.Shown} names its edge {(peer.Style == EdgeHostStyle.Legacy ? (Sentence)"by its legacy region" : (Sentence)"by its edge name")}, and the hosts of this site do otherwise ({HostOf(peer.Edge)}).",
                "Set perimeta.peerHostStyle of the site profile, if all of its trunks are so; otherwise set the signaling-peer.");
        }

        if (!there.IsActive)
        {
            Add("adjacency-inactive", FindingSeverity.Warning, $"Adjacency {found.Shown} is inactive.", "Activate it, if it does not rest on purpose: the next change of the trunk does.");
        }
    }

    private string HostOf(TwilioEdge edge) => $"{_termination}.pstn.{(_site.Perimeta.PeerHostStyle == EdgeHostStyle.Legacy ? edge.Legacy : edge.Name)}.twilio.com";

    private void ReadEdges()
    {
        foreach (var twice in _found.Where(found => found.Peer.Edge is not null).GroupBy(found => found.Peer.Edge!.Name).Where(same => same.Count() > 1))
        {
            Add(
                "adoption-edge-twice",
                FindingSeverity.Error,
                $"Adjacencies {List(twice)} all lead to {twice.Key} of {_termination}: the bot keeps one for each edge.",
                "Find out which of them carries calls, and remove the others by hand.");
        }

        _parameters["termination"] = _termination;
        if (_found.TrueForAll(found => found.Peer.Edge is not null))
        {
            Tell("edges", string.Join(',', _found.Select(found => found.Peer.Edge!.Name).Distinct()));
        }
    }

    private void Tell(string key, string value) => _parameters[key] = ParameterSpelling.Of(TrunkParameters.Find(key)!, value, null);

    private void ReadValues()
    {
        Common("realm", "realm", there => there.Realm);
        Common("service-address", "service-address", LabelOf);
        Common("service-network", "service network", there => NetworkOf(there)?.ToString(CultureInfo.InvariantCulture));
        Common("local-port", "signaling-local-port", there => there.Node.ValueOf("signaling-local-port"));
        Common("adjacency-type", "adjacency-type", there => there.Node.ValueOf("adjacency-type"));
        Common("interop-profile", "default-interop-profile", there => there.Node.ValueOf("default-interop-profile"));
        Common("transport", "transport", TransportOf);
    }

    private void Common(string key, string what, Func<Adjacency, string?> of)
    {
        var values = _found.GroupBy(found => of(found.There)).ToList();
        if (values.Count > 1)
        {
            Add(
                "adoption-values-differ",
                FindingSeverity.Error,
                $"The adjacencies of {_termination} differ in {what}: {string.Join("; ", values.Select(value => $"{(value.Key is { } text ? CliLine.Printable(text) : "none")} ({List(value)})"))}.",
                "Make them alike by hand, or leave the trunk to its people.");
        }
        else if (values[0].Key is { } value)
        {
            Tell(key, value);
        }
    }

    private static string List(IEnumerable<FoundAdjacency> adjacencies) => string.Join(", ", adjacencies.Select(found => found.Shown));

    /// <summary>Its label; of one that names a local address with its network instead, the label that stands for them.</summary>
    private string? LabelOf(Adjacency there) => there.ServiceAddress ?? (there.LocalAddress is { } local
        ? _running.ServiceAddresses.FirstOrDefault(address => address.Local == local && (address.ServiceNetwork is not { } network || there.ServiceNetwork == $"{network}"))?.Label
        : null);

    /// <summary>That of its service address, else its own, else the one on which Twilio's addresses are permitted, if that is one.</summary>
    private int? NetworkOf(Adjacency there) =>
        LabelOf(there) is { } label && _running.ServiceAddresses.FirstOrDefault(address => address.Label == label)?.ServiceNetwork is { } network ? network
        : int.TryParse(there.ServiceNetwork, NumberStyles.None, CultureInfo.InvariantCulture, out var own) ? own
        : _running.Permits.Where(permit => there.Accepts(permit.First)).Select(permit => permit.ServiceNetwork).Distinct().ToList() is [var only] ? only
        : null;

    /// <summary>Null where nothing tells: the published lines are the same for UDP and TCP.</summary>
    private static string? TransportOf(Adjacency there) => (there.Node.ValueOf("mandated-transport") ?? there.Node.ValueOf("preferred-transport"))?.ToLowerInvariant() switch
    {
        { } named when named is "udp" or "tcp" or "tls" => named,
        _ => there.Node.ValueOf("signaling-peer-port") == "5061" ? "tls" : null,
    };

    private void ReadPattern()
    {
        var named = _found.Where(found => found.Peer.Edge is not null).Select(found => (found.There.Name, found.Peer.Edge!)).ToList();
        if (named.Count == 0 || _findings.Exists(finding => finding.Code is "sbc-name-unsafe" or "adoption-edge-twice"))
        {
            return;
        }

        var (_, first) = named[0];
        if (AdjacencyNames.Pattern(named, _known.GetValueOrDefault("name")) is { } pattern)
        {
            _parameters["adjacency"] = pattern;
            if (!AdjacencyNames.NamesEdge(pattern))
            {
                Add(
                    "adoption-names-irregular",
                    FindingSeverity.Warning,
                    $"The name of adjacency {List(_found)} does not say that it leads to {first.Name}: no adjacency of another edge can be named after it, so the trunk stays with this edge.",
                    $"Before edges are to be added, build it again under a name such as {_termination}-{first.Legacy}.");
            }

            return;
        }

        Add(
            "adoption-names-irregular",
            FindingSeverity.Error,
            $"No one pattern gives the names of the adjacencies {List(_found)}: each must hold the legacy region or the edge that it leads to (such as {first.Legacy} or {first.Name}, in lower case), and be like the others besides.",
            $"Build them again under names of one pattern, such as {_termination}-{first.Legacy}; or leave the trunk to its people.");
    }
}
