using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TrunkBot.Diagnostics;
using TrunkBot.Sip.Digest;
using TrunkBot.Sip.Messages;
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

    private readonly ILogger _logger = logger ?? NullLogger<TrunkProbe>.Instance;

    public async Task<IReadOnlyList<EdgeProbe>> OptionsAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken)
    {
        if (intent.Transport == Trunks.SipTransport.Tls)
        {
            return [.. intent.Edges.Select(e => Unchecked(intent, e, "Not checked: OPTIONS over TLS is not available yet."))];
        }

        SipUri? proxy = null;
        if (site.Tests.OptionsProxy is { } text && !SipUri.TryParse($"sip:{text}", out proxy))
        {
            return [.. intent.Edges.Select(e => Unchecked(intent, e, "Not checked: optionsProxy of the site profile is not of the form host:port."))];
        }

        if (!TryLocal(site, out var local))
        {
            return [.. intent.Edges.Select(e => Unchecked(intent, e, "Not checked: localAddress of the site profile is not an IP address."))];
        }

        await using var agent = await StartAsync(
            local, intent.Transport == Trunks.SipTransport.Tcp ? SipTransportKind.Tcp : SipTransportKind.Udp, cancellationToken).ConfigureAwait(false);
        return await Task.WhenAll(intent.Edges.Select(edge => ProbeAsync(agent, intent, edge, proxy, cancellationToken))).ConfigureAwait(false);
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

        await using var agent = await StartAsync(local, SipTransportKind.Udp, cancellationToken).ConfigureAwait(false);
        var register = new RegisterRequest { Registrar = registrar, User = tests.User, Credentials = credentials, Timeout = RegisterTimeout };
        var registered = await agent.RegisterAsync(register, cancellationToken).ConfigureAwait(false);
        if (!registered.Registered)
        {
            return NotPlaced(intent, $"The test call was not placed: the test subscriber could not register. {registered.Failure?.Sentence}") with
            {
                FinalStatus = registered.Status,
                Reason = registered.Reason,
                Ladder = [.. registered.Trace.Select(Line)],
            };
        }

        var result = await agent.CallAsync(
            new CallRequest
            {
                Target = target,
                From = from,
                Credentials = credentials,
                RingTimeout = RingTimeout,
                TalkTime = TimeSpan.FromSeconds(tests.TalkSeconds),
            },
            cancellationToken).ConfigureAwait(false);

        // Best effort, and not under the caller's token: the switch must not keep ringing a port that is gone.
        await agent.RegisterAsync(register with { Expires = TimeSpan.Zero, Timeout = TimeSpan.FromSeconds(2) }, CancellationToken.None).ConfigureAwait(false);
        return Map(intent, registered, result);
    }

    private Task<SipUserAgent> StartAsync(IPAddress local, SipTransportKind transport, CancellationToken ct) => SipUserAgent.StartAsync(
        new SipUserAgentOptions { LocalAddress = local, Transport = transport, TimeProvider = time, Logger = _logger }, ct);

    private static bool TryLocal(SiteProfile site, out IPAddress address)
    {
        address = IPAddress.Any;
        return site.Tests.LocalAddress is null || IPAddress.TryParse(site.Tests.LocalAddress, out address!);
    }

    private static async Task<EdgeProbe> ProbeAsync(SipUserAgent agent, TrunkIntent intent, TwilioEdge edge, SipUri? proxy, CancellationToken ct)
    {
        var host = intent.PeerHost(edge);
        if (!SipUri.TryCreate(null, host, null, out var target))
        {
            return Unchecked(intent, edge, "Not checked: the termination host could not stand in a SIP URI.");
        }

        var result = await agent.OptionsAsync(new OptionsRequest { Target = target, OutboundProxy = proxy, Timeout = OptionsTimeout }, ct).ConfigureAwait(false);
        var state = result.State switch
        {
            OptionsState.Up => ProbeState.Up,
            OptionsState.Unreachable => ProbeState.Unreachable,
            _ => ProbeState.Unchecked,
        };
        return new EdgeProbe(edge.Name, host, state, result.Status, result.RoundTripMilliseconds, result.Reason ?? result.Failure?.Sentence ?? "");
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

    private static TestCall Map(TrunkIntent intent, RegisterResult registered, CallResult result) => new()
    {
        To = intent.TestNumber,
        StartedAt = result.StartedAt,
        Outcome = result.Outcome switch
        {
            CallOutcome.Answered => Diagnostics.CallOutcome.Answered,
            CallOutcome.Rejected => Diagnostics.CallOutcome.Rejected,
            CallOutcome.Busy => Diagnostics.CallOutcome.Busy,
            CallOutcome.NoAnswer => Diagnostics.CallOutcome.NoAnswer,
            CallOutcome.Timeout => Diagnostics.CallOutcome.Timeout,
            CallOutcome.Cancelled => Diagnostics.CallOutcome.Cancelled,
            _ => Diagnostics.CallOutcome.TransportError,
        },
        FinalStatus = result.FinalStatus,
        Reason = Reason(result),
        PostDialDelayMilliseconds = result.PostDialDelay?.TotalMilliseconds,
        AnswerDelayMilliseconds = result.AnswerDelay?.TotalMilliseconds,
        SessionDisconnectDelayMilliseconds = result.SessionDisconnectDelay?.TotalMilliseconds,
        Codec = result.Codec?.ToString().ToUpperInvariant(),
        PacketsSent = result.PacketsSent,
        PacketsReceived = (int?)result.PacketsReceived,
        PacketsLost = (int?)result.PacketsLost,
        JitterMilliseconds = result.JitterMilliseconds,
        HeardOwnSignalPercent = result.Audio.HeardOwnSignalPercent,
        EchoDelayMilliseconds = result.Audio.EchoDelay?.TotalMilliseconds,
        Audio = result.Audio.Verdict switch
        {
            Sip.Audio.AudioVerdict.TwoWay => AudioVerdict.TwoWay,
            Sip.Audio.AudioVerdict.OneWayOut => AudioVerdict.OneWayOut,
            Sip.Audio.AudioVerdict.None or Sip.Audio.AudioVerdict.OneWayIn => AudioVerdict.None,
            Sip.Audio.AudioVerdict.Hairpin => AudioVerdict.Hairpin,
            _ => AudioVerdict.NotMeasured,
        },
        HungUpBy = result.HungUpBy switch
        {
            Sip.HungUpBy.Us => "us",
            Sip.HungUpBy.FarEnd => "far end",
            _ => null,
        },
        Sentence = result.Failure?.Sentence ?? (result.Outcome == CallOutcome.Cancelled ? "The test call was cancelled before it was finished." : result.Audio.Sentence),
        Ladder = [.. registered.Trace.Concat(result.Trace).Select(Line)],
    };

    private static string? Reason(CallResult result)
    {
        string?[] parts =
        [
            result.FinalReason,
            result.ReasonHeader is null ? null : $"Reason: {result.ReasonHeader}",
            result.Warning is null ? null : $"Warning: {result.Warning}",
            result.RetryAfter is null ? null : $"Retry-After: {result.RetryAfter}",
            result.TwilioError is null ? null : $"X-Twilio-Error: {result.TwilioError}",
        ];
        return parts.Any(p => p is not null) ? string.Join("; ", parts.Where(p => p is not null)) : null;
    }

    private static string Line(SipTraceLine line) =>
        string.Create(CultureInfo.InvariantCulture, $"{line.Time:HH:mm:ss.fff} {(line.Sent ? "->" : "<-")} {line.Peer} {line.FirstLine}");
}
