using System.Net;
using System.Text.Json;
using TrunkBot.Diagnostics.Calls;
using TrunkBot.Sip.Audio;
using TrunkBot.Sip.Results;
using TrunkBot.Sip.Tests.Calls;
using TrunkBot.Sip.Tests.Peers;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Sites;
using static TrunkBot.Sip.Tests.Peers.Scenarios;

namespace TrunkBot.Sip.Tests;

/// <summary>Test calls past the switch and in from the carrier; sipp plays edge and carrier, kamailio the switch.</summary>
[Collection(RealTime.Collection)]
public sealed class The_test_calls
{
    private static readonly TestCallOrder Direct = new() { Route = CallRoute.Direct };
    private static readonly TestCallOrder Inbound = new() { Route = CallRoute.Inbound };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static Trunks.TrunkIntent Intent => The_trunk_probe.Intent() with { Numbers = ["+13035550123", "+13035550188"] };

    [Fact]
    public async Task A_direct_call_goes_to_the_edge_itself_with_its_files()
    {
        await using var edge = await Peer.SippAsync(Answer(), "-rtp_echo");
        var site = Site(directProxy: $"127.0.0.1:{edge.Port}");

        var call = await Probe().CallAsync(Direct with { Edge = EdgeCatalogue.Shipped.Find("umatilla") }, Intent, site, Ct);

        Assert.Equal((CallRoute.Direct, "umatilla", "+16504894546", "+13035550123"), (call.Route, call.Edge, call.To, call.From));
        Assert.True(call.Passed, call.Sentence);
        Assert.EndsWith("INVITE sip:+16504894546@acme.pstn.us2.twilio.com SIP/2.0", call.Ladder[0]);
        Assert.DoesNotContain(call.Ladder, l => l.Contains("REGISTER"));
        var files = call.Files.ToDictionary(f => f.Name, f => f.Content);
        Assert.Equal("RIFF"u8, files["heard.wav"].AsSpan(0, 4));
        Assert.Equal([0xD4, 0xC3, 0xB2, 0xA1], files["call.pcap"][..4]);
        Assert.Equal("answered", JsonDocument.Parse(files["call.json"]).RootElement.GetProperty("outcome").GetString());
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], files["ladder.png"][..4]);
    }

    [Fact]
    public async Task A_direct_call_of_a_secure_trunk_goes_over_TLS_and_SRTP_and_proves_both_ways()
    {
        using var authority = new Authority();
        using var certificate = authority.Issue(["*.pstn.us2.twilio.com"]);
        await using var far = await Peer.SippAsync(Answer(), "-rtp_echo");
        await using var relay = await Rtpengine.StartAsync();
        await using var edge = await Kamailio.StartEdgeAsync(certificate, far.Port, relay);
        await using var dns = SecureEdge(edge);

        var call = await Probe().CallAsync(Umatilla, Secure, SecureSite(dns, authority), Ct);

        Assert.True(call.Passed, $"{call.Sentence}\n{edge.Output}\n{relay.Output}");
        Assert.Equal((CallRoute.Direct, "umatilla", Diagnostics.AudioVerdict.TwoWay), (call.Route, call.Edge, call.Audio));
        Assert.EndsWith("INVITE sip:+16504894546@acme.pstn.us2.twilio.com SIP/2.0", call.Ladder[0]);
        Assert.Equal("_sips._tcp.acme.pstn.us2.twilio.com SRV", dns.Asked.First(q => q.EndsWith(" SRV", StringComparison.Ordinal)));
        var told = JsonDocument.Parse(call.Files.Single(f => f.Name == "call.json").Content).RootElement;
        Assert.Equal("*.pstn.us2.twilio.com", told.GetProperty("tls").GetProperty("names")[0].GetString());
        Assert.StartsWith("TLS 1.", told.GetProperty("tls").GetProperty("version").GetString());
        Assert.Equal("AES_CM_128_HMAC_SHA1_80", told.GetProperty("media").GetProperty("srtpSuite").GetString());
        Assert.Equal(0, told.GetProperty("media").GetProperty("srtpPacketsRefused").GetInt32());
    }

    [Theory]
    [InlineData("*.pstn.us1.twilio.com", true, "sip-tls-name-mismatch", "The certificate is not for acme.pstn.us2.twilio.com: it names *.pstn.us1.twilio.com.")]
    [InlineData("*.pstn.us2.twilio.com", false, "sip-tls-untrusted", "The certificate")]
    public async Task An_edge_with_a_wrong_certificate_gets_no_direct_call(string names, bool trusted, string code, string sentence)
    {
        using var authority = new Authority();
        using var stranger = new Authority("Stranger");
        using var certificate = authority.Issue([names]);
        await using var far = await Peer.SippAsync(Answer(), "-rtp_echo");
        await using var edge = await Kamailio.StartTlsAsync(certificate, far.Port);
        await using var dns = SecureEdge(edge);

        var call = await Probe().CallAsync(Umatilla, Secure, SecureSite(dns, trusted ? authority : stranger), Ct);

        Assert.Equal((false, code), (call.Passed, call.FailureCode));
        Assert.StartsWith(sentence, call.Sentence);
        Assert.DoesNotContain(call.Ladder, l => l.Contains("SIP/2.0 200"));
    }

    [Fact]
    public async Task An_edge_that_does_not_know_the_bots_address_says_nothing_of_the_trunk()
    {
        await using var edge = await Peer.SippAsync(Reject("403 Forbidden", "X-Twilio-Error: 32201 Authentication failure - source IP Address not in ACL").Replace("[last_Via:]", "[last_Via:];received=198.51.100.9;rport=40000"));

        var call = await Probe().CallAsync(Direct, Intent, Site(directProxy: $"127.0.0.1:{edge.Port}"), Ct);

        Assert.Equal((Diagnostics.CallOutcome.Rejected, 403, "bot-not-in-acl", "ashburn"), (call.Outcome, call.FinalStatus, call.FailureCode, call.Edge));
        Assert.StartsWith("198.51.100.9:", call.SeenAs);
        Assert.StartsWith("Edge ashburn refuses the bot itself: its address 198.51.100.9 is in no access control list of the trunk (32201). ", call.Sentence);
    }

    [Fact]
    public async Task Without_a_calling_number_no_direct_call_is_made()
    {
        var call = await Probe().CallAsync(Direct, Intent with { Numbers = [] }, Site(directProxy: "127.0.0.1:9"), Ct);

        Assert.Equal((Diagnostics.CallOutcome.NotPlaced, "direct-caller-missing"), (call.Outcome, call.FailureCode));
    }

    [Fact]
    public async Task Another_number_is_dialled_behind_the_sites_prefix_and_need_not_play_back()
    {
        await using var far = await Peer.SippAsync(Answer());
        await using var cfs = await Kamailio.StartAsync(far.Port);

        var call = await Probe().CallAsync(new TestCallOrder { To = "+44 161 850 8378" }, Intent, Site(registrar: $"127.0.0.1:{cfs.Port}") with { Tests = Site(registrar: $"127.0.0.1:{cfs.Port}").Tests with { DialPrefix = "011" } }, Ct);

        Assert.Equal(("011441618508378", "probe"), (call.To, call.From));
        Assert.Contains(call.Ladder, l => l.Contains("INVITE sip:011441618508378@"));
        Assert.False(call.Passed);
    }

    [Fact]
    public async Task A_call_of_the_carrier_is_taken_by_the_registered_subscriber()
    {
        await using var cfs = await Kamailio.StartAsync(9);
        await using var carrier = new Carrier(cfs.Port);

        var call = await Probe(carrier).CallAsync(Inbound, Intent, Site(registrar: $"127.0.0.1:{cfs.Port}"), Ct);

        Assert.True(call.Passed, call.Sentence);
        Assert.Equal(("+13035550123", "+13035550188"), (carrier.Asked!.To, carrier.Asked.From));
        Assert.Equal((CallRoute.Inbound, "+13035550123", "+13035550188", Diagnostics.AudioVerdict.TwoWay), (call.Route, call.To, call.From, call.Audio));
        Assert.EndsWith("Twilio: completed", call.Reason);
        Assert.Null(call.PostDialDelayMilliseconds);
        Assert.Contains(call.Files, f => f.Name == "heard.wav");
    }

    [Fact]
    public async Task The_file_that_the_carrier_is_to_play_is_heard_as_the_far_ends_signal()
    {
        await using var phone = await Baresip.PlayAsync(SignalFile.Write(seed: 7, TimeSpan.FromSeconds(30)));
        await using var agent = await Agent.StartAsync();

        var heard = await agent.CallAsync(Agent.Call(phone.Port) with { Target = TrunkBot.Sip.Messages.SipUri.Parse($"sip:far@127.0.0.1:{phone.Port}"), TalkTime = TimeSpan.FromSeconds(3), Patience = TimeSpan.FromSeconds(10), FarSignal = new(TestTones.B, 7) }, Ct);
        var another = await agent.CallAsync(Agent.Call(phone.Port) with { Target = TrunkBot.Sip.Messages.SipUri.Parse($"sip:far@127.0.0.1:{phone.Port}"), TalkTime = TimeSpan.FromSeconds(3), FarSignal = new(TestTones.B, 8) }, Ct);

        Assert.True(heard.Audio.FarSignalHeard >= TimeSpan.FromSeconds(1.5), heard.Audio.Sentence);
        Assert.True(CallReport.Of("1", [], heard, null).Passed);
        Assert.True(another.Audio.FarSignalHeard < TimeSpan.FromSeconds(1.5), another.Audio.Sentence);
        Assert.False(CallReport.Of("1", [], another, null).Passed);
    }

    [Fact]
    public async Task What_the_carrier_refuses_is_not_placed()
    {
        await using var cfs = await Kamailio.StartAsync(9);
        await using var carrier = new Carrier(cfs.Port) { Placement = new(null, "twilio-refused", "Twilio refused (21210): no number of the account.", MayCome: false) };

        var call = await Probe(carrier).CallAsync(Inbound, Intent, Site(registrar: $"127.0.0.1:{cfs.Port}"), Ct);

        Assert.Equal((Diagnostics.CallOutcome.NotPlaced, "twilio-refused", "The test call was not placed: Twilio refused (21210): no number of the account."), (call.Outcome, call.FailureCode, call.Sentence.ToString()));
    }

    [Fact]
    public async Task A_call_that_ends_at_the_carrier_is_not_waited_for()
    {
        await using var cfs = await Kamailio.StartAsync(9);
        await using var carrier = new Carrier(cfs.Port) { Calls = false, Standing = new("Twilio: busy", Ended: true) };

        var call = await Probe(carrier).CallAsync(Inbound, Intent, Site(registrar: $"127.0.0.1:{cfs.Port}"), Ct);

        Assert.Equal((Diagnostics.CallOutcome.NoAnswer, "inbound-not-arrived", "Twilio: busy"), (call.Outcome, call.FailureCode, call.Reason));
        Assert.True(TimeProvider.System.GetUtcNow() - call.StartedAt < TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Without_anybody_to_call_from_nothing_is_placed()
    {
        await using var carrier = new Carrier(9);

        var call = await Probe(carrier).CallAsync(Inbound, Intent with { Numbers = ["+13035550123"] }, Site(registrar: "127.0.0.1:9"), Ct);

        Assert.Equal((Diagnostics.CallOutcome.NotPlaced, "inbound-caller-missing"), (call.Outcome, call.FailureCode));
        Assert.Null(carrier.Asked);
    }

    private static TestCallOrder Umatilla => Direct with { Edge = EdgeCatalogue.Shipped.Find("umatilla") };

    /// <summary>With its core on loopback, so that calls may go there.</summary>
    private static Trunks.TrunkIntent Secure => Intent with { Transport = Trunks.SipTransport.Tls, CoreProxyAddress = IPAddress.Loopback };

    /// <summary>DNS that leads the trunk's name at umatilla to the TLS port of kamailio.</summary>
    private static NameServer SecureEdge(Peer edge) =>
        new NameServer().Srv("_sips._tcp.acme.pstn.us2.twilio.com", 10, 10, edge.Port + 1, "edge.test").A("edge.test", "127.0.0.1");

    private static SiteProfile SecureSite(NameServer dns, Authority trusted)
    {
        var anchors = Path.Combine(Directory.CreateTempSubdirectory("anchors-").FullName, "ca.pem");
        File.WriteAllText(anchors, trusted.Pem);
        var site = The_trunk_probe.Site(tlsCaFile: anchors);
        return site with { Tests = site.Tests with { DnsServer = dns.EndPoint.ToString() } };
    }

    private static TrunkProbe Probe(IInboundCaller? carrier = null) => new(new The_trunk_probe.OneSecret("s3cret"), TimeProvider.System, null, carrier);

    private static SiteProfile Site(string? directProxy = null, string? registrar = null)
    {
        var site = The_trunk_probe.Site(registrar);
        return site with { Tests = site.Tests with { DirectProxy = directProxy } };
    }

    /// <summary>A carrier whose calls sipp makes, through the registrar to the subscriber; it sends back what it hears.</summary>
    private sealed class Carrier(int registrar) : IInboundCaller, IAsyncDisposable
    {
        private Peer? caller;

        public bool Calls { get; init; } = true;

        public InboundPlacement Placement { get; init; } = new("CA1", null, "", MayCome: true);

        public InboundStanding Standing { get; init; } = new("Twilio: completed", Ended: false);

        public InboundCall? Asked { get; private set; }

        public async Task<InboundPlacement> PlaceAsync(InboundCall call, SiteProfile site, CancellationToken cancellationToken)
        {
            Asked = call;
            if (Calls && Placement.MayCome)
            {
                caller = await Peer.SippCallerAsync(Answering_calls.Call(), registrar, "-rtp_echo");
            }

            return Placement;
        }

        public Task<InboundStanding?> StandingAsync(InboundCall call, string sid, SiteProfile site, CancellationToken cancellationToken) => Task.FromResult<InboundStanding?>(Standing);

        public Task EndAsync(string sid, SiteProfile site, CancellationToken cancellationToken) => Task.CompletedTask;

        public ValueTask DisposeAsync() => caller?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
