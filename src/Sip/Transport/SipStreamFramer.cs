using System.Globalization;
using System.Text;
using TrunkBot.Sip.Messages;

namespace TrunkBot.Sip.Transport;

/// <summary>
/// Cuts a byte stream into SIP messages by Content-Length (RFC 3261 18.3): several messages in one read, one message in
/// many. Double CRLF is a keep-alive ping (RFC 5626 3.5.1) and is counted, not passed on.
/// </summary>
internal sealed class SipStreamFramer
{
    private byte[] _buffer = new byte[4096];
    private int _length;

    /// <summary>Pings that came since the last <see cref="TakePings"/>; each is answered by one CRLF.</summary>
    private int _pings;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + bytes.Length));
        }

        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    public int TakePings()
    {
        var pings = _pings;
        _pings = 0;
        return pings;
    }

    /// <summary>The bytes of the next whole message; null when more must come.</summary>
    /// <exception cref="InvalidDataException">The stream has lost its framing and has to be closed: no Content-Length, or a limit was passed.</exception>
    public byte[]? Next()
    {
        SkipLineBreaks();
        var data = _buffer.AsSpan(0, _length);
        var end = data.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return _length > SipParser.MaxHeaderBytes ? throw new InvalidDataException("The headers on the stream do not end.") : null;
        }

        var total = end + 4 + ContentLength(data[..end]);
        if (total > SipParser.MaxMessageBytes)
        {
            throw new InvalidDataException("A message on the stream is longer than 65,535 bytes.");
        }

        if (_length < total)
        {
            return null;
        }

        var message = data[..total].ToArray();
        Drop(total);
        return message;
    }

    private void SkipLineBreaks()
    {
        var data = _buffer.AsSpan(0, _length);
        var skip = 0;
        while (data[skip..].StartsWith("\r\n"u8))
        {
            if (data[skip..].StartsWith("\r\n\r\n"u8))
            {
                _pings++;
                skip += 2;
            }

            skip += 2;
        }

        Drop(skip);
    }

    private void Drop(int count)
    {
        _buffer.AsSpan(count, _length - count).CopyTo(_buffer);
        _length -= count;
    }

    private static int ContentLength(ReadOnlySpan<byte> head)
    {
        foreach (var line in Encoding.Latin1.GetString(head).Split("\r\n"))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && SipHeaders.FullName(line[..colon].TrimEnd()).Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                return int.TryParse(line.AsSpan(colon + 1).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= SipParser.MaxMessageBytes
                    ? length
                    : throw new InvalidDataException("Content-Length on the stream is not a sane number.");
            }
        }

        // RFC 3261 20.14: mandatory on streams. Without it the next message cannot be found.
        throw new InvalidDataException("A message on the stream has no Content-Length.");
    }
}
