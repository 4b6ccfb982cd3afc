using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Tests.Transactions;

namespace TrunkBot.Sip.Tests.Calls;

/// <summary>Races and repetitions, with the far end played by the test and time standing still unless moved.</summary>
public sealed class A_scripted_call : ScriptedAgent
{
    private Task<CallResult> Call(Func<CallRequest, CallRequest>? with = null) => CallAsync(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(20), with);

    private static SipMessage Within(string method, SipMessage invite, uint cseq = 1, string? fromTag = "far") =>
        FakeWire.Request(method, $"z9hG4bK{method}{cseq}", invite.From!.Tag, callId: invite.CallId, cseq: cseq, fromTag: fromTag!);

    private static SipMessage Offering(SipMessage request, string sdp) => SipMessage.Request(request.Method!, request.RequestUri!, request.Headers, Messages.Wire.Bytes(sdp));

    [Fact]
    public async Task CANCEL_waits_for_a_provisional()
    {
        var call = Call();
        var invite = await _wire.NextAsync("INVITE");

        await _giveUp.CancelAsync();
        Assert.Equal(0, _wire.SentCount());
        _wire.Answer(invite, 180);

        var cancel = await _wire.NextAsync("CANCEL");
        Assert.Equal(invite.TopVia!.Branch, cancel.TopVia!.Branch);
        Assert.Equal("1 CANCEL", cancel.Headers["CSeq"]);
        Assert.Null(cancel.To!.Tag);
        _wire.Answer(cancel, 200);
        _wire.Answer(invite, 487);
        await _wire.NextAsync("ACK");
        var result = await call;
        Assert.Equal((CallOutcome.Cancelled, 487), (result.Outcome, result.FinalStatus));
    }

    [Fact]
    public async Task A_session_interval_that_is_refused_is_asked_for_as_long_as_is_wanted()
    {
        var call = Call();
        var invite = await _wire.NextAsync("INVITE");
        Assert.Null(invite.Headers["Session-Expires"]);

        // A proxy on the way asked for one, and the server behind it refused that; then a second server wants more still.
        _wire.Answer(invite, 422, more: h => h.Add("Min-SE", "120"));
        await _wire.NextAsync("ACK");
        var second = await _wire.NextAsync("INVITE");
        _wire.Answer(second, 422, more: h => h.Add("Min-SE", "1800"));
        await _wire.NextAsync("ACK");
        var third = await _wire.NextAsync("INVITE");

        Assert.Equal(("120", "120", "2 INVITE"), (second.Headers["Session-Expires"], second.Headers["Min-SE"], second.Headers["CSeq"]));
        Assert.Equal(("1800", "1800"), (third.Headers["Session-Expires"], third.Headers["Min-SE"]));
        Assert.Equal(invite.CallId, third.CallId);
        _wire.Answer(third, 486);
        await _wire.NextAsync("ACK");
        Assert.Equal(CallOutcome.Busy, (await call).Outcome);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("soon")]
    [InlineData("99999999999")]
    public async Task A_422_that_names_no_interval_is_a_refusal(string? least)
    {
        var call = Call();
        var invite = await _wire.NextAsync("INVITE");
        _wire.Answer(invite, 422, more: h =>
        {
            if (least is not null)
            {
                h.Add("Min-SE", least);
            }
        });
        await _wire.NextAsync("ACK");

        var result = await call;
        Assert.Equal((CallOutcome.Rejected, 422), (result.Outcome, result.FinalStatus));
        Assert.Equal(0, _wire.SentCount());
    }

    [Fact]
    public async Task A_far_end_that_wants_ever_more_is_left_alone_after_three_times()
    {
        var call = Call();
        for (var least = 100; least <= 400; least += 100)
        {
            _wire.Answer(await _wire.NextAsync("INVITE"), 422, more: h => h.Add("Min-SE", $"{least}"));
            await _wire.NextAsync("ACK");
        }

        Assert.Equal(422, (await call).FinalStatus);
    }

