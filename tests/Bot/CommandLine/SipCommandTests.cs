using System.Text;
using System.Text.Json;
using TrunkBot.Sip.Tests.Peers;
using static TrunkBot.Sip.Tests.Peers.Scenarios;

namespace TrunkBot.Bot.Tests.CommandLine;

/// <summary>The <c>sip</c> commands of the real program, with sipp at the far end.</summary>
public sealed class SipCommandTests : IDisposable
{
    private const string Message = "OPTIONS sip:b@h SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@h>;tag=1\r\nTo: <sip:b@h>\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\n\r\n";

    private readonly TrunkBotProcess trunkbot = new();

    public void Dispose() => trunkbot.Dispose();

    private static JsonElement Read(string output) => JsonDocument.Parse(output).RootElement;

    [Fact]
    public async Task A_server_that_answers_is_up()
    {
        await using var server = await Peer.SippAsync(Of(Recv("OPTIONS"), Reply("200 OK")));

        var (output, error, code) = await trunkbot.RunAsync("sip", "options", $"sip:127.0.0.1:{server.Port}");

        Assert.Matches($@"^up: 127\.0\.0\.1:{server.Port} answered 200 OK after \d+\.\d ms\n$", output);
        Assert.Equal(("", 0), (error, code));
    }

    [Fact]
    public async Task A_refusal_ends_with_1_and_its_JSON_says_all()
    {
        await using var server = await Peer.SippAsync(Of(Recv("OPTIONS"), Reply("403 Forbidden", "X-Twilio-Error: 32201 Source IP not in ACL")), "-t", "t1");

        var (output, _, code) = await trunkbot.RunAsync("sip", "options", $"sip:127.0.0.1:{server.Port};transport=tcp", "--json");

        var json = Read(output);
        Assert.Equal(1, code);
        Assert.Equal(["version", "state", "target", "signalling", "tls", "skipped", "failure", "trace"], json.EnumerateObject().Select(m => m.Name));
        Assert.Equal((1, "up"), (json.GetProperty("version").GetInt32(), json.GetProperty("state").GetString()));
        var signalling = json.GetProperty("signalling");
        Assert.Equal(
            (403, "Forbidden", "32201 Source IP not in ACL", $"127.0.0.1:{server.Port}"),
            (signalling.GetProperty("finalStatus").GetInt32(), signalling.GetProperty("finalReason").GetString(), signalling.GetProperty("twilioError").GetString(), signalling.GetProperty("remoteAddress").GetString()));
        Assert.True(signalling.GetProperty("roundTripMilliseconds").GetDouble() > 0);
        Assert.Equal(JsonValueKind.Null, json.GetProperty("tls").ValueKind);
        Assert.Equal(["sent", "received"], json.GetProperty("trace").EnumerateArray().Select(l => l.GetProperty("direction").GetString()));
    }

