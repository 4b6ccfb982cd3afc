using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Calls;
using TrunkBot.Sip.Location;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Transport.Tls;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Sip;

/// <summary>Probes trunks for the Diagnostics room: OPTIONS to each edge, and test calls.</summary>
/// <param name="inbound">Who has the carrier call a trunk; null where nobody can.</param>
public sealed class TrunkProbe(ISecrets secrets, TimeProvider time, ILogger<TrunkProbe>? logger = null, IInboundCaller? inbound = null) : ITrunkProbe
{
    /// <summary>An edge that does not answer within this is unreachable: Twilio itself moves on after 4 s.</summary>
    private static readonly TimeSpan OptionsTimeout = TimeSpan.FromSeconds(4);

    /// <summary>A certificate of ours takes people some weeks; who runs an edge renews by a machine, and only when it did not there is something to say.</summary>
    private static readonly TimeSpan RenewOurs = TimeSpan.FromDays(30);

    private static readonly TimeSpan RenewTheirs = TimeSpan.FromDays(14);

    private readonly SiteAgents agents = new(time, logger ?? NullLogger<TrunkProbe>.Instance);
    private readonly TestCalls calls = new(secrets, inbound, new SiteAgents(time, logger ?? NullLogger<TrunkProbe>.Instance), time);

    public async Task<IReadOnlyList<EdgeProbe>> OptionsAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken)
    {
        SipUri? proxy = null;
        if (site.Tests.OptionsProxy is { } text && !SipUri.TryParse($"sip:{text}", out proxy))
        {
            return [.. intent.Edges.Select(e => Unchecked(intent, e, "Not checked: optionsProxy of the site profile is not of the form host:port."))];
        }

        if (!SiteAgents.TryLocal(site, out var local))
        {
            return [.. intent.Edges.Select(e => Unchecked(intent, e, "Not checked: localAddress of the site profile is not an IP address."))];
        }

        SipTlsOptions? tls = null;
        if (intent.Transport == Trunks.SipTransport.Tls && !SiteAgents.TryTls(site, out tls, out var unreadable))
        {
            return [.. intent.Edges.Select(e => Unchecked(intent, e, $"Not checked: {unreadable}"))];
        }

        var transport = SiteAgents.TransportOf(intent);
        var allowed = await SiteAgents.AllowedAsync(intent, site, proxy, local, transport, cancellationToken).ConfigureAwait(false);
        if (await agents.StartAsync(site, local, allowed, transport, tls, null, cancellationToken).ConfigureAwait(false) is not { } agent)
        {
            return [.. intent.Edges.Select(e => Unchecked(intent, e, $"Not checked: {SiteAgents.CannotBind(local)}"))];
        }

        using var own = tls?.Certificate;
        await using var closing = agent.ConfigureAwait(false);
        return await Task.WhenAll(intent.Edges.Select(edge => ProbeAsync(agent, intent, edge, proxy, own, cancellationToken))).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<EdgeAddresses>> AddressesAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken)
    {
        SipNameLookup names;
        if (site.Tests.DnsServer is { } text)
        {
            if (!IPEndPoint.TryParse(text, out var server))
            {
                return [.. intent.Edges.Select(e => new EdgeAddresses(e.Name, intent.PeerHost(e), [], "dnsServer of the site profile is not of the form address:port"))];
            }

            names = new SipNameLookup([server]);
        }
        else if (site.Tests.OptionsProxy is null)
        {
            names = SipNameLookup.Machine;
        }
        else
        {
            return [];
        }

        return await Task.WhenAll(intent.Edges.Select(async e =>
            new EdgeAddresses(e.Name, intent.PeerHost(e), await names.AddressesAsync(intent.PeerHost(e), AddressFamily.InterNetwork, cancellationToken).ConfigureAwait(false), null))).ConfigureAwait(false);
    }

    public Task<TestCall> CallAsync(TestCallOrder order, TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken) => calls.CallAsync(order, intent, site, cancellationToken);

    private async Task<EdgeProbe> ProbeAsync(SipUserAgent agent, TrunkIntent intent, TwilioEdge edge, SipUri? proxy, X509Certificate2? own, CancellationToken ct)
    {
        var host = intent.PeerHost(edge);
        if (!SipUri.TryCreate(null, host, null, out var target))
        {
            return Unchecked(intent, edge, "Not checked: the termination host could not stand in a SIP URI.");
        }

        var result = await agent.OptionsAsync(new OptionsRequest { Target = target, OutboundProxy = proxy, Timeout = OptionsTimeout }, ct).ConfigureAwait(false);

        // With a proxy no name of an edge is looked up: then it is the site's proxy that was not found, and the edge was not asked.
        var unknown = proxy is null && result.Failure?.Code == "sip-name-not-found";
        var state = (result.State, unknown) switch
        {
            (OptionsState.Up, _) => ProbeState.Up,
            (OptionsState.Unreachable, _) or (_, true) => ProbeState.Unreachable,
            _ => ProbeState.Unchecked,
        };
        var ending = Ending(result.Tls, own);
        return new EdgeProbe(edge.Name, host, state, result.Status, result.RoundTripMilliseconds, result.Failure?.Sentence ?? CallReport.Said(result, ending?.Sentence))
        {
            Code = unknown ? "edge-name-not-found"
                : result.Failure is { } failure ? failure.Code.StartsWith("sip-tls-", StringComparison.Ordinal) ? failure.Code : null
                : ending?.Code,
        };
    }

    /// <summary>A certificate that will not be good for long, while there is time to renew it: ours first, which is ours to renew.</summary>
    private (string Code, Sentence Sentence)? Ending(SipTlsPeer? edge, X509Certificate2? own)
    {
        var now = time.GetUtcNow();
        return edge is null ? null
            : own is not null && new DateTimeOffset(own.NotAfter.ToUniversalTime()) is var ours && ours - now < RenewOurs
                ? ("own-certificate-expires", $"our own certificate (tests.tlsCertificateFile) expires on {ours:yyyy-MM-dd}")
            : edge.NotAfter - now < RenewTheirs ? ("edge-certificate-expires", $"its certificate expires on {edge.NotAfter:yyyy-MM-dd}")
            : null;
    }

    private static EdgeProbe Unchecked(TrunkIntent intent, TwilioEdge edge, Sentence why) =>
        new(edge.Name, intent.PeerHost(edge), ProbeState.Unchecked, null, null, why);
}