    [Fact]
    public async Task Ringing_without_answer_is_cancelled_at_the_ring_timeout()
    {
        var call = Call();
        var invite = await _wire.NextAsync("INVITE");
        _time.Advance(TimeSpan.FromMilliseconds(300));
        _wire.Answer(invite, 180);
        _time.Advance(TimeSpan.FromMilliseconds(19_700));

        var cancel = await _wire.NextAsync("CANCEL");
        _wire.Answer(cancel, 200);
        _wire.Answer(invite, 487);
        var result = await call;

        Assert.Equal((CallOutcome.NoAnswer, "sip-no-answer"), (result.Outcome, result.Failure!.Code));
        Assert.Equal(TimeSpan.FromMilliseconds(300), result.PostDialDelay);
        Assert.Null(result.AnswerDelay);
    }

    [Fact]
    public async Task An_answer_that_crosses_the_CANCEL_is_acknowledged_and_hung_up()
    {
        var call = Call();
        var invite = await _wire.NextAsync("INVITE");
        _wire.Answer(invite, 100);
        await _giveUp.CancelAsync();
        await _wire.NextAsync("CANCEL");

        _wire.Answer(invite, 200, more: Contact, sdp: Sdp);

        await _wire.NextAsync("ACK");
        var bye = await _wire.NextAsync("BYE");
        _wire.Answer(bye, 200);
        Assert.Equal(CallOutcome.Cancelled, (await call).Outcome);
    }

    [Fact]
    public async Task An_answer_that_comes_after_we_gave_up_is_still_hung_up()
    {
        var call = Call();
        var invite = await _wire.NextAsync("INVITE");
        _time.Forget();
        await _giveUp.CancelAsync();
        await _time.BeginsToWaitAsync(TimeSpan.FromSeconds(4));
        _time.Advance(TimeSpan.FromSeconds(4));

        Assert.Equal(CallOutcome.Cancelled, (await call).Outcome);
        _wire.SentCount();
        _wire.Answer(invite, 200, more: Contact, sdp: Sdp);

        await _wire.NextAsync("ACK");
        await _wire.NextAsync("BYE");
    }

    [Fact]
    public async Task Each_copy_of_the_answer_gets_its_ACK_and_a_fork_is_hung_up()
    {
        var call = Call();
        var invite = await _wire.NextAsync("INVITE");
        _wire.Answer(invite, 200, more: Contact, sdp: Sdp);
        var first = await _wire.NextAsync("ACK");

        _wire.Answer(invite, 200, more: Contact, sdp: Sdp);
        var second = await _wire.NextAsync("ACK");
        _wire.Answer(invite, 200, tag: "fork", more: Contact, sdp: Sdp);
        var forked = await _wire.NextAsync("ACK");
        var drop = await _wire.NextAsync("BYE");

        Assert.Equal(("far", "far", "fork", "fork"), (first.To!.Tag, second.To!.Tag, forked.To!.Tag, drop.To!.Tag));
        Assert.Equal("sip:far@127.0.0.1:5090", first.RequestUri);
        await _giveUp.CancelAsync();
        var bye = await _wire.NextAsync("BYE");
        Assert.Equal("far", bye.To!.Tag);
        _wire.Answer(bye, 200);
        await call;
    }

    [Fact]
    public async Task Requests_within_the_call_go_along_the_recorded_route_to_the_contact()
    {
        var call = Call();
        var invite = await _wire.NextAsync("INVITE");
        _wire.Answer(invite, 200, more: h => h.Add("Contact", "<sip:far@192.0.2.9:5070>").Add("Record-Route", "<sip:192.0.2.1;lr>, <sip:127.0.0.1:5091;lr>"), sdp: Sdp);

        var ack = await _wire.NextAsync("ACK");

        Assert.Equal("sip:far@192.0.2.9:5070", ack.RequestUri);
        Assert.Equal(["<sip:127.0.0.1:5091;lr>", "<sip:192.0.2.1;lr>"], ack.Headers.Values("Route"));
        Assert.Equal(5091, _wire.LastTarget!.Port);
        await _giveUp.CancelAsync();
        _wire.Answer(await _wire.NextAsync("BYE"), 200);
        await call;
    }

    [Fact]
    public async Task A_strict_router_gets_its_own_URI_on_the_request_line()
    {
        var call = Call();
        var invite = await _wire.NextAsync("INVITE");
        _wire.Answer(invite, 200, more: h => h.Add("Contact", "<sip:far@192.0.2.9>").Add("Record-Route", "<sip:127.0.0.1:5092>"), sdp: Sdp);

        var ack = await _wire.NextAsync("ACK");

        Assert.Equal("sip:127.0.0.1:5092", ack.RequestUri);
        Assert.Equal("<sip:far@192.0.2.9>", ack.Headers["Route"]);
        await _giveUp.CancelAsync();
        _wire.Answer(await _wire.NextAsync("BYE"), 200);
        await call;
    }

