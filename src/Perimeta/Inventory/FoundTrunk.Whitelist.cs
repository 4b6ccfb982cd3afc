using System.Net;
using TrunkBot.Perimeta.Planning;
using TrunkBot.Perimeta.Steps;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Language;

namespace TrunkBot.Perimeta.Inventory;

/// <summary>The whitelist lines that the trunk uses, and whose they are.</summary>
internal sealed partial class FoundTrunk
{
    private void ReadWhitelist(int network)
    {
        var edges = _found.Select(found => found.Peer.Edge).OfType<TwilioEdge>().Distinct().ToList();
        var missing = new List<IPAddress>();
        foreach (var address in edges.SelectMany(edge => edge.Addresses))
        {
            var line = CommandBlocks.Permit(network, address);
            if (!_running.HasPermit(network, address))
            {
                var isPermitted = _running.IsPermitted(network, address);
                _objects.Add(isPermitted ? $"{line}: covered by a line for a range" : $"{line}: missing");
                missing.AddRange(isPermitted ? [] : [address]);
            }
            else if (IsNeededByOthers(network, address))
            {
                _objects.Add($"{line}: there, and another adjacency needs it too");
            }
            else
            {
                _objects.Add($"{line}: there");
                Keep(PermitFacts.Own(network, [$"{address}"]));
            }
        }

        if (missing.Count > 0)
        {
            var elsewhere = _running.Permits.FirstOrDefault(permit => permit.ServiceNetwork != network && missing.Exists(permit.Covers));
            Add(
                "whitelist-incomplete",
                FindingSeverity.Warning,
                $"Of the addresses of {_termination}'s edges, {missing.Count} are not permitted on service network {network}: {string.Join(", ", missing)}.{(elsewhere is null ? Sentence.Of($"") : Sentence.Of($" Some are on service network {elsewhere.ServiceNetwork}."))}",
                "Add the permit-peer lines by hand; or the next change of the trunk does.",
                "P04: two gates; inferred");
        }

        if (_site.Perimeta.WhitelistAllEdges)
        {
            ReadWhitelistOfOthers(network, [.. EdgeCatalogue.Current.Edges.Except(edges).SelectMany(edge => edge.Addresses)]);
        }
    }

    /// <summary>
    /// Lines for edges that the trunk does not use, where the site wants them all: they go with the last trunk that leads to Twilio, so those that are there are
    /// this one's only when no other adjacency leads there; those that are missing were so before, which is no drift.
    /// </summary>
    private void ReadWhitelistOfOthers(int network, IReadOnlyList<IPAddress> others)
    {
        var lacking = others.Where(address => !_running.IsPermitted(network, address)).ToList();
        Keep(PermitFacts.Own(network, others.Where(address => _running.HasPermit(network, address) && !IsNeededByOthers(network, address)).Select(address => $"{address}")));
        Keep(PermitFacts.Lack(network, lacking.Select(address => $"{address}")));
        _objects.Add($"whitelist of service network {network}: {others.Count - lacking.Count} of {others.Count} addresses of other Twilio edges");
        if (lacking.Count > 0)
        {
            Add(
                "whitelist-not-all-edges",
                FindingSeverity.Info,
                $"Of the addresses of other Twilio edges, {lacking.Count} are not permitted on service network {network}, and the site wants those of all edges: a call may come from any of them.",
                "Nothing now: the next change of the trunk adds them.",
                "P03: seed article");
        }
    }

    private bool IsNeededByOthers(int network, IPAddress address) =>
        PermitUse.IsNeeded(_running, network, address, [.. _found.Select(found => found.There.Name)], _site.Perimeta.WhitelistAllEdges);
}
