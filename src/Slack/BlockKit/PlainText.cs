using System.Text.Json.Nodes;
using TrunkBot.Chat.Templates;

namespace TrunkBot.Slack.BlockKit;

/// <summary>Slack's <c>plain_text</c>, in which nothing is a link, a mention or an emoji.</summary>
internal static class PlainText
{
    /// <param name="most">UTF-16 characters that fit.</param>
    public static JsonObject Of(string text, int most) => new() { ["type"] = "plain_text", ["text"] = Fit(text, most), ["emoji"] = false };

    /// <summary>Clean, and cut at a whole character as readers count them, with a visible "…".</summary>
    public static string Fit(string text, int most)
    {
        var fit = ShownText.Clean(text);
        for (var elements = most - 1; fit.Length > most; elements--)
        {
            fit = ShownText.Cut(text, elements);
        }

        return fit;
    }
}
