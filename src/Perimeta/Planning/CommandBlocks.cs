using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Dialects;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;

namespace TrunkBot.Perimeta.Planning;

/// <summary>
/// The lines of each kind of change, whole blocks from <c>config</c> to <c>end</c> (and the save command, where a site has one): one block for each object, so that a nesting
/// mistake can't leak into the next one (domain document, section 10).
/// </summary>
internal sealed class CommandBlocks(Dialect dialect)
{
    /// <summary>The lines inside an adjacency in the canonical order of the seed article, inactive.</summary>
    public static IReadOnlyList<string> AdjacencyLines(TrunkIntent intent, TwilioEdge edge) =>
    [
        "deactivation-mode normal",
        "call-media-policy",
        "early-media timeout 240",
        "media-bypass-policy forbid",
        "repeat-sdp-on-200ok",
        $"adjacency-type {intent.AdjacencyType}",
        "privacy trusted",
        $"realm {intent.Realm}",
        $"service-address {intent.ServiceAddress}",
        $"signaling-local-port {intent.LocalPort}",
        $"remote-address-range ipv4 {edge.Signaling.BaseAddress} prefix-len {edge.Signaling.PrefixLength}",
        $"signaling-peer {intent.PeerHost(edge)}",
        $"signaling-peer-port {intent.PeerPort}",
        "statistics-setting detail",
        $"default-interop-profile {intent.InteropProfile}",
        "no activate",
    ];

    /// <summary>The block that <paramref name="lines"/> describe, as it is compared with what a device shows.</summary>
    public static ConfigNode Intended(string name, IReadOnlyList<string> lines) =>
        RunningConfiguration.Read($"adjacency sip {name}\n{string.Join('\n', lines)}\n").Adjacencies[0].Node;

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

    private IReadOnlyList<string> Block(IReadOnlyList<string> lines) =>
        [.. new[] { dialect.Words.Enter }.Where(word => word.Length > 0), .. lines, dialect.Words.Leave, .. new[] { dialect.Words.Save }.OfType<string>()];
}
