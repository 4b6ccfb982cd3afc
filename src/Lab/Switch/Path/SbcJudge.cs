using System.Net;
using TrunkBot.Lab.Control;

namespace TrunkBot.Lab.Switch.Path;

/// <summary>What the SBC lets through: in from the call server, out towards Twilio.</summary>
internal sealed class SbcJudge(IPAddress cfsAddress, Func<string, string?> conditions)
{
    private readonly EdgeDns dns = new(conditions);

    /// <summary>The lab's core side listens on both; it knows no TLS towards the call server.</summary>
    private static readonly string[] CoreTransports = ["UDP", "TCP"];

    /// <summary>Whether the SBC hears the call server at all. When it does not, nobody answers and the call server's timer ends the call with 408.</summary>
    public Judgement? RefusedIn(SbcState state, CfsBinding binding)
    {
        var core = state.Adjacencies.Where(IsCore).ToList();
        var listening = core.Where(adjacency => adjacency.Active
            && IPAddress.TryParse(binding.ProxyIpAddress, out var proxy)
            && Local(state, adjacency) is { Active: true } local
            && local.Local.Equals(proxy)
            && adjacency.LocalPort == binding.ProxyIpPort).ToList();
        if (listening.Count == 0)
        {
            var where = core.Where(adjacency => adjacency.Active).Select(adjacency => $"{Local(state, adjacency)?.Local}:{adjacency.LocalPort}").FirstOrDefault();
            return Unanswered("proxy-not-core-address", where is null
                ? $"The SBC has no active adjacency towards the CFS {cfsAddress}."
                : $"Binding {binding.Name} sends to {binding.ProxyIpAddress}:{binding.ProxyIpPort}, the SBC listens for the CFS on {where}.");
        }

        if (!CoreTransports.Contains(binding.TransportProtocol, StringComparer.OrdinalIgnoreCase))
        {
            return Unanswered("transport-mismatch", $"Binding {binding.Name} sends by {binding.TransportProtocol}, the SBC's core side takes {string.Join(" and ", CoreTransports)}.");
        }

        return listening.Any(adjacency => adjacency.RemoteRanges.Count == 0 || adjacency.RemoteRanges.Any(range => range.Contains(cfsAddress)))
            ? null
            : Unanswered("cfs-outside-remote-address-range", $"The CFS {cfsAddress} is in no remote-address-range of adjacency {listening[0].Name}.");
    }

    /// <summary>The first adjacency that leads to <paramref name="contact"/> and is whole; else what is wrong with the nearest to it.</summary>
    public SbcWay Out(SbcState state, string contact)
    {
        var wanted = dns.Resolve(contact);
        if (wanted.Count == 0)
        {
            return Refuse(null, "contact-not-resolved", $"{contact} has no address in the DNS.");
        }

        var leading = state.Adjacencies
            .Where(adjacency => !IsCore(adjacency) && adjacency.SignalingPeer is { } peer && dns.Resolve(peer).Intersect(wanted).Any())
            .ToList();
        if (leading.Count == 0)
        {
            return Refuse(null, "adjacency-missing", $"No adjacency of the SBC has a signaling-peer that resolves to an address of {contact}.");
        }

        var active = leading.Where(adjacency => adjacency.Active).ToList();
        if (active.Count == 0)
        {
            return Refuse(leading[0], "adjacency-not-active", $"Adjacency {leading[0].Name} leads to {contact} and is not activated.");
        }

        var ways = active.Select(adjacency => Through(state, adjacency)).ToList();
        return ways.FirstOrDefault(way => way.Refusal is null) ?? ways[0];
    }

    /// <summary>
    /// The first of a trunk's adjacencies that takes calls at an address and is whole; else what is wrong with the nearest to it. What the SBC does not let in it drops.
    /// </summary>
    public SbcWay In(SbcState state, string domain, string address, int port)
    {
        var there = state.Adjacencies
            .Where(adjacency => adjacency.SignalingPeer is { } peer && string.Equals(EdgeNames.TerminationDomain(peer), domain, StringComparison.OrdinalIgnoreCase))
            .Where(adjacency => adjacency.LocalPort == port && Local(state, adjacency)?.Local.ToString() == address)
            .ToList();
        if (there.Count == 0)
        {
            return new(null, null, Unanswered("origination-address-not-served", $"No adjacency of {domain} is at {address}:{port}."));
        }

        if (there.Where(adjacency => adjacency.Active).ToList() is not { Count: > 0 } active)
        {
            return new(there[0].Name, null, Unanswered("adjacency-not-active", $"Adjacency {there[0].Name} at {address}:{port} is not activated."));
        }

        var ways = active.Select(adjacency => Through(state, adjacency)).ToList();
        return ways.FirstOrDefault(way => way.Refusal is null) ?? ways[0] with { Refusal = Unanswered(ways[0].Refusal!.Code, ways[0].Refusal!.Reason) with { Adjacency = ways[0].Adjacency } };
    }

