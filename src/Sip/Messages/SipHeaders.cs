namespace TrunkBot.Sip.Messages;

/// <summary>One header field: its full (never compact) name and its unfolded value.</summary>
public readonly record struct SipHeader(string Name, string Value);

/// <summary>
/// The header fields of one message in the order of the wire. Names compare without case (RFC 3261 7.3.1);
/// headers nobody knows are kept.
/// </summary>
public sealed class SipHeaders
{
    /// <summary>So many have most messages.</summary>
    private readonly List<SipHeader> _fields = new(16);

    public int Count => _fields.Count;

    public IReadOnlyList<SipHeader> Fields => _fields;

    /// <summary>The value of the first field of this name, or null.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (var field in _fields)
            {
                if (field.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    return field.Value;
                }
            }

            return null;
        }
    }

    /// <summary>Adds a field at the end.</summary>
    /// <exception cref="ArgumentException">The name is no token, or the value holds a control character outside of a quoted pair: a line break here would forge a header.</exception>
    public SipHeaders Add(string name, string value)
    {
        if (!SipText.IsToken(name))
        {
            throw new ArgumentException("A header name is a token (RFC 3261 25.1).", nameof(name));
        }

        if (SipText.HasStrayControl(value))
        {
            throw new ArgumentException("A header value holds no control characters.", nameof(value));
        }

        _fields.Add(new SipHeader(name, value));
        return this;
    }

    /// <summary>Adds what the parser has judged.</summary>
    internal void Keep(string name, string value) => _fields.Add(new SipHeader(name, value));

    /// <summary>How many fields have this name; a comma-separated field counts once.</summary>
    public int CountOf(string name)
    {
        var count = 0;
        foreach (var field in _fields)
        {
            count += field.Name.Equals(name, StringComparison.OrdinalIgnoreCase) ? 1 : 0;
        }

        return count;
    }

    /// <summary>The whole values of all fields of this name, not split: for headers whose values hold commas of their own, such as challenges.</summary>
    public IEnumerable<string> Lines(string name)
    {
        foreach (var field in _fields)
        {
            if (field.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                yield return field.Value;
            }
        }
    }

    /// <summary>All values of this name, in order, comma-separated lists split (RFC 3261 7.3.1).</summary>
    public IEnumerable<string> Values(string name) => Lines(name).SelectMany(line => SipText.Split(line, ','));

    /// <summary>The first of <see cref="Values"/>, or null: of Via and Contact it is mostly the only one that is asked for.</summary>
    public string? First(string name)
    {
        foreach (var field in _fields)
        {
            if (field.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                foreach (var part in new SipParts(field.Value, ','))
                {
                    if (!part.IsEmpty)
                    {
                        return part.Length == field.Value.Length ? field.Value : part.ToString();
                    }
                }
            }
        }

        return null;
    }

    /// <summary>The full name for a compact one (RFC 3261 7.3.3 and the IANA registry); any other name unchanged.</summary>
    public static string FullName(string name) => name.Length != 1 ? name : char.ToLowerInvariant(name[0]) switch
    {
        'a' => "Accept-Contact",
        'b' => "Referred-By",
        'c' => "Content-Type",
        'd' => "Request-Disposition",
        'e' => "Content-Encoding",
        'f' => "From",
        'i' => "Call-ID",
        'j' => "Reject-Contact",
        'k' => "Supported",
        'l' => "Content-Length",
        'm' => "Contact",
        'n' => "Identity-Info",
        'o' => "Event",
        'r' => "Refer-To",
        's' => "Subject",
        't' => "To",
        'u' => "Allow-Events",
        'v' => "Via",
        'x' => "Session-Expires",
        'y' => "Identity",
        _ => name,
    };
}
