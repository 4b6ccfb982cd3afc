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
