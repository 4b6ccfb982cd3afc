namespace TrunkBot.Teams.Authentication;

/// <summary>Which of Microsoft's clouds the bot is registered in.</summary>
public enum BotCloud
{
    Public,

    /// <summary>GCC High and DoD. GCC is served by <see cref="Public"/>.</summary>
    USGovernment,
}

/// <summary>What a cloud is reached by and known by.</summary>
/// <remarks>Source: Microsoft, "Authenticate requests with the Bot Connector API"; hosts as in the Microsoft 365 Agents SDK.</remarks>
/// <param name="Issuer">Issuer of the channel's tokens, compared ordinally.</param>
/// <param name="MetadataUrl">OpenID metadata of that issuer.</param>
/// <param name="Authority">Where the bot gets its own tokens; <c>{tenant}</c> stands for its tenant.</param>
/// <param name="Scope">What those tokens are for.</param>
/// <param name="ServiceHosts">Hosts of connectors, each with its sub-domains. Never <c>trafficmanager.net</c> as a whole: anyone can register there.</param>
/// <param name="FileHosts">Hosts where Teams keeps people's files, each with its sub-domains.</param>
internal sealed record CloudEndpoints(
    string Issuer, string MetadataUrl, string Authority, string Scope, IReadOnlyList<string> ServiceHosts, IReadOnlyList<string> FileHosts)
{
    private static readonly CloudEndpoints OfPublic = new(
        "https://api.botframework.com",
        "https://login.botframework.com/v1/.well-known/openidconfiguration",
        "https://login.microsoftonline.com/{tenant}",
        "https://api.botframework.com/.default",
        ["botframework.com", "smba.trafficmanager.net", "teams.microsoft.com"],
        ["sharepoint.com"]);

    private static readonly CloudEndpoints OfUSGovernment = new(
        "https://api.botframework.us",
        "https://login.botframework.azure.us/v1/.well-known/openidconfiguration",
        "https://login.microsoftonline.us/{tenant}",
        "https://api.botframework.us/.default",
        ["teams.microsoft.us"],
        ["sharepoint.us", "sharepoint-mil.us"]);

    /// <summary>The cloud's own, with what the settings say otherwise.</summary>
    public static CloudEndpoints Of(TeamsOptions options)
    {
        var cloud = options.Cloud is BotCloud.USGovernment ? OfUSGovernment : OfPublic;
        return new(
            Either(options.Issuer, cloud.Issuer),
            Either(options.MetadataUrl, cloud.MetadataUrl),
            Either(options.Authority, cloud.Authority).Replace("{tenant}", options.TenantId, StringComparison.Ordinal),
            Either(options.Scope, cloud.Scope),
            options.ServiceHosts.Count > 0 ? options.ServiceHosts : cloud.ServiceHosts,
            options.FileHosts.Count > 0 ? options.FileHosts : cloud.FileHosts);
    }

    private static string Either(string setting, string own) => setting.Length > 0 ? setting : own;
}
