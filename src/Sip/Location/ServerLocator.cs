using System.Net;
using System.Net.Sockets;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Transport;

namespace TrunkBot.Sip.Location;

/// <summary>Finds the servers of a SIP URI for the one transport that the agent speaks (RFC 3263 4).</summary>
internal sealed class ServerLocator(string protocol, AddressFamily family, SipNameLookup names, IReadOnlyList<IPNetwork>? allowed)
{
    /// <summary>Whoever answers for a domain may name thousands of servers; so many are tried.</summary>
    private const int MaxTargets = 16;

    private readonly int _defaultPort = protocol == "TLS" ? 5061 : 5060;

    /// <summary>The targets in the order in which they are to be tried, all of them allowed; or why there is none.</summary>
    /// <param name="literalDomain">Whom the certificate has to name when the URI holds an address; null: that address.</param>
    public async Task<(Targets? Targets, SipFailure? Failure)> LocateAsync(SipUri uri, string? literalDomain, CancellationToken ct)
    {
        if (protocol != "TLS" && (uri.Secure || uri.Parameter("transport")?.Equals("tls", StringComparison.OrdinalIgnoreCase) == true))
        {
            return (null, new SipFailure("sip-tls-required", $"The URI asks for TLS and this test speaks {protocol}: ask for TLS, or take the transport out of the URI."));
        }

        var host = uri.Parameter("maddr") is { Length: > 0 } maddr ? maddr.Trim('[', ']') : uri.Host;
        var literal = IPAddress.TryParse(host, out var address);
        var found = literal ? [new IPEndPoint(address!, uri.Port ?? _defaultPort)]
            : uri.Port is { } port ? await AtAsync(host, port, ct).ConfigureAwait(false)
            : await ServersAsync(host, uri.Parameter("transport") is not null, ct).ConfigureAwait(false);
        if (found is null)
        {
            return (null, new SipFailure("sip-service-not-offered", $"DNS says that {host} offers no SIP over {protocol}: use another transport, or ask who runs the domain."));
        }

        found = [.. found.Where(e => e.AddressFamily == family)];
        if (found.Count == 0)
        {
            return (null, new SipFailure("sip-name-not-found", $"No address was found for {host}: check the name and the DNS of the bot's machine."));
        }

        var hops = found.Where(e => allowed is null || allowed.Any(n => n.Contains(e.Address))).Distinct().Take(MaxTargets)
            .Select(e => new SipHop(e, IPAddress.TryParse(uri.Host, out _) ? literalDomain ?? uri.Host : uri.Host)).ToList();
        return hops.Count == 0
            ? (null, new SipFailure("sip-peer-not-allowed", $"{host} is at {found[0].Address}, to which this site does not allow SIP: add its network to the allowed peers if it is right."))
            : (new Targets(hops), null);
    }

    /// <summary>By NAPTR where the URI leaves the transport open, then SRV, then the host itself. Null when the domain says that it offers none.</summary>
    private async Task<List<IPEndPoint>?> ServersAsync(string host, bool transportGiven, CancellationToken ct)
    {
        var ours = SipService.Of(protocol);
        var named = transportGiven ? null : await names.NaptrAsync(host, [ours.Naptr], ct).ConfigureAwait(false);
        var servers = await names.SrvAsync(named?.Replacement ?? ours.SrvPrefix + host, ct).ConfigureAwait(false);
        if (servers is [{ Host: "" }])
        {
            return null;
        }

        if (servers.Count == 0)
        {
            return await AtAsync(host, _defaultPort, ct).ConfigureAwait(false);
        }

        var found = new List<IPEndPoint>();
        foreach (var (server, port) in servers.Take(MaxTargets))
        {
            found.AddRange(await AtAsync(server, port, ct).ConfigureAwait(false));
        }

        return found;
    }

    private async Task<List<IPEndPoint>> AtAsync(string host, int port, CancellationToken ct) =>
        [.. (await names.AddressesAsync(host, family, ct).ConfigureAwait(false)).Select(a => new IPEndPoint(a, port))];
}
