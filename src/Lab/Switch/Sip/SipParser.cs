using System.Globalization;
using System.Text;

namespace TrunkBot.Lab.Switch.Sip;

/// <summary>Reads one SIP message (RFC 3261 section 7 and 25). Takes what a strict peer sends, refuses the rest by returning null.</summary>
internal static class SipParser
{
    /// <summary>More than any honest header section; a guard against a stream that never ends one.</summary>
    public const int LongestHead = 16 * 1024;

    private const int LongestBody = 64 * 1024;

    private static readonly Dictionary<string, string> Compact = new(StringComparer.OrdinalIgnoreCase)
    {
        ["v"] = "Via", ["f"] = "From", ["t"] = "To", ["i"] = "Call-ID", ["m"] = "Contact", ["c"] = "Content-Type", ["l"] = "Content-Length",
        ["k"] = "Supported", ["s"] = "Subject", ["e"] = "Content-Encoding",
    };

    /// <summary>These may hold several values in one line, split by commas.</summary>
    private static readonly string[] Lists = ["Via", "Route", "Record-Route", "Require"];

    /// <summary>Reads a whole datagram.</summary>
    public static SipMessage? Datagram(ReadOnlySpan<byte> datagram)
    {
        var end = EndOfHead(datagram);
        if (end < 0 || Head(datagram[..end]) is not { } message)
        {
            return null;
        }

        var body = datagram[end..];
        if (ContentLength(message) is not int length)
        {
            // RFC 3261 18.3: without a Content-Length the body reaches to the end of the datagram; a wrong one makes it no message.
            if (message["Content-Length"] is not null)
            {
                return null;
            }

            length = body.Length;
        }

        if (length > body.Length)
        {
            return null;
        }

        message.Body = body[..length].ToArray();
        return message;
    }

    /// <returns>The index behind the blank line that ends the header section; -1 when it has not come yet.</returns>
    public static int EndOfHead(ReadOnlySpan<byte> bytes)
    {
        var at = bytes.IndexOf("\r\n\r\n"u8);
        return at < 0 ? -1 : at + 4;
    }

    public static int? ContentLength(SipMessage message) =>
        int.TryParse(message["Content-Length"], NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= LongestBody ? length : null;

    public static SipMessage? Head(ReadOnlySpan<byte> head)
    {
        if (head.Length > LongestHead)
        {
            return null;
        }

        // Folded lines (a line that begins with a blank goes on with the one before).
        var lines = Encoding.UTF8.GetString(head).Replace("\r\n ", " ", StringComparison.Ordinal).Replace("\r\n\t", " ", StringComparison.Ordinal).Split("\r\n");
        if (Start(lines[0]) is not { } message)
        {
            return null;
        }

        foreach (var line in lines.Skip(1).Where(line => line.Length > 0))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
            {
                return null;
            }

            var name = line[..colon].Trim();
            name = Compact.GetValueOrDefault(name, name);
            var value = line[(colon + 1)..].Trim();
            foreach (var part in Lists.Contains(name, StringComparer.OrdinalIgnoreCase) ? value.Split(',', StringSplitOptions.TrimEntries) : [value])
            {
                message.Add(name, part);
            }
        }

        return message;
    }

    private static SipMessage? Start(string line)
    {
        if (line.StartsWith("SIP/2.0 ", StringComparison.Ordinal))
        {
            return line.Length >= 11 && int.TryParse(line.AsSpan(8, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 100 and < 700
                ? new SipMessage { Status = status, Phrase = line[11..].Trim() }
                : null;
        }

        return line.Split(' ') is [{ Length: > 0 } method, { Length: > 4 } uri, "SIP/2.0"] && method.All(char.IsAsciiLetterUpper)
            ? new SipMessage { Method = method, RequestUri = uri }
            : null;
    }
}
