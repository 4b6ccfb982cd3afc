using System.Globalization;
using System.Net;
using TrunkBot.Changes.Plans;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Planning;
using TrunkBot.Perimeta.Session;
using TrunkBot.Perimeta.Steps;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Parameters;

namespace TrunkBot.Perimeta.Inventory;

/// <summary>The adjacencies beside the lines that the bot would write for them.</summary>
internal sealed partial class FoundTrunk
{
    /// <summary>The trunk as it would be under management, as far as the Perimeta is concerned; null while a value is missing.</summary>
    private TrunkIntent? Intent(int network)
    {
        var told = new Dictionary<string, string>(_known, StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in _parameters)
        {
            told[key] = value;
        }

        // A line that none of the adjacencies has: the value that the trunk will have all the same, since the intent has one.
        string? Value(string key) => told.GetValueOrDefault(key) ?? IntentReader.DefaultOf(TrunkParameters.Find(key)!, told, _site);
        if (Value("realm") is not { } realm || Value("service-address") is not { } address || !int.TryParse(Value("local-port"), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || Value("interop-profile") is not { } profile || Value("adjacency-type") is not { } type || !Enum.TryParse<SipTransport>(Value("transport"), ignoreCase: true, out var transport))
        {
            return null;
        }

        return new TrunkIntent
        {
            Name = _known.GetValueOrDefault("name") ?? _termination,
            Site = _site.Name,
            Edges = [.. _found.Select(found => found.Peer.Edge!)],
            Transport = transport,
            TerminationName = _termination,
            PublicAddresses = [],
            ServiceNetwork = network,
            ServiceAddress = address,
            Realm = realm,
            LocalPort = port,
            AdjacencyNamePattern = _parameters["adjacency"],
            InteropProfile = profile,
            AdjacencyType = type,
            CoreProxyAddress = IPAddress.None,
            CoreProxyPort = 5060,
            MediaGatewayModel = "",
            BindingName = "",
            SipTrunkName = "",
            TestNumber = "",
            Origination = false,
            Numbers = [],
            HostStyle = _site.Perimeta.PeerHostStyle,
        };
    }

    private void ReadLines(TrunkIntent intent)
    {
        foreach (var (there, peer) in _found)
        {
            ReadLines(there, peer.Edge!, intent);
        }
    }

    /// <summary>What one adjacency has otherwise than the bot would have built it: that stays, and is a fact of the trunk.</summary>
    private void ReadLines(Adjacency there, TwilioEdge edge, TrunkIntent intent)
    {
        var secure = _templates.SecureLines(intent, _site.Perimeta, edge);
        var wrong = Wrong(secure);
        var isBare = secure.Count > 0 && wrong.Exists(line => secure.Contains(line.Intended!));
        if (isBare)
        {
            wrong = Wrong([]);
        }

        foreach (var line in wrong.Where(IsOfTheEdge))
        {
            var isRange = line.Intended!.StartsWith("remote-address-range", StringComparison.Ordinal);
            Add(
                isRange ? "adjacency-range-differs" : "adjacency-peer-differs",
                FindingSeverity.Warning,
                $"Adjacency {there.Name} leads to {edge.Name} and has {CliLine.Printable(line.Actual ?? "no line for it")} instead of {line.Intended}.",
                "Correct it by hand; or the next change of the trunk does.",
                isRange ? "P07: answers would match no adjacency; inferred" : "seed article");
        }

        var left = wrong.Where(line => !IsOfTheEdge(line)).ToList();
        Keep(AdoptedLines.Fact(there.Name, left, isBare));
        var extras = Difference(AdoptedLines.Of(intent, edge, _site.Perimeta, _templates, _facts)).Extras.Select(line => line.ToString()).ToList();
        Keep(ExtraLines.Fact(there.Name, extras));
        if (left.Count > 0 || isBare)
        {
            Add(
                "adoption-lines-kept",
                FindingSeverity.Info,
                $"Adjacency {there.Name} is otherwise than the bot would build it, and stays so: {Shown([.. left.Select(line => line.ToString()), .. isBare ? ["without all the lines of the site's template for TLS"] : Array.Empty<string>()])}.",
                "Nothing, if it carries calls: changes of the trunk leave these lines as they are.");
        }

        if (extras.Count > 0)
        {
            Add("adjacency-extra-lines", FindingSeverity.Info, $"Adjacency {there.Name} has further lines, which stay: {Shown(extras)}.", "Check that they fit this trunk.", "domain document, section 10");
        }

        if (Lints.CantBePutBack(there.Name, AdjacencyText.LinesOf(there.Node)) is { } cant)
        {
            _findings.Add(cant with { Severity = FindingSeverity.Warning });
        }

        List<DifferentLine> Wrong(IReadOnlyList<string> template) =>
            [.. Difference(CommandBlocks.AdjacencyLines(intent, edge, _site.Perimeta.Adjacency, template)).Lines.Where(line => line.Kind != DifferenceKind.Extra)];

        ConfigDifference Difference(IReadOnlyList<string> intended) =>
            ConfigDifference.Between(CommandBlocks.Intended(there.Name, intended), there.Node, activation: false, _dialect.Repeatable);
    }

    /// <summary>Lines that follow from the edge alone: no choice of anybody's.</summary>
    private static bool IsOfTheEdge(DifferentLine line) =>
        line.Intended!.StartsWith("remote-address-range ", StringComparison.Ordinal)
        || (line.Kind == DifferenceKind.Changed && line.Intended.StartsWith("signaling-peer", StringComparison.Ordinal));

    private static string Shown(IEnumerable<string> lines) => string.Join("; ", lines.Select(CliLine.Whole));

    private void Keep(IEnumerable<KeyValuePair<string, string>> facts)
    {
        foreach (var (key, value) in facts.Where(fact => fact.Value.Length > 0))
        {
            _facts[key] = value;
        }
    }

    /// <summary>
    /// What a plan of the trunk would say on the day after its adoption, besides what is said already. What would stop a change does not stand in the
    /// way of the adoption, which changes nothing.
    /// </summary>
    private void Plan(TrunkIntent intent)
    {
        var plan = new PerimetaPlanner(new TrunkGoal(intent) { Owned = new(intent, _facts) }, _site, _dialect, _running, _templates).Plan(PerimetaSystem.SystemName, "Perimeta", "");
        _findings.AddRange(plan.Findings
            .Where(finding => finding.Code is not ("adjacency-drifted" or "adjacency-out-of-service-for-change" or "applied-by-hand" or "routing-not-confirmed" or "routing-by-template"))
            .Where(finding => !_findings.Exists(said => said.Code == finding.Code))
            .Select(finding => finding.Severity == FindingSeverity.Error ? finding with { Severity = FindingSeverity.Warning } : finding));
    }
}
