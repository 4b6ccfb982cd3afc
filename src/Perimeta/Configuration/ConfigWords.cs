namespace TrunkBot.Perimeta.Configuration;

/// <summary>Words of a line: blanks separate, <c>"..."</c> is one word, <c>""</c> is an empty word, which differs from none.</summary>
public static class ConfigWords
{
    /// <summary>The words of a line without their quotes. A quote that is never closed ends with the line.</summary>
    public static string[] Split(ReadOnlySpan<char> line)
    {
        var words = new List<string>(4);
        while (true)
        {
            line = line.TrimStart();
            if (line.IsEmpty)
            {
                return [.. words];
            }

            var quoted = line[0] == '"';
            if (quoted)
            {
                line = line[1..];
            }

            var end = quoted ? line.IndexOf('"') : IndexOfBlank(line);
            words.Add(new string(end < 0 ? line : line[..end]));
            line = end < 0 ? [] : line[(end + 1)..];
        }
    }

    /// <summary>The word as it must stand in a line: in quotes only when it needs them.</summary>
    public static string Quote(string word) =>
        word.Length == 0 || IndexOfBlank(word) >= 0 || word[0] is '!' or '#' ? $"\"{word}\"" : word;

    /// <summary>The first word of a line as it stands there.</summary>
    public static ReadOnlySpan<char> First(ReadOnlySpan<char> line)
    {
        line = line.TrimStart();
        var end = IndexOfBlank(line);
        return end < 0 ? line : line[..end];
    }

    private static int IndexOfBlank(ReadOnlySpan<char> text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                return at;
            }
        }

        return -1;
    }
}