    [Fact]
    public async Task A_reINVITE_is_answered_with_our_description_and_hold_with_its_mirror()
    {
        var call = Call();
        var invite = await _wire.NextAsync("INVITE");
        _wire.Answer(invite, 200, more: Contact, sdp: Sdp);
        await _wire.NextAsync("ACK");

        var hold = Within("INVITE", invite, 2);
        hold = SipMessage.Request("INVITE", hold.RequestUri!, hold.Headers, Messages.Wire.Bytes(Sdp + "a=sendonly\n"));
        _wire.Deliver(hold);

        var answer = await _wire.NextAsync("200");
        var text = System.Text.Encoding.ASCII.GetString(answer.Body);
        Assert.Contains("a=recvonly\r\n", text);
        Assert.Contains(" 2 IN IP4 127.0.0.1\r\n", text);
        _wire.Deliver(Within("BYE", invite, 3));
        await _wire.NextAsync("200");
        Assert.Equal(HungUpBy.FarEnd, (await call).HungUpBy);
    }

    [Fact]
    public async Task The_ACK_of_a_reINVITE_ends_the_repetition_of_its_answer()
    {
        var call = Call(r => r with { TalkTime = TimeSpan.FromSeconds(60) });
        var invite = await _wire.NextAsync("INVITE");
        _wire.Answer(invite, 200, more: Contact, sdp: Sdp);
        await _wire.NextAsync("ACK");
        _wire.Deliver(Offering(Within("INVITE", invite, 2), Sdp));
        await _wire.NextAsync("200");

        _wire.Deliver(Within("ACK", invite, 2));
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(0, _wire.SentCount());
        _wire.Deliver(Within("BYE", invite, 3));
        await call;
    }

    [Theory]
    [InlineData("z9hG4bKACK2")]
    [InlineData("z9hG4bKINVITE2")]
    public async Task The_answer_to_our_offer_in_a_reINVITE_comes_in_its_ACK(string branch)
    {
        var call = Call();
        var invite = await _wire.NextAsync("INVITE");
        _wire.Answer(invite, 200, more: Contact, sdp: Sdp);
        await _wire.NextAsync("ACK");
        _wire.Deliver(Within("INVITE", invite, 2));
        Assert.True((await _wire.NextAsync("200")).Body.Length > 0);

        var ack = FakeWire.Request("ACK", branch, invite.From!.Tag, callId: invite.CallId, cseq: 2);
        _wire.Deliver(Offering(ack, Sdp.Replace("audio 9 ", "audio 4002 ")));
        _wire.Deliver(Within("BYE", invite, 3));

        Assert.Equal(4002, (await call).RemoteMedia!.Port);
    }

    [Fact]
    public async Task A_reINVITE_without_our_codecs_is_refused_and_the_call_goes_on()
    {
        var call = Call();
        var invite = await _wire.NextAsync("INVITE");
        _wire.Answer(invite, 200, more: Contact, sdp: Sdp);
        await _wire.NextAsync("ACK");

        _wire.Deliver(Offering(Within("INVITE", invite, 2), Sdp.Replace("RTP/AVP 0", "RTP/AVP 18")));

        await _wire.NextAsync("488");
        Assert.False(call.IsCompleted);
        _wire.Deliver(Within("BYE", invite, 3));
        Assert.Equal(9, (await call).RemoteMedia!.Port);
    }

    [Fact]
    public async Task The_BYE_goes_where_a_reINVITE_moved_the_far_end()
    {
        var call = Call();
        var invite = await _wire.NextAsync("INVITE");
        _wire.Answer(invite, 200, more: Contact, sdp: Sdp);
        await _wire.NextAsync("ACK");
        var moved = Offering(Within("INVITE", invite, 2), Sdp);
        moved.Headers.Add("Contact", "<sip:far@127.0.0.1:5077>");
        _wire.Deliver(moved);
        await _wire.NextAsync("200");
        _wire.Deliver(Within("ACK", invite, 2));

        await _giveUp.CancelAsync();
        var bye = await _wire.NextAsync("BYE");

        Assert.Equal(("sip:far@127.0.0.1:5077", 5077), (bye.RequestUri, _wire.LastTarget!.Port));
        _wire.Answer(bye, 200);
        await call;
    }

