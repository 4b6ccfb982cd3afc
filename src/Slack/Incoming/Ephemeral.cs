using System.Text.Json.Nodes;
using TrunkBot.Slack.BlockKit;

namespace TrunkBot.Slack.Incoming;

/// <summary>A text that only the one who asked sees.</summary>
internal static class Ephemeral
{
    /// <summary>Slack's limit for the text of a section.</summary>
    private const int LongestText = 3000;

    /// <summary>Answer to a slash command, or what is posted to a <c>response_url</c>. The text is shown literally.</summary>
    public static JsonObject Body(string text) => new()
    {
        ["response_type"] = "ephemeral",
        ["replace_original"] = false,
        ["text"] = SlackText.Escape(PlainText.Fit(text, LongestText)),
        ["blocks"] = new JsonArray(new JsonObject { ["type"] = "section", ["text"] = PlainText.Of(text, LongestText) }),
    };
}
