namespace TrunkBot.Trunks.Sites;

/// <summary>Whether dynamic-peer-routing is configured in the Perimeta's call-policy-set (seed article).</summary>
public enum DynamicPeerRouting
{
    /// <summary>Nobody said: advice is printed and activation waits for a person.</summary>
    Unknown,
    Yes,
    No,
}

/// <summary>What the pair of nodes behind an address does: signalling and media may be split over two pairs.</summary>
public enum PerimetaRole
{
    /// <summary>Both on one pair.</summary>
    Integrated,
    Signaling,

    /// <summary>Media only: no adjacencies live here, so adjacency work is refused.</summary>
    Media,
}

/// <summary>The site's Perimeta.</summary>
public sealed record PerimetaSite
{
    /// <summary>Name of the network element in locks, cards and the journal.</summary>
    public required string Element { get; init; }

    public required string Host { get; init; }

    public int Port { get; init; } = 22;

    public string User { get; init; } = "defcraft";

    /// <summary>Password of the craft user; null when a key is used.</summary>
    public SecretReference? Password { get; init; }

    /// <summary>File with the private key of the craft user (OpenSSH or PEM); null when a password or an agent is used.</summary>
    public string? PrivateKeyFile { get; init; }

    /// <summary>What opens the private key; null when it is not encrypted.</summary>
    public SecretReference? PrivateKeyPassphrase { get; init; }

    /// <summary>Unix socket of an ssh-agent, or <c>SSH_AUTH_SOCK</c> for the one that the environment names, as in ssh_config(5); null: no agent.</summary>
    public string? IdentityAgent { get; init; }

    /// <summary>The agent's key that is used, as <c>ssh-add -l</c> shows it (<c>SHA256:...</c>); null: each that it holds is offered.</summary>
    public string? IdentityFingerprint { get; init; }

    /// <summary>Host through which the device is reached (ProxyJump); null: straight.</summary>
    public JumpHost? Jump { get; init; }

    /// <summary>known_hosts file with every host key the device may show; an unknown key stops the connection.</summary>
    public required string KnownHosts { get; init; }

    /// <summary>Name of the dialect file (prompts, menu, error patterns, show commands).</summary>
    public string Dialect { get; init; } = "published";

    /// <summary>What the nodes behind <see cref="Host"/> do.</summary>
    public PerimetaRole Role { get; init; }

    public DynamicPeerRouting DynamicPeerRouting { get; init; }

    /// <summary>True: the bot sends nothing to this system. Each step of a plan becomes a worksheet for a person, and is read back when that person says that it is done.</summary>
    public bool ApplyByHand { get; init; }

    /// <summary>
    /// Whether an adjacency in service is taken out of it while its lines change, since a device may refuse otherwise (inferred). False: lines
    /// change while calls are up; what becomes of those is not published.
    /// </summary>
    public bool DeactivateBeforeEdit { get; init; } = true;

    /// <summary>Name of the adjacency toward the CFS, for the routing advice.</summary>
    public string CoreAdjacency { get; init; } = "MetasphereCFS";

    /// <summary>Core-side addresses that a binding may use as proxy.</summary>
    public IReadOnlyList<string> CoreAddresses { get; init; } = [];

    /// <summary>How signaling-peer names its edge.</summary>
    public EdgeHostStyle PeerHostStyle { get; init; } = EdgeHostStyle.Legacy;

    /// <summary>
    /// Whether the service network's whitelist gets the signalling addresses of all Twilio edges, or only of those that a trunk uses. An inbound call can
    /// come from any of them (seed article).
    /// </summary>
    public bool WhitelistAllEdges { get; init; } = true;

    /// <summary>Further lines of every adjacency that is built or changed here.</summary>
    public AdjacencySettings Adjacency { get; init; } = new();

    /// <summary>Files with lines that no public source has, and that only the site can know.</summary>
    public SiteTemplateFiles Templates { get; init; } = new();
}

/// <summary>
/// Keywords of an adjacency that are published and that the seed article's adjacency does not have. Everything is off unless it is set. What is named
/// here must be known on the device.
/// </summary>
public sealed record AdjacencySettings
{
    /// <summary>Name after <c>account</c>: a label that groups adjacencies for policy (operator script). An adjacency or a definition on the device must have it already.</summary>
    public string? Account { get; init; }

