using Microsoft.Extensions.Time.Testing;
using TrunkBot.Sip.Messages;
using TrunkBot.Sip.Tests.Transactions;
using TrunkBot.Tests.Support;

namespace TrunkBot.Sip.Tests.Messages;

/// <summary>
/// The 49 messages of RFC 4475, byte for byte, judged one by one: by the parser, and those that it accepts by an agent to which they come as a datagram.
/// Where the RFC leaves a choice, the choice is written beside it. To <c>baddn</c> the empty line was added that ends its text in the RFC.
/// </summary>
public sealed class The_torture_messages
{
    private const string Accepted = "accepted";

    /// <summary>Name, section, what the RFC asks for, what our parser says, and the agent's answer (null: none).</summary>
    private static readonly (string Name, string Section, string Wanted, string Verdict, int? Answer)[] Messages =
    [
        ("wsinv", "3.1.1.1", "valid; within a dialog", Accepted, 481),
        ("intmeth", "3.1.1.2", "valid; unknown method", Accepted, 405),
        ("esc01", "3.1.1.3", "valid", Accepted, 480),
        ("escnull", "3.1.1.4", "valid", Accepted, 405),
        ("esc02", "3.1.1.5", "valid; unknown method", Accepted, 405),
        ("lwsdisp", "3.1.1.6", "valid", Accepted, 200),
        ("longreq", "3.1.1.7", "valid", Accepted, 480),
        ("dblreq", "3.1.1.8", "valid; the rest is ignored", Accepted, 405),
        ("semiuri", "3.1.1.9", "valid", Accepted, 200),
        ("transports", "3.1.1.10", "valid", Accepted, 200),
        ("mpart01", "3.1.1.11", "valid", Accepted, 405),
        ("unreason", "3.1.1.12", "valid response", Accepted, null),
        ("noreason", "3.1.1.13", "valid response", Accepted, null),
        ("badinv01", "3.1.2.1", "invalid", "sip-via", null),
        ("clerr", "3.1.2.2", "invalid", "sip-body-short", null),
        ("ncl", "3.1.2.3", "invalid", "sip-content-length", null),
        ("scalar02", "3.1.2.4", "invalid", "sip-cseq", null),
        ("scalarlg", "3.1.2.5", "invalid response", "sip-cseq", null),
        ("quotbal", "3.1.2.6", "invalid", "sip-address", null),
        ("ltgtruri", "3.1.2.7", "invalid", "sip-start-line", null),
        ("lwsruri", "3.1.2.8", "invalid", "sip-start-line", null),
        ("lwsstart", "3.1.2.9", "invalid", "sip-start-line", null),
        ("trws", "3.1.2.10", "invalid, or lenient", "sip-start-line", null),
        ("escruri", "3.1.2.11", "invalid", "sip-start-line", null),
        ("baddate", "3.1.2.12", "invalid, or Date ignored", Accepted, 480),
        ("regbadct", "3.1.2.13", "invalid", "sip-address", null),
        ("badaspec", "3.1.2.14", "invalid, or lenient", "sip-address", null),
        ("baddn", "3.1.2.15", "invalid, or lenient", Accepted, 200),
        ("badvers", "3.1.2.16", "invalid version", "sip-start-line", null),
        ("mismatch01", "3.1.2.17", "invalid", "sip-cseq-method", null),
        ("mismatch02", "3.1.2.18", "invalid", "sip-cseq-method", null),
        ("bigcode", "3.1.2.19", "invalid response", "sip-start-line", null),
        ("badbranch", "3.2.1", "no transaction by its branch", Accepted, 200),
        ("insuf", "3.3.1", "invalid", "sip-header-missing", null),
        ("unkscm", "3.3.2", "416", Accepted, 416),
        ("novelsc", "3.3.3", "416", Accepted, 416),
        ("unksm2", "3.3.4", "valid; refused by a registrar", Accepted, 405),
        ("bext01", "3.3.5", "420", Accepted, 420),
        ("invut", "3.3.6", "415", Accepted, 415),
        ("regaut01", "3.3.7", "valid; credentials ignored", Accepted, 405),
        ("multi01", "3.3.8", "invalid", "sip-header-twice", null),
        ("mcl01", "3.3.9", "invalid", "sip-header-twice", null),
        ("bcast", "3.3.10", "response to nobody", Accepted, null),
        ("zeromf", "3.3.11", "valid at its end", Accepted, 200),
        ("cparam01", "3.3.12", "valid", Accepted, 405),
        ("cparam02", "3.3.13", "valid", Accepted, 405),
        ("regescrt", "3.3.14", "valid", Accepted, 405),
        ("sdp01", "3.3.15", "406, or as if acceptable", Accepted, 480),
        ("inv2543", "3.4.1", "valid of RFC 2543", Accepted, 480),
    ];