    [Theory]
    [InlineData("<sips:far@127.0.0.1>")]
    [InlineData("<sip:far@127.0.0.1;transport=tls>")]
    [InlineData("<sip:far@198.51.100.9>")]
    public async Task An_answer_whose_contact_cannot_be_reached_is_acknowledged_and_hung_up_where_it_came_from(string contact)
    {
        await using var wire = new FakeWire();
        await using var agent = SipUserAgent.Start(wire, new SipUserAgentOptions { TimeProvider = _time, AllowedPeers = [System.Net.IPNetwork.Parse("127.0.0.0/8")] });
        var call = agent.CallAsync(
            new CallRequest { Target = SipUri.Parse("sip:1@127.0.0.1:5090"), From = SipUri.Parse("sip:2@127.0.0.1") }, _giveUp.Token);
        var invite = await wire.NextAsync("INVITE");
        wire.Answer(invite, 200, more: h => h.Add("Contact", contact), sdp: Sdp);

        await wire.NextAsync("ACK");
        Assert.Equal(FakeWire.Peer, wire.LastTarget);
        await _giveUp.CancelAsync();
        var bye = await wire.NextAsync("BYE");
        Assert.Equal(FakeWire.Peer, wire.LastTarget);
        wire.Answer(bye, 200);
        await call;
    }

    [Fact]
    public async Task Requests_that_do_not_belong_to_the_call_are_refused_and_do_not_end_it()
    {
        var call = Call();
        var invite = await _wire.NextAsync("INVITE");
        _wire.Answer(invite, 200, more: Contact, sdp: Sdp);
        await _wire.NextAsync("ACK");

        _wire.Deliver(Within("BYE", invite, 5, "stranger"));
        await _wire.NextAsync("481");
        _wire.Deliver(Within("INFO", invite, 7));
        await _wire.NextAsync("200");
        _wire.Deliver(Within("BYE", invite, 6));
        await _wire.NextAsync("500");
        _wire.Deliver(Within("REFER", invite, 8));
        await _wire.NextAsync("405");
        Assert.False(call.IsCompleted);

        _wire.Deliver(Within("BYE", invite, 9));
        await _wire.NextAsync("200");
        await call;
    }

    [Theory]
    [InlineData("OPTIONS", "200")]
    [InlineData("INVITE", "480")]
    [InlineData("CANCEL", "481")]
    [InlineData("SUBSCRIBE", "405")]
    public async Task Strangers_get_a_proper_answer(string method, string status)
    {
        _wire.Deliver(FakeWire.Request(method));

        Assert.NotNull((await _wire.NextAsync(status)).To!.Tag);
    }

    [Fact]
    public async Task A_far_end_without_our_codecs_is_hung_up_and_named()
    {
        var call = Call();
        var invite = await _wire.NextAsync("INVITE");
        _wire.Answer(invite, 200, more: Contact, sdp: "v=0\nc=IN IP4 127.0.0.1\nm=audio 4000 RTP/AVP 18\n");
        await _wire.NextAsync("ACK");
        _wire.Answer(await _wire.NextAsync("BYE"), 200);

        var result = await call;
        Assert.Equal((CallOutcome.Answered, "sip-no-common-codec"), (result.Outcome, result.Failure!.Code));
        Assert.Equal(Sip.Audio.AudioVerdict.Unmeasured, result.Audio.Verdict);
    }

    [Fact]
    public async Task An_INVITE_that_nobody_answers_times_out_after_timer_B()
    {
        var call = Call(r => r with { RingTimeout = TimeSpan.FromSeconds(60) });
        await _wire.NextAsync("INVITE");
        _time.Advance(TimeSpan.FromSeconds(32));

        var result = await call;
        Assert.Equal((CallOutcome.Timeout, "sip-timeout"), (result.Outcome, result.Failure!.Code));
        Assert.Null(result.FinalStatus);
        Assert.Null(result.RemoteSignalling);
    }
}
