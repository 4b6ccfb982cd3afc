using System.Net;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Calls;
using TrunkBot.Sip.Digest;
using TrunkBot.Sip.Location;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Transport.Tls;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Language;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Sip;

/// <summary>Places test calls: through the switch, straight to an edge, or in from the carrier. What may be called is decided before (<see cref="CallPolicy"/>).</summary>
internal sealed class TestCalls(ISecrets secrets, IInboundCaller? inbound, SiteAgents agents, TimeProvider time)
{
    /// <summary>How long the registrar may take: a wrong registrar must not hold up the card for timer F.</summary>
    private static readonly TimeSpan RegisterTimeout = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan RingTimeout = TimeSpan.FromSeconds(30);

    public Task<TestCall> CallAsync(TestCallOrder order, TrunkIntent intent, SiteProfile site, CancellationToken ct) => order.Route switch
    {
        CallRoute.Direct => DirectAsync(order, intent, site, ct),
        CallRoute.Inbound => InboundAsync(order, intent, site, ct),
        _ => ThroughSwitchAsync(order, intent, site, ct),
    };

    private async Task<TestCall> ThroughSwitchAsync(TestCallOrder order, TrunkIntent intent, SiteProfile site, CancellationToken ct)
    {
        // The switch translates what a person there would dial: the test number as it stands in its translations, another number behind the site's prefix.
        var dialed = order.To is { } typed ? CallPolicy.InE164(typed, site) is { } e164 ? site.Tests.DialPrefix + e164[1..] : typed : intent.TestNumber;
        return await WithSubscriberAsync(order, dialed, intent, site, async (agent, subscriber, registered) =>
        {
            if (!SipUri.TryCreate(dialed, subscriber.Registrar.Host, subscriber.Registrar.Port, out var target))
            {
                return NotPlaced(order, dialed, null, "the number can't stand in a SIP URI.");
            }

            var request = Request(target, subscriber.Address, site) with { Credentials = subscriber.Credentials };
            var (first, second) = await CallAsync(agent, request, order, intent, ct).ConfigureAwait(false);
            return CallReport.Of(dialed, registered.Trace, first, second) with { From = subscriber.Address.User };
        }, ct).ConfigureAwait(false);
    }

    private async Task<TestCall> DirectAsync(TestCallOrder order, TrunkIntent intent, SiteProfile site, CancellationToken ct)
    {
        var edge = order.Edge ?? intent.Edges[0];
        order = order with { Edge = edge };
        var number = order.To ?? intent.TestNumber;
        number = CallPolicy.InE164(number, site) ?? number;
        if ((site.Tests.DirectCaller ?? (intent.Numbers is [var own, ..] ? own : null)) is not { } caller)
        {
            return NotPlaced(order, number, "direct-caller-missing", "Twilio takes calls from numbers of the account alone. Give the trunk a number, or set tests.directCaller in the site profile.");
        }

        SipUri? proxy = null;
        if (site.Tests.DirectProxy is { } text && !SipUri.TryParse($"sip:{text}", out proxy))
        {
            return NotPlaced(order, number, null, "tests.directProxy of the site profile is not of the form host:port.");
        }

        var host = intent.PeerHost(edge);
        if (!SiteAgents.TryLocal(site, out var local) || !SipUri.TryCreate(number, host, null, out var target) || !SipUri.TryCreate(caller, host, null, out var from))
        {
            return NotPlaced(order, number, null, "tests.localAddress, tests.directCaller, the termination host or the number is malformed.");
        }

        SipTlsOptions? tls = null;
        if (intent.Transport == Trunks.SipTransport.Tls && !SiteAgents.TryTls(site, out tls, out var unreadable))
        {
            return NotPlaced(order, number, null, unreadable);
        }

        using var ours = tls?.Certificate;
        var transport = SiteAgents.TransportOf(intent);
        IReadOnlyList<IPNetwork> allowed = [.. await SiteAgents.AllowedAsync(intent, site, proxy, local, transport, ct).ConfigureAwait(false), edge.Signaling];
        var names = proxy is null && site.Tests.DnsServer is { } dns && IPEndPoint.TryParse(dns, out var server) ? new SipNameLookup([server]) : null;
        if (await agents.StartAsync(site, local, allowed, transport, tls, names, ct).ConfigureAwait(false) is not { } agent)
        {
            return NotPlaced(order, number, null, SiteAgents.CannotBind(local));
        }

        await using var closing = agent.ConfigureAwait(false);
        var request = Request(target, from, site) with { OutboundProxy = proxy, Security = transport == SipTransportKind.Tls ? MediaSecurity.Sdes : MediaSecurity.None };
        var (first, second) = await CallAsync(agent, request, order, intent, ct).ConfigureAwait(false);
        var call = CallReport.Of(number, [], first, second) with { Route = CallRoute.Direct, Edge = edge.Name, From = caller };
        return (second ?? first).TwilioError?.StartsWith("32201", StringComparison.Ordinal) == true
            ? call with
            {
                FailureCode = "bot-not-in-acl",
                Sentence = $"Edge {edge.Name} refuses the bot itself: its address {(second ?? first).SeenAs?.Address.ToString() ?? "?"} is in no access control list of the trunk (32201). This says nothing of the switch and the SBC. To make direct calls, add the address to the trunk's access control list.",
            }
            : call;
    }

