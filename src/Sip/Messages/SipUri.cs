using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text;

namespace TrunkBot.Sip.Messages;

/// <summary>A <c>sip:</c> or <c>sips:</c> URI (RFC 3261 19.1), for example <c>sip:+16504894546@acme.pstn.twilio.com;transport=tcp</c>.</summary>
public sealed class SipUri
{
    private static readonly SearchValues<char> UserChars = SearchValues.Create(Alphanumeric + "-_.!~*'()&=+$,;?/%");
    private static readonly SearchValues<char> PasswordChars = SearchValues.Create(Alphanumeric + "-_.!~*'()&=+$,%");
    private static readonly SearchValues<char> HostChars = SearchValues.Create(Alphanumeric + "-.");
    private static readonly SearchValues<char> ParameterChars = SearchValues.Create(Alphanumeric + "-_.!~*'()[]/:&+$%");
    private const string Alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    private static readonly List<KeyValuePair<string, string?>> None = [];

    private List<KeyValuePair<string, string?>> _parameters = None;

    private SipUri(bool secure, string? user, string? password, string host, int? port, string? headers)
    {
        Secure = secure;
        User = user;
        Password = password;
        Host = host;
        Port = port;
        Headers = headers;
    }

    /// <summary>True for <c>sips:</c>.</summary>
    public bool Secure { get; }

    /// <summary>The user part as written (escapes kept), or null.</summary>
    public string? User { get; }

    /// <summary>The password of the user part. Never rendered by <see cref="ToString"/>: a URI ends up in logs.</summary>
    public string? Password { get; }

    /// <summary>Host name, IPv4 address, or IPv6 address without its brackets.</summary>
    public string Host { get; }

    /// <summary>The port that was written, or null for the default of the transport.</summary>
    public int? Port { get; }

    /// <summary>What follows the question mark, or null.</summary>
    public string? Headers { get; }

    public IReadOnlyList<KeyValuePair<string, string?>> Parameters => _parameters;

    /// <summary>The value of a URI parameter ("" for a flag such as <c>lr</c>), or null when it is not there.</summary>
    public string? Parameter(string name)
    {
        foreach (var (key, value) in _parameters)
        {
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return value ?? "";
            }
        }

        return null;
    }

    /// <summary>Builds a URI from its parts; false when a part could not stand in a URI.</summary>
    public static bool TryCreate(string? user, string host, int? port, [NotNullWhen(true)] out SipUri? uri) =>
        TryParse($"sip:{(user is null ? "" : user + "@")}{(host.Contains(':') ? $"[{host}]" : host)}{(port is null ? "" : $":{port}")}", out uri);

    /// <summary>Parses a URI from a trusted place such as a constant.</summary>
    /// <exception cref="FormatException">The text is no SIP URI.</exception>
    public static SipUri Parse(string text) =>
        TryParse(text, out var uri) ? uri : throw new FormatException("Not a SIP URI: expected sip:user@host[:port].");

    /// <summary>Parses a URI that a person or a peer wrote. White space, control characters and line breaks are refused.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out SipUri? uri)
    {
        uri = null;
        if (text is null || text.Length > 1024)
        {
            return false;
        }

        var secure = text.StartsWith("sips:", StringComparison.OrdinalIgnoreCase);
        if (!secure && !text.StartsWith("sip:", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var rest = text.AsSpan(secure ? 5 : 4);
        string? user = null, password = null;
        var at = rest.IndexOf('@');
        if (at >= 0)
        {
            var info = rest[..at];
            rest = rest[(at + 1)..];
            var colon = info.IndexOf(':');
            if (colon >= 0)
            {
                password = info[(colon + 1)..].ToString();
                info = info[..colon];
            }

            user = info.ToString();
            if (user.Length == 0 || !Legal(user, UserChars) || (password is not null && !Legal(password, PasswordChars)))
            {
                return false;
            }
        }

        string? headers = null;
        var question = rest.IndexOf('?');
        if (question >= 0)
        {
            headers = rest[(question + 1)..].ToString();
            rest = rest[..question];
            if (!Legal(headers.Replace("=", "", StringComparison.Ordinal), ParameterChars))
            {
                return false;
            }
        }

        var semicolon = rest.IndexOf(';');
        var parameters = semicolon < 0 ? "" : rest[(semicolon + 1)..].ToString();
        if (!TryHostPort(semicolon < 0 ? rest : rest[..semicolon], out var host, out var port))
        {
            return false;
        }

        var result = new SipUri(secure, user, password, host, port, headers);
        if (semicolon >= 0)
        {
            result._parameters = [];
            foreach (var part in parameters.Split(';'))
            {
                var equals = part.IndexOf('=', StringComparison.Ordinal);
                var name = equals < 0 ? part : part[..equals];
                var value = equals < 0 ? null : part[(equals + 1)..];
                if (name.Length == 0 || !Legal(name, ParameterChars) || (value is not null && !Legal(value, ParameterChars)))
                {
                    return false;
                }

                result._parameters.Add(new(name, value));
            }
        }

        uri = result;
        return true;
    }

    /// <summary>Parses <c>host[:port]</c> as it stands in URIs and in Via.</summary>
    internal static bool TryHostPort(ReadOnlySpan<char> text, [NotNullWhen(true)] out string? host, out int? port)
    {
        host = null;
        port = null;
        ReadOnlySpan<char> tail;
        if (text.Length > 0 && text[0] == '[')
        {
            var close = text.IndexOf(']');
            if (close < 0 || !IPAddress.TryParse(text[1..close], out var address) || address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6)
            {
                return false;
            }

            host = text[1..close].ToString();
            tail = text[(close + 1)..];
        }
        else
        {
            var colon = text.IndexOf(':');
            var name = colon < 0 ? text : text[..colon];
            if (name.IsEmpty || name.Length > 255 || name.IndexOfAnyExcept(HostChars) >= 0)
            {
                return false;
            }

            host = name.ToString();
            tail = colon < 0 ? [] : text[colon..];
        }

        if (tail.IsEmpty)
        {
            return true;
        }

        if (tail[0] != ':' || !int.TryParse(tail[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 65535)
        {
            host = null;
            return false;
        }

        port = number;
        return true;
    }

    /// <summary>The URI as it goes on the wire, without the password.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Secure ? "sips:" : "sip:");
        if (User is not null)
        {
            text.Append(User).Append('@');
        }

        text.Append(Host.Contains(':') ? $"[{Host}]" : Host);
        if (Port is not null)
        {
            text.Append(':').Append(Port);
        }

        foreach (var (name, value) in _parameters)
        {
            text.Append(';').Append(name);
            if (value is not null)
            {
                text.Append('=').Append(value);
            }
        }

        return Headers is null ? text.ToString() : text.Append('?').Append(Headers).ToString();
    }

    private static bool Legal(string text, SearchValues<char> allowed)
    {
        if (text.AsSpan().IndexOfAnyExcept(allowed) >= 0)
        {
            return false;
        }

        for (var i = text.IndexOf('%', StringComparison.Ordinal); i >= 0; i = text.IndexOf('%', i + 1))
        {
            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
            {
                return false;
            }
        }

        return true;
    }
}
