using System.Text;
using System.Text.RegularExpressions;

namespace TrunkBot.Slack.Payloads;

/// <summary>Text of people as Slack delivers it.</summary>
/// <remarks>Source: Slack, "Formatting text for app surfaces": <c>&amp; &lt; &gt;</c> are escaped, and <c>&lt;…|…&gt;</c> wraps what Slack recognised.</remarks>
internal static partial class TypedText
{
    /// <summary>What was typed: mentions of the bot gone, links, addresses and numbers as they were written, entities unescaped.</summary>
    /// <param name="bot">The bot's user id; null when it is not known: then a mention at the beginning is taken for the bot's.</param>
    public static string Read(string text, string? bot)
    {
        var typed = new StringBuilder(text.Length);
        var at = 0;
        foreach (Match token in Token().Matches(text))
        {
            typed.Append(Unescape(text[at..token.Index]));
            typed.Append(IsMentionOfBot(token, bot, text) ? " " : Unescape(Shown(token.Groups[1].Value)));
            at = token.Index + token.Length;
        }

        return typed.Append(Unescape(text[at..])).Replace('\u00A0', ' ').ToString().Trim();
    }

    /// <summary>Ids of the people that a text mentions, in order, without the bot.</summary>
    public static IReadOnlyList<string> MentionedIn(string text, string? bot) =>
        [.. Token().Matches(text).Where(t => !IsMentionOfBot(t, bot, text)).Select(t => UserOf(t.Groups[1].Value)).OfType<string>().Distinct(StringComparer.Ordinal)];

    private static bool IsMentionOfBot(Match token, string? bot, string text) => UserOf(token.Groups[1].Value) is { } user
        && (bot is null ? string.IsNullOrWhiteSpace(text[..token.Index]) : user == bot);

    private static string? UserOf(string token) =>
        token.StartsWith('@') && token.Split('|')[0][1..] is { } user && Sender.IsId(user) ? user : null;

    /// <summary>What stood in the place of <c>&lt;token&gt;</c> when it was typed.</summary>
    private static string Shown(string token)
    {
        var (target, label) = token.IndexOf('|', StringComparison.Ordinal) is > 0 and var bar ? (token[..bar], token[(bar + 1)..]) : (token, "");
        return target[0] switch
        {
            '@' => target,
            '#' => $"#{(label.Length > 0 ? label : target[1..])}",
            '!' when label.Length > 0 => label,
            '!' => $"@{target[1..]}",
            _ when label.Length > 0 => label,
            _ => WithoutScheme(target),
        };
    }

    private static string WithoutScheme(string target) =>
        target.StartsWith("mailto:", StringComparison.Ordinal) || target.StartsWith("tel:", StringComparison.Ordinal) ? target[(target.IndexOf(':', StringComparison.Ordinal) + 1)..] : target;

    private static string Unescape(string text) =>
        text.Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal);

    // Typed angle brackets arrive escaped: what stands in real ones is Slack's.
    [GeneratedRegex("<([^<>\n]+)>")]
    private static partial Regex Token();
}
