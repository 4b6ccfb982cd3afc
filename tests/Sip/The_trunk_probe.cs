using System.Net;
using TrunkBot.Diagnostics;
using TrunkBot.Sip.Tests.Peers;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Sites;
using static TrunkBot.Sip.Tests.Peers.Scenarios;

namespace TrunkBot.Sip.Tests;

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
        var secure = await Probe().OptionsAsync(Intent() with { Transport = SipTransport.Tls }, Site(), Ct);
        var malformed = await Probe().OptionsAsync(Intent(), Site(optionsProxy: "a b"), Ct);

        Assert.All(secure, e => Assert.Equal((ProbeState.Unchecked, "Not checked: OPTIONS over TLS is not available yet."), (e.State, e.Detail)));
        Assert.All(malformed, e => Assert.Equal((ProbeState.Unchecked, "Not checked: optionsProxy of the site profile is not of the form host:port."), (e.State, e.Detail)));
    }

    private static TrunkIntent Intent() => new()
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

    private static SiteProfile Site(string? registrar = null, string? optionsProxy = null) => new()
    {
        Name = "lab",
        Title = "Lab",
        Perimeta = new PerimetaSite { Element = "sbc", Host = "h", KnownHosts = "k" },
        Metaswitch = new MetaswitchSite { Element = "cfs", MetaSwitchName = "m", Url = new Uri("http://h") },
        Twilio = new TwilioSite { Element = "t", AccountSid = "AC", Secret = new SecretReference("t") },
        Tests = new SipTestSite
        {
            LocalAddress = "127.0.0.1",
            Registrar = registrar,
            User = registrar is null ? null : "probe",
            Password = new SecretReference("subscriber"),
            OptionsProxy = optionsProxy,
            TalkSeconds = 1,
        },
        Approval = new ApprovalPolicy { Approvers = [], Channel = "c" },
    };

    private sealed class OneSecret(string value) : ISecrets
    {
        public string Reveal(SecretReference reference) => value;
    }

    private sealed class NoSecrets : ISecrets
    {
        public string Reveal(SecretReference reference) => throw new SecretNotFoundException(reference);
    }
}
