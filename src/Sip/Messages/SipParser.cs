using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace TrunkBot.Sip.Messages;

/// <summary>The strict reader behind <see cref="SipMessage.TryParse"/>. Everything it reads comes from the network, so every limit is checked before memory is spent.</summary>
internal static class SipParser
{
    public const int MaxMessageBytes = 65_535;
    public const int MaxHeaderBytes = 32_768;
    private const int MaxHeaders = 256;

    private static readonly string[] Mandatory = ["Via", "From", "To", "Call-ID", "CSeq"];
    private static readonly string[] OnlyOnce = ["From", "To", "Call-ID", "CSeq", "Content-Length", "Content-Type", "Max-Forwards"];

    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out SipMessage? message, [NotNullWhen(false)] out SipParseError? error)
    {
        message = null;
        if (bytes.Length > MaxMessageBytes)
        {
            error = new SipParseError("sip-too-long", MaxMessageBytes, "The message is longer than 65,535 bytes.");
            return false;
        }

        var start = 0;
        while (bytes[start..].StartsWith("\r\n"u8))
        {
            start += 2; // RFC 3261 7.5: leading empty lines are ignored.
        }

        var end = bytes[start..].IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            error = new SipParseError("sip-no-end-of-headers", bytes.Length, "No empty line ends the headers.");
            return false;
        }

        if (end > MaxHeaderBytes)
        {
            error = new SipParseError("sip-headers-too-long", MaxHeaderBytes, "The headers are longer than 32,768 bytes.");
            return false;
        }

        var head = bytes.Slice(start, end);
        var places = new List<int>();
        error = ReadHead(head, start, places, out var startLine, out var headers);
        if (error is not null)
        {
            return false;
        }

        if (!TryStartLine(startLine, out var line))
        {
            error = new SipParseError("sip-start-line", start, "The first line is neither a SIP/2.0 request line nor a SIP/2.0 status line.");
            return false;
        }

        error = CheckHeaders(line, headers, name => PlaceOf(headers, places, name, start), out var known);
        if (error is not null)
        {
            return false;
        }

        error = ReadBody(bytes[(start + end + 4)..], headers, PlaceOf(headers, places, "Content-Length", start), out var body);
        if (error is not null)
        {
            return false;
        }

        message = line.Method is not null
            ? SipMessage.Request(line.Method, line.Uri!, headers, body)
            : SipMessage.Response(line.Status, line.Reason!, headers, body);
        message.Keep(known);
        return true;
    }

    /// <summary>Where the last field of this name begins; the start of the message when there is none.</summary>
    private static int PlaceOf(SipHeaders headers, List<int> places, string name, int start)
    {
        for (var i = headers.Count - 1; i >= 0; i--)
        {
            if (headers.Fields[i].Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return places[i];
            }
        }

        return start;
    }

    private static SipParseError? ReadHead(ReadOnlySpan<byte> head, int offset, List<int> places, out string startLine, out SipHeaders headers)
    {
        headers = new SipHeaders();
        startLine = "";
        string? name = null;
        var value = new StringBuilder();
        var position = 0;
        var first = true;
        while (position <= head.Length)
        {
            var length = head[position..].IndexOf("\r\n"u8);
            var line = length < 0 ? head[position..] : head.Slice(position, length);
            var at = offset + position;
            position += line.Length + 2;
            if (line.ContainsAny((byte)'\r', (byte)'\n'))
            {
                return new SipParseError("sip-bare-line-break", at, "A lone CR or LF stands inside a line.");
            }

            var text = Encoding.UTF8.GetString(line);
            if (first)
            {
                if (SipText.HasControl(text))
                {
                    return new SipParseError("sip-control-character", at, "A control character stands in the first line.");
                }

                startLine = text;
                first = false;
                continue;
            }

            if (text.Length > 0 && text[0] is ' ' or '\t')
            {
                if (name is null)
                {
                    return new SipParseError("sip-folding", at, "A continuation line follows no header.");
                }

                value.Append(' ').Append(text.Trim(' ', '\t')); // RFC 3261 7.3.1: folding is one space.
                continue;
            }

            if (!Flush(headers))
            {
                return new SipParseError("sip-control-character", places[^1], "A control character stands in a header, not escaped within quotes.");
            }

            places.Add(at);
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            name = colon < 0 ? null : SipHeaders.FullName(text[..colon].TrimEnd(' ', '\t'));
            if (name is null || !SipText.IsToken(name))
            {
                return new SipParseError("sip-header-line", at, "A header line has no name before a colon.");
            }

            value.Append(text.AsSpan(colon + 1).Trim(" \t"));
            if (headers.Count >= MaxHeaders)
            {
                return new SipParseError("sip-too-many-headers", at, "There are more than 256 headers.");
            }
        }

        return Flush(headers) ? null : new SipParseError("sip-control-character", places[^1], "A control character stands in a header, not escaped within quotes.");

        bool Flush(SipHeaders into)
        {
            var text = value.ToString().Trim(' ', '\t'); // Also where the value begins on the second line.
            value.Clear();
            if (SipText.HasStrayControl(text))
            {
                return false;
            }

            if (name is not null)
            {
                into.Add(name, text);
            }

            return true;
        }
    }

    private readonly record struct StartLine(string? Method, string? Uri, int Status, string? Reason);

    private static bool TryStartLine(string text, out StartLine line)
    {
        line = default;
        if (text.StartsWith("SIP/", StringComparison.OrdinalIgnoreCase))
        {
            // SIP-Version SP Status-Code SP Reason-Phrase; the phrase may be empty but its space may not.
            if (!text.StartsWith("SIP/2.0 ", StringComparison.OrdinalIgnoreCase) || text.Length < 12 || text[11] != ' '
                || !int.TryParse(text.AsSpan(8, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status) || status is < 100 or > 699)
            {
                return false;
            }

            line = new StartLine(null, null, status, text[12..]);
            return true;
        }

        var parts = text.Split(' ');
        if (parts.Length != 3 || !SipText.IsToken(parts[0]) || !parts[2].Equals("SIP/2.0", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var uri = parts[1];
        var colon = uri.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || colon == uri.Length - 1 || !SipText.IsToken(uri.AsSpan(0, colon)) || uri.Any(c => c is '<' or '>' or '"' || char.IsWhiteSpace(c)))
        {
            return false;
        }

        // Headers, too, may not stand in the URI of a request line (RFC 3261 19.1.1, table 1).
        if (uri[..colon].ToUpperInvariant() is "SIP" or "SIPS" && !(SipUri.TryParse(uri, out var sip) && sip.Headers is null))
        {
            return false;
        }

        line = new StartLine(parts[0], uri, 0, null);
        return true;
    }

    private static SipParseError? CheckHeaders(StartLine first, SipHeaders headers, Func<string, int> placeOf, out SipKnown known)
    {
        known = default;
        foreach (var name in Mandatory)
        {
            if (string.IsNullOrEmpty(headers[name]))
            {
                return new SipParseError("sip-header-missing", placeOf(name), $"The mandatory header {name} is missing or empty (RFC 3261 8.1.1).");
            }
        }

        foreach (var name in OnlyOnce)
        {
            if (headers.CountOf(name) > 1)
            {
                return new SipParseError("sip-header-twice", placeOf(name), $"The header {name} stands more than once.");
            }
        }

        if (!SipMessage.TryCSeq(headers["CSeq"], out _, out var method))
        {
            return new SipParseError("sip-cseq", placeOf("CSeq"), "CSeq is not a number below 2**31 and a method.");
        }

        if (first.Method is not null && first.Method != method)
        {
            return new SipParseError("sip-cseq-method", placeOf("CSeq"), "The method of CSeq is not the method of the request.");
        }

        if (headers["Max-Forwards"] is { } hops && !(byte.TryParse(hops, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            return new SipParseError("sip-max-forwards", placeOf("Max-Forwards"), "Max-Forwards is not a number from 0 to 255.");
        }

        foreach (var line in headers.Lines("Via"))
        {
            foreach (var value in SipText.SplitAll(line, ','))
            {
                if (!SipVia.TryParse(value, out var via))
                {
                    return new SipParseError("sip-via", placeOf("Via"), "A Via value is malformed.");
                }

                known.TopVia ??= via;
            }
        }

        if (!SipAddress.TryParse(headers["From"], out known.From))
        {
            return new SipParseError("sip-address", placeOf("From"), "From is malformed.");
        }

        if (!SipAddress.TryParse(headers["To"], out known.To))
        {
            return new SipParseError("sip-address", placeOf("To"), "To is malformed.");
        }

        // Of requests alone: to drop an answer for a Contact that is hardly needed would leave a call up unseen.
        return first.Method is null || headers.Values("Contact").All(c => c == "*" || SipAddress.TryParse(c, out _))
            ? null
            : new SipParseError("sip-address", placeOf("Contact"), "A Contact is malformed.");
    }

    private static SipParseError? ReadBody(ReadOnlySpan<byte> rest, SipHeaders headers, int offset, out byte[] body)
    {
        body = [];
        if (headers["Content-Length"] is not { } text)
        {
            body = rest.ToArray(); // On datagrams the body may reach to the end (RFC 3261 18.3).
            return null;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length))
        {
            return new SipParseError("sip-content-length", offset, "Content-Length is not a number.");
        }

        if (length > rest.Length)
        {
            return new SipParseError("sip-body-short", offset, "The body is shorter than Content-Length says.");
        }

        body = rest[..length].ToArray();
        return null;
    }
}

/// <summary>What was read on the way to judge a message, so that it need not be read again.</summary>
internal struct SipKnown
{
    public SipVia? TopVia;
    public SipAddress? From;
    public SipAddress? To;
}
