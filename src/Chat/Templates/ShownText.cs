using System.Globalization;
using System.Text;

namespace TrunkBot.Chat.Templates;

/// <summary>Text of users and devices as it may be shown: never as markup, never as more than one line, never reversed by hidden characters.</summary>
public static class ShownText
{
    // Every character that Markdown in an Adaptive Card's TextBlock or Fact may take for markup.
    private const string Markup = "\\`*_{}[]()#+-.!|<>~&";

    /// <summary>Takes out control and bidirectional control characters; line breaks and tabs become blanks.</summary>
    public static string Clean(string text)
    {
        if (!text.Any(NeedsCare))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c is '\r' or '\n' or '\t' or '\u2028' or '\u2029')
            {
                clean.Append(' ');
            }
            else if (!NeedsCare(c))
            {
                clean.Append(c);
            }
        }

        return clean.ToString();
    }

    /// <summary>Clean, and cut to that many characters as readers count them, with a visible "…".</summary>
    /// <param name="most">Text elements (grapheme clusters).</param>
    public static string Cut(string text, int most)
    {
        var clean = Clean(text);
        if (clean.Length <= most)
        {
            return clean;
        }

        var starts = StringInfo.ParseCombiningCharacters(clean);
        return starts.Length <= most ? clean : clean[..starts[most]] + "…";
    }

    /// <summary>Cut to that many UTF-16 units, as platforms count, between what readers see as characters, with a visible "…".</summary>
    public static string CutUnits(string text, int most)
    {
        if (text.Length <= most)
        {
            return text;
        }

        var end = StringInfo.ParseCombiningCharacters(text).Last(start => start < most);
        return text[..end] + "…";
    }

    /// <summary>For a TextBlock or Fact: clean, with a backslash before every character that Markdown might take for markup.</summary>
    public static string Markdown(string text)
    {
        var clean = Clean(text);
        var escaped = new StringBuilder(clean.Length + 16);
        foreach (var c in clean)
        {
            if (Markup.Contains(c, StringComparison.Ordinal))
            {
                escaped.Append('\\');
            }

            escaped.Append(c);
        }

        return escaped.ToString();
    }

    /// <summary>
    /// For a mrkdwn text of Slack: clean, with the three characters that begin its links and mentions as entities. Bold, italics and code can't be
    /// escaped there: text of people and devices belongs into plain_text or rich_text.
    /// </summary>
    public static string SlackMarkup(string text) =>
        Clean(text).Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    /// <summary>A line of code or configuration: clean, with its indentation in blanks that renderers keep.</summary>
    public static string Code(string line, int most)
    {
        var cut = Cut(line, most);
        var indent = cut.Length - cut.TrimStart(' ').Length;
        return new string('\u00A0', indent) + cut[indent..];
    }

    private static bool NeedsCare(char c) =>
        char.IsControl(c) || c is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\u200E' or '\u200F' or '\u061C';
}
