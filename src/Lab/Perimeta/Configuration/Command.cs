namespace TrunkBot.Lab.Perimeta.Configuration;

/// <summary>How a line relates to an earlier one with the same keyword.</summary>
internal enum Keeping
{
    /// <summary>The new value takes the place of the old one.</summary>
    Replaces,

    /// <summary>Each different line is kept (<c>permit-peer</c>).</summary>
    Gathers,

    /// <summary>Its <c>no</c> form is itself kept (<c>no activate</c>).</summary>
    Toggles,
}

/// <summary>A mode of the CLI: the word shown in its prompt, and the lines that it knows in the order in which they are shown.</summary>
internal sealed record Mode(string Name, IReadOnlyList<Command> Commands)
{
    public bool Knows(string firstWord) => Commands.Any(command => command.Keyword == firstWord);
}

/// <summary>One line of the grammar.</summary>
/// <param name="Pattern">Words; <c>&lt;kind&gt;</c> for an <see cref="Argument"/>; <c>a|b</c> for a choice.</param>
/// <param name="Opens">The mode that the line enters, or null for a plain line.</param>
internal sealed record Command(string Pattern, Keeping Keeping = Keeping.Replaces, Mode? Opens = null)
{
    private readonly string[] _tokens = Pattern.Split(' ');

    public string Keyword => _tokens[0];

    /// <summary>The fixed words before the first value: what <c>no</c> needs for a line that is there once.</summary>
    public string FixedPart { get; } = string.Join(' ', Pattern.Split(' ').TakeWhile(IsFixed));

    private bool HasValues => _tokens.Any(token => !IsFixed(token));

    /// <summary>Objects and gathered lines are told apart by the whole line, other lines by their fixed part.</summary>
    public bool IsToldApartByItsValues => HasValues && (Opens is not null || Keeping == Keeping.Gathers);

    /// <summary>Reads a line against the pattern.</summary>
    /// <returns>The line in canonical form, or a complaint that names the word.</returns>
    public Reading Read(IReadOnlyList<string> words)
    {
        for (var position = 0; position < _tokens.Length; position++)
        {
            if (position == words.Count)
            {
                return Reading.Refused(position, $"'{words[^1]}' needs {Meaning(_tokens[position])} after it");
            }

            if (!Accepts(_tokens[position], words[position]))
            {
                return Reading.Refused(position, $"'{words[position]}' is not {Meaning(_tokens[position])}");
            }
        }

        return words.Count > _tokens.Length
            ? Reading.Refused(_tokens.Length, $"'{words[_tokens.Length]}' is one word too many")
            : Reading.Accepted(string.Join(' ', words.Select(Words.Quote)));
    }

    private static bool IsFixed(string token) => !token.StartsWith('<') && !token.Contains('|', StringComparison.Ordinal);

    private static bool Accepts(string token, string word) => token[0] == '<'
        ? Argument.Find(token[1..^1]).Accepts(word)
        : token.Split('|').Contains(word, StringComparer.Ordinal);

    private static string Meaning(string token) => token[0] == '<'
        ? Argument.Find(token[1..^1]).Meaning
        : string.Join(" or ", token.Split('|').Select(word => $"'{word}'"));
}

/// <summary>What came of reading a line: its canonical text or a complaint, and how many words were understood.</summary>
internal sealed record Reading(string? Line, string? Complaint, int Understood)
{
    public static Reading Accepted(string line) => new(line, null, int.MaxValue);

    public static Reading Refused(int understood, string complaint) => new(null, complaint, understood);
}

/// <summary>Lines as words: blanks separate, quotes hold one argument together, <c>""</c> is an empty argument.</summary>
internal static class Words
{
    /// <returns>The words, or null when a quote is left open.</returns>
    public static IReadOnlyList<string>? Split(string line)
    {
        var words = new List<string>();
        var at = 0;
        while (true)
        {
            while (at < line.Length && line[at] is ' ' or '\t')
            {
                at++;
            }

            if (at == line.Length)
            {
                return words;
            }

            if (line[at] == '"')
            {
                var close = line.IndexOf('"', at + 1);
                if (close < 0 || (close + 1 < line.Length && line[close + 1] is not (' ' or '\t')))
                {
                    return null;
                }

                words.Add(line[(at + 1)..close]);
                at = close + 1;
                continue;
            }

            var end = line.AsSpan(at).IndexOfAny(' ', '\t');
            end = end < 0 ? line.Length : at + end;
            words.Add(line[at..end]);
            at = end;
        }
    }

    public static string Quote(string word) => word.Length == 0 || word.Contains(' ', StringComparison.Ordinal) ? $"\"{word}\"" : word;
}
