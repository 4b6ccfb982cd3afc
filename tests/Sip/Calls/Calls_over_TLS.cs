using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Time.Testing;
using TrunkBot.Sip.Digest;
using TrunkBot.Sip.Location;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Tests.Peers;
using TrunkBot.Sip.Transactions;
using TrunkBot.Sip.Transport.Tls;
using static TrunkBot.Sip.Tests.Peers.Scenarios;

namespace TrunkBot.Sip.Tests.Calls;

/// <summary>Against kamailio's TLS, with an authority made for each test.</summary>
[Collection(RealTime.Collection)]
public sealed class Calls_over_TLS : IAsyncDisposable
{
    private readonly Authority _authority = new();
    private readonly NameServer _dns = new NameServer().A("trunk.test", "127.0.0.1").A("other.test", "127.0.0.1");

    public async ValueTask DisposeAsync()
    {
        _authority.Dispose();
        await _dns.DisposeAsync();
    }

    private async Task<OptionsResult> AskAsync(Peer server, Func<SipTlsOptions, SipTlsOptions>? with = null, string host = "trunk.test", TimeProvider? time = null)
    {
        await using var agent = await StartAsync(with, time);
        return await agent.OptionsAsync(new OptionsRequest { Target = SipUri.Parse($"sip:{host}:{server.Port + 1};transport=tls") }, Agent.Ct);
    }

