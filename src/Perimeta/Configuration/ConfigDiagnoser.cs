namespace TrunkBot.Perimeta.Configuration;

/// <summary>
/// Notes near misses of pasted configuration text: all of them occur in operators' texts, and one bad line shifts the later ones
/// to a wrong mode (domain document, lint P18).
/// </summary>
internal sealed class ConfigDiagnoser
{
    private readonly List<ConfigDiagnostic> _found = [];
    private (string Value, int Line)? _suspect;

    public IReadOnlyList<ConfigDiagnostic> Found => _found;

    /// <summary>Called for each line that is no comment and not blank.</summary>
    public void Next(ReadOnlySpan<char> line, int number)
    {
        if (line is "config")
        {
            End();
        }

        // "realm Xend" and then "config" or nothing: the word "end" was joined to the line before.
        _suspect = line.Length > 4 && line.EndsWith("end", StringComparison.Ordinal) && line.IndexOf(' ') > 0
            ? (line.ToString(), number)
            : null;
    }

    /// <summary>Called at the end of the text.</summary>
    public void End()
    {
        if (_suspect is var (value, line))
        {
            _found.Add(new(line, "sbc-config-joined-lines", $"\"{value}\" ends in \"end\" and no \"end\" follows: two lines may have been joined"));
        }

        _suspect = null;
    }

    public void Unknown(ReadOnlySpan<char> word, IReadOnlyList<ConfigMode> open, int number)
    {
        if (word.IndexOfAnyExcept('*') < 0)
        {
            _found.Add(new(number, "sbc-config-title-line", "a line of asterisks is no command and no comment"));
            return;
        }

        var letters = word.TrimEnd("0123456789");
        foreach (var known in open.SelectMany(mode => mode.Words))
        {
            if (letters.Length < word.Length && letters.SequenceEqual(known))
            {
                _found.Add(new(number, "sbc-config-joined-word", $"\"{word}\" lacks a blank after \"{known}\""));
                return;
            }

            if (known.Length > 4 && IsOneEditAway(word, known))
            {
                _found.Add(new(number, "sbc-config-misspelled", $"\"{word}\" is no word here; \"{known}\" is"));
                return;
            }
        }
    }

    private static bool IsOneEditAway(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        if (Math.Abs(a.Length - b.Length) > 1)
        {
            return false;
        }

        var same = a.CommonPrefixLength(b);
        var restA = a[same..];
        var restB = b[same..];
        return a.Length == b.Length ? restA[1..].SequenceEqual(restB[1..])
            : a.Length > b.Length ? restA[1..].SequenceEqual(restB)
            : restA.SequenceEqual(restB[1..]);
    }
}
