namespace TrunkBot.Sip.Messages;

/// <summary>The parameters <c>;name=value;flag</c> at the end of a header value. Judged once, then read where they stand: of most messages nobody asks for more than a tag and a branch.</summary>
public readonly struct SipParameters
{
    private readonly string? _text;
    private readonly int _start;

    private SipParameters(string text, int start) => (_text, _start) = (text, start);

    /// <summary>The value, a quoted string without its quotes; null when there is no such parameter or it has no value. Names compare without case; of two the first counts.</summary>
    public string? this[string name] => Find(name, out var value) ? value : null;

    public bool Contains(string name) => Find(name, out _);

    /// <summary>False when a name is no token.</summary>
    /// <param name="text">The header value.</param>
    /// <param name="start">Where in it the parameters begin, with or without their first semicolon.</param>
    /// <param name="strict">True refuses two semicolons in a row, and one at the end.</param>
    internal static bool TryParse(string text, int start, out SipParameters parameters, bool strict = false)
    {
        parameters = new SipParameters(text, start);
        if (start >= text.Length)
        {
            return true;
        }

        foreach (var part in parameters.Parts())
        {
            if (part.IsEmpty ? strict : !SipText.IsToken(NameOf(part, out _)))
            {
                return false;
            }
        }

        return true;
    }

    private bool Find(string name, out string? value)
    {
        foreach (var part in Parts())
        {
            if (NameOf(part, out var after).Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                value = after < 0 ? null : SipText.Unquote(part[after..].TrimStart().ToString());
                return true;
            }
        }

        value = null;
        return false;
    }

    private SipParts Parts()
    {
        var text = _text.AsSpan(_text is null ? 0 : _start);
        return new SipParts(text is [';', ..] ? text[1..] : text, ';');
    }

    /// <param name="after">Where the value begins; -1 when there is none.</param>
    private static ReadOnlySpan<char> NameOf(ReadOnlySpan<char> part, out int after)
    {
        var equals = part.IndexOf('=');
        after = equals < 0 ? -1 : equals + 1;
        return equals < 0 ? part : part[..equals].TrimEnd();
    }
}
