using System.Buffers;

namespace TrunkBot.Sip.Messages;

/// <summary>The lexical rules of RFC 3261 25.1 that several parts of a message share.</summary>
internal static class SipText
{
    private static readonly SearchValues<char> TokenChars =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.!%*_+`'~");

    public static bool IsToken(ReadOnlySpan<char> text) => !text.IsEmpty && text.IndexOfAnyExcept(TokenChars) < 0;

    public static bool HasControl(ReadOnlySpan<char> text)
    {
        // Nearly all that comes is printable ASCII, which takes one look.
        var at = text.IndexOfAnyExceptInRange(' ', '~');
        if (at < 0)
        {
            return false;
        }

        foreach (var c in text[at..])
        {
            if (char.IsControl(c) && c != '\t')
            {
                return true;
            }
        }

        return false;
    }

    public static bool HasWhiteSpace(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (char.IsWhiteSpace(c))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// True when a control character stands where none may: any but a tab, and but what a backslash escapes within quotes, which may be anything except
    /// a line break (quoted-pair, RFC 3261 25.1).
    /// </summary>
    public static bool HasStrayControl(ReadOnlySpan<char> text)
    {
        if (!HasControl(text))
        {
            return false;
        }

        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (quoted && text[i] == '\\' && i + 1 < text.Length && text[i + 1] is not ('\r' or '\n'))
            {
                i++;
            }
            else if (text[i] == '"')
            {
                quoted = !quoted;
            }
            else if (char.IsControl(text[i]) && text[i] != '\t')
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Splits at a separator that stands outside quotes and angle brackets; parts are trimmed, empty ones dropped.</summary>
    public static IReadOnlyList<string> Split(string text, char separator)
    {
        var parts = new List<string>(1);
        foreach (var part in new SipParts(text, separator))
        {
            if (!part.IsEmpty)
            {
                parts.Add(part.Length == text.Length ? text : part.ToString());
            }
        }

        return parts;
    }

    /// <summary>The content of a quoted string with its escapes undone; other text unchanged.</summary>
    public static string Unquote(string text)
    {
        if (text.Length < 2 || text[0] != '"' || text[^1] != '"')
        {
            return text;
        }

        var result = new System.Text.StringBuilder(text.Length);
        for (var i = 1; i < text.Length - 1; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length - 1)
            {
                i++;
            }

            result.Append(text[i]);
        }

        return result.ToString();
    }

    /// <summary>Text as a quoted string, with quotes and backslashes escaped.</summary>
    public static string Quote(string text) =>
        "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
}
