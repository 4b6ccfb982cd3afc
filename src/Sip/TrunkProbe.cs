using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TrunkBot.Diagnostics;
using TrunkBot.Sip.Digest;
using TrunkBot.Sip.Location;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Transport.Tls;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Sip;

/// <summary>Probes trunks for the Diagnostics room: OPTIONS to each edge, and a test call from the site's on-switch subscriber.</summary>
public sealed class TrunkProbe(ISecrets secrets, TimeProvider time, ILogger<TrunkProbe>? logger = null) : ITrunkProbe
{
    /// <summary>An edge that does not answer within this is unreachable: Twilio itself moves on after 4 s.</summary>
    private static readonly TimeSpan OptionsTimeout = TimeSpan.FromSeconds(4);

    /// <summary>How long the registrar may take: a wrong registrar must not hold up the card for timer F.</summary>
    private static readonly TimeSpan RegisterTimeout = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan RingTimeout = TimeSpan.FromSeconds(30);

    /// <summary>How much longer than the site says a call may talk while too little of our own signal came back.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>A machine later than this with its media may itself be the reason of what was heard.</summary>
    private static readonly TimeSpan TooLate = TimeSpan.FromMilliseconds(200);

    private readonly ILogger _logger = logger ?? NullLogger<TrunkProbe>.Instance;

