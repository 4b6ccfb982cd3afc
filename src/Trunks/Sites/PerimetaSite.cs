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