    private Task<SipUserAgent> StartAsync(Func<SipTlsOptions, SipTlsOptions>? with = null, TimeProvider? time = null)
    {
        var tls = new SipTlsOptions { TrustAnchors = _authority.Anchors };
        return SipUserAgent.StartAsync(
            new SipUserAgentOptions
            {
                LocalAddress = IPAddress.Loopback,
                Transport = SipTransportKind.Tls,
                Timers = new SipTimers { T1 = TimeSpan.FromSeconds(5) },
                ConnectTimeout = TimeSpan.FromSeconds(30),
                TimeProvider = time ?? TimeProvider.System,
                Names = new SipNameLookup([_dns.EndPoint]),
                Tls = with?.Invoke(tls) ?? tls,
            },
            Agent.Ct);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12, "TLS 1.2")]
    [InlineData(SslProtocols.Tls13, "TLS 1.3")]
    public async Task OPTIONS_over_TLS_is_answered_and_tells_whose_certificate_it_was(SslProtocols version, string shown)
    {
        using var certificate = _authority.Issue(["trunk.test", "127.0.0.1"]);
        await using var server = await Kamailio.StartTlsAsync(certificate);

        var result = await AskAsync(server, o => o with { Protocols = version });

        Assert.Equal((OptionsState.Up, 200), (result.State, result.Status));
        Assert.Equal((shown, "CN=Peer", "CN=Test authority"), (result.Tls!.Version, result.Tls.Subject, result.Tls.Issuer));
        Assert.Equal(["trunk.test", "127.0.0.1"], result.Tls.Names);
        Assert.Equal(certificate.NotAfter.ToUniversalTime(), result.Tls.NotAfter.UtcDateTime);
        Assert.StartsWith("TLS_", result.Tls.CipherSuite);
        Assert.Contains("Via: SIP/2.0/TLS 127.0.0.1:", result.Trace[0].Message);
        Assert.Contains(";transport=tls>", result.Trace[0].Message);
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_refused_before_anything_is_said()
    {
        using var certificate = _authority.Issue(["trunk.test"]);
        await using var server = await Kamailio.StartTlsAsync(certificate);

        var result = await AskAsync(server, host: "other.test");

        Assert.Equal((OptionsState.Unreachable, "sip-tls-name-mismatch"), (result.State, result.Failure!.Code));
        Assert.Equal("The certificate is not for other.test: it names trunk.test. Call the name it holds, or renew it with the right one.", result.Failure.Sentence);
        Assert.Equal("CN=Peer", result.Tls!.Subject);
        Assert.DoesNotContain("OPTIONS", server.Output);
    }

    [Fact]
    public async Task An_authority_that_nobody_trusts_is_refused()
    {
        using var stranger = new Authority();
        using var certificate = stranger.Issue(["trunk.test"]);
        await using var server = await Kamailio.StartTlsAsync(certificate);

        Assert.Equal("sip-tls-untrusted", (await AskAsync(server)).Failure!.Code);
        Assert.Equal("sip-tls-untrusted", (await AskAsync(server, o => o with { TrustAnchors = null })).Failure!.Code);
    }

    [Fact]
    public async Task A_certificate_out_of_date_is_refused_with_its_dates()
    {
        using var certificate = _authority.Issue(["trunk.test"], until: -10);
        await using var server = await Kamailio.StartTlsAsync(certificate);

        var result = await AskAsync(server);

        Assert.Equal("sip-tls-expired", result.Failure!.Code);
        Assert.Contains($" to {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd})", result.Failure.Sentence);
        Assert.Equal(certificate.NotAfter.ToUniversalTime(), result.Tls!.NotAfter.UtcDateTime);
    }

    [Fact]
    public async Task The_agents_clock_decides_whether_a_certificate_is_in_date()
    {
        using var certificate = _authority.Issue(["trunk.test"], until: 30);
        await using var server = await Kamailio.StartTlsAsync(certificate);

        var result = await AskAsync(server, time: new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(31)));

        Assert.Equal("sip-tls-expired", result.Failure!.Code);
    }

    [Fact]
    public async Task A_certificate_for_mail_is_no_server()
    {
        using var certificate = _authority.Issue(["trunk.test"], purpose: "1.3.6.1.5.5.7.3.4");
        await using var server = await Kamailio.StartTlsAsync(certificate);

        Assert.Equal("sip-tls-untrusted", (await AskAsync(server)).Failure!.Code);
    }

    [Fact]
    public async Task A_certificate_for_SIP_domains_alone_is_taken()
    {
        using var certificate = _authority.Issue(["trunk.test"], purpose: "1.3.6.1.5.5.7.3.20");
        await using var server = await Kamailio.StartTlsAsync(certificate);

        Assert.Equal(OptionsState.Up, (await AskAsync(server)).State);
    }

    [Fact]
    public async Task Without_a_common_version_the_reason_is_said()
    {
        using var certificate = _authority.Issue(["trunk.test"]);
        await using var server = await Kamailio.StartTlsAsync(certificate, versions: "TLSv1.2");

        Assert.Equal("sip-tls-version", (await AskAsync(server, o => o with { Protocols = SslProtocols.Tls13 })).Failure!.Code);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_server_that_wants_a_client_certificate_gets_ours_or_says_no(SslProtocols version)
    {
        using var certificate = _authority.Issue(["trunk.test"]);
        using var ours = _authority.Issue(["bot.test"]);
        using var stranger = new Authority("Stranger");
        using var foreign = stranger.Issue(["bot.test"]);
        await using var server = await Kamailio.StartTlsAsync(certificate, clients: _authority.Pem);

        var shown = await AskAsync(server, o => o with { Certificate = ours, Protocols = version });
        var none = await AskAsync(server, o => o with { Protocols = version });
        var wrong = await AskAsync(server, o => o with { Certificate = foreign, Protocols = version });

        Assert.Equal(OptionsState.Up, shown.State);
        Assert.Equal((OptionsState.Unreachable, version == SslProtocols.Tls13 ? "sip-tls-client-certificate" : "sip-tls-handshake"), (none.State, none.Failure!.Code));
        Assert.Equal((OptionsState.Unreachable, "sip-tls-client-certificate"), (wrong.State, wrong.Failure!.Code));
    }

    [Fact]
    public async Task What_speaks_no_TLS_is_named()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = Task.Run(
            async () =>
            {
                using var connection = await listener.AcceptTcpClientAsync(Agent.Ct);
                await connection.GetStream().WriteAsync("SIP/2.0 400 Bad Request\r\n\r\n"u8.ToArray(), Agent.Ct);
                await connection.GetStream().ReadExactlyAsync(new byte[16], Agent.Ct);
            },
            Agent.Ct);
        await using var agent = await StartAsync();

        var result = await agent.OptionsAsync(new OptionsRequest { Target = SipUri.Parse($"sip:127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port};transport=tls") }, Agent.Ct);

        Assert.Equal((OptionsState.Unreachable, "sip-tls-handshake"), (result.State, result.Failure!.Code));
        Assert.Contains("check that it speaks TLS on this port", result.Failure.Sentence);
        Assert.Null(result.Tls);
        await answering;
    }

    [Fact]
    public async Task A_call_comes_in_over_TLS_by_a_connection_that_the_proxy_opens_to_our_certificate()
    {
        using var certificate = _authority.Issue(["trunk.test"]);
        using var ours = _authority.Issue(["127.0.0.1"]);
        await using var server = await Kamailio.StartTlsAsync(certificate);
        await using var agent = await StartAsync(o => o with { Certificate = ours });
        var registered = await agent.RegisterAsync(
            new RegisterRequest
            {
                Registrar = SipUri.Parse("sip:trunk.test"),
                OutboundProxy = SipUri.Parse($"sip:trunk.test:{server.Port + 1}"),
                User = "probe",
                Credentials = new SipCredentials("probe", "s3cret"),
            },
            Agent.Ct);
        Assert.True(registered.Registered, registered.Failure?.Sentence);
        var answering = agent.AnswerNextAsync(new AnswerRequest { TalkTime = TimeSpan.FromMilliseconds(300), Patience = TimeSpan.FromSeconds(20), ExpectEcho = true }, Agent.Ct);
        await using var caller = await Peer.SippCallerAsync(Answering_calls.Call(), server.Port, "-rtp_echo");

        var taken = await answering;

        Assert.Equal(0, await caller.EndAsync(Agent.Ct));
        Assert.Equal((CallOutcome.Answered, Sip.Audio.AudioVerdict.TwoWay), (taken.Call.Outcome, taken.Call.Audio.Verdict));
        Assert.NotEqual(server.Port + 1, taken.Call.RemoteSignalling!.Port);

        // The BYE goes by the recorded route to kamailio's own port, on the connection that was proven when we registered.
        Assert.Equal(server.Port + 1, taken.Call.Trace.Single(l => l.Sent && l.FirstLine.StartsWith("BYE", StringComparison.Ordinal)).Peer.Port);
    }

    [Fact]
    public async Task Without_a_certificate_of_ours_nobody_gets_in()
    {
        await using var agent = await StartAsync();
        using var stranger = new TcpClient();
        await stranger.ConnectAsync(agent.LocalEndPoint, Agent.Ct);

        Assert.Equal(0, await stranger.GetStream().ReadAsync(new byte[1], Agent.Ct));
    }

    [Fact]
    public async Task A_subscriber_registers_and_calls_over_TLS()
    {
        using var certificate = _authority.Issue(["sip:trunk.test"]);
        await using var far = await Peer.SippAsync(Answer(), "-rtp_echo");
        await using var server = await Kamailio.StartTlsAsync(certificate, far.Port);
        await using var agent = await StartAsync();
        var proxy = SipUri.Parse($"sip:trunk.test:{server.Port + 1}");
        var credentials = new SipCredentials("probe", "s3cret");

        var registered = await agent.RegisterAsync(
            new RegisterRequest { Registrar = SipUri.Parse("sip:trunk.test"), OutboundProxy = proxy, User = "probe", Credentials = credentials }, Agent.Ct);
        var call = await agent.CallAsync(
            Agent.Call(server.Port + 1) with { OutboundProxy = proxy, From = SipUri.Parse("sip:probe@trunk.test"), Credentials = credentials, Patience = TimeSpan.FromSeconds(20) }, Agent.Ct);

        Assert.True(registered.Registered, registered.Failure?.Sentence);
        Assert.NotNull(registered.Tls!.Version);
        Assert.Equal((CallOutcome.Answered, Sip.Audio.AudioVerdict.TwoWay), (call.Outcome, call.Audio.Verdict));
        Assert.Equal(["sip:trunk.test"], call.Tls!.Names);

        // The route that kamailio records holds its address: the connection that was proven for trunk.test goes on being used.
        Assert.Contains(call.Trace, l => l.Sent && l.FirstLine.StartsWith("BYE", StringComparison.Ordinal) && l.Peer.Port == server.Port + 1);
        Assert.NotNull(call.SessionDisconnectDelay);
    }
}
