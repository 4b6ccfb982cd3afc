namespace TrunkBot.Sip.Location;

/// <summary>How DNS names SIP over one transport (RFC 3263 4.1).</summary>
/// <param name="Protocol">UDP, TCP or TLS, as it stands in Via.</param>
/// <param name="Naptr">Service field of its NAPTR records.</param>
/// <param name="SrvPrefix">What its SRV records have before the domain.</param>
internal sealed record SipService(SipTransportKind Transport, string Protocol, string Naptr, string SrvPrefix)
{
    /// <summary>In the order in which they are tried where a domain leaves the choice to us.</summary>
    public static IReadOnlyList<SipService> All { get; } =
    [
        new(SipTransportKind.Udp, "UDP", "SIP+D2U", "_sip._udp."),
        new(SipTransportKind.Tcp, "TCP", "SIP+D2T", "_sip._tcp."),
        new(SipTransportKind.Tls, "TLS", "SIPS+D2T", "_sips._tcp."),
    ];

    public static SipService Of(string protocol) => All.First(s => s.Protocol == protocol);
}
