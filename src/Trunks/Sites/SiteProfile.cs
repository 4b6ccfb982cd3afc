namespace TrunkBot.Trunks.Sites;

/// <summary>
/// What one site is like: its systems, its defaults for new trunks and who approves. A JSON file.
/// Everything that the domain documents call a site setting has its home here or in a dialect file named here.
/// </summary>
public sealed record SiteProfile
{
    /// <summary>Short name, such as <c>denver</c>.</summary>
    public required string Name { get; init; }

    public required string Title { get; init; }

    /// <summary>IANA name of the zone in which times stand on cards that several people read, such as <c>America/Denver</c>; null: UTC.</summary>
    public string? TimeZone { get; init; }

    /// <summary>True for a site whose systems are simulated; every card of such a site says so.</summary>
    public bool Simulated { get; init; }

    /// <summary>Defaults of trunk parameters by their key.</summary>
    public IReadOnlyDictionary<string, string> Defaults { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Allowed values of trunk parameters by their key; a parameter without an entry is free within its own rules. Of a parameter of several values
    /// (edges, acl, numbers) each must be among them; <c>edges=all</c> means all that are.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Choices { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Whose trunks they are: pattern of trunk names, with <c>*</c> for any characters, and the customer. The first that fits counts.</summary>
    public IReadOnlyDictionary<string, string> Customers { get; init; } = new Dictionary<string, string>();

    public required PerimetaSite Perimeta { get; init; }

    public required MetaswitchSite Metaswitch { get; init; }

    public required TwilioSite Twilio { get; init; }

    public required SipTestSite Tests { get; init; }

    public required ApprovalPolicy Approval { get; init; }

    /// <summary>The customer whose trunk that is; null when no pattern fits.</summary>
    public string? CustomerOf(string trunk) => Customers
        .Where(c => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(c.Key, trunk, ignoreCase: true)).Select(c => c.Value).FirstOrDefault();
}

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

/// <summary>Namespace variant of the Sh SOAP interface; the three URIs follow from it.</summary>
public enum ShVariant
{
    Direct,
    WideEms,
    WideSdp,
}

/// <summary>The three namespace URIs of the Sh interface, each on its own.</summary>
public sealed record ShNamespaceSettings(string? Operation = null, string? UserData = null, string? ServiceData = null);

/// <summary>Whose certificate a server must show. At least one of both.</summary>
public sealed record MetaswitchTls
{
    /// <summary>PEM file with the certificates of the authorities that are trusted, instead of this machine's own.</summary>
    public string? CaFile { get; init; }

    /// <summary>
    /// Public keys that are trusted whoever signed them: <c>sha256/</c> and the Base64 SHA-256 of the key (RFC 7469's form). Where there is one,
    /// no other key is taken, and the name and the dates of the certificate are not looked at.
    /// </summary>
    public IReadOnlyList<string> Pins { get; init; } = [];
}

/// <summary>A program that does a piece of work: JSON on its standard input and output (docs/metaswitch-command.schema.json).</summary>
public sealed record WorkCommandSite
{
    /// <summary>Absolute path of the program.</summary>
    public required string Path { get; init; }

    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Seconds after which it is ended.</summary>
    public int TimeoutSeconds { get; init; } = 120;
}

/// <summary>A site's own words on one worksheet. Labels and menu positions differ between versions of MetaView Explorer.</summary>
public sealed record WorksheetSite
{
    /// <summary>Exact menu path; null: as the program's own sheet says.</summary>
    public string? Place { get; init; }

    /// <summary>Labels of the program's own sheet, and what this version calls them.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Further rows, label to value. A value may hold {binding}, {rmgm}, {sip-trunk}, {trunk-group}, {test-number}, {trunk}.</summary>
    public IReadOnlyDictionary<string, string> Rows { get; init; } = new Dictionary<string, string>();
}

/// <summary>What a site has learnt about the fix bits of a kind of Remote Media Gateway Model.</summary>
public sealed record InteropProfileSite
{
    public required string Name { get; init; }

    /// <summary>Patterns of model names, with <c>*</c> for any characters.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    public required IReadOnlyList<FixBitSite> FixBits { get; init; }
}

/// <param name="Label">As MetaView Explorer shows it.</param>
/// <param name="Reason">Why it is, or may be, needed.</param>
/// <param name="On">Whether the worksheet asks for it; else it is suggested with its reason.</param>
public sealed record FixBitSite(string Label, string Reason, bool On = false);

/// <summary>How the way to a database is protected.</summary>
public enum DatabaseTls
{
    /// <summary>Encrypted, and the server's certificate is checked against an authority and its name.</summary>
    Verified,

    /// <summary>Encrypted, but nobody looks by whom.</summary>
    Encrypted,

    Off,
}

/// <summary>
/// The read-only copy of the switch's configuration in PostgreSQL. Database, user and port are those of published readers; table and column
/// names for bindings and SIP trunks follow the published pattern and are not proven.
/// </summary>
public sealed record ShadowDatabaseSite
{
    /// <summary>Host name, address, or the folder of a Unix socket.</summary>
    public required string Host { get; init; }

