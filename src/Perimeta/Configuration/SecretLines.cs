using System.Text.RegularExpressions;

namespace TrunkBot.Perimeta.Configuration;

/// <summary>
/// Strikes out what looks like a secret in a configuration. Only lines that no mode of the program knows can hold one: those that it
/// knows have none in them, and their names and labels stay readable.
/// </summary>
public static partial class SecretLines
{
    /// <param name="text">Any number of lines.</param>
    public static string Mask(string text) => Suspect().Replace(text, static found =>
    {
        var line = found.ValueSpan.TrimStart();
        var first = ConfigWords.First(line);
        var word = first is "no" ? ConfigWords.First(line[2..]) : first;
        return KeywordTable.Published.Knows(word) ? found.Value : found.Groups["shown"].Value + "***";
    });

    [GeneratedRegex(@"^(?<shown>[^\n]*?(community|password|passphrase|passwd|secret|key)[ \t]+)[^\n]*[^\s][^\n]*$", RegexOptions.IgnoreCase | RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Suspect();
}
