using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace TrunkBot.Sip.Messages;

/// <summary>The strict reader behind <see cref="SipMessage.TryParse"/>. Everything it reads comes from the network, so every limit is checked before memory is spent.</summary>
internal static class SipParser
{
    public const int MaxMessageBytes = 65_535;
    public const int MaxHeaderBytes = 32_768;
    private const int MaxHeaders = 256;

    /// <summary>The headers that are judged wherever they stand: the first five must be there, all but the first only once.</summary>
    private static readonly string[] Judged = ["Via", "From", "To", "Call-ID", "CSeq", "Content-Length", "Content-Type", "Max-Forwards"];

    private const int Via = 0, From = 1, To = 2, CSeq = 4, ContentLength = 5, MaxForwards = 7, Mandatory = 5;

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
        var buffer = ArrayPool<char>.Shared.Rent(end + 1);
        error = ReadHead(head, start, buffer, out var line, out var headers);
        ArrayPool<char>.Shared.Return(buffer);
        if (error is not null)
        {
            return false;
        }

        var (code, header, reason) = CheckHeaders(line, headers, out var known, out var lengthText);
        byte[] body = [];
        if (code is null)
        {
            (code, header, reason) = ReadBody(bytes[(start + end + 4)..], lengthText, out body);
        }

        if (code is not null)
        {
            error = new SipParseError(code, start + PlaceOf(head, headers, header), reason);
            return false;
        }

