namespace TrunkBot.Sip.Transport.Tls;

/// <summary>Why a handshake failed that no certificate of the peer's was to blame for.</summary>
internal static class TlsAlert
{
    /// <summary>OpenSSL packs library and reason into the error that .NET keeps as HResult; reasons from 1000 are the alerts of RFC 8446 6.2.</summary>
    private const int SslLibrary = 20;
    private const int FirstAlert = 1_000;

    /// <summary>Null when it was no alert and no fault of the protocol: the connection just ended.</summary>
    public static SipFailure? Explain(Exception error, string domain)
    {
        var reason = Reasons(error).FirstOrDefault();
        return reason switch
        {
            0 => null,
            258 or FirstAlert + 70 => new SipFailure("sip-tls-version", $"{domain} and this bot have no TLS version in common: TLS 1.2 or 1.3 is needed."),
            FirstAlert + 116 => new SipFailure("sip-tls-client-certificate", $"{domain} asks for a client certificate: configure one."),
            FirstAlert + 42 or FirstAlert + 43 or FirstAlert + 44 or FirstAlert + 45 or FirstAlert + 46 or FirstAlert + 48 or FirstAlert + 49 or FirstAlert + 51 =>
                new SipFailure("sip-tls-client-certificate", $"{domain} refused our client certificate (alert {reason - FirstAlert}): it has to come from an authority that the far end trusts, and to be in date."),
            FirstAlert + 112 => new SipFailure("sip-tls-name-mismatch", $"The server does not know the name {domain} (alert 112): check the host name."),
            > FirstAlert and < FirstAlert + 256 => new SipFailure("sip-tls-handshake", $"{domain} ended the TLS handshake with alert {reason - FirstAlert}: ask its log why."),
            _ => Unexplained(domain),
        };
    }

    public static SipFailure Unexplained(string domain) =>
        new("sip-tls-handshake", $"The TLS handshake with {domain} failed: check that it speaks TLS on this port, and its log.");

    private static IEnumerable<int> Reasons(Exception error)
    {
        for (var at = error; at is not null; at = at.InnerException)
        {
            if ((at.HResult >> 23 & 0xFF) == SslLibrary)
            {
                yield return at.HResult & 0x7F_FFFF;
            }
        }
    }
}
