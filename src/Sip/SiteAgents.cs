using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using TrunkBot.Sip.Location;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Transport.Tls;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Sip;

/// <summary>Starts SIP user agents as a site's profile wants them: from where they send, where they may send to, and whom they trust.</summary>
internal sealed class SiteAgents(TimeProvider time, ILogger logger)
{
    /// <summary>Null when the local address is none of this machine's.</summary>
    /// <param name="names">Where names are looked up; null: this machine's DNS.</param>
    public async Task<SipUserAgent?> StartAsync(
        SiteProfile site, IPAddress local, IReadOnlyList<IPNetwork> allowed, SipTransportKind transport, SipTlsOptions? tls, SipNameLookup? names, CancellationToken ct)
    {
        try
        {
            return await SipUserAgent.StartAsync(
                new SipUserAgentOptions
                {
                    LocalAddress = local,
                    AllowedPeers = allowed,
                    Transport = transport,
                    Tls = tls ?? new(),
                    Names = names ?? SipNameLookup.Machine,
                    TimeProvider = time,
                    Logger = logger,
                    HepCollector = IPEndPoint.TryParse(site.Tests.HepCollector ?? "", out var collector) ? collector : null,
                },
                ct).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    public static Sentence CannotBind(IPAddress local) => $"this machine has no address {local} (tests.localAddress of the site profile).";

    public static SipTransportKind TransportOf(TrunkIntent intent) => intent.Transport switch
    {
        Trunks.SipTransport.Tls => SipTransportKind.Tls,
        Trunks.SipTransport.Tcp => SipTransportKind.Tcp,
        _ => SipTransportKind.Udp,
    };

    /// <summary>
    /// Where this trunk's SIP may go, whatever a Contact or a Record-Route says: the site's registrar or proxy, its core, and the signalling ranges of the trunk's edges.
    /// </summary>
    public static async Task<IReadOnlyList<IPNetwork>> AllowedAsync(
        TrunkIntent intent, SiteProfile site, SipUri? server, IPAddress local, SipTransportKind transport, CancellationToken ct)
    {
        List<IPAddress> hosts = [intent.CoreProxyAddress];
        foreach (var core in site.Perimeta.CoreAddresses)
        {
            if (IPAddress.TryParse(core, out var address))
            {
                hosts.Add(address);
            }
        }

        if (server is not null)
        {
            // Just where the request will go; a name that is not found is told by that request.
            var locator = new ServerLocator(transport.ToString().ToUpperInvariant(), local.AddressFamily, SipNameLookup.Machine, null);
            var (targets, _) = await locator.LocateAsync(server, null, ct).ConfigureAwait(false);
            hosts.AddRange(targets?.All.Select(t => t.EndPoint.Address) ?? []);
        }

        return [.. hosts.Select(a => new IPNetwork(a, a.AddressFamily == AddressFamily.InterNetworkV6 ? 128 : 32)), .. intent.Edges.Select(e => e.Signaling)];
    }

    public static bool TryLocal(SiteProfile site, out IPAddress address)
    {
        address = IPAddress.Any;
        return site.Tests.LocalAddress is null || IPAddress.TryParse(site.Tests.LocalAddress, out address!);
    }

    /// <summary>
    /// Whom the probe trusts. Wildcards are taken: each trunk has a host name of its own, for which a carrier can hardly have a certificate each.
    /// </summary>
    public static bool TryTls(SiteProfile site, [NotNullWhen(true)] out SipTlsOptions? tls, [NotNullWhen(false)] out Sentence? why)
    {
        why = null;
        try
        {
            tls = SipTlsOptions.FromFiles(site.Tests.TlsCaFile, site.Tests.TlsCertificateFile) with { AcceptWildcards = true };
            return true;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            (tls, why) = (null, $"a certificate file of the site profile (tests.tlsCaFile, tests.tlsCertificateFile) can't be read: {e.Message}");
            return false;
        }
    }
}