        message = SipMessage.Parsed(line, headers, body, known);
        return true;
    }

    /// <summary>Where in the head the last field of this name begins; 0 when there is none. Looked for only when it is to be told.</summary>
    private static int PlaceOf(ReadOnlySpan<byte> head, SipHeaders headers, string name)
    {
        var field = headers.Fields.ToList().FindLastIndex(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        var place = 0;
        for (var i = -1; i < field;)
        {
            place += head[place..].IndexOf("\r\n"u8) + 2;
            i += head[place] is (byte)' ' or (byte)'\t' ? 0 : 1;
        }

        return place;
    }

    /// <param name="offset">Of the head within the message.</param>
    /// <param name="buffer">For the characters of one line.</param>
    private static SipParseError? ReadHead(ReadOnlySpan<byte> head, int offset, char[] buffer, out SipStartLine startLine, out SipHeaders headers)
    {
        headers = new SipHeaders();
        startLine = default;
        string? name = null;
        StringBuilder? folded = null;
        var nameAt = 0;
        for (var position = 0; position <= head.Length;)
        {
            var length = head[position..].IndexOf((byte)'\r');
            var line = length < 0 ? head[position..] : head.Slice(position, length);
            var at = offset + position;
            position += line.Length + 2;
            if (line.Contains((byte)'\n') || (length >= 0 && (position > head.Length || head[position - 1] != '\n')))
            {
                return new SipParseError("sip-bare-line-break", at, "A lone CR or LF stands inside a line.");
            }

            var text = buffer.AsSpan(0, Encoding.UTF8.GetChars(line, buffer));
            var goesOn = position < head.Length && head[position] is (byte)' ' or (byte)'\t';
            ReadOnlySpan<char> value;
            if (at == offset)
            {
                if (SipText.HasControl(text))
                {
                    return new SipParseError("sip-control-character", at, "A control character stands in the first line.");
                }

                if (!TryStartLine(text, out startLine))
                {
                    return new SipParseError("sip-start-line", at, "The first line is neither a SIP/2.0 request line nor a SIP/2.0 status line.");
                }

                continue;
            }

            if (text is [' ' or '\t', ..])
            {
                if (name is null)
                {
                    return new SipParseError("sip-folding", at, "A continuation line follows no header.");
                }

                folded!.Append(' ').Append(text.Trim(" \t")); // RFC 3261 7.3.1: folding is one space.
                value = goesOn ? [] : folded.ToString();
            }
            else
            {
                var colon = text.IndexOf(':');
                name = colon < 0 ? null : SipNames.Header(text[..colon].TrimEnd(" \t"));
                nameAt = at;
                if (name is null)
                {
                    return new SipParseError("sip-header-line", at, "A header line has no name before a colon.");
                }

                if (headers.Count >= MaxHeaders)
                {
                    return new SipParseError("sip-too-many-headers", at, "There are more than 256 headers.");
                }

                value = text[(colon + 1)..];
                folded = goesOn ? new StringBuilder().Append(value.Trim(" \t")) : null;
            }

            if (goesOn)
            {
                continue;
            }

            value = value.Trim(" \t"); // Also where the value begins on the second line.
            if (SipText.HasStrayControl(value))
            {
                return new SipParseError("sip-control-character", nameAt, "A control character stands in a header, not escaped within quotes.");
            }

            headers.Keep(name, value.ToString());
        }

        return null;
    }

    private static bool TryStartLine(ReadOnlySpan<char> text, out SipStartLine line)
    {
        line = default;
        if (text.StartsWith("SIP/", StringComparison.OrdinalIgnoreCase))
        {
            // SIP-Version SP Status-Code SP Reason-Phrase; the phrase may be empty but its space may not.
            if (!text.StartsWith("SIP/2.0 ", StringComparison.OrdinalIgnoreCase) || text.Length < 12 || text[11] != ' '
                || !int.TryParse(text.Slice(8, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status) || status is < 100 or > 699)
            {
                return false;
            }

            line = new SipStartLine(null, null, status, text[12..] is "OK" ? "OK" : text[12..].ToString());
            return true;
        }

        var space = text.IndexOf(' ');
        var second = space < 0 ? -1 : text[(space + 1)..].IndexOf(' ');
        if (second < 0 || !SipText.IsToken(text[..space]) || !text[(space + second + 2)..].Equals("SIP/2.0", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var uri = text.Slice(space + 1, second);
        var colon = uri.IndexOf(':');
        if (colon <= 0 || colon == uri.Length - 1 || !SipText.IsToken(uri[..colon]) || uri.ContainsAny('<', '>', '"') || SipText.HasWhiteSpace(uri))
        {
            return false;
        }

        // Headers, too, may not stand in the URI of a request line (RFC 3261 19.1.1, table 1).
        var whole = uri.ToString();
        if ((uri[..colon].Equals("sip", StringComparison.OrdinalIgnoreCase) || uri[..colon].Equals("sips", StringComparison.OrdinalIgnoreCase))
            && !(SipUri.TryParse(whole, out var sip) && sip.Headers is null))
        {
            return false;
        }

        line = new SipStartLine(SipNames.Method(text[..space]), whole, 0, null);
        return true;
    }

    /// <summary>Which of <see cref="Judged"/> this is; -1 for none.</summary>
    private static int KindOf(string name)
    {
        var (one, other) = name.Length switch
        {
            2 => (To, To),
            3 => (Via, Via),
            4 => (From, CSeq),
            7 => (3, 3),
            12 => (6, MaxForwards),
            14 => (ContentLength, ContentLength),
            _ => (-1, -1),
        };
        return one < 0 ? -1
            : name.Equals(Judged[one], StringComparison.OrdinalIgnoreCase) ? one
            : name.Equals(Judged[other], StringComparison.OrdinalIgnoreCase) ? other : -1;
    }

    /// <returns>Code, header and reason of the first fault; null for the code when there is none.</returns>
    private static (string? Code, string Header, string Reason) CheckHeaders(SipStartLine first, SipHeaders headers, out SipKnown known, out string? length)
    {
        known = default;
        length = null;
        var values = new JudgedValues();
        var twice = Judged.Length;
        var goodVias = true;
        foreach (var (name, value) in headers.Fields)
        {
            var kind = KindOf(name);
            if (kind < 0)
            {
                continue;
            }

            twice = kind != Via && values[kind] is not null ? Math.Min(twice, kind) : twice;
            values[kind] ??= value;
            goodVias = goodVias && (kind != Via || CheckVias(value, ref known.TopVia));
        }

        for (var i = 0; i < Mandatory; i++)
        {
            if (string.IsNullOrEmpty(values[i]))
            {
                return ("sip-header-missing", Judged[i], $"The mandatory header {Judged[i]} is missing or empty (RFC 3261 8.1.1).");
            }
        }

        if (twice < Judged.Length)
        {
            return ("sip-header-twice", Judged[twice], $"The header {Judged[twice]} stands more than once.");
        }

        if (!SipMessage.TryCSeq(values[CSeq], out known.CSeq, out known.CSeqMethod))
        {
            return ("sip-cseq", "CSeq", "CSeq is not a number below 2**31 and a method.");
        }

        if (first.Method is not null && first.Method != known.CSeqMethod)
        {
            return ("sip-cseq-method", "CSeq", "The method of CSeq is not the method of the request.");
        }

        if (values[MaxForwards] is { } hops && !byte.TryParse(hops, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            return ("sip-max-forwards", "Max-Forwards", "Max-Forwards is not a number from 0 to 255.");
        }

        if (!goodVias)
        {
            return ("sip-via", "Via", "A Via value is malformed.");
        }

        if (!SipAddress.TryParse(values[From], out known.From))
        {
            return ("sip-address", "From", "From is malformed.");
        }

        if (!SipAddress.TryParse(values[To], out known.To))
        {
            return ("sip-address", "To", "To is malformed.");
        }

        // Of requests alone: to drop an answer for a Contact that is hardly needed would leave a call up unseen.
        if (first.Method is not null && !headers.Values("Contact").All(c => c == "*" || SipAddress.TryParse(c, out _)))
        {
            return ("sip-address", "Contact", "A Contact is malformed.");
        }

        length = values[ContentLength];
        return (null, "", "");
    }

    private static bool CheckVias(string line, ref SipVia? top)
    {
        foreach (var value in new SipParts(line, ','))
        {
            if (!SipVia.TryParse(value.Length == line.Length ? line : value.ToString(), out var via))
            {
                return false;
            }

            top ??= via;
        }

        return true;
    }

    private static (string? Code, string Header, string Reason) ReadBody(ReadOnlySpan<byte> rest, string? lengthText, out byte[] body)
    {
        body = [];
        if (lengthText is null)
        {
            body = rest.ToArray(); // On datagrams the body may reach to the end (RFC 3261 18.3).
            return (null, "", "");
        }

        if (!int.TryParse(lengthText, NumberStyles.None, CultureInfo.InvariantCulture, out var length))
        {
            return ("sip-content-length", "Content-Length", "Content-Length is not a number.");
        }

        if (length > rest.Length)
        {
            return ("sip-body-short", "Content-Length", "The body is shorter than Content-Length says.");
        }

        body = rest[..length].ToArray();
        return (null, "", "");
    }

    /// <summary>The first value of each of <see cref="Judged"/>.</summary>
    [InlineArray(8)]
    private struct JudgedValues
    {
        private string? _first;
    }
}

/// <summary>The first line of a message: method and URI of a request, or status and reason of a response.</summary>
internal readonly record struct SipStartLine(string? Method, string? Uri, int Status, string? Reason);

/// <summary>What was read on the way to judge a message, so that it need not be read again.</summary>
internal struct SipKnown
{
    public SipVia? TopVia;
    public SipAddress? From;
    public SipAddress? To;
    public uint CSeq;
    public string CSeqMethod;
}
