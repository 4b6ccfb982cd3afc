using System.Globalization;
using System.Text.RegularExpressions;
using TrunkBot.Chat.Templates;
using TrunkBot.Chat.Turns;

namespace TrunkBot.Slack;

/// <summary>Text of people and devices as Slack may be given it: never a mention, a link, a command or a hidden character.</summary>
internal static partial class SlackText
{
    /// <summary>Clean, line by line; line breaks stay.</summary>
    public static string Lines(string text) =>
        string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(ShownText.Clean));

    /// <summary>For <c>mrkdwn</c> and for a message's <c>text</c>: the three characters that Slack gives a meaning (Slack: "Formatting text for app surfaces").</summary>
    public static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    /// <summary>The platform's own id of a person, such as U1; null for somebody who is not Slack's.</summary>
    public static string? UserIdOf(ChannelUser user) => SlackUser().Match(user.Id) is { Success: true } found ? found.Groups["user"].Value : null;

    /// <summary>Parts of at most that many characters, cut behind a line where there is one, else behind a character as readers count them.</summary>
    public static IEnumerable<string> Split(string text, int most)
    {
        while (text.Length > most)
        {
            var end = text.LastIndexOf('\n', most - 1) + 1;
            if (end == 0)
            {
                var starts = StringInfo.ParseCombiningCharacters(text[..(most + 1)]);
                end = starts.Last(s => s <= most);

                // One character of thousands of marks is not one that anybody reads.
                end = end == 0 ? most : end;
            }

            yield return text[..end].TrimEnd('\n');
            text = text[end..];
        }

        yield return text;
    }

    [GeneratedRegex("^slack:[TE][A-Z0-9]+/(?<user>[UW][A-Z0-9]{1,30})\\z")]
    private static partial Regex SlackUser();
}
