namespace TrunkBot.Trunks.Sites;

/// <summary>The Twilio account of the site.</summary>
public sealed record TwilioSite
{
    public required string Element { get; init; }

    /// <summary>Account SID (AC…).</summary>
    public required string AccountSid { get; init; }

    /// <summary>API key SID (SK…); null: the account SID with the auth token.</summary>
    public string? ApiKeySid { get; init; }

    /// <summary>Secret of the API key, or the auth token.</summary>
    public required SecretReference Secret { get; init; }

    /// <inheritdoc cref="PerimetaSite.ApplyByHand"/>
    public bool ApplyByHand { get; init; }

    public Uri ApiBaseUrl { get; init; } = new("https://api.twilio.com");

    public Uri TrunkingBaseUrl { get; init; } = new("https://trunking.twilio.com");

    /// <summary>null, as for the next three: Twilio's own host, or <see cref="TrunkingBaseUrl"/> where that is on this machine, so that a lab never speaks to Twilio.</summary>
    public Uri? InsightsBaseUrl { get; init; }

    public Uri? MonitorBaseUrl { get; init; }

    public Uri? VoiceBaseUrl { get; init; }

    public Uri? RoutesBaseUrl { get; init; }

    /// <summary>
    /// Whether the account's login may be sent there: to that product's host at Twilio over https, in the default region (<c>api.twilio.com</c>) or in one
    /// that is named with its city (<c>api.dublin.ie1.twilio.com</c>), or to this machine (tests, the lab). Names without the city, such as
    /// <c>api.ie1.twilio.com</c>, were switched off on 2026-04-28.
    /// </summary>
    /// <param name="product">First label of the host: api, trunking, insights, monitor, voice or routes.</param>
    public static bool MayTakeLogin(Uri url, string product) =>
        url.IsAbsoluteUri && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
        && (url.IsLoopback || (url.Scheme == Uri.UriSchemeHttps && url.IsDefaultPort && Region(url, product) is not null));

    /// <summary>Region of a host of Twilio's API, such as us1; null when it is no host of that product.</summary>
    public static string? Region(Uri url, string product)
    {
        var labels = url.Host.ToLowerInvariant().Split('.');
        return labels is [var first, .., "twilio", "com"] && first == product
            ? labels switch
            {
                { Length: 3 } => "us1",
                { Length: 5 } when Edges.EdgeCatalogue.Current.Find(labels[1]) is { } edge && edge.Name == labels[1] && edge.Legacy == labels[2] => edge.Legacy,
                _ => null,
            }
            : null;
    }

    /// <summary>Every base URL with the product it is for and the name of its setting.</summary>
    public IReadOnlyList<(string Setting, string Product, Uri Url)> BaseUrls() =>
    [
        ("apiBaseUrl", "api", ApiBaseUrl),
        ("trunkingBaseUrl", "trunking", TrunkingBaseUrl),
        ("insightsBaseUrl", "insights", Other(InsightsBaseUrl, "insights")),
        ("monitorBaseUrl", "monitor", Other(MonitorBaseUrl, "monitor")),
        ("voiceBaseUrl", "voice", Other(VoiceBaseUrl, "voice")),
        ("routesBaseUrl", "routes", Other(RoutesBaseUrl, "routes")),
    ];

    private Uri Other(Uri? configured, string product) => configured ?? (TrunkingBaseUrl switch
    {
        { IsAbsoluteUri: true, IsLoopback: true } local => local,
        { IsAbsoluteUri: true } url when url.Host.StartsWith("trunking.", StringComparison.OrdinalIgnoreCase) => new Uri($"https://{product}{url.Host["trunking".Length..]}"),
        _ => new Uri($"https://{product}.twilio.com"),
    });
}
