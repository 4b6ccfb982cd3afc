using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Tests.Transactions;

namespace TrunkBot.Sip.Tests.Calls;

/// <summary>What a far end may do while a call is set up and while it stands, played by the test with time standing still.</summary>
public sealed class Within_a_call : ScriptedAgent
{
    private Task<CallResult> Call(Func<CallRequest, CallRequest>? with = null) => CallAsync(TimeSpan.FromSeconds(110), TimeSpan.FromSeconds(60), with);

    private static Action<SipHeaders> Reliable(int number) => h => h.Add("Contact", "<sip:far@127.0.0.1:5090>").Add("Require", "100rel").Add("RSeq", $"{number}");

    private static SipMessage Within(string method, SipMessage invite, uint cseq, string? sdp = null, string fromTag = "far", params (string Name, string Value)[] more)
    {
        var request = FakeWire.Request(method, $"z9hG4bK{method}{cseq}{fromTag}", invite.From!.Tag, callId: invite.CallId, cseq: cseq, fromTag: fromTag);
        foreach (var (name, value) in more)
        {
            request.Headers.Add(name, value);
        }

        return sdp is null ? request : SipMessage.Request(method, request.RequestUri!, request.Headers.Add("Content-Type", "application/sdp"), Messages.Wire.Bytes(sdp));
    }

    private async Task<SipMessage> AnsweredAsync(Action<SipHeaders>? more = null)
    {
        var invite = await _wire.NextAsync("INVITE");
        _wire.Answer(invite, 200, more: more ?? Contact, sdp: Sdp);
        await _wire.NextAsync("ACK");
        return invite;
    }

    private async Task<CallResult> HangUpAsync(Task<CallResult> call, SipMessage invite, uint cseq = 90)
    {
        _wire.Deliver(Within("BYE", invite, cseq));
        await _wire.NextAsync("200");
        return await call;
    }

