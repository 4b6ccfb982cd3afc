using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using TrunkBot.Lab.Switch;

namespace TrunkBot.Lab.Tests.Switch;

/// <summary>The switch over real sockets; its timers run on a clock that the test turns.</summary>
public sealed class SipSwitchTests : IAsyncLifetime
{
    private readonly World world = new();
    private readonly FakeTimeProvider clock = new();
    private SipSwitch sut = null!;
    private Phone phone = null!;

    public async ValueTask InitializeAsync()
    {
        sut = await SipSwitch.StartAsync(new SipSwitchOptions { Sbc = world, Cfs = world, Twilio = world, TimeProvider = clock }, TestContext.Current.CancellationToken);
        phone = new Phone(sut.Port);
    }

    public async ValueTask DisposeAsync()
    {
        phone.Dispose();
        await sut.DisposeAsync();
        Assert.Null(sut.LastFault);
    }

    [Fact]
    public async Task OPTIONS_to_the_switch_itself_are_200()
    {
        await phone.Send(phone.Request("OPTIONS", $"sip:127.0.0.1:{sut.Port}", 1));

        var answer = await phone.Receive();
        Assert.StartsWith("SIP/2.0 200 OK\r\n", answer);
        Assert.Contains($";rport={phone.Port};received=127.0.0.1\r\n", answer);
        Assert.Empty(sut.Calls);
    }

    [Fact]
    public async Task OPTIONS_to_a_termination_name_are_200_when_the_way_is_open()
    {
        await phone.Send(phone.Request("OPTIONS", "sip:acme.pstn.umatilla.twilio.com", 1));

        Assert.StartsWith("SIP/2.0 200 OK\r\n", await phone.Receive());
        Assert.Equal(("OPTIONS", 200, "Twilio-umatilla"), (sut.Calls[0].Method, sut.Calls[0].FinalStatus, sut.Calls[0].Judgement.Adjacency));
    }

    [Fact]
    public async Task OPTIONS_that_Twilio_refuses_carry_its_error_and_the_reason()
    {
        world.Trunk(trunk => trunk with { AllowedSources = [] });
        await phone.Send(phone.Request("OPTIONS", "sip:acme.pstn.umatilla.twilio.com:5060;transport=udp", 1));

        var answer = await phone.Receive();
        Assert.StartsWith("SIP/2.0 403 Forbidden\r\n", answer);
        Assert.Equal("32201 Authentication failure - source IP Address not in ACL", Phone.Header(answer, "X-Twilio-Error"));
        Assert.Equal("acl-missing-address; The source address 203.0.113.10 is in no access control list of the trunk.", Phone.Header(answer, "X-Lab-Reason"));
        Assert.Equal("SIP;cause=403;text=\"acl-missing-address\"", Phone.Header(answer, "Reason"));
    }

    [Fact]
    public async Task OPTIONS_that_Twilio_drops_get_no_answer()
    {
        await phone.Send(phone.Request("OPTIONS", "sip:other.pstn.umatilla.twilio.com", 1));
        await phone.Send(phone.Request("OPTIONS", "sip:127.0.0.1", 2));

        Assert.Equal("2 OPTIONS", Phone.Header(await phone.Receive(), "CSeq"));
        Assert.Null(sut.Calls[0].FinalStatus);
    }

    [Fact]
    public async Task A_line_break_in_a_configured_name_never_becomes_a_header()
    {
        world.Adjacency(adjacency => adjacency with { Realm = "x\r\nEvil: yes" });
        await phone.Send(phone.Request("OPTIONS", "sip:acme.pstn.umatilla.twilio.com", 1));

        var answer = await phone.Receive();
        Assert.DoesNotContain("\r\nEvil", answer);
        Assert.Contains("realm x  Evil: yes", answer);
    }

    [Fact]
    public async Task A_state_that_cannot_be_read_is_500_and_the_switch_lives_on()
    {
        world.SbcFault = new IOException("disk");
        await phone.Send(phone.Request("OPTIONS", "sip:acme.pstn.umatilla.twilio.com", 1));
        Assert.Equal("lab-state-unreadable; IOException", Phone.Header(await phone.Receive(), "X-Lab-Reason"));

        world.SbcFault = null;
        await phone.Send(phone.Request("OPTIONS", "sip:acme.pstn.umatilla.twilio.com", 2));
        Assert.StartsWith("SIP/2.0 200", await phone.Receive());
    }

