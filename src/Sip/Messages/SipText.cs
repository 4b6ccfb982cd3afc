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
        foreach (var c in text)
        {
            if (char.IsControl(c) && c != '\t')
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
    public static IEnumerable<string> Split(string text, char separator) => SplitAll(text, separator).Where(part => part.Length > 0);

    /// <summary>The same with the empty parts, which a strict grammar does not know.</summary>
    public static IEnumerable<string> SplitAll(string text, char separator)
    {
        var start = 0;
        var quoted = false;
        var angle = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted)
            {
                if (c == '\\')
                {
                    i++;
                }
                else if (c == '"')
                {
                    quoted = false;
                }
            }
            else if (c == '"')
            {
                quoted = true;
            }
            else if (c is '<' or '>')
            {
                angle = c == '<';
            }
            else if (c == separator && !angle)
            {
                yield return text[start..i].Trim();
                start = i + 1;
            }
        }

        yield return text[start..].Trim();
    }

    /// <summary>Parses <c>;name=value;flag</c> with values as tokens, hosts or quoted strings. False when a name is no token.</summary>
    /// <param name="strict">True refuses two semicolons in a row, and one at the end.</param>
    public static bool TryParameters(string text, out Dictionary<string, string?> parameters, bool strict = false)
    {
        parameters = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        if (text.Length == 0)
        {
            return true;
        }

        foreach (var part in SplitAll(text[0] == ';' ? text[1..] : text, ';'))
        {
            if (part.Length == 0)
            {
                if (strict)
                {
                    return false;
                }

                continue;
            }

            var equals = part.IndexOf('=');
            var name = equals < 0 ? part : part[..equals].TrimEnd();
            if (!IsToken(name))
            {
                return false;
            }

            parameters.TryAdd(name, equals < 0 ? null : Unquote(part[(equals + 1)..].TrimStart()));
        }

        return true;
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