    private async Task<TestCall> InboundAsync(TestCallOrder order, TrunkIntent intent, SiteProfile site, CancellationToken ct)
    {
        var settings = site.Tests.Inbound;
        var number = CallPolicy.NumberOf(order, intent, site) is { } named ? CallPolicy.InE164(named, site) ?? named : "";
        if ((settings.Caller ?? intent.Numbers.FirstOrDefault(n => n != number)) is not { } caller)
        {
            return NotPlaced(order, number, "inbound-caller-missing", "a call of Twilio needs a calling number: another number of the account, or one verified there. Set tests.inbound.caller in the site profile.");
        }

        if (inbound is null)
        {
            return NotPlaced(order, number, null, "nothing here can have a carrier call.");
        }

        return await WithSubscriberAsync(order, number, intent, site, async (agent, _, registered) =>
        {
            var wanted = new InboundCall(number, caller, settings.Play, TimeSpan.FromSeconds(settings.RingSeconds), CallLimits.Longest(site), time.GetUtcNow());
            using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var answer = agent.AnswerNextAsync(
                new AnswerRequest
                {
                    Wait = wanted.RingLimit + TimeSpan.FromSeconds(15),
                    TalkTime = TimeSpan.FromSeconds(site.Tests.TalkSeconds),
                    Patience = CallLimits.Patience,
                    ExpectEcho = settings.Play is null,
                    FarSignal = settings.Play is null ? null : new Audio.TestSignal(Audio.TestTones.B, settings.PlaySeed),
                    Record = true,
                },
                giveUp.Token);
            InboundPlacement placed;
            try
            {
                placed = await inbound.PlaceAsync(wanted, site, ct).ConfigureAwait(false);
            }
            catch
            {
                await giveUp.CancelAsync().ConfigureAwait(false);
                await answer.ConfigureAwait(false);
                throw;
            }

            if (!placed.MayCome)
            {
                await giveUp.CancelAsync().ConfigureAwait(false);
                await answer.ConfigureAwait(false);
                return NotPlaced(order, number, placed.Code, placed.Sentence) with { From = caller };
            }

            await WatchAsync(answer, wanted, placed, site, giveUp).ConfigureAwait(false);
            var answered = await answer.ConfigureAwait(false);
            var standing = placed.Sid is { } sid ? (await inbound.StandingAsync(wanted, sid, site, CancellationToken.None).ConfigureAwait(false))?.Sentence : placed.Sentence.ToString();
            var call = CallReport.Of(number, registered.Trace, answered.Call, null) with { Route = CallRoute.Inbound, From = caller };
            if (answered.Caller is null && !ct.IsCancellationRequested)
            {
                // Cut short or not: no INVITE came, and that is what was measured.
                call = call with
                {
                    Outcome = Diagnostics.CallOutcome.NoAnswer,
                    FailureCode = "inbound-not-arrived",
                    Sentence = $"Twilio was asked to call {number} from {caller}, and no call came to the test subscriber. Check the origination URL, the SBC's adjacencies and permit-peer lines, and that the switch leads the number to the subscriber.",
                };
            }

            return call with { Reason = string.Join("; ", new[] { call.Reason, standing }.Where(s => !string.IsNullOrEmpty(s))) is { Length: > 0 } said ? said : null };
        }, ct).ConfigureAwait(false);
    }

