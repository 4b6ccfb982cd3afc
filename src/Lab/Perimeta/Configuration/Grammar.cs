namespace TrunkBot.Lab.Perimeta.Configuration;

/// <summary>
/// The lines that the simulated SBC knows: the words of the seed article and of public operator scripts. It refuses all others.
/// </summary>
/// <remarks>
/// Invented for the lab, since nothing is published: the names of the modes, the value ranges, the second values of choices
/// that have one published value, and the <c>prefix-len</c> form of <c>ban-peer</c> (a range form exists, its words are not published). Invented altogether are the
/// words that begin with <c>lab-invented-</c>: they stand for the call policy, the TLS lines and the description of an adjacency of a real device, of which no
/// public text has any, so that a site's templates and its dialect's description can be tried.
/// </remarks>
internal static class Grammar
{
    public const string Adjacency = "adjacency sip";
    public const string LocalIpAddress = "local-ip-address";
    public const string MediaAddress = "media-address ipv4";
    public const string BanPeer = "ban-peer";
    public const string PermitPeer = "permit-peer";
    public const string InventedTls = "lab-invented-tls";
    public const string InventedTlsProfile = "lab-invented-tls-profile";

    /// <summary>A value of <c>lab-invented-cipher</c>: a TLS version that Twilio does not take any more.</summary>
    public const string OldTls = "tls-1-0";

    private static readonly string[] RateKeywords = ["call-rate", "in-call-rate", "out-of-call-rate", "regs-rate"];

    private static readonly Mode AdjacencyMode = new("config-adj-sip",
    [
        Line("lab-invented-description <text>"),
        Opens("adjacency-limits", "config-adj-limits", [Line("regs <number>"), .. RateKeywords.Select(word => Line($"{word} sustain <number> per-minute|per-second"))]),
        Line("deactivation-mode normal|abort"),
        Line("account <label>"),
        Opens("call-media-policy", "config-adj-cmp", [Line("early-media timeout <number>"), Line("media-bypass-policy forbid|allow"), Line("repeat-sdp-on-200ok")]),
        Opens("interop", "config-adj-interop",
        [
            Opens("message-manipulation", "config-adj-msg", [Line("edit-profiles inbound <profiles>"), Line("edit-profiles outbound <profiles>")]),
        ]),
        Line("force-signaling-peer all-requests"),
        Line("adjacency-type preset-access|preset-peering|preset-core"),
        Line("privacy trusted|untrusted"),
        Line("realm <label>"),
        Line("service-address <label>"),
        Line("service-network <service-network>"),
        Line("signaling-local-address ipv4 <ipv4>"),
        Line("signaling-local-port <port>"),
        Line("remote-address-range ipv4 <ipv4> prefix-len <prefix-len>"),
        Line("signaling-peer <host>"),
        Line("dynamic-routing-domain-match <host>"),
        Line("signaling-peer-port <port>"),
        Line("statistics-setting detail|summary"),
        Line("default-interop-profile <label>"),
        Opens(InventedTls, "lab-config-adj-tls", [Line("lab-invented-profile <label>"), Line("lab-invented-srtp required|preferred")]),
        Toggle("activate"),
    ]);

    private static readonly Mode ServiceInterface = new("config-srv-if",
    [
        Line("service-network <service-network>"),
        Line("port-group-name <label>"),
        Opens("ipv4", "config-srv-if-ipv4",
        [
            Line("subnet-prefix-length <prefix-len>"),
            Line("gateway-ip-address <ipv4>"),
            Opens("local-ip-address <ipv4>", "config-local-ip", [Gather("service-address <label>"), Line("probes-source-style specific-source"), Toggle("activate")]),
        ]),
        Line("vlan-id <vlan>"),
        Line("network-security trusted|untrusted"),
        Line("criticality <number>"),
    ]);

    private static readonly Mode BannedPeer = new("config-ban-peer", []);

    private static readonly Mode System = new("config-system",
    [
        new("service-interface <servn>", Opens: ServiceInterface),
        Opens("ip-access-control", "config-ip-access",
        [
            Opens("trusted-sources", "config-trusted", [Gather("permit-peer service-network <service-network> ipv4 <ipv4>")]),
            Opens("blacklisting", "config-blacklist",
            [
                new("ban-peer service-network <service-network> ipv4 <ipv4>", Opens: BannedPeer),
                new("ban-peer service-network <service-network> ipv4 <ipv4> prefix-len <prefix-len>", Opens: BannedPeer),
                new("ban-peer service-network <service-network> ipv6 <ipv6>", Opens: BannedPeer),
            ]),
        ]),
    ]);

    private static readonly Mode Sbc = new("config-sbc",
    [
        Opens("lab-invented-policy <label>", "lab-config-policy", [Gather("lab-invented-route <label> <label>")]),
        Opens($"{InventedTlsProfile} <label>", "lab-config-tls", [Line("lab-invented-cipher <label>")]),
        Opens("signaling", "config-sbc-sig", [new("adjacency sip <label>", Opens: AdjacencyMode)]),
        Opens("media", "config-sbc-media",
        [
            Opens("media-address ipv4 <ipv4> service-network <service-network>", "config-media-addr", [Gather("realm <label>")]),
        ]),
        Opens("diagnostics", "config-sbc-diag", [Opens("alarm-thresholds", "config-alarms", [])]),
    ]);

    /// <summary>The mode that <c>config</c> enters.</summary>
    public static Mode Top { get; } = new("config", [new("system", Opens: System), new("sbc", Opens: Sbc)]);

    private static Command Line(string pattern) => new(pattern);

    private static Command Gather(string pattern) => new(pattern, Keeping.Gathers);

    private static Command Toggle(string pattern) => new(pattern, Keeping.Toggles);

    private static Command Opens(string pattern, string mode, IReadOnlyList<Command> commands) => new(pattern, Opens: new Mode(mode, commands));
}
