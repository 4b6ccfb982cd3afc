namespace TrunkBot.Teams.Tests.Authentication;

/// <summary>Settings of a bot that is registered.</summary>
internal static class Setting
{
    public const string Secret = "s3cr3t~of-the-bot";

    /// <summary>What a registration needs, with what a test says otherwise.</summary>
    public static Dictionary<string, string?> Registered(params KeyValuePair<string, string?>[] more)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Teams:AppId"] = Mint.AppId,
            ["Teams:TenantId"] = Mint.TenantId,
            ["Teams:Credential"] = "ClientSecret",
            ["Teams:ClientSecret"] = Secret,
        };
        foreach (var (key, value) in more)
        {
            settings[key] = value;
        }

        return settings;
    }

    public static KeyValuePair<string, string?> Of(string name, string value) => new($"Teams:{name}", value);
}
