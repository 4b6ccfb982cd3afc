using System.ComponentModel.DataAnnotations;

namespace TrunkBot.Slack;

/// <summary>Settings of Slack, section <c>Slack</c>. Without a signing secret every request is refused.</summary>
public sealed class SlackOptions
{
    public const string Section = "Slack";

    /// <summary>Verifies what Slack sends over HTTP (Basic Information, Signing Secret of the app). Empty: every request is refused.</summary>
    public string SigningSecret { get; set; } = "";

    /// <summary>Base of the Web API.</summary>
    [Required]
    public Uri ApiUrl { get; set; } = new("https://slack.com/api/");
}
