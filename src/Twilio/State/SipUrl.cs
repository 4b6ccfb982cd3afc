using System.Globalization;

namespace TrunkBot.Twilio.State;

/// <summary>An origination URL, taken apart so that two spellings of the same one are equal (RFC 3261 section 19.1.4, as far as Twilio uses it).</summary>
/// <param name="User">With its @; empty when there is none.</param>
/// <param name="Port">The default of the transport where none is written.</param>
/// <param name="Edge">What the parameter edge, or the older region, says; null when neither is there: Twilio chooses.</param>
/// <param name="Canonical">Scheme, user, host and port, then parameters in order of name.</param>
internal sealed record SipUrl(string Scheme, string User, string Host, int Port, string Transport, string? Edge, string Canonical)
{
    /// <summary>null when it is no SIP URL.</summary>
    public static SipUrl? Parse(string url)
    {
        var colon = url.IndexOf(':', StringComparison.Ordinal);
        var scheme = colon < 0 ? "" : url[..colon].ToLowerInvariant();
        if (scheme is not ("sip" or "sips"))
        {
            return null;
        }

        var rest = url[(colon + 1)..];
        rest = rest.StartsWith("//", StringComparison.Ordinal) ? rest[2..] : rest;
        var headers = rest.IndexOf('?', StringComparison.Ordinal) is var question and >= 0 ? rest[question..] : "";
        var parts = (headers.Length > 0 ? rest[..^headers.Length] : rest).Split(';', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 0)
        {
            return null;
        }

        var parameters = parts[1..].Select(p => p.ToLowerInvariant()).ToList();
        var transport = Of("transport") ?? (scheme == "sips" ? "tls" : "udp");
        parameters.RemoveAll(p => p.StartsWith("transport=", StringComparison.Ordinal));
        parameters.Sort(StringComparer.Ordinal);
        var at = parts[0].LastIndexOf('@');
        var (user, hostPort) = at < 0 ? ("", parts[0]) : (parts[0][..(at + 1)], parts[0][(at + 1)..]);
        var portAt = hostPort.LastIndexOf(':');
        var (host, port) = portAt > 0 && int.TryParse(hostPort[(portAt + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (hostPort[..portAt], number)
            : (hostPort, transport == "tls" ? 5061 : 5060);
        host = host.ToLowerInvariant();
        return new(scheme, user, host, port, transport, Of("edge") ?? Of("region"),
            $"{scheme}:{user}{host}:{port};transport={transport}{string.Concat(parameters.Select(p => ";" + p))}{headers}");

        string? Of(string name) => parameters.FirstOrDefault(p => p.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];
    }

    public static bool Same(string one, string other) => Parse(one) is { } first && first.Canonical == Parse(other)?.Canonical;
}
