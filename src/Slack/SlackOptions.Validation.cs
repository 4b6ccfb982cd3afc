using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using TrunkBot.Slack.Installs;

namespace TrunkBot.Slack;

public sealed partial class SlackOptions
{
    [GeneratedRegex("^[\\x21-\\x7E]*\\z")]
    private static partial Regex Printable();

    /// <summary>True for addresses of this machine, as tests use them.</summary>
    internal static bool IsLoopback(Uri? url) => url is { IsAbsoluteUri: true, IsLoopback: true, UserInfo: "" } && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps);

    /// <summary>Says at start what would otherwise fail at the first call.</summary>
    internal sealed class Validation : IValidateOptions<SlackOptions>
    {
        public ValidateOptionsResult Validate(string? name, SlackOptions options)
        {
            var wrong = WrongOf(options).Select(w => $"slack-settings: Slack:{w}").ToList();
            return wrong.Count > 0 ? ValidateOptionsResult.Fail(wrong) : ValidateOptionsResult.Success;
        }

        private static IEnumerable<string> WrongOf(SlackOptions options)
        {
            if (!IsPlain(options.ApiUrl) || !options.ApiUrl.AbsolutePath.EndsWith('/'))
            {
                yield return "ApiUrl is not https, or does not end with a slash.";
            }

            if (!IsPlain(options.AuthorizeUrl))
            {
                yield return "AuthorizeUrl is not https.";
            }

            if (options.BotToken.Length > 0 && !options.BotToken.StartsWith("xoxb-", StringComparison.Ordinal))
            {
                yield return "BotToken is not a bot's token, which begins with xoxb-. Take it from OAuth & Permissions of the app; a token that rotates (xoxe.xoxb-) needs ClientId instead.";
            }

            if (options.AppToken.Length > 0 && !options.AppToken.StartsWith("xapp-", StringComparison.Ordinal))
            {
                yield return "AppToken is not an app-level token, which begins with xapp-. Make one under Basic Information of the app.";
            }

            if (!Printable().IsMatch(options.BotToken + options.AppToken + options.ClientSecret))
            {
                yield return "BotToken, AppToken or ClientSecret holds a blank or another character that none has. Copy it again.";
            }

            if (!options.AllowedWorkspaces.All(SlackInstall.IsWorkspaceId))
            {
                yield return "AllowedWorkspaces has an entry that is not the id of a team (T…) or of an enterprise (E…).";
            }

            if (options.ClientId.Length == 0)
            {
                yield break;
            }

            if (options.BotToken.Length > 0)
            {
                yield return "BotToken and ClientId are both set. Keep BotToken for one workspace, or ClientId for installation by OAuth.";
            }

            if (options.ClientSecret.Length == 0)
            {
                yield return "ClientSecret is empty. Set it in the environment, in user secrets or in the secrets file.";
            }

            if (options.PublicUrl is null || !IsPlain(options.PublicUrl))
            {
                yield return "PublicUrl is not https. Set the address under which browsers reach this program, as in the app's redirect URL.";
            }

            if (options.AllowedWorkspaces.Count == 0)
            {
                yield return "AllowedWorkspaces is empty, so that nobody could install the bot. Name your teams (T…) or your organisation (E…): the id stands in the address of Slack in the browser.";
            }
        }

        private static bool IsPlain(Uri url) =>
            url.IsAbsoluteUri && url is { UserInfo: "", Query: "", Fragment: "" } && (url.Scheme == Uri.UriSchemeHttps || IsLoopback(url));
    }
}
