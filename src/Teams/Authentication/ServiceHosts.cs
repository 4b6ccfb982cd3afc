using Microsoft.Extensions.Options;

namespace TrunkBot.Teams.Authentication;

/// <summary>The hosts whose activities are believed and to which alone the bot's token goes, and those to which alone files go.</summary>
internal sealed class ServiceHosts(IOptions<TeamsOptions> options)
{
    private readonly CloudEndpoints endpoints = CloudEndpoints.Of(options.Value);

    /// <summary>True for an absolute https URL of an allowed host or its sub-domain, without user name, query or fragment: paths of the connector are written behind it.</summary>
    public bool AllowServiceUrl(string? url) =>
        url is not null && !url.AsSpan().ContainsAny('?', '#') && Uri.TryCreate(url, UriKind.Absolute, out var uri) && Allow(uri);

    /// <summary>True for https to an allowed host or its sub-domain.</summary>
    public bool Allow(Uri address) => IsOneOf(address, endpoints.ServiceHosts);

    /// <summary>The address that a file may be uploaded to or linked at; null for any other.</summary>
    public Uri? FileAddress(string? url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && IsOneOf(uri, endpoints.FileHosts) ? uri : null;

    private static bool IsOneOf(Uri address, IReadOnlyList<string> hosts) =>
        address.IsAbsoluteUri
        && address.Scheme == Uri.UriSchemeHttps
        && address.UserInfo.Length == 0
        && hosts.Any(h => address.IdnHost.Equals(h, StringComparison.OrdinalIgnoreCase) || address.IdnHost.EndsWith($".{h}", StringComparison.OrdinalIgnoreCase));
}
