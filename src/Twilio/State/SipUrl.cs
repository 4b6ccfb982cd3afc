using System.Globalization;

namespace TrunkBot.Twilio.State;

/// <summary>An origination URL, taken apart so that two spellings of the same one are equal (RFC 3261 section 19.1.4, as far as Twilio uses it).</summary>
internal static class SipUrl
{
    /// <summary>Canonical text: scheme, user, host and port, then parameters in order of name; null when it is no SIP URL.</summary>
    public static string? Canonical(string url)
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
        var transport = parameters.FirstOrDefault(p => p.StartsWith("transport=", StringComparison.Ordinal))?[10..] ?? (scheme == "sips" ? "tls" : "udp");
        parameters.RemoveAll(p => p.StartsWith("transport=", StringComparison.Ordinal));
        parameters.Sort(StringComparer.Ordinal);
        var at = parts[0].LastIndexOf('@');
        var (user, hostPort) = at < 0 ? ("", parts[0]) : (parts[0][..(at + 1)], parts[0][(at + 1)..]);
        var portAt = hostPort.LastIndexOf(':');
        var (host, port) = portAt > 0 && int.TryParse(hostPort[(portAt + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (hostPort[..portAt], number)
            : (hostPort, transport == "tls" ? 5061 : 5060);
        return $"{scheme}:{user}{host.ToLowerInvariant()}:{port};transport={transport}{string.Concat(parameters.Select(p => ";" + p))}{headers}";
    }

    public static bool Same(string one, string other) => Canonical(one) is { } first && first == Canonical(other);
}
