using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace TrunkBot.Sip.Messages;

/// <summary>A SIP request or response (RFC 3261 7). What comes out of <see cref="TryParse"/> has all mandatory headers, well formed.</summary>
public sealed class SipMessage
{
    private SipAddress? _from;
    private SipAddress? _to;
    private SipVia? _via;
    private (uint Number, string Method)? _cseq;

    private SipMessage(string? method, string? requestUri, int? status, string? reason, SipHeaders headers, byte[] body)
    {
        Method = method;
        RequestUri = requestUri;
        StatusCode = status;
        ReasonPhrase = reason;
        Headers = headers;
        Body = body;
    }

    [MemberNotNullWhen(true, nameof(Method), nameof(RequestUri))]
    [MemberNotNullWhen(false, nameof(StatusCode), nameof(ReasonPhrase))]
    public bool IsRequest => Method is not null;

    public string? Method { get; }

    /// <summary>The Request-URI as written; the scheme may be one other than SIP.</summary>
    public string? RequestUri { get; }

    /// <summary>100 to 699.</summary>
    public int? StatusCode { get; }

    public string? ReasonPhrase { get; }

    public SipHeaders Headers { get; }

    public byte[] Body { get; }

    public string CallId => Headers["Call-ID"] ?? "";

    /// <summary>The number of CSeq, or null when it is missing or malformed.</summary>
    public uint? CSeqNumber => CSeq?.Number;

    /// <summary>The method of CSeq: for a response, the method of its request. Empty when malformed.</summary>
    public string CSeqMethod => CSeq?.Method ?? "";

    public SipAddress? From => _from ??= SipAddress.TryParse(Headers["From"], out var address) ? address : null;

    public SipAddress? To => _to ??= SipAddress.TryParse(Headers["To"], out var address) ? address : null;

    public SipVia? TopVia => _via ??= SipVia.TryParse(Headers.First("Via"), out var via) ? via : null;

    /// <summary>The URI of the first Contact, or null.</summary>
    public SipUri? ContactUri => SipAddress.TryParse(Headers.First("Contact"), out var contact) ? contact.Uri : null;

    private (uint Number, string Method)? CSeq => _cseq ?? (TryCSeq(Headers["CSeq"], out var number, out var method) ? (number, method) : null);

    /// <summary>The request line or status line.</summary>
    public string FirstLine => IsRequest ? $"{Method} {RequestUri} SIP/2.0" : $"SIP/2.0 {StatusCode} {ReasonPhrase}";

    /// <summary>Builds a request. Content-Length is not among the headers: it is written from the body.</summary>
    /// <exception cref="ArgumentException">Method or URI could not stand on a request line.</exception>
    public static SipMessage Request(string method, string requestUri, SipHeaders headers, byte[]? body = null)
    {
        if (!SipText.IsToken(method) || requestUri.Length == 0 || SipText.HasWhiteSpace(requestUri) || SipText.HasControl(requestUri))
        {
            throw new ArgumentException("A request line needs a token and a URI without white space.", nameof(requestUri));
        }

        return new SipMessage(method, requestUri, null, null, headers, body ?? []);
    }

    /// <summary>Builds a response. Content-Length is not among the headers: it is written from the body.</summary>
    /// <exception cref="ArgumentException">The reason phrase holds control characters, or the status is outside 100 to 699.</exception>
    public static SipMessage Response(int status, string reason, SipHeaders headers, byte[]? body = null)
    {
        if (status is < 100 or > 699 || SipText.HasControl(reason))
        {
            throw new ArgumentException("A status line needs a status of 100 to 699 and a reason without control characters.", nameof(status));
        }

        return new SipMessage(null, null, status, reason, headers, body ?? []);
    }

    /// <summary>Parses one whole message, as it stands in one datagram. Never throws, whatever the bytes.</summary>
    /// <param name="bytes">The datagram; bytes after Content-Length are dropped (RFC 3261 18.3).</param>
    /// <param name="message">The message, when true is returned.</param>
    /// <param name="error">Why not and where, when false is returned.</param>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out SipMessage? message, [NotNullWhen(false)] out SipParseError? error) =>
        SipParser.TryParse(bytes, out message, out error);

    /// <summary>How many bytes <see cref="ToBytes"/> gives.</summary>
    public int Length
    {
        get
        {
            var length = Encoding.UTF8.GetByteCount(FirstLine) + "\r\nContent-Length: \r\n\r\n".Length + Body.Length.ToString(CultureInfo.InvariantCulture).Length + Body.Length;
            foreach (var (name, value) in Headers.Fields)
            {
                length += name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) ? 0 : name.Length + Encoding.UTF8.GetByteCount(value) + ": \r\n".Length;
            }

            return length;
        }
    }

    /// <summary>The same request by another transport, as its top Via says it (RFC 3261 18.1.1): all of it else stays, the branch too.</summary>
    /// <param name="transport">UDP, TCP or TLS.</param>
    internal SipMessage By(string transport)
    {
        var headers = new SipHeaders();
        var top = true;
        foreach (var (name, value) in Headers.Fields)
        {
            headers.Add(name, top && name.Equals("Via", StringComparison.OrdinalIgnoreCase) ? $"SIP/2.0/{transport}{value[value.IndexOf(' ', StringComparison.Ordinal)..]}" : value);
            top &= !name.Equals("Via", StringComparison.OrdinalIgnoreCase);
        }

        return Request(Method!, RequestUri!, headers, Body);
    }

    /// <summary>The message as it goes on the wire, with Content-Length last.</summary>
    public byte[] ToBytes()
    {
        var text = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture, stackalloc char[1_024]);
        text.AppendLiteral(FirstLine);
        text.AppendLiteral("\r\n");
        foreach (var (name, value) in Headers.Fields)
        {
            if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                text.AppendLiteral(name);
                text.AppendLiteral(": ");
                text.AppendLiteral(value);
                text.AppendLiteral("\r\n");
            }
        }

        text.AppendLiteral("Content-Length: ");
        text.AppendFormatted(Body.Length);
        text.AppendLiteral("\r\n\r\n");
        var head = text.Text;
        var bytes = new byte[Encoding.UTF8.GetByteCount(head) + Body.Length];
        Body.CopyTo(bytes, Encoding.UTF8.GetBytes(head, bytes));
        text.Clear();
        return bytes;
    }

    /// <summary>What the parser has judged, with what it read on the way.</summary>
    internal static SipMessage Parsed(SipStartLine first, SipHeaders headers, byte[] body, SipKnown known) =>
        new(first.Method, first.Uri, first.Method is null ? first.Status : null, first.Reason, headers, body)
        {
            _via = known.TopVia,
            _from = known.From,
            _to = known.To,
            _cseq = (known.CSeq, known.CSeqMethod),
        };

    internal static bool TryCSeq(string? value, out uint number, out string method)
    {
        number = 0;
        method = "";
        var text = value.AsSpan().Trim(" \t");
        var space = text.IndexOfAny(' ', '\t');
        if (space < 0)
        {
            return false;
        }

        var name = text[space..].TrimStart(" \t");
        if (!SipText.IsToken(name) || !uint.TryParse(text[..space], NumberStyles.None, CultureInfo.InvariantCulture, out number) || number > int.MaxValue)
        {
            return false;
        }

        method = SipNames.Method(name);
        return true;
    }
}
