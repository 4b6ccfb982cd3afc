using System.ComponentModel.DataAnnotations;

namespace TrunkBot.Slack;

/// <summary>Settings of Slack, section <c>Slack</c>. Without a signing secret every request is refused.</summary>
public sealed class SlackOptions
{
    public const string Section = "Slack";

    /// <summary>Verifies what Slack sends over HTTP (Basic Information, Signing Secret of the app). Empty: every request is refused.</summary>
    public string SigningSecret { get; set; } = "";

    /// <summary>The signing secret before the last rotation, taken beside the new one until it is removed here. Empty: none.</summary>
    public string PreviousSigningSecret { get; set; } = "";

    /// <summary>App-level token <c>xapp-…</c> with the scope <c>connections:write</c>: what Slack sends comes over WebSockets that the bot opens (Socket Mode). Empty: over HTTP.</summary>
    public string AppToken { get; set; } = "";

    /// <summary>WebSockets of Socket Mode that are open at a time. Slack allows ten for an app.</summary>
    [Range(1, 10)]
    public int SocketConnections { get; set; } = 2;

    /// <summary>Id of the app, such as <c>A0123456789</c>: what is for another app is refused. Empty: not looked at.</summary>
    public string AppId { get; set; } = "";

    /// <summary>Ids of the teams (<c>T…</c>) and enterprises (<c>E…</c>) that may use the bot. Empty: every one that installed it.</summary>
    public IReadOnlyList<string> AllowedWorkspaces { get; set; } = [];

    /// <summary>Base of the Web API.</summary>
    [Required]
    public Uri ApiUrl { get; set; } = new("https://slack.com/api/");

    /// <summary>After this Slack is answered, whatever is still being done: it waits for 3 s, the way to and fro included.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:02.5")]
    public TimeSpan AnswerWithin { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>After this a modal that says "loading" is opened where a form is expected: what opens one is good for 3 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:02.5")]
    public TimeSpan LoadingViewAfter { get; set; } = TimeSpan.FromSeconds(1);
}
