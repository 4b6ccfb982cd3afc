using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using TrunkBot.Chat.Ports;
using TrunkBot.Slack.WebApi;

namespace TrunkBot.Slack.Installs;

/// <summary>Slack's OAuth v2: <c>oauth.v2.access</c>, with the app's id and secret by HTTP Basic.</summary>
internal sealed class OAuthAccess(SlackWire wire, IOptions<SlackOptions> options, TimeProvider time)
{
    private static readonly SlackMethod Method = SlackMethods.Find("oauth.v2.access");

    /// <summary>The installation for the code that Slack's page sent along.</summary>
    /// <exception cref="ChannelException">Slack refused, or did not answer.</exception>
    public async Task<SlackInstall> InstallAsync(string code, string redirectUri, CancellationToken cancellationToken) =>
        Read(await AskAsync(new() { ["code"] = code, ["redirect_uri"] = redirectUri }, cancellationToken));

    /// <summary>New tokens for a refresh token, which is used up by it.</summary>
    /// <exception cref="ChannelException">Slack refused, or did not answer.</exception>
    public async Task<SlackInstall> RefreshAsync(SlackInstall install, CancellationToken cancellationToken) =>
        install.With(Read(await AskAsync(new() { ["grant_type"] = "refresh_token", ["refresh_token"] = install.RefreshToken }, cancellationToken)));

    /// <summary>Gives back a token that is not wanted. Whether that works is Slack's concern.</summary>
    public Task GiveBackAsync(SlackInstall install, CancellationToken cancellationToken) =>
        wire.PostAsync(SlackMethods.Find("auth.revoke"), [], new("Bearer", install.BotToken), cancellationToken);

    private async Task<JsonObject> AskAsync(JsonObject arguments, CancellationToken cancellationToken)
    {
        var pair = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.Value.ClientId}:{options.Value.ClientSecret}"));
        return await wire.PostAsync(Method, arguments, new AuthenticationHeaderValue("Basic", pair), cancellationToken) switch
        {
            WireAnswer.Said { IsOk: true } said => said.Body,
            WireAnswer.Said said => throw SlackErrors.Exception(Method, SlackErrors.Of(said.Body), said.Body),
            WireAnswer.TooMany => throw SlackErrors.Exception(Method, "ratelimited"),
            WireAnswer.NotSent { Cause: var cause } => throw new ChannelException($"slack-unreachable: Slack can't be reached. Check the way to {options.Value.ApiUrl.Host}. ({Method.Name})", cause),
            WireAnswer.NoAnswer { Cause: var cause } => throw new ChannelException($"slack-timeout: Slack did not answer in time. ({Method.Name})", cause),
            _ => throw Strange(),
        };
    }

    private SlackInstall Read(JsonObject answer)
    {
        var install = new SlackInstall
        {
            TeamId = Text(answer["team"]?["id"]),
            EnterpriseId = Text(answer["enterprise"]?["id"]),
            IsEnterpriseInstall = answer["is_enterprise_install"] is JsonValue whole && whole.TryGetValue(out bool isWhole) && isWhole,
            Name = Text(answer["is_enterprise_install"]?.ToString() == "true" ? answer["enterprise"]?["name"] : answer["team"]?["name"]) ?? "",
            BotToken = Text(answer["access_token"]) ?? throw Strange(),
            RefreshToken = Text(answer["refresh_token"]),
            Expires = answer["expires_in"] is JsonValue seconds && seconds.TryGetValue(out int left) ? time.GetUtcNow() + TimeSpan.FromSeconds(left) : null,
            Scope = Text(answer["scope"]) ?? "",
            BotUserId = Text(answer["bot_user_id"]) ?? "",
        };

        // A header must be able to carry it.
        return install.BotToken.All(c => c is > ' ' and < (char)127) ? install : throw Strange();
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    private static ChannelException Strange() =>
        new($"slack-answer-unreadable: What answered did not speak as Slack does. ({Method.Name})");
}
