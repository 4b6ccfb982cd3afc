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

    public ExecutionPolicy Execution { get; init; } = new();

    public HealthPolicy Health { get; init; } = new();

    /// <summary>Ticket numbers of changes; null: any may be given, none is needed.</summary>
    public TicketPolicy? Ticket { get; init; }

    /// <summary>The customer whose trunk that is; null when no pattern fits.</summary>
    public string? CustomerOf(string trunk) => Customers
        .Where(c => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(c.Key, trunk, ignoreCase: true)).Select(c => c.Value).FirstOrDefault();
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

    /// <summary>DNS server that tells of termination hosts, address:port; null: this machine's, or none where <see cref="OptionsProxy"/> is set.</summary>
    public string? DnsServer { get; init; }

    /// <summary>Collector such as Homer that gets a copy of each SIP message of probes and test calls (HEP 3 over UDP), address:port; null: none. Credentials are struck out.</summary>
    public string? HepCollector { get; init; }

    /// <summary>PEM file with the authorities that OPTIONS over TLS trusts instead of this machine's own; null: this machine's.</summary>
    public string? TlsCaFile { get; init; }

    /// <summary>PEM file with the client certificate and its private key for OPTIONS over TLS; null: none.</summary>
    public string? TlsCertificateFile { get; init; }

    /// <summary>How long a test call talks at least, in seconds. It goes on for up to 10 s more until enough of its own signal came back.</summary>
    public int TalkSeconds { get; init; } = 10;
}
