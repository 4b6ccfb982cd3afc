using System.ComponentModel.DataAnnotations;
using System.Net;

namespace TrunkBot.SignIn;

/// <summary>Sign-in by OpenID Connect, section <c>SignIn</c>. Without a provider there is none.</summary>
public sealed class SignInOptions : IValidatableObject
{
    public const string Section = "SignIn";

    /// <summary>Where people's browsers reach the bot, such as <c>https://trunkbot.example.net</c>. At the provider, <c>{PublicUrl}/sign-in/callback</c> is to be registered.</summary>
    public string PublicUrl { get; set; } = "";

    /// <summary>By the name that <c>Subjects</c> of an account uses, such as <c>entra</c>.</summary>
    public IDictionary<string, SignInProvider> Providers { get; set; } = new Dictionary<string, SignInProvider>(StringComparer.Ordinal);

    internal Uri Callback => new($"{PublicUrl.TrimEnd('/')}/sign-in/callback");

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Providers.Count > 0 && !IsSafe(PublicUrl))
        {
            yield return new ValidationResult("must be the https address under which people's browsers reach the bot", [nameof(PublicUrl)]);
        }

        foreach (var (name, provider) in Providers)
        {
            var key = $"{nameof(Providers)}:{name}";
            if (provider.Channel is not ("msteams" or "slack"))
            {
                yield return new ValidationResult("must be msteams or slack: whose users sign in here", [$"{key}:{nameof(provider.Channel)}"]);
            }

            if (!IsSafe(provider.MetadataUrl))
            {
                yield return new ValidationResult("must be the https address of the provider's metadata (…/.well-known/openid-configuration)", [$"{key}:{nameof(provider.MetadataUrl)}"]);
            }

            if (provider.ClientId.Length == 0)
            {
                yield return new ValidationResult("missing", [$"{key}:{nameof(provider.ClientId)}"]);
            }

            if (provider.ClientSecret.Length == 0)
            {
                yield return new ValidationResult("missing; keep it in the environment, in user secrets or in the secrets file", [$"{key}:{nameof(provider.ClientSecret)}"]);
            }
        }

        foreach (var channel in Providers.Values.GroupBy(p => p.Channel, StringComparer.Ordinal).Where(c => c.Count() > 1))
        {
            yield return new ValidationResult($"more than one provider for {channel.Key}", [nameof(Providers)]);
        }
    }

    /// <summary>Https, or http on this machine for tests.</summary>
    internal static bool IsSafe(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.UserInfo.Length == 0
        && (uri.Scheme == Uri.UriSchemeHttps
            || (uri.Scheme == Uri.UriSchemeHttp && (uri.Host == "localhost" || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)))));
}

/// <summary>One OpenID provider and the app that is registered there for the bot.</summary>
public sealed class SignInProvider
{
    private const string SlackUser = "https://slack.com/user_id";
    private const string SlackTeam = "https://slack.com/team_id";

    /// <summary>Whose users sign in here: <c>msteams</c> (Entra) or <c>slack</c>.</summary>
    public string Channel { get; set; } = "";

    /// <summary>
    /// Entra: <c>https://login.microsoftonline.com/{tenant}/v2.0/.well-known/openid-configuration</c>, with the tenant's id and never <c>common</c>;
    /// Slack: <c>https://slack.com/.well-known/openid-configuration</c>.
    /// </summary>
    public string MetadataUrl { get; set; } = "";

    public string ClientId { get; set; } = "";

    public string ClientSecret { get; set; } = "";

    /// <summary>Claim by whose value accounts name the person (<c>Subjects</c>); empty: <c>oid</c> for msteams, <c>sub</c> for slack.</summary>
    public string SubjectClaim { get; set; } = "";

    internal string Subject => SubjectClaim.Length > 0 ? SubjectClaim : Channel == "msteams" ? "oid" : "sub";

    /// <summary>The claims that together name the platform's user (Entra: https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference; Slack: https://api.slack.com/authentication/sign-in-with-slack).</summary>
    internal IReadOnlyList<string> UserClaims => Channel == "msteams" ? ["oid"] : [SlackTeam, SlackUser];
}
