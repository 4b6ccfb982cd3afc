using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Dialects;
using TrunkBot.Perimeta.Templates;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Planning;

/// <summary>
/// The lines of each kind of change, whole blocks from <c>config</c> to <c>end</c> (and the save command, where a site has one): one block for each object, so that a nesting
/// mistake can't leak into the next one (domain document, section 10).
/// </summary>
internal sealed class CommandBlocks(Dialect dialect)
{
    /// <summary>With the one value that is published (operator script).</summary>
    public const string ForceSignalingPeer = "force-signaling-peer all-requests";

    /// <summary>The lines inside an adjacency in the canonical order (domain document, section 4), inactive: the seed article's, and what the site sets besides.</summary>
    /// <param name="template">Lines of the site's own for a secure trunk; they come last, since no public source says where else.</param>
    public static IReadOnlyList<string> AdjacencyLines(TrunkIntent intent, TwilioEdge edge, AdjacencySettings settings, IReadOnlyList<string>? template = null) =>
    [
        .. Limits(settings.Limits),
        "deactivation-mode normal",
        .. settings.Account is { } account ? [$"account {account}"] : Array.Empty<string>(),
        "call-media-policy",
        "early-media timeout 240",
        "media-bypass-policy forbid",
        "repeat-sdp-on-200ok",
        .. Interop(settings),
        $"adjacency-type {intent.AdjacencyType}",
        "privacy trusted",
        $"realm {intent.Realm}",
        $"service-address {intent.ServiceAddress}",
        $"signaling-local-port {intent.LocalPort}",
        $"remote-address-range ipv4 {edge.Signaling.BaseAddress} prefix-len {edge.Signaling.PrefixLength}",
        $"signaling-peer {intent.PeerHost(edge)}",
        .. settings.DynamicRoutingDomainMatch ? [$"dynamic-routing-domain-match {intent.PeerHost(edge)}"] : Array.Empty<string>(),
        $"signaling-peer-port {intent.PeerPort}",
        "statistics-setting detail",
        $"default-interop-profile {intent.InteropProfile}",
        .. template ?? [],
        AdjacencyText.Inactive,
    ];

    private static IEnumerable<string> Limits(AdjacencyLimits? limits) => limits is null ? [] :
    [
        "adjacency-limits",
        .. limits.Regs is { } regs ? [$"regs {regs}"] : Array.Empty<string>(),
        .. limits.Rates().Select(rate => $"{rate.Keyword} sustain {rate.Rate.Sustain} per-{(rate.Rate.Per == RatePeriod.Second ? "second" : "minute")}"),
    ];

    private static IEnumerable<string> Interop(AdjacencySettings settings)
    {
        if (settings.EditProfilesInbound is not null || settings.EditProfilesOutbound is not null)
        {
            yield return "interop";
            yield return "message-manipulation";
        }
        else if (settings.ForceSignalingPeerInInterop)
        {
            yield return "interop";
        }

        if (settings.EditProfilesInbound is { } inbound)
        {
            yield return $"edit-profiles inbound {ProfileList(inbound)}";
        }

        if (settings.EditProfilesOutbound is { } outbound)
        {
            yield return $"edit-profiles outbound {ProfileList(outbound)}";
        }

        if (settings.ForceSignalingPeer)
        {
            yield return ForceSignalingPeer;
        }
    }

    // An empty list is an argument too (admin article).
    private static string ProfileList(IReadOnlyList<string> profiles) => profiles.Count == 0 ? "\"\"" : string.Join(',', profiles);

    /// <summary>The block that <paramref name="lines"/> describe, as it is compared with what a device shows. The <c>exit</c> of a template leaves a mode that only the device knows.</summary>
    public static ConfigNode Intended(string name, IReadOnlyList<string> lines) =>
        RunningConfiguration.Read($"adjacency sip {name}\n{string.Join('\n', lines.Where(line => line != TemplateLine.Exit))}\n").Adjacencies[0].Node;

    public static string Permit(int serviceNetwork, object address) => $"permit-peer service-network {serviceNetwork} ipv4 {address}";

    public IReadOnlyList<string> AddPermits(int serviceNetwork, IEnumerable<string> addresses) =>
        Block(["system", "ip-access-control", "trusted-sources", .. addresses.Select(address => Permit(serviceNetwork, address))]);

    /// <summary>Last added, first removed.</summary>
    public IReadOnlyList<string> RemovePermits(int serviceNetwork, IEnumerable<string> addresses) =>
        Block(["system", "ip-access-control", "trusted-sources", .. addresses.Reverse().Select(address => $"no {Permit(serviceNetwork, address)}")]);

    public IReadOnlyList<string> Build(string name, IReadOnlyList<string> lines) => Block(["sbc", "signaling", $"adjacency sip {name}", .. lines]);

    public IReadOnlyList<string> Remove(string name) => Block(["sbc", "signaling", $"no adjacency sip {name}"]);

    public IReadOnlyList<string> Activate(string name) => Block(["sbc", "signaling", $"adjacency sip {name}", "activate"]);

    public IReadOnlyList<string> Deactivate(string name) => Block(["sbc", "signaling", $"adjacency sip {name}", "no activate"]);

    /// <summary>Lines of an adjacency that is there; one in service is out of it while they change (domain document, section 10, rule 9).</summary>
    public IReadOnlyList<string> Edit(string name, IReadOnlyList<string> lines, bool active) =>
        Block(["sbc", "signaling", $"adjacency sip {name}", .. active ? ["no activate", .. lines, "activate"] : lines]);

    /// <summary>Lines that say themselves where they belong.</summary>
    public IReadOnlyList<string> Whole(IReadOnlyList<string> lines) => Block(lines);

    private IReadOnlyList<string> Block(IReadOnlyList<string> lines) =>
        [.. new[] { dialect.Words.Enter }.Where(word => word.Length > 0), .. lines, dialect.Words.Leave, .. new[] { dialect.Words.Save }.OfType<string>()];
}
