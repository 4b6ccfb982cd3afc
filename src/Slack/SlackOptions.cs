using System.ComponentModel.DataAnnotations;

namespace TrunkBot.Slack;

/// <summary>Settings of Slack, section <c>Slack</c>. Without a signing secret every request is refused.</summary>
public sealed partial class SlackOptions
{
    public const string Section = "Slack";

    /// <summary>Verifies what Slack sends over HTTP (Basic Information, Signing Secret of the app). Empty: every request is refused.</summary>
    public string SigningSecret { get; set; } = "";

    /// <summary>The signing secret before the last rotation, taken beside the new one until it is removed here; a secret. Empty: none.</summary>
    public string PreviousSigningSecret { get; set; } = "";

    /// <summary>WebSockets of Socket Mode that are open at a time, where <see cref="AppToken"/> is set. Slack allows ten for an app.</summary>
    [Range(1, 10)]
    public int SocketConnections { get; set; } = 2;

    /// <summary>Id of the app, such as <c>A0123456789</c>: what is for another app is refused. Empty: not looked at.</summary>
    public string AppId { get; set; } = "";

    /// <summary>After this Slack is answered, whatever is still being done: it waits for 3 s, the way to and fro included.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:02.5", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan AnswerWithin { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>After this a modal that says "loading" is opened where a form is expected: what opens one is good for 3 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:02.5", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan LoadingViewAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Base of the Web API, with its last slash: https, or http on this machine for tests. GovSlack: <c>https://slack-gov.com/api/</c>.</summary>
    [Required]
    public Uri ApiUrl { get; set; } = new("https://slack.com/api/");

    /// <summary>Token of the app itself (xapp-…, scope connections:write), for Socket Mode; a secret.</summary>
    public string AppToken { get; set; } = "";

    /// <summary>The bot's token (xoxb-…) in its one workspace; a secret. Empty: the bot is installed by OAuth, with <see cref="ClientId"/>.</summary>
    public string BotToken { get; set; } = "";

    /// <summary>Of the app (Basic Information), for installation by OAuth.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>A secret.</summary>
    public string ClientSecret { get; set; } = "";

    /// <summary>Where browsers and Slack reach this program, such as <c>https://bot.example.com</c>; for installation by OAuth.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>Where the browser is sent to install. GovSlack: <c>https://slack-gov.com/oauth/v2/authorize</c>.</summary>
    [Required]
    public Uri AuthorizeUrl { get; set; } = new("https://slack.com/oauth/v2/authorize");

    /// <summary>Ids of the teams (T…) and enterprises (E…) in which the bot may be installed. With <see cref="BotToken"/> it may be empty: then the token's own workspace.</summary>
    public IReadOnlyList<string> AllowedWorkspaces { get; set; } = [];

    /// <summary>For one request to the Web API.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan ApiTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How often a call is made in all when Slack asks to come again or has trouble; what may have been done is never asked twice.</summary>
    [Range(1, 10)]
    public int ApiAttempts { get; set; } = 4;

    /// <summary>Pause before the second attempt, doubling, with jitter.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan ApiBackoff { get; set; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Longest that a call waits for its turn at Slack's rates, and for <c>Retry-After</c>.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromSeconds(60);

    internal bool Allows(string? team, string? enterprise) =>
        AllowedWorkspaces.Count == 0
        || (team is not null && AllowedWorkspaces.Contains(team, StringComparer.Ordinal))
        || (enterprise is not null && AllowedWorkspaces.Contains(enterprise, StringComparer.Ordinal));
}
