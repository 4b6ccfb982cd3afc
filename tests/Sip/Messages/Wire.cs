using System.Text;
using TrunkBot.Sip.Messages;

namespace TrunkBot.Sip.Tests.Messages;

/// <summary>Messages as bytes, written with plain line breaks.</summary>
internal static class Wire
{
    public const string Options = """
        OPTIONS sip:bob@example.net SIP/2.0
        Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKabc;rport
        Max-Forwards: 70
        From: <sip:alice@example.org>;tag=a1
        To: <sip:bob@example.net>
        Call-ID: c1@192.0.2.1
        CSeq: 7 OPTIONS
        Content-Length: 0


        """;

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n"));

    public static SipMessage Parse(string text) =>
        SipMessage.TryParse(Bytes(text), out var message, out var error) ? message : throw new InvalidOperationException(error.Reason);

    public static SipParseError Refuse(string text) =>
        SipMessage.TryParse(Bytes(text), out _, out var error) ? throw new InvalidOperationException("It was accepted.") : error;
}