    public int Port { get; init; } = 5432;

    public string Database { get; init; } = "shadow_config_db";

    public string User { get; init; } = "shadowconfigread";

    public SecretReference? Password { get; init; }

    public DatabaseTls Tls { get; init; }

    /// <summary>PEM file with the authorities that are trusted instead of this machine's own.</summary>
    public string? CaFile { get; init; }

    /// <summary>Table of Configured SIP Bindings, without its schema.</summary>
    public string BindingTable { get; init; } = "meta_configuredsipbinding";

    /// <summary>Table of SIP trunks, without its schema.</summary>
    public string TrunkTable { get; init; } = "meta_siptrunk";

    /// <summary>Columns that are not found by how their names end: <c>{"SIPDomainName": "baseinformation_domain"}</c>, by element, or <c>TrunkName</c> and <c>ConfiguredSIPBinding</c>.</summary>
    public IReadOnlyDictionary<string, string> Columns { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether a row is asked for before a person's word that the SIP trunk is made counts. False where the copy lags by more than minutes.</summary>
    public bool ProvesTrunks { get; init; } = true;

    /// <summary>Seconds after which one query, or connecting, is given up.</summary>
    public int TimeoutSeconds { get; init; } = 10;
}

/// <summary>The site's CFS and its MetaView Server.</summary>
public sealed record MetaswitchSite
{
    public required string Element { get; init; }

    /// <summary>MetaSwitchName: the switch's name in identities and fields.</summary>
    public required string MetaSwitchName { get; init; }

    /// <summary>Sh SOAP endpoint.</summary>
    public required Uri Url { get; init; }

    /// <summary>Presets the three namespaces.</summary>
    public ShVariant Variant { get; init; }

    /// <summary>Namespaces of a switch that none of the variants fits; what is null is as the variant says.</summary>
    public ShNamespaceSettings? Namespaces { get; init; }

    /// <summary>Which certificates of an https endpoint are trusted; null: as this machine trusts.</summary>
    public MetaswitchTls? Tls { get; init; }

    public string? User { get; init; }

    public SecretReference? Password { get; init; }

    public string ClientVersion { get; init; } = "9.3";

    /// <summary>MetaSwitchVersion attribute; null: equal to <see cref="ClientVersion"/>.</summary>
    public string? MetaSwitchVersion { get; init; }

    /// <summary>UserIdentity of a binding.</summary>
    public string BindingIdentity { get; init; } = "{MetaSwitchName}/{Name}";

    public string? SoapAction { get; init; }

    /// <summary>Whether a deletion tells the switch to ignore sequence numbers, as some public clients do; nothing else ever does.</summary>
    public bool IgnoreSequenceNumberOnDelete { get; init; }

    /// <summary>Whether the binding's _Status group is proven to work on this switch; if not, enabling is a manual step.</summary>
    public bool StatusGroupProven { get; init; }

    /// <summary>Whether the binding's _Alarms group is proven to work on this switch; if not, alarms are "not available".</summary>
    public bool AlarmsGroupProven { get; init; }

    /// <summary>
    /// A binding of which all groups may be pulled, before each plan, to prove that endpoint, variant and login are right and which groups this
    /// switch has. With it the two settings above are found out; null: they are believed.
    /// </summary>
    public string? ProbeBinding { get; init; }

    /// <summary>The shadow configuration database of the MetaView Server; null: not used.</summary>
    public ShadowDatabaseSite? Shadow { get; init; }

    /// <summary>Programs that do a person's work on this switch, by piece of work (<see cref="ManualWork"/>); a refusal leaves it to a person.</summary>
    public IReadOnlyDictionary<string, WorkCommandSite> Commands { get; init; } = new Dictionary<string, WorkCommandSite>();

    /// <summary>What the worksheets of this site have otherwise, by piece of work (<see cref="ManualWork"/>).</summary>
    public IReadOnlyDictionary<string, WorksheetSite> Worksheets { get; init; } = new Dictionary<string, WorksheetSite>();

    /// <summary>Fix bits by Remote Media Gateway Model, beside those that every model for Twilio needs.</summary>
    public IReadOnlyList<InteropProfileSite> InteropProfiles { get; init; } = [];

    /// <summary>The pieces of work that no published interface does.</summary>
    public static IReadOnlyList<string> ManualWork { get; } = ["rmgm", "binding-enable", "sip-trunk", "translations"];

    /// <summary>Where calls to the test number go now, for the translations worksheet; null: the engineer writes it down.</summary>
    public string? CurrentTranslationTable { get; init; }

    /// <summary>Name of the new translation table on the worksheet.</summary>
    public string TestTranslationTable { get; init; } = "TwilioTest";
}

/// <summary>The Twilio account of the site.</summary>
public sealed record TwilioSite
{
    public required string Element { get; init; }

    /// <summary>Account SID (AC…).</summary>
    public required string AccountSid { get; init; }

    /// <summary>API key SID (SK…); null: the account SID with the auth token.</summary>
    public string? ApiKeySid { get; init; }

