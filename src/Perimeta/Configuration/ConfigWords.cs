namespace TrunkBot.Perimeta.Configuration;

/// <summary>
/// Words of a line: blanks separate, <c>"..."</c> is one word, <c>""</c> is an empty word, which differs from none. A blank is a space, a tab
/// or what ends a line; other letters that only look like one, such as a no-break space, are part of a word, as they are for a device.
/// </summary>
public static class ConfigWords
{
    /// <summary>The words of a line without their quotes. A quote that is never closed ends with the line.</summary>
    public static string[] Split(ReadOnlySpan<char> line)
    {
        var words = new List<string>(4);
        while (Next(ref line, out var word))
        {
            words.Add(word.ToString());
        }

        return [.. words];
    }

    /// <summary>Takes the next word off a line.</summary>
    /// <param name="line">What is left of the line.</param>
    /// <param name="word">The word without its quotes.</param>
    public static bool Next(ref ReadOnlySpan<char> line, out ReadOnlySpan<char> word)
    {
        line = TrimStart(line);
        if (line.IsEmpty)
        {
            word = [];
            return false;
        }

        var quoted = line[0] == '"';
        if (quoted)
        {
            line = line[1..];
        }

        var end = quoted ? line.IndexOf('"') : IndexOfBlank(line);
        word = end < 0 ? line : line[..end];
        line = end < 0 ? [] : line[(end + 1)..];
        return true;
    }

    /// <summary>The word as it must stand in a line: in quotes only when it needs them.</summary>
    public static string Quote(string word) =>
        word.Length == 0 || IndexOfBlank(word) >= 0 || word[0] is '!' or '#' ? $"\"{word}\"" : word;

    /// <summary>The first word of a line as it stands there.</summary>
    public static ReadOnlySpan<char> First(ReadOnlySpan<char> line)
    {
        line = TrimStart(line);
        var end = IndexOfBlank(line);
        return end < 0 ? line : line[..end];
    }

    internal static bool IsBlank(char letter) => letter == ' ' || letter is >= '\t' and <= '\r';

    /// <summary>The line without the blanks around it; a byte order mark before it goes too.</summary>
    internal static ReadOnlySpan<char> Trim(ReadOnlySpan<char> line)
    {
        var end = line.Length;
        while (end > 0 && IsBlank(line[end - 1]))
        {
            end--;
        }

        return TrimStart(line[..end]);
    }

    internal static ReadOnlySpan<char> TrimStart(ReadOnlySpan<char> line)
    {
        var start = 0;
        while (start < line.Length && (IsBlank(line[start]) || line[start] == '\uFEFF'))
        {
            start++;
        }

        return line[start..];
    }

    private static int IndexOfBlank(ReadOnlySpan<char> text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (IsBlank(text[at]))
            {
                return at;
            }
        }

        return -1;
    }
}
