using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Tests.Transactions;

namespace TrunkBot.Sip.Tests.Calls;

/// <summary>Calls to us in which the caller is the test, and time stands still unless moved.</summary>
public sealed class A_scripted_caller : ScriptedAgent
{
    private Task<AnsweredCall> AnswerAsync() =>
        _agent.AnswerNextAsync(new AnswerRequest { RingFor = TimeSpan.Zero, TalkTime = TimeSpan.FromSeconds(7) }, Agent.Ct);

    private static SipMessage Invite(string branch = "z9hG4bKinvite")
    {
        var request = FakeWire.Request("INVITE", branch);
        request.Headers.Add("Contact", "<sip:caller@127.0.0.1:5077>").Add("Record-Route", "<sip:127.0.0.1:5091;lr>, <sip:127.0.0.1:5092;lr>");
        return SipMessage.Request("INVITE", request.RequestUri!, request.Headers.Add("Content-Type", "application/sdp"), Messages.Wire.Bytes(Sdp));
    }

    [Fact]
    public async Task Our_BYE_has_the_callers_tags_turned_around_and_the_route_in_its_order()
    {
        var answering = AnswerAsync();
        _wire.Deliver(Invite());
        var ok = await _wire.NextAsync("200");
        await _time.BeginsToWaitAsync(TimeSpan.FromSeconds(7));
        _wire.Deliver(FakeWire.Request("ACK", "z9hG4bKack", ok.To!.Tag));
        _time.Advance(TimeSpan.FromSeconds(7));

        var bye = await _wire.NextAsync("BYE");

        Assert.Equal((ok.To.Tag, "far", "sip:caller@127.0.0.1:5077"), (bye.From!.Tag, bye.To!.Tag, bye.RequestUri));
        Assert.Equal(["<sip:127.0.0.1:5091;lr>", "<sip:127.0.0.1:5092;lr>"], bye.Headers.Values("Route"));
        Assert.Equal(5091, _wire.LastTarget!.Port);
        _wire.Answer(bye, 200);
        Assert.Equal(CallOutcome.Answered, (await answering).Call.Outcome);
    }

    [Fact]
    public async Task An_answer_that_is_never_acknowledged_is_hung_up_after_32_seconds_and_named()
    {
        var answering = AnswerAsync();
        _wire.Deliver(Invite());
        await _wire.NextAsync("200");
        await _time.BeginsToWaitAsync(TimeSpan.FromSeconds(7));
        _time.Advance(TimeSpan.FromSeconds(7));
        await _time.BeginsToWaitAsync(TimeSpan.FromSeconds(25));
        _wire.SentCount();
        _time.Advance(TimeSpan.FromSeconds(24));
        Assert.True(_wire.SentCount() > 0, "The 200 is repeated until its ACK.");
        _time.Advance(TimeSpan.FromSeconds(1));

        _wire.Answer(await _wire.NextAsync("BYE"), 200);
        Assert.Equal("sip-no-ack", (await answering).Call.Failure!.Code);
    }

    [Fact]
    public async Task The_callers_BYE_ends_the_call_even_before_the_ACK()
    {
        var answering = AnswerAsync();
        _wire.Deliver(Invite());
        var ok = await _wire.NextAsync("200");
        _wire.Deliver(FakeWire.Request("BYE", "z9hG4bKbye", ok.To!.Tag, cseq: 2));
        await _wire.NextAsync("200");

        var taken = await answering;
        Assert.Equal((CallOutcome.Answered, HungUpBy.FarEnd), (taken.Call.Outcome, taken.Call.HungUpBy));
    }

    [Fact]
    public async Task A_session_timer_of_the_callers_is_answered_and_kept()
    {
        var answering = _agent.AnswerNextAsync(new AnswerRequest { RingFor = TimeSpan.Zero, TalkTime = TimeSpan.FromSeconds(110) }, Agent.Ct);
        var invite = Invite();
        invite.Headers.Add("Session-Expires", "90;refresher=uas").Add("Supported", "timer").Add("Allow", "UPDATE");
        _wire.Deliver(invite);
        var ok = await _wire.NextAsync("200");
        Assert.Equal("90;refresher=uas", ok.Headers["Session-Expires"]);
        _wire.Deliver(FakeWire.Request("ACK", "z9hG4bKack", ok.To!.Tag));

        _time.Advance(TimeSpan.FromSeconds(45));
        var update = await _wire.NextAsync("UPDATE");
        Assert.Equal("90;refresher=uac", update.Headers["Session-Expires"]);
        _wire.Answer(update, 200);
        _wire.Deliver(FakeWire.Request("BYE", "z9hG4bKbye", ok.To.Tag, cseq: 2));
        await _wire.NextAsync("200");
        await answering;
    }

    [Fact]
    public async Task While_it_rings_nothing_is_described_and_no_media_flows()
    {
        using var media = new System.Net.Sockets.UdpClient(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        using var giveUp = new CancellationTokenSource();
        var answering = _agent.AnswerNextAsync(new AnswerRequest { RingFor = TimeSpan.FromSeconds(20) }, giveUp.Token);
        var invite = Invite();
        _wire.Deliver(SipMessage.Request("INVITE", invite.RequestUri!, invite.Headers, Messages.Wire.Bytes(Sdp.Replace("audio 9", $"audio {((System.Net.IPEndPoint)media.Client.LocalEndPoint!).Port}"))));

        Assert.Empty((await _wire.NextAsync("180")).Body);
        await giveUp.CancelAsync();
        await _wire.NextAsync("480");
        await answering;
        Assert.Equal(0, media.Available);
    }

    [Fact]
    public async Task When_nobody_calls_that_is_said()
    {
        var answering = _agent.AnswerNextAsync(new AnswerRequest { Wait = TimeSpan.FromSeconds(30) }, Agent.Ct);
        _time.Advance(TimeSpan.FromSeconds(30));

        var taken = await answering;
        Assert.Equal((CallOutcome.Timeout, "sip-nobody-called"), (taken.Call.Outcome, taken.Call.Failure!.Code));
        Assert.Null(taken.Caller);
    }

    [Fact]
    public async Task Two_who_wait_get_a_call_each_and_the_third_call_finds_nobody()
    {
        var first = AnswerAsync();
        var second = AnswerAsync();
        _wire.Deliver(Invite("z9hG4bK1"));
        var one = await _wire.NextAsync("200");
        _wire.Deliver(SipMessage.Request("INVITE", "sip:us@127.0.0.1:5099", Renamed(Invite("z9hG4bK2"), "c2"), Messages.Wire.Bytes(Sdp)));
        var two = await _wire.NextAsync("200");
        _wire.Deliver(SipMessage.Request("INVITE", "sip:us@127.0.0.1:5099", Renamed(Invite("z9hG4bK3"), "c3"), Messages.Wire.Bytes(Sdp)));
        await _wire.NextAsync("480");

        _wire.Deliver(FakeWire.Request("BYE", "z9hG4bKbye1", one.To!.Tag, cseq: 2));
        await _wire.NextAsync("200");
        _wire.Deliver(FakeWire.Request("BYE", "z9hG4bKbye2", two.To!.Tag, callId: "c2", cseq: 2));
        await _wire.NextAsync("200");
        Assert.All(await Task.WhenAll(first, second), t => Assert.Equal(CallOutcome.Answered, t.Call.Outcome));
    }

    private static SipHeaders Renamed(SipMessage message, string callId)
    {
        var headers = new SipHeaders();
        foreach (var (name, value) in message.Headers.Fields)
        {
            headers.Add(name, name == "Call-ID" ? callId : value);
        }

        return headers;
    }
}