    /// <summary>
    /// Header profiles of messages that come in on the adjacency, applied in this order (<c>interop / message-manipulation / edit-profiles inbound</c>, admin
    /// article); an empty list writes <c>""</c>, which is none; null: no line.
    /// </summary>
    public IReadOnlyList<string>? EditProfilesInbound { get; init; }

    /// <summary>The same of messages that go out on the adjacency.</summary>
    public IReadOnlyList<string>? EditProfilesOutbound { get; init; }

    /// <summary>Writes <c>force-signaling-peer all-requests</c>, the one value that is published (operator script).</summary>
    public bool ForceSignalingPeer { get; init; }

    /// <summary>Where <see cref="ForceSignalingPeer"/> stands: inside <c>interop</c>, or in the adjacency itself. The public text, which is flat, does not say.</summary>
    public bool ForceSignalingPeerInInterop { get; init; }

    /// <summary>Writes <c>dynamic-routing-domain-match</c> with the peer's host (operator script): the key that dynamic peer routing looks for (inferred).</summary>
    public bool DynamicRoutingDomainMatch { get; init; }

    /// <summary>Limits under <c>adjacency-limits</c> (partner guide, admin article); null: none.</summary>
    public AdjacencyLimits? Limits { get; init; }
}

/// <summary>What an adjacency lets through at most; what is above it is rejected silently (admin article), so an alarm threshold belongs to it.</summary>
public sealed record AdjacencyLimits
{
    /// <summary>Registrations (<c>regs</c>); the partner guide has 0, so that nobody registers over a carrier trunk.</summary>
    public int? Regs { get; init; }

    /// <summary>Calls set up over the adjacency (<c>call-rate</c>).</summary>
    public RateLimit? CallRate { get; init; }

    /// <summary>Messages within a call (<c>in-call-rate</c>).</summary>
    public RateLimit? InCallRate { get; init; }

    /// <summary>Messages outside of a call (<c>out-of-call-rate</c>).</summary>
    public RateLimit? OutOfCallRate { get; init; }

    /// <summary>Registrations (<c>regs-rate</c>).</summary>
    public RateLimit? RegsRate { get; init; }

    /// <summary>The rates that are set, in the order of the device's configuration, each with its keyword.</summary>
    public IEnumerable<(string Keyword, RateLimit Rate)> Rates() =>
        new[] { ("call-rate", CallRate), ("in-call-rate", InCallRate), ("out-of-call-rate", OutOfCallRate), ("regs-rate", RegsRate) }
            .Where(rate => rate.Item2 is not null).Select(rate => (rate.Item1, rate.Item2!));
}

/// <summary>So many in so much time (<c>sustain N per-second</c>).</summary>
public sealed record RateLimit
{
    public required int Sustain { get; init; }

    public required RatePeriod Per { get; init; }
}

public enum RatePeriod
{
    Second,
    Minute,
}

/// <summary>Paths of text files with lines of the device's command line and holes for what differs from trunk to trunk (docs/perimeta-templates.md); null: there is none.</summary>
public sealed record SiteTemplateFiles
{
    /// <summary>Lines for trunks over TLS and SRTP, of which no public source has any. Without it such a trunk is not built.</summary>
    public string? Tls { get; init; }

    /// <summary>Lines that lead calls between the core adjacency and a new one, where dynamic-peer-routing does not. Without it a person does that.</summary>
    public string? CallPolicy { get; init; }
}

/// <summary>A host between the bot and a device, with a login and pinned host keys of its own. It sees the connection to the device only encrypted.</summary>
public sealed record JumpHost
{
    public required string Host { get; init; }

    public int Port { get; init; } = 22;

    public required string User { get; init; }

    /// <inheritdoc cref="PerimetaSite.Password"/>
    public SecretReference? Password { get; init; }

    /// <inheritdoc cref="PerimetaSite.PrivateKeyFile"/>
    public string? PrivateKeyFile { get; init; }

    /// <inheritdoc cref="PerimetaSite.PrivateKeyPassphrase"/>
    public SecretReference? PrivateKeyPassphrase { get; init; }

    /// <inheritdoc cref="PerimetaSite.IdentityAgent"/>
    public string? IdentityAgent { get; init; }

    /// <inheritdoc cref="PerimetaSite.IdentityFingerprint"/>
    public string? IdentityFingerprint { get; init; }

    /// <summary>known_hosts file with every host key the jump host may show.</summary>
    public required string KnownHosts { get; init; }
}
