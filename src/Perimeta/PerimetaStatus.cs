using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Health;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Session;
using TrunkBot.Perimeta.Steps;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta;

/// <summary>
/// What the Perimeta's configuration says of a trunk. That an adjacency is active is administrative and says nothing about reaching
/// the peer.
/// </summary>
internal sealed class PerimetaStatus(SbcSessions sessions, TimeProvider time) : IStatusReader
{
    private static readonly string[] RateWords = ["call-rate", "in-call-rate", "out-of-call-rate"];

    private readonly SharedRead<RunningConfiguration> shared = new(time);

    public string System => "Perimeta";

    public string ElementOf(SiteProfile site) => site.Perimeta.Element;

    public Task<IReadOnlyList<StatusLine>> ReadAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken) =>
        OfAsync(intent, site, RunningAsync(site, cancellationToken));

    /// <inheritdoc/>
    /// <remarks>One read of the configuration holds all that is said of every trunk.</remarks>
    public Task<IReadOnlyList<StatusLine>> WatchAsync(TrunkIntent intent, SiteProfile site, ReadAges ages, CancellationToken cancellationToken) =>
        OfAsync(intent, site, shared.GetAsync(site.Perimeta.Element, ages.Shared, () => RunningAsync(site, CancellationToken.None), cancellationToken));

    private async Task<RunningConfiguration> RunningAsync(SiteProfile site, CancellationToken cancellationToken)
    {
        using var lease = await sessions.LeaseAsync(site.Perimeta, static (_, _) => { }, cancellationToken);
        return await new ElementCli(lease.Session, lease.Dialect).ReadAllAsync(cancellationToken);
    }

    private static async Task<IReadOnlyList<StatusLine>> OfAsync(TrunkIntent intent, SiteProfile site, Task<RunningConfiguration> running)
    {
        try
        {
            return Of(intent, await running);
        }
        catch (SbcFailureException e)
        {
            return [new(HealthState.Failed, $"{site.Perimeta.Element}", e.Said, e.Code, e.Fix) { IsOfSystem = true }];
        }
    }

    internal static IReadOnlyList<StatusLine> Of(TrunkIntent intent, RunningConfiguration running) =>
    [
        .. intent.Edges.Select(edge => AdjacencyOf(edge, intent, running) with { Edge = edge.Name }),
        .. intent.Edges.Select(edge => RateOf(edge, intent, running)).OfType<StatusLine>(),
        .. intent.Edges.Select(edge => WhitelistOf(edge, intent, running) with { Edge = edge.Name }),
        Label($"service address {intent.ServiceAddress}", intent.ServiceAddress, "service-address-missing", running.ServiceAddresses.Select(address => address.Label)),
        Label($"realm {intent.Realm}", intent.Realm, "realm-missing", running.Realms),
    ];

    private static StatusLine AdjacencyOf(TwilioEdge edge, TrunkIntent intent, RunningConfiguration running)
    {
        var name = intent.AdjacencyName(edge);
        Sentence what = $"adjacency {name}";
        return running.FindAdjacency(name) switch
        {
            null => new(HealthState.Failed, what, "it is not there", "adjacency-missing", "Provision the trunk again, or find out who removed it."),
            { IsActive: false } => new(HealthState.Failed, what, "inactive", "adjacency-inactive", "Activate it, if nobody took it out of service on purpose."),
            { } there when !string.Equals(there.Peer?.TrimEnd('.'), intent.PeerHost(edge), StringComparison.OrdinalIgnoreCase) =>
                new(HealthState.Failed, what, $"its signaling-peer is {Shown(there.Peer)}, not {intent.PeerHost(edge)}", "adjacency-peer-differs", "Correct the signaling-peer."),
            { } there when edge.Addresses.FirstOrDefault(address => !there.Accepts(address)) is { } outside =>
                new(HealthState.Failed, what, $"{outside} is outside its remote-address-range", "adjacency-range-differs", $"Set remote-address-range to {edge.Signaling}."),
            { } there when there.Ranges.Where(range => !(edge.Signaling.Contains(range.BaseAddress) && range.PrefixLength >= edge.Signaling.PrefixLength)).ToList() is [var wider, ..] =>
                new(HealthState.Attention, what, $"it takes calls from {wider} too, which is not {edge.Name}", "adjacency-range-wider", $"Find out who added the range; planned was {edge.Signaling} alone."),
            { ServiceAddress: { } label, ServiceNetwork: { } network } =>
                new(HealthState.Attention, what, $"it has service-address {label} and service-network {network}, which are two ways to say the same", "adjacency-labels-differ", $"Find out who added the service-network; planned was {intent.ServiceAddress} alone."),
            { } there when there.ServiceAddress != intent.ServiceAddress =>
                new(HealthState.Attention, what, $"its service-address is {Shown(there.ServiceAddress)}, not {intent.ServiceAddress}", "adjacency-service-address-differs", $"Set service-address to {intent.ServiceAddress}."),
            { } there when there.Realm != intent.Realm =>
                new(HealthState.Attention, what, $"its realm is {Shown(there.Realm)}, not {intent.Realm}", "adjacency-realm-differs", $"Set realm to {intent.Realm}."),
            _ => new(HealthState.Ok, what, $"active, {edge.Signaling}, peer {intent.PeerHost(edge)}"),
        };
    }

    /// <summary>Limits as <c>adjacency-limits</c> has them; a trunk that was planned with one shows it too: calls above it are rejected all the same.</summary>
    private static StatusLine? RateOf(TwilioEdge edge, TrunkIntent intent, RunningConfiguration running)
    {
        var name = intent.AdjacencyName(edge);
        var rates = running.FindAdjacency(name)?.Node.Of("adjacency-limits").SelectMany(limits => RateWords.SelectMany(limits.Of)).Select(line => line.Text.Trim()).ToList();
        return rates is { Count: > 0 }
            ? new(HealthState.Attention, $"adjacency {name}: rate of calls", $"{string.Join(", ", rates)}", "adjacency-call-rate", "Raise or remove the limit if it is not meant, or set an alarm threshold.") { Edge = edge.Name }
            : null;
    }

    private static StatusLine WhitelistOf(TwilioEdge edge, TrunkIntent intent, RunningConfiguration running)
    {
        Sentence what = $"whitelist {edge.Name} on service network {intent.ServiceNetwork}";
        var missing = edge.Addresses.Where(address => !running.IsPermitted(intent.ServiceNetwork, address)).ToList();
        var elsewhere = running.Permits.Where(permit => permit.ServiceNetwork != intent.ServiceNetwork && missing.Any(permit.Covers)).Select(permit => permit.ServiceNetwork).Distinct().ToList();
        return missing.Count == 0
            ? new(HealthState.Ok, what, $"all {edge.Addresses.Count} addresses are permitted")
            : elsewhere.Count > 0
            ? new(HealthState.Failed, what, $"{string.Join(", ", missing)} permitted on service network {string.Join(", ", elsewhere)} instead", "whitelist-other-network", $"Add the permit-peer lines on service network {intent.ServiceNetwork}: provision the trunk again.")
            : new(HealthState.Failed, what, $"not permitted: {string.Join(", ", missing)}", "whitelist-incomplete", "Add the permit-peer lines: provision the trunk again.");
    }

    private static Sentence Shown(string? value) => value is null ? "not set" : Sentence.Of($"{value}");

    private static StatusLine Label(Sentence what, string label, string code, IEnumerable<string> known) => known.Distinct().ToList() switch
    {
        var labels when labels.Contains(label) => new(HealthState.Ok, what, "defined"),
        var labels => new(HealthState.Failed, what, labels.Count == 0 ? Sentence.Of($"not defined; there are none") : $"not defined; there are: {string.Join(", ", labels)}", code, "Define it again, or move the trunk to one that exists."),
    };
}