    [Theory]
    [InlineData("")]
    [InlineData("\r\n\r\n")]
    [InlineData("hello")]
    [InlineData("OPTIONS sip:127.0.0.1 SIP/2.0\r\n")]
    [InlineData("OPTIONS sip:127.0.0.1 SIP/3.0\r\nVia: x\r\n\r\n")]
    [InlineData("OPTIONS  sip:127.0.0.1 SIP/2.0\r\nVia: x\r\n\r\n")]
    [InlineData("SIP/2.0 abc\r\n\r\n")]
    [InlineData("SIP/2.0 200 OK\r\n\r\n")]
    [InlineData("OPTIONS sip:127.0.0.1 SIP/2.0\r\n: nothing\r\n\r\n")]
    [InlineData("OPTIONS sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP\r\nCall-ID: 1\r\n\r\n")]
    [InlineData("OPTIONS sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z;rport\r\nCall-ID: 1\r\nFrom: <\r\nTo: >\r\nCSeq: many OPTIONS\r\n\r\n")]
    [InlineData("OPTIONS sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z\r\nContent-Length: 9999\r\n\r\n")]
    [InlineData("OPTIONS sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("REGISTER sip:%ZZ@: SIP/2.0\r\nVia: SIP/2.0/UDP h:99999;branch=z;rport\r\nCall-ID: 1\r\nFrom: <sip:%>;tag=1\r\nTo: <sip:%@>\r\nCSeq: 1 REGISTER\r\nAuthorization: Digest\r\n\r\n")]
    public async Task A_malformed_datagram_never_stops_the_listener(string datagram)
    {
        await phone.Send(datagram);
        await phone.Send([0xFF, 0x00, 0xFE]);
        await phone.Send(phone.Request("OPTIONS", "sip:127.0.0.1", 77));

        string answer;
        do
        {
            answer = await phone.Receive();
        }
        while (Phone.Header(answer, "CSeq") != "77 OPTIONS");
        Assert.StartsWith("SIP/2.0 200", answer);
        Assert.InRange(sut.MalformedMessages, 1, 2);
    }

    [Theory]
    [InlineData("SUBSCRIBE", "SIP/2.0 405")]
    [InlineData("BYE", "SIP/2.0 481")]
    [InlineData("CANCEL", "SIP/2.0 481")]
    public async Task What_fits_no_call_is_refused(string method, string start)
    {
        await phone.Send(phone.Request(method, "sip:127.0.0.1", 1, toTag: method == "BYE" ? "none" : null));
        Assert.StartsWith(start, await phone.Receive());
    }

    [Fact]
    public async Task A_required_extension_is_refused_by_name()
    {
        await phone.Send(phone.Request("INVITE", "sip:16504894546@127.0.0.1", 1, more: "Require: 100rel"));
        Assert.Equal("100rel", Phone.Header(await phone.ReceiveUntil("SIP/2.0 420"), "Unsupported"));
    }

    [Fact]
    public async Task Headers_in_compact_form_and_folded_are_understood()
    {
        await phone.Send($"OPTIONS sip:127.0.0.1 SIP/2.0\r\nv: SIP/2.0/UDP 127.0.0.1:{phone.Port}\r\n ;branch=z9hG4bKfold;rport\r\n"
            + "f: <sip:a@b>;tag=1\r\nt: <sip:c@d>\r\ni: folded\r\nCSeq: 4 OPTIONS\r\nl: 0\r\n\r\n");
        Assert.Equal("folded", Phone.Header(await phone.ReceiveUntil("SIP/2.0 200"), "Call-ID"));
    }

    [Fact]
    public async Task Without_rport_the_answer_goes_to_the_port_in_Via()
    {
        using var other = new Phone(sut.Port);
        await other.Send($"OPTIONS sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{phone.Port};branch=z9hG4bKport\r\n"
            + "From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: port\r\nCSeq: 4 OPTIONS\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal("port", Phone.Header(await phone.Receive(), "Call-ID"));
    }

    [Fact]
    public async Task Over_TCP_two_messages_in_one_piece_and_one_in_two_are_answered()
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, sut.Port, TestContext.Current.CancellationToken);
        var stream = connection.GetStream();
        string Ask(int sequence) => phone.Request("OPTIONS", "sip:127.0.0.1", sequence).Replace("/UDP", "/TCP", StringComparison.Ordinal);
        var all = Encoding.UTF8.GetBytes("\r\n\r\n" + Ask(1) + Ask(2) + Ask(3));

        await stream.WriteAsync(all.AsMemory(0, all.Length - 30), TestContext.Current.CancellationToken);
        await stream.WriteAsync(all.AsMemory(all.Length - 30), TestContext.Current.CancellationToken);

        using var reader = new StreamReader(stream);
        var answers = new List<string>();
        while (answers.Count < 3)
        {
            var line = await reader.ReadLineAsync(TestContext.Current.CancellationToken);
            if (line!.StartsWith("CSeq: ", StringComparison.Ordinal))
            {
                answers.Add(line);
            }
        }

        Assert.Equal(["CSeq: 1 OPTIONS", "CSeq: 2 OPTIONS", "CSeq: 3 OPTIONS"], answers);
    }

    [Fact]
    public async Task A_TCP_stream_that_is_no_SIP_is_closed_and_others_go_on()
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, sut.Port, TestContext.Current.CancellationToken);
        await connection.GetStream().WriteAsync(Encoding.UTF8.GetBytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), TestContext.Current.CancellationToken);
        Assert.Equal(0, await connection.GetStream().ReadAsync(new byte[10], TestContext.Current.CancellationToken));

        await phone.Send(phone.Request("OPTIONS", "sip:127.0.0.1", 1));
        Assert.StartsWith("SIP/2.0 200", await phone.Receive());
    }
}