    private SbcWay Through(SbcState state, SbcAdjacency adjacency)
    {
        var peer = adjacency.SignalingPeer!;
        var addresses = dns.Resolve(peer);
        if (adjacency.Realm is null || !state.Realms.Contains(adjacency.Realm, StringComparer.Ordinal))
        {
            return Refuse(adjacency, "realm-undefined", $"Adjacency {adjacency.Name} names realm {adjacency.Realm ?? "(none)"}, which no media-address defines.");
        }

        if (Local(state, adjacency) is not { } local)
        {
            return Refuse(adjacency, "service-address-undefined", $"Adjacency {adjacency.Name} names service-address {adjacency.ServiceAddress ?? "(none)"}, which is not defined.");
        }

        if (!local.Active)
        {
            return Refuse(adjacency, "service-address-inactive", $"The local address {local.Local} of adjacency {adjacency.Name} is not activated.");
        }

        // The SBC asks the DNS itself and may get any of the addresses: each must be let in, or calls fail now and then.
        if (addresses.FirstOrDefault(address => !adjacency.RemoteRanges.Any(range => range.Contains(address))) is { } stranger)
        {
            return Refuse(adjacency, "peer-outside-remote-address-range", $"{stranger} of {peer} is in no remote-address-range of adjacency {adjacency.Name}.");
        }

        if (addresses.FirstOrDefault(address => !state.Permits.Contains(new SbcPermit(local.ServiceNetwork, address))) is { } stranded)
        {
            return Refuse(adjacency, "peer-not-permitted", $"{stranded} of {peer} has no permit-peer on service network {local.ServiceNetwork}, where {(local.Label.Length > 0 ? local.Label : local.Local)} is.");
        }

        if (addresses.FirstOrDefault(address => state.Bans.Any(ban => ban.ServiceNetwork == local.ServiceNetwork && ban.Addresses.Contains(address))) is { } keptOut)
        {
            return Refuse(adjacency, "peer-banned", $"{keptOut} of {peer} is banned by ban-peer on service network {local.ServiceNetwork}.");
        }

        if (adjacency.SignalingPeerPort is int port and not 5060)
        {
            return new(adjacency.Name, null, Unanswered("peer-port-not-answered", $"Adjacency {adjacency.Name} sends without TLS to port {port}; Twilio answers on 5060.") with { Adjacency = adjacency.Name });
        }

        if (EdgeNames.EdgeOf(peer) is { } edge && conditions(Conditions.EdgeDown) == edge)
        {
            return new(adjacency.Name, null, Unanswered("edge-down", $"Edge {edge} is down: {peer} does not answer.") with { Adjacency = adjacency.Name });
        }

        return new(adjacency.Name, local.Local, null) { OffersSrtp = adjacency.OffersSrtp, HasOldTls = adjacency.HasOldTls, CallsPerMinute = adjacency.CallsPerMinute };
    }

    public static Judgement Unanswered(string code, string reason) => new(408, "Request Timeout", code, reason, Silent: true);

    private static SbcWay Refuse(SbcAdjacency? adjacency, string code, string reason) =>
        new(adjacency?.Name, null, new(503, "Service Unavailable", code, reason) { Adjacency = adjacency?.Name });

    /// <summary>By its service-address, or by service-network and signaling-local-address, the other form of the seed article.</summary>
    private static SbcServiceAddress? Local(SbcState state, SbcAdjacency adjacency) => adjacency.ServiceAddress is { } label
        ? state.ServiceAddresses.FirstOrDefault(address => address.Label == label)
        : state.ServiceAddresses.FirstOrDefault(address => address.ServiceNetwork == adjacency.ServiceNetwork && address.Local.Equals(adjacency.LocalAddress));

    private bool IsCore(SbcAdjacency adjacency) => IPAddress.TryParse(adjacency.SignalingPeer, out var peer) && peer.Equals(cfsAddress);
}
