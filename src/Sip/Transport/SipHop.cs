using System.Net;

namespace TrunkBot.Sip.Transport;

/// <summary>Where a request goes next.</summary>
/// <param name="EndPoint">Address and port.</param>
/// <param name="Domain">
/// The host of the URI that led here, before any lookup: what a TLS peer's certificate has to name (RFC 5922 4), since DNS may be forged. Null for
/// a response, which goes on a connection that stands.
/// </param>
internal sealed record SipHop(IPEndPoint EndPoint, string? Domain)
{
    /// <summary>True for the way over TCP of an agent that speaks UDP: for what is too long for a datagram, or goes to a Contact that asks for TCP.</summary>
    public bool ByTcp { get; init; }
}
