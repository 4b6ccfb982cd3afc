using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using TrunkBot.Lab.Switch;
using TrunkBot.Lab.Switch.Calls;
using TrunkBot.Lab.Switch.Path;

namespace TrunkBot.Lab.Tests.Switch;

/// <summary>Calls that Twilio brings: what is in their way, and what the subscriber's telephone sees. The switch's timers run on a clock that the test turns.</summary>
public sealed class InboundTests : IAsyncLifetime
{
    private static readonly InboundOffer Offer = new("+13035550100", "+13035550188", "sip:203.0.113.10:5060", "acme.pstn.twilio.com", null, TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(45));

    private readonly World world = new();
    private readonly FakeTimeProvider clock = new();
    private readonly ConcurrentQueue<InboundProgress> told = [];
    private SipSwitch sut = null!;
    private Phone phone = null!;

    public async ValueTask InitializeAsync()
    {
        sut = await SipSwitch.StartAsync(new SipSwitchOptions { Sbc = world, Cfs = world, Twilio = world, TimeProvider = clock }, TestContext.Current.CancellationToken);
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
    public async Task A_call_is_brought_to_the_registered_telephone_which_hears_itself_until_it_hangs_up()
    {
        sut.Bring(Offer, told.Enqueue);
        var invite = await phone.ReceiveUntil("INVITE");
        Assert.StartsWith($"INVITE sip:3035550100@127.0.0.1:{phone.Port} SIP/2.0\r\n", invite);
        Assert.StartsWith("<sip:+13035550188@", Phone.Header(invite, "From"));

        await phone.Send(Answer(invite, "180 Ringing"));
        await phone.Send(Answer(invite, "200 OK", phone.Offer("0")));
        var ack = await phone.ReceiveUntil("ACK");
        Assert.StartsWith($"ACK sip:3035550100@127.0.0.1:{phone.Port} SIP/2.0\r\n", ack);

        var rtp = new byte[172];
        rtp[0] = 0x80;
        rtp[171] = 42;
        await phone.Sound.SendToAsync(rtp, new IPEndPoint(IPAddress.Loopback, Phone.SoundPort(invite)));
        var heard = new byte[500];
        Assert.Equal(172, await phone.Sound.ReceiveAsync(heard.AsMemory(), SocketFlags.None, TestContext.Current.CancellationToken));
        Assert.Equal(42, heard[171]);

        phone.CallId = Phone.Header(invite, "Call-ID");
        await phone.Send(
            $"BYE sip:13035550188@127.0.0.1:{sut.Port} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{phone.Port};rport;branch={phone.NewBranch()}\r\nMax-Forwards: 70\r\n"
            + $"From: {Phone.Header(invite, "To")};tag=phone\r\nTo: {Phone.Header(invite, "From")}\r\nCall-ID: {phone.CallId}\r\nCSeq: 1 BYE\r\nContent-Length: 0\r\n\r\n");
        await phone.ReceiveUntil("SIP/2.0 200");
        await UntilAsync("completed");
        Assert.Equal(["ringing", "in-progress", "completed"], told.Select(t => t.Status));
    }

    [Fact]
    public async Task A_call_that_nobody_answers_is_cancelled_and_one_that_lasts_too_long_is_hung_up()
    {
        sut.Bring(Offer, told.Enqueue);
        var invite = await phone.ReceiveUntil("INVITE");
        await phone.Send(Answer(invite, "180 Ringing"));
        await UntilAsync("ringing");
        clock.Advance(TimeSpan.FromSeconds(25));
        await phone.ReceiveUntil("CANCEL");
        await UntilAsync("no-answer");

        sut.Bring(Offer, told.Enqueue);
        invite = await phone.ReceiveUntil("INVITE");
        await phone.Send(Answer(invite, "200 OK", phone.Offer("0")));
        await phone.ReceiveUntil("ACK");
        await UntilAsync("in-progress");
        clock.Advance(TimeSpan.FromSeconds(45));
        var bye = await phone.ReceiveUntil("BYE");
        await phone.Send(Answer(bye, "200 OK"));
        await UntilAsync("completed");
    }

    [Fact]
    public async Task A_busy_telephone_is_busy()
    {
        sut.Bring(Offer, told.Enqueue);
        var invite = await phone.ReceiveUntil("INVITE");
        await phone.Send(Answer(invite, "486 Busy Here"));
        await phone.ReceiveUntil("ACK");

        await UntilAsync("busy");
    }

    [Fact]
    public void What_is_in_the_way_of_a_call_is_named()
    {
        Assert.Equal((200, "answered"), Judge(new World()));
        Assert.Equal((408, "origination-address-not-served"), Judge(new World(), Offer with { SipUrl = "sip:203.0.113.11" }));
        Assert.Equal((408, "adjacency-not-active"), Judge(new World().Adjacency(a => a with { Active = false })));
        Assert.Equal((408, "peer-not-permitted"), Judge(Without(new World())));
        Assert.Equal((403, "caller-not-known"), Judge(new World().Binding(b => b with { Enabled = false })));
        Assert.Equal((404, "number-not-routed"), Judge(new World(), Offer with { To = "+13035550177" }));
        var broke = new World();
        broke.Twilio = broke.Twilio with { Balance = 0 };
        Assert.Equal((603, "twilio-balance-empty"), Judge(broke));

        static World Without(World world)
        {
            world.Sbc = world.Sbc with { Permits = [.. world.Sbc.Permits.Skip(1)] };
            return world;
        }

        static (int, string) Judge(World world, InboundOffer? offer = null)
        {
            var (subscriber, judgement) = new PathJudge(world, world, world, IPAddress.Parse("10.20.0.20"), _ => null).JudgeInbound(offer ?? Offer);
            Assert.Equal(judgement.Passes, subscriber is not null);
            return (judgement.Status, judgement.Code);
        }
    }

    [Fact]
    public async Task Without_a_registration_there_is_nobody_to_ring()
    {
        await phone.Register("0");

        sut.Bring(Offer, told.Enqueue);

        await UntilAsync("no-answer");
        Assert.Equal("subscriber-not-registered", told.Last().Code);
    }

    /// <summary>The switch's loop tells it; the test's clock stands.</summary>
    private async Task UntilAsync(string status)
    {
        while (told.LastOrDefault()?.Status != status)
        {
            await Task.Yield();
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }

    private string Answer(string request, string status, string body = "") =>
        $"SIP/2.0 {status}\r\nVia: {Phone.Header(request, "Via")}\r\nFrom: {Phone.Header(request, "From")}\r\nTo: {Phone.Header(request, "To")}{(Phone.Header(request, "To").Contains(";tag=") ? "" : ";tag=phone")}\r\n"
        + $"Call-ID: {Phone.Header(request, "Call-ID")}\r\nCSeq: {Phone.Header(request, "CSeq")}\r\nContact: <sip:3035550100@127.0.0.1:{phone.Port}>\r\n{(body.Length > 0 ? "Content-Type: application/sdp\r\n" : "")}Content-Length: {body.Length}\r\n\r\n{body}";
}
