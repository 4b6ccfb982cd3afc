using System.Net;
using TrunkBot.Sip.Messages;

namespace TrunkBot.Sip.Location;

/// <summary>Which transport a URI wants (RFC 3263 4.1), for whoever is not told which to use.</summary>
public static class TransportChoice
{
    /// <summary>
    /// What the URI says; else, for an address or with a port, UDP (TLS for <c>sips</c>); else what the domain prefers by NAPTR; without NAPTR the first of UDP, TCP and TLS for which
    /// it has SRV records; else UDP (TLS for <c>sips</c>). Only TLS ever carries <c>sips</c>.
    /// </summary>
    /// <param name="uri">Where the request goes first: the proxy where there is one.</param>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public static async Task<SipTransportKind> OfAsync(SipUri uri, SipNameLookup names, CancellationToken ct)
    {
        if (uri.Secure)
        {
            return SipTransportKind.Tls;
        }

        if (uri.Parameter("transport") is { } said)
        {
            return SipService.All.FirstOrDefault(s => s.Protocol.Equals(said, StringComparison.OrdinalIgnoreCase))?.Transport ?? SipTransportKind.Udp;
        }

        var host = uri.Parameter("maddr") is { Length: > 0 } maddr ? maddr.Trim('[', ']') : uri.Host;
        if (IPAddress.TryParse(host, out _) || uri.Port is not null)
        {
            return SipTransportKind.Udp;
        }

        if (await names.NaptrAsync(host, [.. SipService.All.Select(s => s.Naptr)], ct).ConfigureAwait(false) is { } named)
        {
            return SipService.All.First(s => s.Naptr == named.Service).Transport;
        }

        foreach (var service in SipService.All)
        {
            // A single record without a host says that there is no such service (RFC 2782).
            if (await names.SrvAsync(service.SrvPrefix + host, ct).ConfigureAwait(false) is { Count: > 0 } servers && servers is not [{ Host: "" }])
            {
                return service.Transport;
            }
        }

        return SipTransportKind.Udp;
    }
}
