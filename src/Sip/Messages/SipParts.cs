namespace TrunkBot.Sip.Messages;

/// <summary>The parts between separators that stand outside quotes and angle brackets: trimmed, also the empty ones, which a strict grammar does not know.</summary>
/// <remarks>They are shown where they stand in the text, none is copied: each message is split in some twenty places.</remarks>
internal ref struct SipParts(ReadOnlySpan<char> text, char separator)
{
    private ReadOnlySpan<char> _rest = text;
    private bool _ended;

    public ReadOnlySpan<char> Current { get; private set; }

    public readonly SipParts GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_ended)
        {
            return false;
        }

        var at = IndexOutside(_rest, separator);
        _ended = at < 0;
        Current = (_ended ? _rest : _rest[..at]).Trim();
        _rest = _ended ? [] : _rest[(at + 1)..];
        return true;
    }

    private static int IndexOutside(ReadOnlySpan<char> text, char separator)
    {
        var i = text.IndexOfAny(separator, '"', '<');
        if (i < 0 || text[i] == separator)
        {
            return i;
        }

        var quoted = false;
        var angle = false;
        for (; i < text.Length; i++)
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
                return i;
            }
        }

        return -1;
    }
}
