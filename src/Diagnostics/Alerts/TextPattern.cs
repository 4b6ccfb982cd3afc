using System.Text.RegularExpressions;

namespace TrunkBot.Diagnostics.Alerts;

/// <summary>A site's regular expression for texts that anybody may have written.</summary>
internal static class TextPattern
{
    /// <summary>One that takes longer does not match.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(250);

    public static Regex Of(string pattern) => new(pattern, RegexOptions.CultureInvariant, Limit);

    /// <summary>Why it is no regular expression of .NET; null when it is one.</summary>
    public static string? ProblemOf(string pattern)
    {
        try
        {
            Of(pattern);
            return null;
        }
        catch (ArgumentException e)
        {
            return e.Message;
        }
    }
}
