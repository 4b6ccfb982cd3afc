using System.Net;

namespace TrunkBot.Lab.Switch.Sip;

/// <summary>A From, To or Contact value, as far as the switch reads it: URI, its user and host, tag and expires.</summary>
internal sealed record SipAddress(string Uri, string User, string Host, int? Port, string? Tag, string? Expires)
{
    private static readonly SipAddress Nothing = new("", "", "", null, null, null);

    public static SipAddress Parse(string? value)
    {
        if (value is null)
        {
            return Nothing;
        }

        string uri, parameters;
        var open = value.IndexOf('<', StringComparison.Ordinal);
        if (open >= 0)
        {
            var close = value.IndexOf('>', open);
            if (close < 0)
            {
                return Nothing;
            }

            (uri, parameters) = (value[(open + 1)..close], value[(close + 1)..]);
        }
        else
        {
            var semicolon = value.IndexOf(';', StringComparison.Ordinal);
            (uri, parameters) = semicolon < 0 ? (value, "") : (value[..semicolon], value[semicolon..]);
        }

        var bare = FromUri(uri.Trim());
        return bare with { Tag = Parameter(parameters, "tag"), Expires = Parameter(parameters, "expires") };
    }

    /// <summary>Takes a SIP URI apart (RFC 3261 section 19.1.1); an unreadable one gives an empty host.</summary>
    public static SipAddress FromUri(string uri)
    {
        if (!uri.StartsWith("sip:", StringComparison.OrdinalIgnoreCase) && !uri.StartsWith("sips:", StringComparison.OrdinalIgnoreCase))
        {
            return Nothing with { Uri = uri };
        }

        var rest = uri[(uri.IndexOf(':', StringComparison.Ordinal) + 1)..].Split('?', 2)[0];
        var at = rest.LastIndexOf('@');
        var user = at < 0 ? "" : rest[..at].Split(';', 2)[0].Split(':', 2)[0];
        var place = rest[(at + 1)..].Split(';', 2)[0];
        var colon = place.LastIndexOf(':');
        return colon > 0 && int.TryParse(place[(colon + 1)..], out var port) && port is > 0 and <= 65535
            ? new(uri, System.Uri.UnescapeDataString(user), place[..colon], port, null, null)
            : new(uri, System.Uri.UnescapeDataString(user), place, null, null, null);
    }

    internal static string? Parameter(string parameters, string name) => parameters.Split(';', StringSplitOptions.TrimEntries)
        .Select(part => part.Split('=', 2))
        .FirstOrDefault(pair => string.Equals(pair[0], name, StringComparison.OrdinalIgnoreCase)) is { } found ? found.ElementAtOrDefault(1) ?? "" : null;
}

/// <summary>The topmost Via (RFC 3261 section 20.42; <c>received</c> and <c>rport</c>: RFC 3581).</summary>
internal sealed record SipVia(string Text, string SentBy, string Branch, bool AsksRport)
{
    public static SipVia Parse(string text)
    {
        var semicolon = text.IndexOf(';', StringComparison.Ordinal);
        var front = semicolon < 0 ? text : text[..semicolon];
        var parameters = semicolon < 0 ? "" : text[semicolon..];
        return new(text, front.Split(' ', StringSplitOptions.RemoveEmptyEntries).ElementAtOrDefault(1) ?? "",
            SipAddress.Parameter(parameters, "branch") ?? "", SipAddress.Parameter(parameters, "rport") is not null);
    }

    /// <summary>Notes where the request really came from.</summary>
    public SipVia Stamped(IPEndPoint source)
    {
        var parts = Text.Split(';').Where(part => !part.Trim().StartsWith("rport", StringComparison.OrdinalIgnoreCase)
            && !part.Trim().StartsWith("received=", StringComparison.OrdinalIgnoreCase));
        return this with { Text = string.Join(';', parts) + (AsksRport ? $";rport={source.Port}" : "") + $";received={source.Address}" };
    }

    /// <summary>With rport back to where it came from; without, to the port that the Via names.</summary>
    public IPEndPoint ReplyTo(IPEndPoint source) =>
        AsksRport ? source : new(source.Address, SentBy.LastIndexOf(':') is var colon and > 0 && int.TryParse(SentBy[(colon + 1)..], out var port) && port is > 0 and <= 65535 ? port : 5060);

    public override string ToString() => Text;
}
