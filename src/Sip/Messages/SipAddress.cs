using System.Diagnostics.CodeAnalysis;

namespace TrunkBot.Sip.Messages;

/// <summary>The value of From, To, Contact, Route or Record-Route: a name-addr or addr-spec with parameters (RFC 3261 20.10).</summary>
public sealed class SipAddress
{
    private readonly Dictionary<string, string?> _parameters;

    private SipAddress(string? displayName, string uriText, Dictionary<string, string?> parameters)
    {
        DisplayName = displayName;
        UriText = uriText;
        _parameters = parameters;
        Uri = SipUri.TryParse(uriText, out var uri) ? uri : null;
    }

    public string? DisplayName { get; }

    /// <summary>The URI as written; it may have a scheme other than SIP.</summary>
    public string UriText { get; }

    /// <summary>The URI, or null when it is no <c>sip:</c> or <c>sips:</c> URI.</summary>
    public SipUri? Uri { get; }

    public IReadOnlyDictionary<string, string?> Parameters => _parameters;

    /// <summary>The dialog tag, or null.</summary>
    public string? Tag => _parameters.GetValueOrDefault("tag");

    public static bool TryParse(string? text, [NotNullWhen(true)] out SipAddress? address)
    {
        address = null;
        if (text is null)
        {
            return false;
        }

        text = text.Trim();
        string? name = null;
        string uri, tail;
        var open = IndexOutsideQuotes(text, '<');
        if (open >= 0)
        {
            var close = text.IndexOf('>', open);
            if (close < 0)
            {
                return false;
            }

            name = text[..open].Trim() is { Length: > 0 } display ? SipText.Unquote(display) : null;
            uri = text[(open + 1)..close];
            tail = text[(close + 1)..].TrimStart();
            if (tail.Length > 0 && tail[0] != ';')
            {
                return false;
            }
        }
        else
        {
            // Without angle brackets, all parameters belong to the header, not to the URI, and a question mark may not stand there (RFC 3261 20.10).
            var semicolon = text.IndexOf(';', StringComparison.Ordinal);
            uri = semicolon < 0 ? text : text[..semicolon].TrimEnd();
            tail = semicolon < 0 ? "" : text[semicolon..];
            if (uri.Contains('?'))
            {
                return false;
            }
        }

        if (!LooksLikeUri(uri) || !SipText.TryParameters(tail, out var parameters))
        {
            return false;
        }

        address = new SipAddress(name, uri, parameters);
        return true;
    }

    private static bool LooksLikeUri(string uri)
    {
        var colon = uri.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && SipText.IsToken(uri.AsSpan(0, colon)) && colon < uri.Length - 1
            && uri.AsSpan().IndexOfAny(" \t\"<>") < 0 && !SipText.HasControl(uri);
    }

    private static int IndexOutsideQuotes(string text, char wanted)
    {
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