    public async Task<IReadOnlyList<EdgeProbe>> OptionsAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken)
    {
        SipUri? proxy = null;
        if (site.Tests.OptionsProxy is { } text && !SipUri.TryParse($"sip:{text}", out proxy))
        {
            return [.. intent.Edges.Select(e => Unchecked(intent, e, "Not checked: optionsProxy of the site profile is not of the form host:port."))];
        }

        if (!TryLocal(site, out var local))
        {
            return [.. intent.Edges.Select(e => Unchecked(intent, e, "Not checked: localAddress of the site profile is not an IP address."))];
        }

        SipTlsOptions? tls = null;
        if (intent.Transport == Trunks.SipTransport.Tls && !TryTls(site, out tls, out var unreadable))
        {
            return [.. intent.Edges.Select(e => Unchecked(intent, e, $"Not checked: {unreadable}"))];
        }

        var transport = intent.Transport switch
        {
            Trunks.SipTransport.Tls => SipTransportKind.Tls,
            Trunks.SipTransport.Tcp => SipTransportKind.Tcp,
            _ => SipTransportKind.Udp,
        };
        var allowed = await AllowedAsync(intent, site, proxy, local, transport.ToString().ToUpperInvariant(), cancellationToken).ConfigureAwait(false);
        var started = await StartAsync(site, local, allowed, transport, tls, cancellationToken).ConfigureAwait(false);
        if (started is not { } agent)
        {
            return [.. intent.Edges.Select(e => Unchecked(intent, e, $"Not checked: {CannotBind(local)}"))];
        }

        using var own = tls?.Certificate;
        await using var closing = agent.ConfigureAwait(false);
        return await Task.WhenAll(intent.Edges.Select(edge => ProbeAsync(agent, intent, edge, proxy, cancellationToken))).ConfigureAwait(false);
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

    public async Task<TestCall> CallAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken)
    {
        var tests = site.Tests;
        if (tests.Registrar is null || tests.User is null)
        {
            return NotPlaced(intent, "The test call was not placed: the site profile names no test subscriber (tests.registrar and tests.user).");
        }

        if (!SipUri.TryParse($"sip:{tests.Registrar}", out var registrar)
            || !SipUri.TryCreate(tests.User, registrar.Host, registrar.Port, out var from)
            || !SipUri.TryCreate(intent.TestNumber, registrar.Host, registrar.Port, out var target)
            || !TryLocal(site, out var local))
        {
            return NotPlaced(intent, "The test call was not placed: tests.registrar (host:port), tests.user, tests.localAddress or the test number is malformed.");
        }

        SipCredentials? credentials = null;
        if (tests.Password is { } reference)
        {
            try
            {
                credentials = new SipCredentials(tests.User, secrets.Reveal(reference));
            }
            catch (SecretNotFoundException e)
            {
                return NotPlaced(intent, $"The test call was not placed: {e.Message}.");
            }
        }

        var allowed = await AllowedAsync(intent, site, registrar, local, "UDP", cancellationToken).ConfigureAwait(false);
        if (await StartAsync(site, local, allowed, SipTransportKind.Udp, null, cancellationToken).ConfigureAwait(false) is not { } agent)
        {
            return NotPlaced(intent, $"The test call was not placed: {CannotBind(local)}");
        }

        await using var closing = agent.ConfigureAwait(false);
        var register = new RegisterRequest { Registrar = registrar, User = tests.User, Credentials = credentials, Timeout = RegisterTimeout };
        var registered = await agent.RegisterAsync(register, cancellationToken).ConfigureAwait(false);
        if (!registered.Registered)
        {
            return NotPlaced(intent, $"The test call was not placed: the test subscriber could not register. {registered.Failure?.Sentence}") with
            {
                FinalStatus = registered.Status,
                Reason = registered.Reason,
                FailureCode = registered.Failure?.Code,
                Ladder = [.. registered.Trace.Select(CallReport.Line)],
            };
        }

        var request = new CallRequest
        {
            Target = target,
            From = from,
            Credentials = credentials,
            RingTimeout = RingTimeout,
            TalkTime = TimeSpan.FromSeconds(tests.TalkSeconds),
            Patience = Patience,
        };
        var first = await agent.CallAsync(request, cancellationToken).ConfigureAwait(false);

        // What this machine did is no finding about the trunk: ask once more. The second call stands for itself, good or bad.
        var second = IsMachineLate(first) ? await agent.CallAsync(request, cancellationToken).ConfigureAwait(false) : null;

        // Best effort, and not under the caller's token: the switch must not keep ringing a port that is gone.
        await agent.RegisterAsync(register with { Expires = TimeSpan.Zero, Timeout = TimeSpan.FromSeconds(2) }, CancellationToken.None).ConfigureAwait(false);
        return CallReport.Of(intent, registered, first, second);
    }

    /// <summary>True for an answered call without proof of two-way audio during which this machine itself was late.</summary>
    internal static bool IsMachineLate(CallResult call) =>
        call is { Outcome: CallOutcome.Answered, Failure: null } && call.Audio.Verdict != Sip.Audio.AudioVerdict.TwoWay && call.MachineLate > TooLate;

    /// <summary>
    /// Where this trunk's SIP may go, whatever a Contact or a Record-Route says: the site's registrar or proxy, its core, and the signalling ranges of the trunk's edges.
    /// </summary>
    internal static async Task<IReadOnlyList<IPNetwork>> AllowedAsync(
        TrunkIntent intent, SiteProfile site, SipUri? server, IPAddress local, string protocol, CancellationToken ct)
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
            var locator = new ServerLocator(protocol, local.AddressFamily, SipNameLookup.Machine, null);
            var (targets, _) = await locator.LocateAsync(server, null, ct).ConfigureAwait(false);
            hosts.AddRange(targets?.All.Select(t => t.EndPoint.Address) ?? []);
        }

        return [.. hosts.Select(a => new IPNetwork(a, a.AddressFamily == AddressFamily.InterNetworkV6 ? 128 : 32)), .. intent.Edges.Select(e => e.Signaling)];
    }

    private static string CannotBind(IPAddress local) => $"this machine has no address {local} (tests.localAddress of the site profile).";

    /// <summary>Null when the local address is none of this machine's.</summary>
    private async Task<SipUserAgent?> StartAsync(SiteProfile site, IPAddress local, IReadOnlyList<IPNetwork> allowed, SipTransportKind transport, SipTlsOptions? tls, CancellationToken ct)
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
                    TimeProvider = time,
                    Logger = _logger,
                    HepCollector = IPEndPoint.TryParse(site.Tests.HepCollector ?? "", out var collector) ? collector : null,
                },
                ct).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private static bool TryLocal(SiteProfile site, out IPAddress address)
    {
        address = IPAddress.Any;
        return site.Tests.LocalAddress is null || IPAddress.TryParse(site.Tests.LocalAddress, out address!);
    }

    /// <summary>
    /// Whom the probe trusts. Wildcards are taken: each trunk has a host name of its own, for which a carrier can hardly have a certificate each.
    /// </summary>
    private static bool TryTls(SiteProfile site, [NotNullWhen(true)] out SipTlsOptions? tls, [NotNullWhen(false)] out string? why)
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

    private async Task<EdgeProbe> ProbeAsync(SipUserAgent agent, TrunkIntent intent, TwilioEdge edge, SipUri? proxy, CancellationToken ct)
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
        return new EdgeProbe(edge.Name, host, state, result.Status, result.RoundTripMilliseconds, result.Failure?.Sentence ?? CallReport.Said(result, time.GetUtcNow()))
        {
            Code = unknown ? "edge-name-not-found" : result.Failure is { } failure && failure.Code.StartsWith("sip-tls-", StringComparison.Ordinal) ? failure.Code : null,
        };
    }

    private static EdgeProbe Unchecked(TrunkIntent intent, TwilioEdge edge, string why) =>
        new(edge.Name, intent.PeerHost(edge), ProbeState.Unchecked, null, null, why);

    private TestCall NotPlaced(TrunkIntent intent, string why) => new()
    {
        To = intent.TestNumber,
        StartedAt = time.GetUtcNow(),
        Outcome = Diagnostics.CallOutcome.NotPlaced,
        Audio = AudioVerdict.NotMeasured,
        Sentence = why,
    };
}
