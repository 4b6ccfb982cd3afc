using System.Net;

namespace TrunkBot.Teams;

/// <summary>What counts as this machine.</summary>
internal static class Loopback
{
    /// <summary>True for <c>localhost</c> and loopback addresses as text, with or without brackets. Names that merely resolve to a loopback address do not count: a hostile name server chooses those.</summary>
    public static bool IsHost(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    /// <summary>True for an absolute http or https URL on this machine, without user name or password in it.</summary>
    public static bool IsUrl(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && (uri.Scheme is "http" or "https")
        && uri.UserInfo.Length == 0
        && IsHost(uri.Host);

    /// <summary>True for such a URL without query and fragment: the connector's paths are written behind it.</summary>
    public static bool IsServiceUrl(string? url) => IsUrl(url) && !url.AsSpan().ContainsAny('?', '#');
}
