using System.Diagnostics.CodeAnalysis;

namespace TrunkBot.Sip.Messages;

/// <summary>The value of From, To, Contact, Route or Record-Route: a name-addr or addr-spec with parameters (RFC 3261 20.10).</summary>
public sealed class SipAddress
{
    private readonly string _text;
    private readonly Range _name;
    private readonly Range _uri;

    private SipAddress(string text, Range name, Range uri, SipParameters parameters)
    {
        _text = text;
        _name = name;
        _uri = uri;
        Parameters = parameters;
    }

    public string? DisplayName => _text[_name].Trim() is { Length: > 0 } name ? SipText.Unquote(name) : null;

    /// <summary>The URI as written; it may have a scheme other than SIP.</summary>
    public string UriText => field ??= _text[_uri];

    /// <summary>The URI, or null when it is no <c>sip:</c> or <c>sips:</c> URI.</summary>
    public SipUri? Uri => field ??= SipUri.TryParse(UriText, out var uri) ? uri : null;

    public SipParameters Parameters { get; }

    /// <summary>The dialog tag, or null.</summary>
    public string? Tag => Parameters["tag"];

    public static bool TryParse(string? text, [NotNullWhen(true)] out SipAddress? address)
    {
        address = null;
        if (text is null)
        {
            return false;
        }

        text = text.Trim();
        Range name, uri;
        int tail;
        var open = IndexOutsideQuotes(text, '<');
        if (open >= 0)
        {
            var close = text.IndexOf('>', open);
            if (close < 0)
            {
                return false;
            }

            (name, uri) = (..open, (open + 1)..close);
            tail = text.Length - text.AsSpan(close + 1).TrimStart().Length;
            if (tail < text.Length && text[tail] != ';')
            {
                return false;
            }
        }
        else
        {
            // Without angle brackets, all parameters belong to the header, not to the URI, and a question mark may not stand there (RFC 3261 20.10).
            var semicolon = text.IndexOf(';', StringComparison.Ordinal);
            tail = semicolon < 0 ? text.Length : semicolon;
            (name, uri) = (..0, ..text.AsSpan(0, tail).TrimEnd().Length);
            if (text.AsSpan()[uri].Contains('?'))
            {
                return false;
            }
        }

        if (!LooksLikeUri(text.AsSpan()[uri]) || !SipParameters.TryParse(text, tail, out var parameters))
        {
            return false;
        }

        address = new SipAddress(text, name, uri, parameters);
        return true;
    }

    private static bool LooksLikeUri(ReadOnlySpan<char> uri)
    {
        var colon = uri.IndexOf(':');
        return colon > 0 && SipText.IsToken(uri[..colon]) && colon < uri.Length - 1
            && uri.IndexOfAny(" \t\"<>") < 0 && !SipText.HasControl(uri);
    }

    private static int IndexOutsideQuotes(string text, char wanted)
    {
        if (!text.Contains('"'))
        {
            return text.IndexOf(wanted, StringComparison.Ordinal);
        }

        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (quoted && text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && text[i] == wanted)
            {
                return i;
            }
        }

        return -1;
    }
}