    /// <summary>Waits no longer for a call that has ended at the carrier, and ends one at the carrier that nobody waits for.</summary>
    private async Task WatchAsync(Task<AnsweredCall> answer, InboundCall wanted, InboundPlacement placed, SiteProfile site, CancellationTokenSource giveUp)
    {
        var ended = false;
        while (placed.Sid is { } sid && !ended && await Task.WhenAny(answer, Task.Delay(TimeSpan.FromSeconds(2), time, CancellationToken.None)).ConfigureAwait(false) != answer)
        {
            ended = await inbound!.StandingAsync(wanted, sid, site, CancellationToken.None).ConfigureAwait(false) is { Ended: true };
        }

        // A call that was answered is hung up at the same time here; one that never came is not worth more waiting.
        if (ended && await Task.WhenAny(answer, Task.Delay(TimeSpan.FromSeconds(5), time, CancellationToken.None)).ConfigureAwait(false) != answer)
        {
            await giveUp.CancelAsync().ConfigureAwait(false);
        }

        await answer.ConfigureAwait(false);
        if (!ended && placed.Sid is { } open)
        {
            await inbound!.EndAsync(open, site, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Registers the site's test subscriber for as long as <paramref name="act"/> takes.</summary>
    private async Task<TestCall> WithSubscriberAsync(
        TestCallOrder order, string number, TrunkIntent intent, SiteProfile site, Func<SipUserAgent, Subscriber, RegisterResult, Task<TestCall>> act, CancellationToken ct)
    {
        var tests = site.Tests;
        if (tests.Registrar is null || tests.User is null)
        {
            return NotPlaced(order, number, null, "the site profile names no test subscriber (tests.registrar and tests.user).");
        }

        if (!SipUri.TryParse($"sip:{tests.Registrar}", out var registrar) || !SipUri.TryCreate(tests.User, registrar.Host, registrar.Port, out var address) || !SiteAgents.TryLocal(site, out var local))
        {
            return NotPlaced(order, number, null, "tests.registrar (host:port), tests.user, tests.localAddress or the test number is malformed.");
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
                return NotPlaced(order, number, null, $"{e.Said}.");
            }
        }

        var allowed = await SiteAgents.AllowedAsync(intent, site, registrar, local, SipTransportKind.Udp, ct).ConfigureAwait(false);
        if (await agents.StartAsync(site, local, allowed, SipTransportKind.Udp, null, null, ct).ConfigureAwait(false) is not { } agent)
        {
            return NotPlaced(order, number, null, SiteAgents.CannotBind(local));
        }

        await using var closing = agent.ConfigureAwait(false);
        var register = new RegisterRequest { Registrar = registrar, User = tests.User, Credentials = credentials, Timeout = RegisterTimeout };
        var registered = await agent.RegisterAsync(register, ct).ConfigureAwait(false);
        if (!registered.Registered)
        {
            return NotPlaced(order, number, registered.Failure?.Code, $"the test subscriber could not register. {registered.Failure?.Sentence}") with
            {
                FinalStatus = registered.Status,
                Reason = registered.Reason,
                Ladder = [.. registered.Trace.Select(CallReport.Line)],
            };
        }

        try
        {
            return await act(agent, new Subscriber(registrar, address, credentials), registered).ConfigureAwait(false);
        }
        finally
        {
            // Best effort, and not under the caller's token: the switch must not keep ringing a port that is gone.
            await agent.RegisterAsync(register with { Expires = TimeSpan.Zero, Timeout = TimeSpan.FromSeconds(2) }, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static CallRequest Request(SipUri target, SipUri from, SiteProfile site) => new()
    {
        Target = target,
        From = from,
        RingTimeout = RingTimeout,
        TalkTime = TimeSpan.FromSeconds(site.Tests.TalkSeconds),
        Patience = CallLimits.Patience,
        ExtendedReports = site.Tests.RtcpXr,
        Record = true,
    };

    /// <summary>What this machine did is no finding about the trunk: asked once more then. The second call stands for itself, good or bad. One that may cost money is made once.</summary>
    private static async Task<(CallResult First, CallResult? Second)> CallAsync(SipUserAgent agent, CallRequest request, TestCallOrder order, TrunkIntent intent, CancellationToken ct)
    {
        // Another number than a test number plays nothing back, and that is no fault of it.
        request = request with { ExpectEcho = order.To is null };
        var first = await agent.CallAsync(request, ct).ConfigureAwait(false);
        return (first, CallReport.IsMachineLate(first) && !order.MayCost(intent) ? await agent.CallAsync(request, ct).ConfigureAwait(false) : null);
    }

    private TestCall NotPlaced(TestCallOrder order, string number, string? code, Sentence why) => TestCall.NotPlaced(order, number, time.GetUtcNow(), code, why);

    private sealed record Subscriber(SipUri Registrar, SipUri Address, SipCredentials? Credentials);
}