    [Fact]
    public async Task Silence_ends_with_3_and_a_closed_port_with_4()
    {
        using var silent = new System.Net.Sockets.UdpClient(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        var port = ((System.Net.IPEndPoint)silent.Client.LocalEndPoint!).Port;

        var late = await trunkbot.RunAsync("sip", "options", $"sip:127.0.0.1:{port}", "--timeout", "1");
        var closed = await trunkbot.RunAsync("sip", "options", $"sip:127.0.0.1:{Peer.FreePort()}", "--transport", "tcp", "--json");

        Assert.Equal((3, $"unreachable: sip-timeout: No answer from 127.0.0.1:{port}: check that it is up, that the address is right, and that it lets this bot's address in.\n"), (late.Code, late.Output));
        Assert.Equal((4, "sip-transport-error"), (closed.Code, Read(closed.Output).GetProperty("failure").GetProperty("code").GetString()));
        Assert.Equal(JsonValueKind.Null, Read(closed.Output).GetProperty("signalling").GetProperty("roundTripMilliseconds").ValueKind);
    }

    [Fact]
    public async Task TLS_shows_whose_certificate_it_was_and_refuses_another_name()
    {
        using var authority = new Authority();
        using var certificate = authority.Issue(["trunk.test"]);
        await using var server = await Kamailio.StartTlsAsync(certificate);
        await using var dns = new NameServer().Srv("_sips._tcp.trunk.test", 1, 1, server.Port + 1, "host.test").Srv("_sips._tcp.other.test", 1, 1, server.Port + 1, "host.test").A("host.test", "127.0.0.1");
        trunkbot.Put("ca.pem", authority.Pem);
        string[] more = ["--ca-file", "ca.pem", "--name-server", dns.EndPoint.ToString()];

        var good = await trunkbot.RunAsync(["sip", "options", "sip:trunk.test;transport=tls", .. more]);
        var bad = await trunkbot.RunAsync(["sip", "options", "sip:other.test;transport=tls", .. more, "--json"]);

        Assert.Equal(0, good.Code);
        Assert.Contains("\nTLS: TLS 1.3, TLS_", good.Output);
        Assert.Contains("\ncertificate: CN=Peer, issued by CN=Test authority, for trunk.test, good from ", good.Output);
        var json = Read(bad.Output);
        Assert.Equal((4, "sip-tls-name-mismatch"), (bad.Code, json.GetProperty("failure").GetProperty("code").GetString()));
        Assert.Equal((null, "CN=Peer"), (json.GetProperty("tls").GetProperty("version").GetString(), json.GetProperty("tls").GetProperty("subject").GetString()));
    }

    [Fact]
    public async Task Without_a_transport_the_domain_chooses_it()
    {
        await using var server = await Kamailio.StartAsync(9, tcp: true);
        await using var dns = new NameServer().Naptr("trunk.test", 1, 1, "SIP+D2T", "_sip._tcp.srv.test").Srv("_sip._tcp.srv.test", 1, 1, server.Port, "host.test").A("host.test", "127.0.0.1");

        var chosen = await trunkbot.RunAsync("sip", "options", "sip:trunk.test", "--name-server", dns.EndPoint.ToString(), "--trace");

        Assert.Equal(0, chosen.Code);
        Assert.Contains("Via: SIP/2.0/TCP ", chosen.Output);
    }

    [Fact]
    public async Task A_call_whose_echo_is_heard_is_fine()
    {
        await using var server = await Peer.SippAsync(Answer(), "-rtp_echo");

        var (output, error, code) = await trunkbot.RunAsync("sip", "call", $"sip:+16504894546@127.0.0.1:{server.Port}", "--seconds", "4", "--codec", "pcma", "--expect-echo", "--json");

        var json = Read(output);
        Assert.Equal(("", 0), (error, code));
        Assert.Equal(["version", "outcome", "startedAt", "signalling", "media", "rtcp", "quality", "audio", "tls", "skipped", "failure", "trace"], json.EnumerateObject().Select(m => m.Name));
        Assert.Equal(("answered", "twoWay", "PCMA"), (json.GetProperty("outcome").GetString(), json.GetProperty("audio").GetProperty("verdict").GetString(), json.GetProperty("media").GetProperty("codec").GetString()));
        Assert.True(json.GetProperty("signalling").GetProperty("talkTimeMilliseconds").GetDouble() >= 4_000);
    }

    [Fact]
    public async Task Silence_where_an_echo_is_expected_ends_with_1_and_what_was_not_measured_is_said()
    {
        await using var server = await Peer.SippAsync(Answer());

        var (output, _, code) = await trunkbot.RunAsync("sip", "call", $"sip:1@127.0.0.1:{server.Port}", "--seconds", "1", "--expect-echo");

        Assert.Equal(1, code);
        Assert.StartsWith("answered: 200 OK\npost-dial delay: ", output);
        Assert.Contains("codec: not measured; packets sent ", output);
        Assert.Contains(", lost not measured; jitter: not measured\naudio: ", output);
    }

    [Theory]
    [InlineData("--password", "-")]
    [InlineData("--password-env", "SUBSCRIBER_PASSWORD")]
    public async Task A_password_comes_from_standard_input_or_the_environment_and_is_never_shown(string option, string value)
    {
        await using var far = await Peer.SippAsync(Answer());
        await using var server = await Kamailio.StartAsync(far.Port);
        trunkbot.Environment["SUBSCRIBER_PASSWORD"] = "s3cret";

        var (output, error, code) = await trunkbot.RunAsync(
            Encoding.UTF8.GetBytes("s3cret\n"),
            ["sip", "call", "sip:+16504894546@trunk.test", "--proxy", $"sip:127.0.0.1:{server.Port}", "--user", "probe", option, value, "--seconds", "1", "--trace"]);

        Assert.Equal(("", 0), (error, code));
        Assert.Contains("    Proxy-Authorization: ***\n", output);
        Assert.DoesNotContain("s3cret", output);
    }

    [Theory]
    [InlineData("trunkbot: URI is no SIP URI: write it like sip:user@host:5060", "sip", "options", "mailto:a@b")]
    [InlineData("trunkbot: --seconds must be from 1 to 120.", "sip", "call", "sip:a@127.0.0.1", "--seconds", "0")]
    [InlineData("trunkbot: Choose one of --password and --password-env.", "sip", "call", "sip:a@127.0.0.1", "--user", "u", "--password", "x", "--password-env", "Y")]
    [InlineData("trunkbot: a password needs a --user", "sip", "call", "sip:a@127.0.0.1", "--password", "x")]
    [InlineData("trunkbot: the environment has no variable NOT_THERE", "sip", "call", "sip:a@127.0.0.1", "--user", "u", "--password-env", "NOT_THERE")]
    [InlineData("trunkbot: this machine can't send from 192.0.2.55: ", "sip", "options", "sip:127.0.0.1", "--local", "192.0.2.55")]
    [InlineData("trunkbot: a certificate file can't be read: ", "sip", "options", "sip:127.0.0.1", "--ca-file", "gone.pem")]
    [InlineData("trunkbot: \"gone.txt\" can't be read: ", "sip", "parse", "gone.txt")]
    public async Task Wrong_arguments_are_named_and_end_with_2(string said, params string[] arguments)
    {
        var (output, error, code) = await trunkbot.RunAsync(arguments);

        Assert.StartsWith(said, error);
        Assert.Equal(("", 2), (output, code));
    }

    [Fact]
    public async Task A_TLS_target_by_another_way_is_a_wrong_argument()
    {
        var (output, _, code) = await trunkbot.RunAsync("sip", "options", "sip:127.0.0.1;transport=tls", "--transport", "udp");

        Assert.StartsWith("not asked: sip-tls-required: ", output);
        Assert.Equal(2, code);
    }

    [Fact]
    public async Task Messages_are_accepted_or_rejected_with_the_reason_and_the_place()
    {
        trunkbot.Put("good.txt", Message);
        trunkbot.Put("bad.txt", Message.Replace("To: <sip:b@h>", "To: <sip:b\u001b[2J@h"));
        trunkbot.Put("unix.txt", Message.Replace("\r", ""));

        var (output, error, code) = await trunkbot.RunAsync("sip", "parse", "good.txt", "bad.txt", "unix.txt");

        Assert.Equal(
            """
            good.txt: accepted: OPTIONS sip:b@h SIP/2.0 (5 headers, 0 bytes of body)
            bad.txt: rejected: sip-control-character in line 4, byte 84: A control character stands in a header, not escaped within quotes.
            unix.txt: rejected: sip-no-end-of-headers in line 8, byte 123: No empty line ends the headers.

            """,
            output);
        Assert.Equal(("", 1), (error, code));
    }

    [Fact]
    public async Task A_message_from_standard_input_with_Unix_line_ends_gives_JSON()
    {
        var (output, _, code) = await trunkbot.RunAsync(Encoding.UTF8.GetBytes(Message.Replace("\r", "") + "hello"), ["sip", "parse", "-", "--lf", "--json"]);

        var json = Read(output);
        var file = json.GetProperty("files")[0];
        Assert.Equal((0, 1), (code, json.GetProperty("version").GetInt32()));
        Assert.Equal(
            ("-", true, "OPTIONS sip:b@h SIP/2.0", 5, 5),
            (file.GetProperty("file").GetString(), file.GetProperty("accepted").GetBoolean(), file.GetProperty("firstLine").GetString(), file.GetProperty("headers").GetInt32(), file.GetProperty("bodyBytes").GetInt32()));
    }
}
