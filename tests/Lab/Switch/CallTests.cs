using Microsoft.Extensions.Time.Testing;
using TrunkBot.Lab.Switch;
using TrunkBot.Lab.Switch.Calls;

namespace TrunkBot.Lab.Tests.Switch;

/// <summary>Calls of a registered subscriber; the switch's timers run on a clock that the test turns.</summary>
public sealed class CallTests : IAsyncLifetime
{
    private const string Target = "sip:16504894546@127.0.0.1";

    private readonly World world = new();
    private readonly FakeTimeProvider clock = new();
    private readonly List<CallRecord?> over = [];
    private SipSwitch sut = null!;
    private Phone phone = null!;

    public async ValueTask InitializeAsync()
    {
        sut = await SipSwitch.StartAsync(new SipSwitchOptions { Sbc = world, Cfs = world, Twilio = world, TimeProvider = clock, Ended = over.Add }, TestContext.Current.CancellationToken);
        phone = new Phone(sut.Port);
        await phone.Register();
    }

    public async ValueTask DisposeAsync()
    {
        phone.Dispose();
        await sut.DisposeAsync();
        Assert.Null(sut.LastFault);
    }

    [Fact]
    public async Task A_call_rings_is_answered_and_the_caller_hangs_up()
    {
        await phone.Invite();
        Assert.StartsWith("SIP/2.0 100 Trying\r\n", await phone.Receive());
        clock.Advance(TimeSpan.FromMilliseconds(200));
        var ringing = await phone.Receive();
        Assert.StartsWith("SIP/2.0 180 Ringing\r\n", ringing);
        clock.Advance(TimeSpan.FromMilliseconds(600));
        var answer = await phone.Receive();
        Assert.StartsWith("SIP/2.0 200 OK\r\n", answer);
        Assert.Equal(Phone.Tag(ringing), Phone.Tag(answer));
        Assert.Contains(" RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n", answer);
        Assert.Equal($"<sip:16504894546@127.0.0.1:{sut.Port}>", Phone.Header(answer, "Contact"));

        await phone.Send(phone.Request("ACK", Target, 2, toTag: Phone.Tag(answer)));
        await phone.Send(phone.Request("BYE", Target, 3, toTag: Phone.Tag(answer)));
        await phone.ReceiveUntil("SIP/2.0 200");

        var call = Assert.Single(sut.Calls);
        Assert.Equal(("INVITE", "3035550100", Target, 200, true, "caller"), (call.Method, call.Caller, call.Target, call.FinalStatus, call.Acknowledged, call.EndedBy));
        Assert.Equal("answered", call.Judgement.Code);
        Assert.Equal((TimeSpan.FromMilliseconds(200), "PCMU"), (call.RangAt - call.At, call.Codec));
        Assert.Equal(call, Assert.Single(over));
    }

    [Fact]
    public async Task Ringing_comes_before_the_answer_in_whatever_order_their_timers_fire()
    {
        await using var late = await SipSwitch.StartAsync(
            new SipSwitchOptions { Sbc = world, Cfs = world, Twilio = world, TimeProvider = clock, AnswerDelay = TimeSpan.FromMilliseconds(-100) }, TestContext.Current.CancellationToken);
        using var caller = new Phone(late.Port);
        await caller.Register();
        await caller.Invite();
        Assert.StartsWith("SIP/2.0 100 ", await caller.Receive());

        clock.Advance(TimeSpan.FromMilliseconds(200));

        Assert.StartsWith("SIP/2.0 180 ", await caller.Receive());
        Assert.StartsWith("SIP/2.0 200 ", await caller.Receive());
        Assert.True(late.Calls[0].FinalStatus == 200);
    }

    [Theory]
    [InlineData("8 0", " RTP/AVP 8\r\na=rtpmap:8 PCMA/8000")]
    [InlineData("18 101 0", " RTP/AVP 0\r\na=rtpmap:0 PCMU/8000")]
    public async Task The_first_codec_of_the_offer_that_is_known_is_taken(string formats, string answer) =>
        Assert.Contains(answer, await Answered(phone.Offer(formats)));

    [Fact]
    public async Task No_codec_in_common_is_415() => await RefusedAtAnswer(phone.Offer("9 18"), "SIP/2.0 415", "no-common-codec");