    /// <summary>Secret of the API key, or the auth token.</summary>
    public required SecretReference Secret { get; init; }

    public Uri ApiBaseUrl { get; init; } = new("https://api.twilio.com");

    public Uri TrunkingBaseUrl { get; init; } = new("https://trunking.twilio.com");

    /// <summary>null, as for the next three: Twilio's own host, or <see cref="TrunkingBaseUrl"/> where that is on this machine, so that a lab never speaks to Twilio.</summary>
    public Uri? InsightsBaseUrl { get; init; }

    public Uri? MonitorBaseUrl { get; init; }

    public Uri? VoiceBaseUrl { get; init; }

    public Uri? RoutesBaseUrl { get; init; }

    /// <summary>
    /// Whether the account's login may be sent there: to that product's host at Twilio over https, in the default region (<c>api.twilio.com</c>) or in one
    /// that is named with its city (<c>api.dublin.ie1.twilio.com</c>), or to this machine (tests, the lab). Names without the city, such as
    /// <c>api.ie1.twilio.com</c>, were switched off on 2026-04-28.
    /// </summary>
    /// <param name="product">First label of the host: api, trunking, insights, monitor, voice or routes.</param>
    public static bool MayTakeLogin(Uri url, string product) =>
        url.IsAbsoluteUri && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
        && (url.IsLoopback || (url.Scheme == Uri.UriSchemeHttps && url.IsDefaultPort && Region(url, product) is not null));

    /// <summary>Region of a host of Twilio's API, such as us1; null when it is no host of that product.</summary>
    public static string? Region(Uri url, string product)
    {
        var labels = url.Host.ToLowerInvariant().Split('.');
        return labels is [var first, .., "twilio", "com"] && first == product
            ? labels switch
            {
                { Length: 3 } => "us1",
                { Length: 5 } when Edges.EdgeCatalogue.Shipped.Find(labels[1]) is { } edge && edge.Name == labels[1] && edge.Legacy == labels[2] => edge.Legacy,
                _ => null,
            }
            : null;
    }

    /// <summary>Every base URL with the product it is for and the name of its setting.</summary>
    public IReadOnlyList<(string Setting, string Product, Uri Url)> BaseUrls() =>
    [
        ("apiBaseUrl", "api", ApiBaseUrl),
        ("trunkingBaseUrl", "trunking", TrunkingBaseUrl),
        ("insightsBaseUrl", "insights", Other(InsightsBaseUrl, "insights")),
        ("monitorBaseUrl", "monitor", Other(MonitorBaseUrl, "monitor")),
        ("voiceBaseUrl", "voice", Other(VoiceBaseUrl, "voice")),
        ("routesBaseUrl", "routes", Other(RoutesBaseUrl, "routes")),
    ];

    private Uri Other(Uri? configured, string product) => configured ?? (TrunkingBaseUrl switch
    {
        { IsAbsoluteUri: true, IsLoopback: true } local => local,
        { IsAbsoluteUri: true } url when url.Host.StartsWith("trunking.", StringComparison.OrdinalIgnoreCase) => new Uri($"https://{product}{url.Host["trunking".Length..]}"),
        _ => new Uri($"https://{product}.twilio.com"),
    });
}

/// <summary>How test calls and probes are made at this site.</summary>
public sealed record SipTestSite
{
    /// <summary>Local address the bot's SIP user agent uses; null: the one that routes to the peer.</summary>
    public string? LocalAddress { get; init; }

    /// <summary>Registrar and outbound proxy of the on-switch subscriber, host:port.</summary>
    public string? Registrar { get; init; }

    public string? User { get; init; }

    public SecretReference? Password { get; init; }

    /// <summary>Outbound proxy for OPTIONS probes, host:port; null: by DNS of the termination host.</summary>
    public string? OptionsProxy { get; init; }

    /// <summary>How long a test call talks at least, in seconds. It goes on for up to 10 s more until enough of its own signal came back.</summary>
    public int TalkSeconds { get; init; } = 10;
}

/// <summary>Who may approve a change, and how many must.</summary>
public sealed record ApprovalPolicy
{
    /// <summary>Begins an entry that stands for all accounts of a group.</summary>
    public const string Group = "group:";

    /// <summary>
    /// Accounts of the site, such as <c>ben</c>; in the file also <c>group:NAME</c>, which stands for the accounts of that group and is replaced by them
    /// when the file is read. Never e-mail addresses or display names.
    /// </summary>
    public required IReadOnlyList<string> Approvers { get; init; }

    public int Needed { get; init; } = 1;

    /// <summary>Accounts or groups who may, besides requester and approvers, confirm manual steps, retry and undo. They approve nothing by it.</summary>
    public IReadOnlyList<string> OnCall { get; init; } = [];

    /// <summary>Minutes after which an unanswered request expires.</summary>
    public int ExpiresAfterMinutes { get; init; } = 480;

    /// <summary>Conversation id of the approvals channel.</summary>
    public required string Channel { get; init; }
}