    [Fact]
    public async Task Each_of_the_49_messages_gets_the_verdict_of_the_RFC()
    {
        var rows = new List<string[]>();
        var wrong = new List<string>();
        foreach (var (name, section, wanted, verdict, answer) in Messages)
        {
            var bytes = await File.ReadAllBytesAsync(Path.Combine(Tables.Root, "tests", "Sip", "Messages", "Torture", $"{name}.dat"), TestContext.Current.CancellationToken);
            var said = SipMessage.TryParse(bytes, out _, out var error) ? Accepted : error.Code;
            var answered = await AnswerAsync(bytes);
            rows.Add([name, section, wanted, said, answered?.ToString() ?? "none"]);
            if ((said, answered) != (verdict, answer))
            {
                wrong.Add($"{name}: {said} {error?.Reason} and {answered?.ToString() ?? "no answer"} instead of {verdict} and {answer?.ToString() ?? "no answer"}");
            }
        }

        Tables.Write("sip-torture", "SIP torture messages of RFC 4475, judged one by one", ["message", "section", "the RFC wants", "parser", "agent answers"], rows);
        Assert.Empty(wrong);
        Assert.Equal(49, rows.Count);
    }

    [Fact]
    public void The_valid_messages_come_back_with_all_their_fields()
    {
        var spaces = Read("wsinv");
        Assert.Equal((9u, "0068", "98asjd8", "1918181833n"), (spaces.CSeqNumber, spaces.Headers["Max-Forwards"], spaces.From!.Tag, spaces.To!.Tag));
        Assert.Equal("J Rosenberg \\\"", spaces.From.DisplayName);
        Assert.Equal(3, spaces.Headers.Values("Via").Count());
        Assert.Equal("newfangled value continued newfangled value", spaces.Headers["NewFangledHeader"]);
        Assert.Equal(";;,,;;,;", spaces.Headers["UnknownHeaderWithUnusualValue"]);
        Assert.Equal("", spaces.Headers["Subject"]);
        Assert.Equal(150, spaces.Body.Length);

        var characters = Read("intmeth");
        Assert.Equal("!interesting-Method0123456789_*+`.%indeed'~", characters.Method);
        Assert.Equal("BEL:\a NUL:\0 DEL:\u007F", characters.To!.DisplayName);
        Assert.Equal("intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{", characters.CallId);
        Assert.Equal("_token~1'+`*%!-.", characters.From!.Tag);

        Assert.Equal("sip:sips%3Auser%40example.com@example.net", Read("esc01").RequestUri);
        Assert.Equal("= 2**3 * 5**2 но сто девяносто девять - простое", Read("unreason").ReasonPhrase);
        Assert.Equal("", Read("noreason").ReasonPhrase);
        Assert.Equal("REGISTER", Read("dblreq").Method);
        Assert.Equal(["UDP", "SCTP", "TLS", "UNKNOWN", "TCP"], Read("transports").Headers.Values("Via").Select(v => SipVia.TryParse(v, out var via) ? via.Transport : ""));
        Assert.Equal(553, Read("mpart01").Body.Length);
        Assert.Equal(34, Read("longreq").Headers.Values("Via").Count());
    }

    [Fact]
    public void A_stream_takes_the_double_request_as_two()
    {
        var framer = new TrunkBot.Sip.Transport.SipStreamFramer();
        framer.Append(Bytes("dblreq"));

        var methods = new[] { framer.Next(), framer.Next() }.Select(bytes => SipMessage.TryParse(bytes, out var message, out _) ? message.Method : null);

        Assert.Equal(["REGISTER", "INVITE"], methods);
    }

    private static byte[] Bytes(string name) => File.ReadAllBytes(Path.Combine(Tables.Root, "tests", "Sip", "Messages", "Torture", $"{name}.dat"));

    private static SipMessage Read(string name) => SipMessage.TryParse(Bytes(name), out var message, out var error) ? message : throw new InvalidOperationException(error.Reason);

    private static async Task<int?> AnswerAsync(byte[] datagram)
    {
        await using var wire = new FakeWire();
        await using var agent = SipUserAgent.Start(wire, new SipUserAgentOptions { TimeProvider = new FakeTimeProvider() });
        wire.Deliver(datagram);
        return wire.SentStatus();
    }
}
