namespace TrunkBot.Trunks.Sites;

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

    /// <summary>
    /// Where direct test calls go, host:port, whatever the edge: for a lab, and for a bot that reaches Twilio by a proxy of its own. Null: by DNS of the termination host.
    /// </summary>
    public string? DirectProxy { get; init; }

    /// <summary>Who calls (E.164) in direct test calls; null: the first of the trunk's numbers. Twilio takes numbers of the account and verified ones.</summary>
    public string? DirectCaller { get; init; }

    /// <summary>What is dialled at the switch before the digits of a number that <c>test NAME to NUMBER</c> calls (country code first), such as <c>011</c>.</summary>
    public string DialPrefix { get; init; } = "";

    /// <summary>Calls that Twilio places.</summary>
    public InboundTest Inbound { get; init; } = new();

    /// <summary>DNS server that tells of termination hosts, address:port; null: this machine's, or none where <see cref="OptionsProxy"/> is set.</summary>
    public string? DnsServer { get; init; }

    /// <summary>Collector such as Homer that gets a copy of each SIP message of probes and test calls (HEP 3 over UDP), address:port; null: none. Credentials are struck out.</summary>
    public string? HepCollector { get; init; }

    /// <summary>True to ask the far end of a test call for extended reports (<c>a=rtcp-xr</c>, RFC 3611): what it says of the quality that it got. False: who asks gets ours, and we ask nobody.</summary>
    public bool RtcpXr { get; init; }

    /// <summary>PEM file with the authorities that OPTIONS over TLS trusts instead of this machine's own; null: this machine's.</summary>
    public string? TlsCaFile { get; init; }

    /// <summary>PEM file with the client certificate and its private key for OPTIONS over TLS; null: none.</summary>
    public string? TlsCertificateFile { get; init; }

    /// <summary>How long a test call talks at least, in seconds. It goes on for up to 10 s more until enough of its own signal came back.</summary>
    public int TalkSeconds { get; init; } = 10;

    internal IEnumerable<(string Place, string Reason)> Wrong()
    {
        if (TalkSeconds is < 3 or > 60)
        {
            yield return ("tests.talkSeconds", "must be from 3 to 60 seconds");
        }

        if (DialPrefix.Length > 10 || !DialPrefix.All(char.IsAsciiDigit))
        {
            yield return ("tests.dialPrefix", "must be at most 10 digits");
        }

        if (DirectCaller is { } caller && !InboundTest.IsE164(caller))
        {
            yield return ("tests.directCaller", InboundTest.NoE164(caller));
        }

        foreach (var wrong in Inbound.Wrong())
        {
            yield return wrong;
        }
    }
}
