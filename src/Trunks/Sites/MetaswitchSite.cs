namespace TrunkBot.Trunks.Sites;

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

    /// <inheritdoc cref="PerimetaSite.ApplyByHand"/>
    public bool ApplyByHand { get; init; }

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

    /// <summary>What the worksheets of this site have otherwise, by piece of work (<see cref="ManualWork"/>, and <see cref="BindingWork"/>).</summary>
    public IReadOnlyDictionary<string, WorksheetSite> Worksheets { get; init; } = new Dictionary<string, WorksheetSite>();

    /// <summary>Fix bits by Remote Media Gateway Model, beside those that every model for Twilio needs.</summary>
    public IReadOnlyList<InteropProfileSite> InteropProfiles { get; init; } = [];

    /// <summary>The pieces of work that no published interface does.</summary>
    public static IReadOnlyList<string> ManualWork { get; } = ["rmgm", "binding-enable", "sip-trunk", "translations"];

    /// <summary>The sheet of a new binding, for sites that apply by hand and for exports; no command takes its place.</summary>
    public const string BindingWork = "binding";

    /// <summary>Where calls to the test number go now, for the translations worksheet; null: the engineer writes it down.</summary>
    public string? CurrentTranslationTable { get; init; }

    /// <summary>Name of the new translation table on the worksheet.</summary>
    public string TestTranslationTable { get; init; } = "TwilioTest";
}
