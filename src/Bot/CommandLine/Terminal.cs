using System.Globalization;

namespace TrunkBot.CommandLine;

/// <summary>What of a foreign text may be shown on a terminal.</summary>
internal static class Terminal
{
    /// <summary>The same of several lines, which stay lines.</summary>
    public static string Lines(string text) => string.Join('\n', text.Split('\n').Select(Printable));

    /// <summary>The text with every control and formatting character replaced: they could move the cursor, hide lines or turn text around.</summary>
    public static string Printable(string text) => text.AsSpan().ContainsAnyExceptInRange(' ', '~')
        ? string.Create(text.Length, text, static (shown, text) =>
        {
            for (var at = 0; at < text.Length; at++)
            {
                shown[at] = char.GetUnicodeCategory(text[at]) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator ? '?' : text[at];
            }
        })
        : text;
}
