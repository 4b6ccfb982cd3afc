using System.Net;
using System.Security.Cryptography.X509Certificates;
using TrunkBot.Diagnostics;
using TrunkBot.Sip.Tests.Peers;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Sites;
using static TrunkBot.Sip.Tests.Peers.Scenarios;

namespace TrunkBot.Sip.Tests;

[Collection(Calls.RealTime.Collection)]
public sealed class The_trunk_probe
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static TrunkProbe Probe(string password = "s3cret") => new(new OneSecret(password), TimeProvider.System);

    [Fact]
    public async Task A_test_call_registers_the_subscriber_and_hears_itself()
    {
        await using var far = await Peer.SippAsync(Answer(), "-rtp_echo");
        await using var cfs = await Kamailio.StartAsync(far.Port);

        var call = await Probe().CallAsync(Intent(), Site(registrar: $"127.0.0.1:{cfs.Port}"), Ct);

        Assert.Equal(Diagnostics.CallOutcome.Answered, call.Outcome);
        Assert.Equal(AudioVerdict.TwoWay, call.Audio);
        Assert.Equal("16504894546", call.To);
        Assert.Equal("us", call.HungUpBy);
        Assert.Equal("PCMU", call.Codec);
        Assert.Equal(0, call.PacketsLost);
        Assert.Null(call.PacketsLostFarEnd);
        Assert.Null(call.RoundTripMilliseconds);
        Assert.InRange(call.HeardOwnSignalPercent!.Value, 85, 100);
        Assert.True(call.OwnSignalHeardSeconds >= 1.5);
        Assert.Null(call.FailureCode);
        Assert.True(call.PostDialDelayMilliseconds < call.AnswerDelayMilliseconds);
        Assert.StartsWith("Two-way audio: ", call.Sentence);
        Assert.Contains(call.Ladder, l => l.EndsWith($"-> 127.0.0.1:{cfs.Port} REGISTER sip:127.0.0.1:{cfs.Port} SIP/2.0"));
        Assert.Contains(call.Ladder, l => l.Contains(" <- ") && l.EndsWith("SIP/2.0 180 Ringing"));
        Assert.DoesNotContain(call.Ladder, l => l.Contains("s3cret"));
    }

    [Fact]
    public async Task A_wrong_password_means_that_the_call_was_not_placed()
    {
        await using var cfs = await Kamailio.StartAsync(9);

        var call = await Probe("wrong").CallAsync(Intent(), Site(registrar: $"127.0.0.1:{cfs.Port}"), Ct);

        Assert.Equal((Diagnostics.CallOutcome.NotPlaced, 401, AudioVerdict.NotMeasured), (call.Outcome, call.FinalStatus, call.Audio));
        Assert.StartsWith("The test call was not placed: the test subscriber could not register. The far end refused user or password", call.Sentence);
        Assert.Null(call.PacketsSent);
        Assert.Null(call.HeardOwnSignalPercent);
    }

    [Fact]
    public async Task A_rejection_carries_all_that_the_far_end_said()
    {
        await using var far = await Peer.SippAsync(Reject("403 Forbidden", "X-Twilio-Error: 32201 Source IP not in ACL"));
        await using var cfs = await Kamailio.StartAsync(far.Port);

        var call = await Probe().CallAsync(Intent(), Site(registrar: $"127.0.0.1:{cfs.Port}"), Ct);

        Assert.Equal((Diagnostics.CallOutcome.Rejected, 403), (call.Outcome, call.FinalStatus));
        Assert.Equal("Forbidden; X-Twilio-Error: 32201 Source IP not in ACL", call.Reason);
        Assert.Null(call.HungUpBy);
    }

    [Fact]
    public async Task Without_a_test_subscriber_nothing_is_sent()
    {
        var call = await Probe().CallAsync(Intent(), Site(), Ct);

        Assert.Equal(Diagnostics.CallOutcome.NotPlaced, call.Outcome);
        Assert.Equal("The test call was not placed: the site profile names no test subscriber (tests.registrar and tests.user).", call.Sentence);
    }

    [Fact]
    public async Task A_missing_secret_is_named_and_nothing_is_sent()
    {
        var site = Site(registrar: "127.0.0.1:5060");

        var call = await new TrunkProbe(new NoSecrets(), TimeProvider.System).CallAsync(Intent(), site, Ct);

        Assert.Equal(Diagnostics.CallOutcome.NotPlaced, call.Outcome);
        Assert.Contains("secret:subscriber is not configured", call.Sentence);
    }

    [Theory]
    [InlineData("not a host")]
    [InlineData("127.0.0.1:5060\r\nEvil: x")]
    public async Task A_malformed_registrar_is_refused(string registrar) =>
        Assert.Equal(Diagnostics.CallOutcome.NotPlaced, (await Probe().CallAsync(Intent(), Site(registrar: registrar), Ct)).Outcome);

    [Fact]
    public async Task Every_edge_is_asked_by_its_own_host_in_order()
    {
        await using var peer = await Peer.SippAsync(Of(Recv("OPTIONS"), Reply("200 OK")));

        var edges = await Probe().OptionsAsync(Intent(), Site(optionsProxy: $"127.0.0.1:{peer.Port}"), Ct);

        Assert.Equal(["ashburn", "umatilla"], edges.Select(e => e.Edge));
        Assert.Equal(["acme.pstn.us1.twilio.com", "acme.pstn.us2.twilio.com"], edges.Select(e => e.Host));
        Assert.All(edges, e => Assert.Equal((ProbeState.Up, 200, "OK"), (e.State, e.Status, e.Detail)));
        Assert.All(edges, e => Assert.NotNull(e.RoundTripMilliseconds));
    }

    [Fact]
    public async Task What_cannot_be_asked_is_unchecked_and_says_why()
    {
        var secure = await Probe().OptionsAsync(Intent() with { Transport = SipTransport.Tls }, Site(tlsCaFile: "/no/such/file.pem"), Ct);
        var malformed = await Probe().OptionsAsync(Intent(), Site(optionsProxy: "a b"), Ct);

        Assert.All(secure, e => Assert.Equal(ProbeState.Unchecked, e.State));
        Assert.StartsWith("Not checked: a certificate file of the site profile (tests.tlsCaFile, tests.tlsCertificateFile) can't be read:", secure[0].Detail);
        Assert.All(malformed, e => Assert.Equal((ProbeState.Unchecked, "Not checked: optionsProxy of the site profile is not of the form host:port."), (e.State, e.Detail.ToString())));
    }

    [Theory]
    [InlineData("127.0.0.1", 60, 60, ProbeState.Up, null, "OK")]
    [InlineData("127.0.0.1", 7, 60, ProbeState.Up, "edge-certificate-expires", "OK; its certificate expires on ")]
    [InlineData("127.0.0.1", 7, 20, ProbeState.Up, "own-certificate-expires", "OK; our own certificate (tests.tlsCertificateFile) expires on ")]
    [InlineData("trunk.test", 60, 60, ProbeState.Unreachable, "sip-tls-name-mismatch", "The certificate is not for 127.0.0.1: it names trunk.test.")]
    public async Task A_secure_trunk_is_asked_over_TLS_with_the_sites_own_certificates(string name, int days, int ourDays, ProbeState state, string? code, string detail)
    {
        using var authority = new Authority();
        using var certificate = authority.Issue([name], until: days);
        using var ours = authority.Issue(["bot.test"], until: ourDays);
        await using var peer = await Kamailio.StartTlsAsync(certificate, clients: authority.Pem);
        var (authorities, own) = (Path.GetTempFileName(), Path.GetTempFileName());
        await File.WriteAllTextAsync(authorities, authority.Pem, Ct);
        await File.WriteAllTextAsync(own, ours.ExportCertificatePem() + "\n" + ours.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem(), Ct);

        var edges = await Probe().OptionsAsync(
            Intent() with { Transport = SipTransport.Tls }, Site(optionsProxy: $"127.0.0.1:{peer.Port + 1}", tlsCaFile: authorities, tlsCertificateFile: own), Ct);

        Assert.Equal(2, edges.Count);
        Assert.All(edges, e => Assert.Equal((state, code), (e.State, e.Code)));
        Assert.All(edges, e => Assert.StartsWith(detail, e.Detail));
        File.Delete(authorities);
        File.Delete(own);
    }

    [Fact]
    public async Task An_edge_that_refuses_is_up_with_all_that_it_said()
    {
        await using var peer = await Peer.SippAsync(Of(Recv("OPTIONS"), Reply("403 Forbidden", "X-Twilio-Error: 32201 Source IP not in ACL")));

        var edges = await Probe().OptionsAsync(Intent(), Site(optionsProxy: $"127.0.0.1:{peer.Port}"), Ct);

        Assert.All(edges, e => Assert.Equal((ProbeState.Up, 403, "Forbidden; X-Twilio-Error: 32201 Source IP not in ACL"), (e.State, e.Status, e.Detail)));
    }

    [Fact]
    public async Task A_termination_name_that_is_not_found_is_a_finding()
    {
        // A label of 64 characters is refused by every resolver without asking anybody.
        var edges = await Probe().OptionsAsync(Intent() with { TerminationName = new string('a', 64) }, Site(), Ct);

        Assert.All(edges, e => Assert.Equal((ProbeState.Unreachable, "edge-name-not-found"), (e.State, e.Code)));
        Assert.StartsWith("No address was found for aaa", edges[0].Detail);
    }

    [Fact]
    public async Task A_local_address_that_this_machine_does_not_have_is_said()
    {
        var call = await Probe().CallAsync(Intent(), Site(registrar: "127.0.0.1:5060", local: "192.0.2.55"), Ct);
        var edges = await Probe().OptionsAsync(Intent(), Site(local: "192.0.2.55"), Ct);

        Assert.Equal(
            (Diagnostics.CallOutcome.NotPlaced, "The test call was not placed: this machine has no address 192.0.2.55 (tests.localAddress of the site profile)."), (call.Outcome, call.Sentence.ToString()));
        Assert.All(edges, e => Assert.Equal(
            (ProbeState.Unchecked, "Not checked: this machine has no address 192.0.2.55 (tests.localAddress of the site profile)."), (e.State, e.Detail.ToString())));
    }

    [Theory]
    [InlineData(201, Sip.Audio.AudioVerdict.OneWayOut, true)]
    [InlineData(200, Sip.Audio.AudioVerdict.OneWayOut, false)]
    [InlineData(900, Sip.Audio.AudioVerdict.TwoWay, false)]
    public void Only_bad_audio_on_a_late_machine_is_asked_for_again(int late, Sip.Audio.AudioVerdict verdict, bool again) =>
        Assert.Equal(again, CallReport.IsMachineLate(Result(late, verdict, "Bad.")));

    [Fact]
    public void A_second_call_stands_for_itself_and_tells_of_the_first()
    {
        var call = CallReport.Of(Intent().TestNumber, Registered.Trace, Result(640, Sip.Audio.AudioVerdict.None, "No audio."), Result(3, Sip.Audio.AudioVerdict.TwoWay, "Two-way."));

        Assert.Equal(AudioVerdict.TwoWay, call.Audio);
        Assert.Equal("Two-way. It was the second call: during the first, this machine was late by 640 ms. That one ended with: No audio.", call.Sentence);
    }

    [Fact]
    public void A_late_machine_excuses_no_failure()
    {
        var call = CallReport.Of(Intent().TestNumber, Registered.Trace, Result(640, Sip.Audio.AudioVerdict.None, "No audio."), Result(410, Sip.Audio.AudioVerdict.OneWayOut, "One way."));

        Assert.Equal(AudioVerdict.OneWayOut, call.Audio);
        Assert.StartsWith("One way. This machine was late by 410 ms during the call and may itself be the reason. It was the second call:", call.Sentence);
    }

    [Fact]
    public void The_code_of_an_answered_call_that_could_not_talk_is_told()
    {
        var result = Result(0, Sip.Audio.AudioVerdict.Unmeasured, "") with { Failure = new SipFailure("sip-no-common-codec", "No codec.") };

        var call = CallReport.Of(Intent().TestNumber, Registered.Trace, result, null);

        Assert.Equal((Diagnostics.CallOutcome.Answered, "sip-no-common-codec", "No codec."), (call.Outcome, call.FailureCode, call.Sentence.ToString()));
    }

    [Fact]
    public void All_that_was_measured_of_the_media_is_told()
    {
        var call = CallReport.Of(Intent().TestNumber, Registered.Trace, Results.Calls.Full, null);

        Assert.Equal((990, 11, 1, 2, 1.25), (call.PacketsReceived, call.PacketsLost, call.PacketsDuplicate, call.PacketsReordered, call.JitterMilliseconds));
        Assert.Equal((950, 50, 2.0, 80.0), (call.PacketsReceivedFarEnd, call.PacketsLostFarEnd, call.JitterFarEndMilliseconds, call.RoundTripMilliseconds));
        Assert.Equal((4.29, 3.73, 3.88), (call.MosEstimated, call.MosEstimatedWithoutConcealment, call.MosEstimatedFarEnd));
        Assert.Equal((-12.4, 99.0, 1.0, 0.0, 0.0), (call.LevelDbm0, call.NonSilentPercent, call.AnnouncementHeardSeconds, call.ToneHeardSeconds, call.NoiseHeardSeconds));
        var nothing = CallReport.Of(Intent().TestNumber, Registered.Trace, Results.Calls.Empty, null);
        Assert.Equal((null, null, null, null), (nothing.PacketsLostFarEnd, nothing.RoundTripMilliseconds, nothing.MosEstimated, nothing.AnnouncementHeardSeconds));
    }

    [Fact]
    public async Task SIP_goes_to_the_sites_server_its_core_and_the_trunks_edges_and_nowhere_else()
    {
        var allowed = await SiteAgents.AllowedAsync(Intent(), Site(), TrunkBot.Sip.Messages.SipUri.Parse("sip:10.1.1.1:5070"), IPAddress.Any, SipTransportKind.Udp, Ct);

        Assert.Equal(["10.20.0.10/32", "10.1.1.1/32", "54.172.60.0/30", "54.244.51.0/30"], allowed.Select(n => n.ToString()));
    }

    private static RegisterResult Registered { get; } = new(true, 200, "OK", null, null, null, []);

    private static CallResult Result(int lateMilliseconds, Sip.Audio.AudioVerdict verdict, string sentence) => new()
    {
        Outcome = CallOutcome.Answered,
        StartedAt = DateTimeOffset.UnixEpoch,
        MachineLate = TimeSpan.FromMilliseconds(lateMilliseconds),
        Audio = new Sip.Audio.AudioProof { Verdict = verdict, Sentence = sentence },
        Trace = [],
    };

    internal static TrunkIntent Intent() => new()
    {
        Name = "acme",
        Site = "lab",
        Edges = [EdgeCatalogue.Shipped.Find("ashburn")!, EdgeCatalogue.Shipped.Find("umatilla")!],
        Transport = SipTransport.Udp,
        TerminationName = "acme",
        PublicAddresses = [IPNetwork.Parse("203.0.113.0/29")],
        ServiceNetwork = 3,
        ServiceAddress = "TwilioSA",
        Realm = "Twilio",
        LocalPort = 5060,
        AdjacencyNamePattern = "{name}-{legacy}",
        InteropProfile = "ManagedAccess",
        AdjacencyType = "preset-access",
        CoreProxyAddress = IPAddress.Parse("10.20.0.10"),
        CoreProxyPort = 5060,
        MediaGatewayModel = "Twilio",
        BindingName = "acme",
        SipTrunkName = "acme",
        TestNumber = "16504894546",
        Origination = false,
        Numbers = [],
        HostStyle = EdgeHostStyle.Legacy,
    };

    internal static SiteProfile Site(string? registrar = null, string? optionsProxy = null, string local = "127.0.0.1", string? tlsCaFile = null, string? tlsCertificateFile = null) => new()
    {
        Name = "lab",
        Title = "Lab",
        Perimeta = new PerimetaSite { Element = "sbc", Host = "h", KnownHosts = "k" },
        Metaswitch = new MetaswitchSite { Element = "cfs", MetaSwitchName = "m", Url = new Uri("http://h") },
        Twilio = new TwilioSite { Element = "t", AccountSid = "AC", Secret = new SecretReference("t") },
        Tests = new SipTestSite
        {
            LocalAddress = local,
            Registrar = registrar,
            User = registrar is null ? null : "probe",
            Password = new SecretReference("subscriber"),
            OptionsProxy = optionsProxy,
            TlsCaFile = tlsCaFile,
            TlsCertificateFile = tlsCertificateFile,
            TalkSeconds = 1,
        },
        Approval = new ApprovalPolicy { Approvers = [], Channel = "c" },
    };

    internal sealed class OneSecret(string value) : ISecrets
    {
        public string Reveal(SecretReference reference) => value;
    }

    private sealed class NoSecrets : ISecrets
    {
        public string Reveal(SecretReference reference) => throw new SecretNotFoundException(reference);
    }
}