    [Fact]
    public async Task SRTP_on_a_plain_trunk_is_488_32207()
    {
        var refusal = await RefusedAtAnswer(phone.Offer(profile: "RTP/SAVP"), "SIP/2.0 488", "srtp-on-plain-trunk");
        Assert.Equal("32207 Secure media not accepted", Phone.Header(refusal, "X-Twilio-Error"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("v=0\r\nm=audio 0 RTP/AVP 0\r\nc=IN IP4 127.0.0.1\r\n")]
    [InlineData("v=0\r\nm=audio 4000 RTP/AVP 0\r\n")]
    [InlineData("m=audio\r\nc=IN IP4\r\n")]
    public async Task An_unreadable_offer_is_488(string body) => await RefusedAtAnswer(body, "SIP/2.0 488", "offer-unreadable");

    [Fact]
    public async Task A_refused_call_says_why_and_is_repeated_until_it_is_acknowledged()
    {
        world.Binding(binding => binding with { MediaGatewayModel = "Standard" });
        var branch = await phone.Invite();
        var refusal = await phone.ReceiveUntil("SIP/2.0 400");
        Assert.Equal("32101 Invalid phone number", Phone.Header(refusal, "X-Twilio-Error"));
        Assert.StartsWith("called-number-not-e164; ", Phone.Header(refusal, "X-Lab-Reason"));

        clock.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(refusal, await phone.Receive());
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(refusal, await phone.Receive());

        await phone.Send(phone.Request("ACK", Target, 2, branch, Phone.Tag(refusal)));
        await Settled();
        clock.Advance(TimeSpan.FromSeconds(10));
        await NothingMore();
        Assert.Equal((400, null), (sut.Calls[0].FinalStatus, sut.Calls[0].AnsweredAt));
    }

    [Fact]
    public async Task A_call_that_nobody_answers_is_silent_until_the_call_servers_timer_ends_it()
    {
        world.Binding(binding => binding with { SipDomainName = "other.pstn.twilio.com" });
        await phone.Invite();
        await phone.ReceiveUntil("SIP/2.0 100");
        clock.Advance(TimeSpan.FromMilliseconds(3999));
        await NothingMore();
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.StartsWith("domain-of-no-trunk; ", Phone.Header(await phone.ReceiveUntil("SIP/2.0 408"), "X-Lab-Reason"));
    }

    [Fact]
    public async Task A_repeated_INVITE_gets_the_last_answer_again_and_makes_no_second_call()
    {
        await phone.Invite();
        await phone.ReceiveUntil("SIP/2.0 100");
        var second = phone.Request("INVITE", Target, 9, "z9hG4bKsame", body: phone.Offer());
        await phone.Send(second);
        await phone.Send(second);
        var first = await phone.ReceiveUntil("SIP/2.0 407");
        Assert.Equal(first, await phone.ReceiveUntil("SIP/2.0 407"));
        Assert.Single(sut.Calls);
    }

    [Fact]
    public async Task CANCEL_ends_a_ringing_call_with_487()
    {
        var branch = await phone.Invite();
        await phone.ReceiveUntil("SIP/2.0 100");
        await phone.Send(phone.Request("CANCEL", Target, 2, branch));
        Assert.Equal("2 CANCEL", Phone.Header(await phone.ReceiveUntil("SIP/2.0 200"), "CSeq"));
        Assert.Equal("2 INVITE", Phone.Header(await phone.ReceiveUntil("SIP/2.0 487"), "CSeq"));

        Assert.Equal((487, "caller"), (sut.Calls[0].FinalStatus, sut.Calls[0].EndedBy));
    }

    [Fact]
    public async Task CANCEL_after_the_answer_changes_nothing()
    {
        var branch = await AnsweredBranch();
        await phone.Send(phone.Request("CANCEL", Target, 2, branch));
        Assert.Equal("2 CANCEL", Phone.Header(await phone.Receive(), "CSeq"));
        Assert.Null(sut.Calls[0].EndedAt);
    }

    [Fact]
    public async Task A_200_without_ACK_is_repeated_and_then_the_switch_hangs_up()
    {
        var answer = await Answered(phone.Offer());
        clock.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(answer, await phone.Receive());

        // T1 ... T2, T2, ... until 64 T1.
        for (var elapsed = 500; elapsed < 32_000; elapsed += 500)
        {
            clock.Advance(TimeSpan.FromMilliseconds(500));
            await Settled();
        }

        var bye = await phone.ReceiveUntil("BYE ");
        Assert.StartsWith($"BYE sip:3035550100@127.0.0.1:{phone.Port} SIP/2.0\r\n", bye);
        Assert.False(sut.Calls[0].Acknowledged);
    }

    [Fact]
    public async Task A_second_ACK_is_harmless_and_the_switch_hangs_up_after_thirty_seconds()
    {
        var answer = await Answered(phone.Offer());
        for (var time = 0; time < 2; time++)
        {
            await phone.Send(phone.Request("ACK", Target, 2, toTag: Phone.Tag(answer)));
        }

        await Settled();
        clock.Advance(TimeSpan.FromSeconds(30));
        var bye = await phone.Receive();
        Assert.StartsWith("BYE ", bye);
        Assert.Equal($"<sip:3035550100@127.0.0.1>;tag=phone", Phone.Header(bye, "To"));
        Assert.Equal($"<{Target}>;tag={Phone.Tag(answer)}", Phone.Header(bye, "From"));

        await phone.Send($"SIP/2.0 200 OK\r\nVia: {Phone.Header(bye, "Via")}\r\nFrom: {Phone.Header(bye, "From")}\r\nTo: {Phone.Header(bye, "To")}\r\n"
            + $"Call-ID: {phone.CallId}\r\nCSeq: 1 BYE\r\nContent-Length: 0\r\n\r\n");
        await Settled();
        clock.Advance(TimeSpan.FromSeconds(5));
        await NothingMore();
        Assert.Equal((true, "switch"), (sut.Calls[0].Acknowledged, sut.Calls[0].EndedBy));
    }

    [Fact]
    public async Task A_BYE_of_the_switch_that_nobody_answers_is_repeated()
    {
        var answer = await Answered(phone.Offer());
        await phone.Send(phone.Request("ACK", Target, 2, toTag: Phone.Tag(answer)));
        await Settled();
        clock.Advance(TimeSpan.FromSeconds(30));
        var bye = await phone.Receive();
        clock.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(bye, await phone.Receive());
    }

    [Fact]
    public async Task A_re_INVITE_keeps_the_call_and_its_sound()
    {
        var answer = await Answered(phone.Offer());
        await phone.Send(phone.Request("ACK", Target, 2, toTag: Phone.Tag(answer)));
        await phone.Send(phone.Request("INVITE", Target, 3, toTag: Phone.Tag(answer), body: phone.Offer("0")));
        var again = await phone.ReceiveUntil("SIP/2.0 200");

        Assert.Equal(("3 INVITE", Phone.SoundPort(answer)), (Phone.Header(again, "CSeq"), Phone.SoundPort(again)));
        Assert.Single(sut.Calls);
    }

    [Fact]
    public async Task A_direct_call_from_a_source_outside_the_list_is_refused_without_a_login()
    {
        await phone.Send(phone.Request("INVITE", "sip:+16504894546@acme.pstn.umatilla.twilio.com", 1, body: phone.Offer()));
        Assert.StartsWith("32201 ", Phone.Header(await phone.ReceiveUntil("SIP/2.0 403"), "X-Twilio-Error"));
    }

    private async Task<string> Answered(string offer)
    {
        await phone.Invite(body: offer);
        await phone.ReceiveUntil("SIP/2.0 100");
        clock.Advance(TimeSpan.FromMilliseconds(800));
        return await phone.ReceiveUntil("SIP/2.0 200");
    }

    private async Task<string> AnsweredBranch()
    {
        var branch = await phone.Invite();
        await phone.ReceiveUntil("SIP/2.0 100");
        clock.Advance(TimeSpan.FromMilliseconds(800));
        await phone.ReceiveUntil("SIP/2.0 200");
        return branch;
    }

    private async Task<string> RefusedAtAnswer(string offer, string start, string code)
    {
        await phone.Invite(body: offer);
        await phone.ReceiveUntil("SIP/2.0 100");
        clock.Advance(TimeSpan.FromMilliseconds(800));
        var refusal = await phone.ReceiveUntil(start);
        Assert.StartsWith(code + "; ", Phone.Header(refusal, "X-Lab-Reason"));
        Assert.Equal(code, Assert.Single(sut.Calls).Judgement.Code);
        return refusal;
    }

    /// <summary>Waits until the switch has done everything that was sent or had fallen due before.</summary>
    private async Task Settled()
    {
        using var other = new Phone(sut.Port);
        await other.Send(other.Request("OPTIONS", "sip:127.0.0.1", 1));
        await other.ReceiveUntil("SIP/2.0 200");
    }

    /// <summary>The next thing that comes is the answer to a request sent now: nothing else was under way.</summary>
    private async Task NothingMore()
    {
        await phone.Send(phone.Request("OPTIONS", "sip:127.0.0.1", 99));
        Assert.Equal("99 OPTIONS", Phone.Header(await phone.Receive(), "CSeq"));
    }
}
