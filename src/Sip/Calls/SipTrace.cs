using System.Net;
using System.Text.RegularExpressions;
using TrunkBot.Sip.Messages;

namespace TrunkBot.Sip;

/// <summary>One message on the wire.</summary>
/// <param name="Time">When it was sent or came.</param>
/// <param name="Sent">True when we sent it.</param>
/// <param name="Peer">The other side.</param>
/// <param name="FirstLine">Request line or status line.</param>
/// <param name="Message">The whole message with credentials struck out.</param>
public sealed record SipTraceLine(DateTimeOffset Time, bool Sent, IPEndPoint Peer, string FirstLine, string Message);

/// <summary>Collects the messages of one Call-ID.</summary>
internal sealed partial class SipTrace(TimeProvider time)
{
    private const int MaxLines = 500;
    private readonly List<(DateTimeOffset Time, bool Sent, IPEndPoint Peer, SipMessage Message)> _messages = [];

    public void Add(SipMessage message, IPEndPoint peer, bool sent)
    {
        lock (_messages)
        {
            if (_messages.Count < MaxLines)
            {
                _messages.Add((time.GetUtcNow(), sent, peer, message));
            }
        }
    }

    /// <summary>What there is so far. It is written out only when somebody reads it: most probes go well, and nobody does.</summary>
    public IReadOnlyList<SipTraceLine> Lines()
    {
        lock (_messages)
        {
            return new Written([.. _messages.Select(m => new Lazy<SipTraceLine>(() => Write(m.Time, m.Sent, m.Peer, m.Message)))]);
        }
    }

    private static SipTraceLine Write(DateTimeOffset time, bool sent, IPEndPoint peer, SipMessage message)
    {
        var text = Redact(Visible(System.Text.Encoding.UTF8.GetString(message.ToBytes())));
        return new SipTraceLine(time, sent, peer, text[..text.IndexOf('\r', StringComparison.Ordinal)], text);
    }

    /// <summary>Control characters, which may stand escaped in quoted strings and anyhow in bodies, as question marks: traces are read on screens.</summary>
    private static string Visible(string text) => text.Any(c => char.IsControl(c) && c is not ('\r' or '\n' or '\t'))
        ? string.Concat(text.Select(c => char.IsControl(c) && c is not ('\r' or '\n' or '\t') ? '?' : c))
        : text;

    /// <summary>
    /// Strikes out credentials, the passwords of URIs and the keys of SRTP. A digest answer is no password, but it can be attacked offline. A key keeps its length,
    /// because the length of the body is told in a header.
    /// </summary>
    internal static string Redact(string text) =>
        SrtpKey().Replace(UriPassword().Replace(Credentials().Replace(text, "$1***"), "$1***@"), key => key.Groups[1].Value + new string('*', key.Groups[2].Length));

    [GeneratedRegex(@"^((?:Proxy-)?Authorization:[ \t]*)[^\r\n]*", RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex Credentials();

    [GeneratedRegex(@"(\binline:)([^\s|]+)", RegexOptions.IgnoreCase)]
    private static partial Regex SrtpKey();

    [GeneratedRegex(@"(sips?:[^\s:@<>""]+:)[^\s@<>""]+@", RegexOptions.IgnoreCase)]
    private static partial Regex UriPassword();

    private sealed class Written(Lazy<SipTraceLine>[] lines) : IReadOnlyList<SipTraceLine>
    {
        public int Count => lines.Length;

        public SipTraceLine this[int index] => lines[index].Value;

        public IEnumerator<SipTraceLine> GetEnumerator() => lines.Select(l => l.Value).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