    [Fact]
    public async Task An_INVITE_offers_reliable_provisional_responses_and_session_timers()
    {
        var call = Call();
        var invite = await AnsweredAsync();

        Assert.Equal(["100rel", "timer"], invite.Headers.Values("Supported"));
        Assert.Equal(["INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "PRACK", "UPDATE", "INFO"], invite.Headers.Values("Allow"));
        await HangUpAsync(call, invite);
    }

    [Fact]
    public async Task A_reliable_provisional_is_acknowledged_once_in_its_early_dialog()
    {
        var call = Call();
        var invite = await _wire.NextAsync("INVITE");
        _wire.Answer(invite, 183, more: h => { Reliable(17)(h); h.Add("Record-Route", "<sip:127.0.0.1:5091;lr>"); }, sdp: Sdp);

        var prack = await _wire.NextAsync("PRACK");
        Assert.Equal("17 1 INVITE", prack.Headers["RAck"]);
        Assert.Equal(("far", "2 PRACK", "sip:far@127.0.0.1:5090"), (prack.To!.Tag, prack.Headers["CSeq"], prack.RequestUri));
        Assert.Equal("<sip:127.0.0.1:5091;lr>", prack.Headers["Route"]);
        Assert.Equal(5091, _wire.LastTarget!.Port);

        _wire.Answer(invite, 183, more: Reliable(17), sdp: Sdp);
        _wire.Answer(prack, 200);
        Assert.Equal(0, _wire.SentCount());
        _wire.Answer(invite, 200, more: Contact, sdp: Sdp);
        await _wire.NextAsync("ACK");
        await _giveUp.CancelAsync();
        var bye = await _wire.NextAsync("BYE");
        Assert.Equal("3 BYE", bye.Headers["CSeq"]);
        _wire.Answer(bye, 200);
        await call;
    }

    [Fact]
    public async Task Reliable_provisionals_are_acknowledged_in_order_and_one_ahead_of_its_turn_waits_for_its_repetition()
    {
        var call = Call();
        var invite = await _wire.NextAsync("INVITE");
        _wire.Answer(invite, 180, more: Reliable(1));
        var first = await _wire.NextAsync("PRACK");
        _wire.Answer(first, 200);

        _wire.Answer(invite, 183, more: Reliable(3), sdp: Sdp);
        Assert.Equal(0, _wire.SentCount());
        _wire.Answer(invite, 180, more: Reliable(2));
        var second = await _wire.NextAsync("PRACK");
        _wire.Answer(invite, 183, more: Reliable(3), sdp: Sdp);
        var third = await _wire.NextAsync("PRACK");

        Assert.Equal(["1 1 INVITE", "2 1 INVITE", "3 1 INVITE"], [first.Headers["RAck"], second.Headers["RAck"], third.Headers["RAck"]]);
        _wire.Answer(invite, 486);
        await _wire.NextAsync("ACK");
        Assert.Equal(CallOutcome.Busy, (await call).Outcome);
    }

    [Theory]
    [InlineData("100rel", null)]
    [InlineData("100rel", "0")]
    [InlineData("100rel", "-5")]
    [InlineData("100rel", "99999999999")]
    public async Task A_reliable_provisional_with_a_wrong_number_gets_no_PRACK(string require, string? number)
    {
        var call = Call();
        var invite = await _wire.NextAsync("INVITE");
        _wire.Answer(invite, 183, more: h => { h.Add("Require", require); _ = number is null ? h : h.Add("RSeq", number); }, sdp: Sdp);

        Assert.Equal(0, _wire.SentCount());
        _wire.Answer(invite, 404);
        await _wire.NextAsync("ACK");
        Assert.Equal(404, (await call).FinalStatus);
    }

    [Fact]
    public async Task Each_branch_of_a_fork_has_an_early_dialog_of_its_own_and_the_one_that_answers_is_the_call()
    {
        var call = Call();
        var invite = await _wire.NextAsync("INVITE");
        _wire.Answer(invite, 183, tag: "a", more: h => h.Add("Contact", "<sip:a@127.0.0.1:5091>").Add("Require", "100rel").Add("RSeq", "5"), sdp: Sdp);
        var a = await _wire.NextAsync("PRACK");
        _wire.Answer(invite, 183, tag: "b", more: h => h.Add("Contact", "<sip:b@127.0.0.1:5092>").Add("Require", "100rel").Add("RSeq", "9"), sdp: Sdp.Replace("audio 9", "audio 4010"));
        var b = await _wire.NextAsync("PRACK");

        Assert.Equal(("a", "5 1 INVITE", "sip:a@127.0.0.1:5091"), (a.To!.Tag, a.Headers["RAck"], a.RequestUri));
        Assert.Equal(("b", "9 1 INVITE", "sip:b@127.0.0.1:5092"), (b.To!.Tag, b.Headers["RAck"], b.RequestUri));
        _wire.Answer(invite, 200, tag: "b", more: h => h.Add("Contact", "<sip:b@127.0.0.1:5093>"), sdp: Sdp.Replace("audio 9", "audio 4010"));
        var ack = await _wire.NextAsync("ACK");
        Assert.Equal(("b", "sip:b@127.0.0.1:5093"), (ack.To!.Tag, ack.RequestUri));
        await _giveUp.CancelAsync();
        var bye = await _wire.NextAsync("BYE");
        Assert.Equal(("b", "3 BYE"), (bye.To!.Tag, bye.Headers["CSeq"]));
        _wire.Answer(bye, 200);
        Assert.Equal(4010, (await call).RemoteMedia!.Port);
    }

    [Fact]
    public async Task An_UPDATE_moves_the_media_of_an_early_dialog_once_our_offer_is_answered()
    {
        var call = Call();
        var invite = await _wire.NextAsync("INVITE");
        _wire.Answer(invite, 180, more: Reliable(1));
        _wire.Answer(await _wire.NextAsync("PRACK"), 200);

        _wire.Deliver(Within("UPDATE", invite, 1, Sdp));
        await _wire.NextAsync("491");
        _wire.Answer(invite, 183, more: Reliable(2), sdp: Sdp);
        _wire.Answer(await _wire.NextAsync("PRACK"), 200);
        _wire.Deliver(Within("UPDATE", invite, 2, Sdp.Replace("audio 9", "audio 4020")));
        var answer = await _wire.NextAsync("200");

        Assert.Contains("m=audio", System.Text.Encoding.ASCII.GetString(answer.Body));
        await _giveUp.CancelAsync();
        _wire.Answer(await _wire.NextAsync("CANCEL"), 200);
        _wire.Answer(invite, 487);
        await _wire.NextAsync("ACK");
        Assert.Equal(4020, (await call).RemoteMedia!.Port);
    }

    [Fact]
    public async Task A_late_offer_is_answered_in_the_ACK_and_in_each_copy_of_it()
    {
        var call = Call(r => r with { LateOffer = true });
        var invite = await _wire.NextAsync("INVITE");
        Assert.Empty(invite.Body);
        Assert.Null(invite.Headers["Content-Type"]);

        _wire.Answer(invite, 200, more: Contact, sdp: Sdp.Replace("audio 9", "audio 4030"));
        var ack = await _wire.NextAsync("ACK");
        _wire.Answer(invite, 200, more: Contact, sdp: Sdp.Replace("audio 9", "audio 4030"));
        var again = await _wire.NextAsync("ACK");

        Assert.Equal("application/sdp", ack.Headers["Content-Type"]);
        Assert.Contains("m=audio", System.Text.Encoding.ASCII.GetString(ack.Body));
        Assert.Equal(ack.Body, again.Body);
        Assert.Equal(4030, (await HangUpAsync(call, invite)).RemoteMedia!.Port);
    }

    [Fact]
    public async Task A_late_offer_in_a_reliable_provisional_is_answered_in_the_PRACK()
    {
        var call = Call(r => r with { LateOffer = true });
        var invite = await _wire.NextAsync("INVITE");
        _wire.Answer(invite, 183, more: Reliable(1), sdp: Sdp.Replace("audio 9", "audio 4040"));
        var prack = await _wire.NextAsync("PRACK");
        _wire.Answer(prack, 200);
        _wire.Answer(invite, 200, more: Contact);

        Assert.Contains("m=audio", System.Text.Encoding.ASCII.GetString(prack.Body));
        Assert.Empty((await _wire.NextAsync("ACK")).Body);
        var result = await HangUpAsync(call, invite);
        Assert.Null(result.Failure);
        Assert.Equal(4040, result.RemoteMedia!.Port);
    }

    [Fact]
    public async Task A_late_offer_without_our_codecs_is_hung_up_and_named()
    {
        var call = Call(r => r with { LateOffer = true });
        var invite = await _wire.NextAsync("INVITE");
        _wire.Answer(invite, 200, more: Contact, sdp: Sdp.Replace("RTP/AVP 0", "RTP/AVP 18"));
        await _wire.NextAsync("ACK");
        _wire.Answer(await _wire.NextAsync("BYE"), 200);

        Assert.Equal("sip-no-common-codec", (await call).Failure!.Code);
    }

    [Fact]
    public async Task An_offer_that_crosses_ours_is_told_to_wait()
    {
        var call = Call();
        var invite = await AnsweredAsync();

        // A re-INVITE without offer: ours goes into the 200, and its answer is due in the ACK.
        _wire.Deliver(Within("INVITE", invite, 2));
        await _wire.NextAsync("200");
        _wire.Deliver(Within("UPDATE", invite, 3, Sdp));
        await _wire.NextAsync("491");
        _wire.Deliver(Within("ACK", invite, 2, Sdp));
        _wire.Deliver(Within("UPDATE", invite, 4, Sdp));
        await _wire.NextAsync("200");

        await HangUpAsync(call, invite);
    }

    [Theory]
    [InlineData("INVITE", "application/isup", "415")]
    [InlineData("UPDATE", "text/plain", "415")]
    public async Task A_description_of_another_kind_is_refused(string method, string type, string status)
    {
        var call = Call();
        var invite = await AnsweredAsync();

        var request = Within(method, invite, 2, more: ("Content-Type", type));
        _wire.Deliver(SipMessage.Request(method, request.RequestUri!, request.Headers, "x"u8.ToArray()));

        Assert.Equal("application/sdp", (await _wire.NextAsync(status)).Headers["Accept"]);
        await HangUpAsync(call, invite);
    }

    [Fact]
    public async Task An_extension_that_we_do_not_know_is_refused_by_name()
    {
        var call = Call();
        var invite = await AnsweredAsync();

        _wire.Deliver(Within("UPDATE", invite, 2, more: ("Require", "timer, teleport, 100rel")));

        Assert.Equal("teleport", (await _wire.NextAsync("420")).Headers["Unsupported"]);
        await HangUpAsync(call, invite);
    }

    [Fact]
    public async Task A_refresh_that_is_refused_as_too_short_asks_for_what_is_wanted()
    {
        var call = Call();
        var invite = await AnsweredAsync(h => { Contact(h); h.Add("Allow", "UPDATE").Add("Session-Expires", "90;refresher=uac"); });
        _time.Advance(TimeSpan.FromSeconds(45));
        _wire.Answer(await _wire.NextAsync("UPDATE"), 422, more: h => h.Add("Min-SE", "600"));

        var again = await _wire.NextAsync("UPDATE");
        Assert.Equal(("600;refresher=uac", "600"), (again.Headers["Session-Expires"], again.Headers["Min-SE"]));
        _wire.Answer(again, 200, more: h => h.Add("Session-Expires", "600;refresher=uac"));

        await HangUpAsync(call, invite);
    }

    [Fact]
    public async Task A_session_timer_of_ours_is_refreshed_at_half_of_its_time_by_UPDATE()
    {
        var call = Call();
        var invite = await AnsweredAsync(h => { Contact(h); h.Add("Allow", "INVITE, UPDATE").Add("Require", "timer").Add("Session-Expires", "90;refresher=uac"); });

        _time.Advance(TimeSpan.FromSeconds(44));
        Assert.Equal(0, _wire.SentCount());
        _time.Advance(TimeSpan.FromSeconds(1));
        var update = await _wire.NextAsync("UPDATE");
        _time.Forget();
        _wire.Answer(update, 200, more: h => h.Add("Session-Expires", "90;refresher=uac"));

        Assert.Equal(("2 UPDATE", "90;refresher=uac", "timer"), (update.Headers["CSeq"], update.Headers["Session-Expires"], update.Headers["Supported"]));
        Assert.Empty(update.Body);
        await _time.BeginsToWaitAsync(TimeSpan.FromSeconds(45));
        _time.Advance(TimeSpan.FromSeconds(45));
        _wire.Answer(await _wire.NextAsync("UPDATE"), 200);
        await HangUpAsync(call, invite);
    }

    [Fact]
    public async Task Where_UPDATE_is_not_allowed_a_reINVITE_refreshes_and_one_of_the_far_end_has_to_wait()
    {
        var call = Call();
        var invite = await AnsweredAsync(h => { Contact(h); h.Add("Allow", "INVITE").Add("Session-Expires", "90;refresher=uac"); });
        _time.Advance(TimeSpan.FromSeconds(45));
        var refresh = await _wire.NextAsync("INVITE");
        Assert.Contains("m=audio", System.Text.Encoding.ASCII.GetString(refresh.Body));

        _wire.Deliver(Within("INVITE", invite, 2, Sdp));
        await _wire.NextAsync("491");
        _wire.Answer(refresh, 200, more: Contact, sdp: Sdp);
        var ack = await _wire.NextAsync("ACK");
        Assert.Equal("2 ACK", ack.Headers["CSeq"]);
        _wire.Answer(refresh, 200, more: Contact, sdp: Sdp);
        await _wire.NextAsync("ACK");
        await HangUpAsync(call, invite);
    }

    [Fact]
    public async Task A_refresh_that_crosses_the_far_ends_is_tried_again_after_three_seconds()
    {
        var call = Call();
        var invite = await AnsweredAsync(h => { Contact(h); h.Add("Allow", "UPDATE").Add("Session-Expires", "90;refresher=uac"); });
        _time.Advance(TimeSpan.FromSeconds(45));
        _wire.Answer(await _wire.NextAsync("UPDATE"), 491);
        await _time.BeginsToWaitAsync(TimeSpan.FromSeconds(3));
        _time.Advance(TimeSpan.FromSeconds(3));

        _wire.Answer(await _wire.NextAsync("UPDATE"), 200);
        await HangUpAsync(call, invite);
    }

    [Fact]
    public async Task The_far_ends_refresh_is_answered_with_its_timer()
    {
        var call = Call();
        var invite = await AnsweredAsync(h => { Contact(h); h.Add("Session-Expires", "90;refresher=uas"); });

        // 90 s less a third is when the call would be given up.
        _time.Advance(TimeSpan.FromSeconds(59));
        _wire.Deliver(Within("UPDATE", invite, 2, more: ("Session-Expires", "90;refresher=uac")));
        var answer = await _wire.NextAsync("200");
        Assert.Equal(("90;refresher=uac", "timer"), (answer.Headers["Session-Expires"], answer.Headers["Require"]));
        Assert.Null(answer.Headers["Content-Type"]);
        _time.Advance(TimeSpan.FromSeconds(45));

        Assert.False(call.IsCompleted);
        Assert.Null((await HangUpAsync(call, invite)).Failure);
    }

    [Theory]
    [InlineData("INVITE")]
    [InlineData("UPDATE")]
    public async Task An_interval_that_is_too_small_is_refused_with_the_least(string method)
    {
        var call = Call();
        var invite = await AnsweredAsync();

        _wire.Deliver(Within(method, invite, 2, Sdp, "far", ("Session-Expires", "60")));

        Assert.Equal("90", (await _wire.NextAsync("422")).Headers["Min-SE"]);
        await HangUpAsync(call, invite);
    }

    [Fact]
    public async Task A_far_end_that_forgets_to_refresh_is_hung_up_and_named()
    {
        var call = Call();
        await AnsweredAsync(h => { Contact(h); h.Add("Session-Expires", "90;refresher=uas"); });

        _time.Advance(TimeSpan.FromSeconds(60));
        _wire.Answer(await _wire.NextAsync("BYE"), 200);

        var result = await call;
        Assert.Equal((CallOutcome.Answered, "sip-session-expired"), (result.Outcome, result.Failure!.Code));
        Assert.StartsWith("The far end was to refresh the session within 90 s and did not (RFC 4028)", result.Failure.Sentence);
    }

    [Fact]
    public async Task A_far_end_that_does_not_know_the_call_any_more_ends_it()
    {
        var call = Call();
        await AnsweredAsync(h => { Contact(h); h.Add("Allow", "UPDATE").Add("Session-Expires", "90;refresher=uac"); });
        _time.Advance(TimeSpan.FromSeconds(45));
        _wire.Answer(await _wire.NextAsync("UPDATE"), 481);

        _wire.Answer(await _wire.NextAsync("BYE"), 481);
        Assert.Equal("sip-session-expired", (await call).Failure!.Code);
    }

    [Fact]
    public async Task A_redirect_is_followed_when_asked_best_contact_first_and_each_once()
    {
        var call = Call(r => r with { FollowRedirects = true });
        var invite = await _wire.NextAsync("INVITE");
        Assert.Equal("sip:+16504894546@127.0.0.1:5090", invite.RequestUri);
        _wire.Answer(invite, 302, more: h => h.Add("Contact", "<sip:low@127.0.0.1:5091>;q=0.1, <sip:high@127.0.0.1:5092>;q=0.9, <mailto:a@b>"));
        await _wire.NextAsync("ACK");

        var high = await _wire.NextAsync("INVITE");
        Assert.Equal(("sip:high@127.0.0.1:5092", "2 INVITE", invite.CallId, invite.From!.Tag), (high.RequestUri, high.Headers["CSeq"], high.CallId, high.From!.Tag));
        Assert.Equal("sip:+16504894546@127.0.0.1:5090", high.To!.UriText);
        _wire.Answer(high, 302, more: h => h.Add("Contact", "<sip:high@127.0.0.1:5092>"));
        await _wire.NextAsync("ACK");
        var low = await _wire.NextAsync("INVITE");
        Assert.Equal("sip:low@127.0.0.1:5091", low.RequestUri);
        _wire.Answer(low, 404);
        await _wire.NextAsync("ACK");

        var result = await call;
        Assert.Equal((CallOutcome.Rejected, 404), (result.Outcome, result.FinalStatus));
        Assert.StartsWith("<sip:low@127.0.0.1:5091>", result.RedirectedTo);
    }

    [Fact]
    public async Task A_redirect_to_where_the_site_allows_no_SIP_is_not_followed()
    {
        await using var agent = SipUserAgent.Start(_wire, new SipUserAgentOptions { TimeProvider = _time, AllowedPeers = [System.Net.IPNetwork.Parse("127.0.0.0/8")] });
        var call = agent.CallAsync(
            new CallRequest { Target = SipUri.Parse("sip:1@127.0.0.1:5090"), From = SipUri.Parse("sip:2@127.0.0.1"), FollowRedirects = true }, _giveUp.Token);
        _wire.Answer(await _wire.NextAsync("INVITE"), 302, more: h => h.Add("Contact", "<sip:elsewhere@192.0.2.1>"));
        await _wire.NextAsync("ACK");

        var result = await call;
        Assert.Equal((CallOutcome.Rejected, 302, "sip-peer-not-allowed"), (result.Outcome, result.FinalStatus, result.Failure!.Code));
        Assert.Equal(0, _wire.SentCount());
    }

    [Fact]
    public async Task The_reason_and_the_Twilio_error_of_a_BYE_are_kept()
    {
        var call = Call();
        var invite = await AnsweredAsync();
        _wire.Deliver(Within("BYE", invite, 2, null, "far", ("Reason", "Q.850;cause=41"), ("X-Twilio-Error", "64101 Carrier failure")));
        await _wire.NextAsync("200");

        var result = await call;
        Assert.Equal(("Q.850;cause=41", "64101 Carrier failure"), (result.ReasonHeader, result.TwilioError));
    }
}
