using System.Globalization;
using TrunkBot.Perimeta.Session;
using TrunkBot.Trunks.Findings;

namespace TrunkBot.Perimeta.Configuration;

/// <summary>
/// Notes near misses of pasted configuration text: all of them occur in operators' texts, and one bad line shifts the later ones
/// to a wrong mode (domain document, section 5, rules 5, 9 and 10; lints P17 and P18).
/// </summary>
internal sealed class ConfigDiagnoser(KeywordTable table)
{
    /// <summary>Letters of a line that a sentence quotes at most.</summary>
    private const int Quoted = 60;

    private readonly List<ConfigDiagnostic> _found = [];
    private (string Value, int Line)? _suspect;

    public IReadOnlyList<ConfigDiagnostic> Found => _found;

    /// <summary>Called for each line that is no comment and not blank.</summary>
    public void Next(ReadOnlySpan<char> line, int number)
    {
        if (_suspect is not null && line is "config")
        {
            End();
        }

        // "realm Xend" and then "config" or nothing: the word "end" was joined to the line before.
        _suspect = line.Length > 4 && line.EndsWith("end", StringComparison.Ordinal) && line.IndexOf(' ') > 0
            ? (Shown(line), number)
            : null;
        if (line.Contains('"') && line.Count('"') % 2 != 0)
        {
            Warn(number, "sbc-config-open-quote", $"a quote is opened and not closed in \"{Shown(line)}\"");
        }
    }

    /// <summary>Called at the end of the text.</summary>
    public void End()
    {
        if (_suspect is var (value, line))
        {
            Fail(line, "sbc-config-joined-lines", $"\"{value}\" ends in \"end\" and no \"end\" follows: two lines may have been joined");
        }

        _suspect = null;
    }

    /// <param name="rest">What follows the word in its line.</param>
    public void Unknown(ReadOnlySpan<char> word, ReadOnlySpan<char> rest, IReadOnlyList<ConfigMode> open, int number)
    {
        if (word.IndexOfAnyExcept('*') < 0)
        {
            Fail(number, "sbc-config-title-line", "a line of asterisks is no command and no comment");
        }
        else if (Foreign(word, ConfigWords.First(rest)) is { } foreign)
        {
            Fail(number, "sbc-config-foreign-word", $"\"{foreign}\" is a word of another product's command line: no published Perimeta text has it");
        }
        else if (word.ContainsAnyExceptInRange('!', '~') && OddBlank(word))
        {
            Fail(number, "sbc-config-odd-blank", $"\"{Shown(word)}\" holds a letter that is not seen or looks like a blank, such as a no-break space of a pasted text");
        }
        else
        {
            NearMiss(word, open, number);
        }
    }

    /// <summary>A word of some other mode, where no open mode knows it.</summary>
    public void OutOfPlace(ReadOnlySpan<char> word, ConfigMode current, int number) =>
        Warn(number, "sbc-config-out-of-place", $"\"{word}\" is no word of {current.Name} or of a mode around it: it was kept as it is and not understood");

    /// <param name="deeper">Indented as if it were inside <paramref name="hinted"/>; otherwise as if it were outside of it.</param>
    /// <param name="settled">The mode that the words say.</param>
    public void Indented(ReadOnlySpan<char> word, ConfigMode hinted, ConfigMode settled, bool deeper, int number) =>
        Note(number, "sbc-config-indentation", $"\"{word}\" is indented as if it stood {(deeper ? "inside" : "outside of")} {hinted.Name}; it was read as a line of {settled.Name}");

    public void TwoLevels(ReadOnlySpan<char> word, ConfigMode settled, ConfigMode outer, int number) =>
        Note(number, "sbc-config-two-levels", $"\"{word}\" was read as a line of {settled.Name}, which was open; {outer.Name} would take it too, and no indentation tells");

    private static string? Foreign(ReadOnlySpan<char> word, ReadOnlySpan<char> next) => word switch
    {
        "attach" or "sbe" or "vrf" or "signaling-address" or "trunk-group" or "outbound-profile" => word.ToString(),
        "inherit" when next is "profile" => "inherit profile",
        "configure" when next is "terminal" => "configure terminal",
        "terminal" when next is "length" => "terminal length",
        _ => null,
    };

    private static bool OddBlank(ReadOnlySpan<char> word)
    {
        foreach (var letter in word)
        {
            if (char.IsWhiteSpace(letter) || char.IsControl(letter) || CharUnicodeInfo.GetUnicodeCategory(letter) == UnicodeCategory.Format)
            {
                return true;
            }
        }

        return false;
    }

    private void NearMiss(ReadOnlySpan<char> word, IReadOnlyList<ConfigMode> open, int number)
    {
        for (var at = open.Count - 1; at >= 0; at--)
        {
            if (NearMiss(word, open[at].Words, number))
            {
                return;
            }
        }

        NearMiss(word, table.FragmentWords, number);
    }

    private bool NearMiss(ReadOnlySpan<char> word, IReadOnlyList<string> words, int number)
    {
        for (var at = 0; at < words.Count; at++)
        {
            var known = words[at];
            if (word.Length > known.Length && word.StartsWith(known, StringComparison.Ordinal))
            {
                var tail = word[known.Length..];
                if (tail.IndexOfAnyExceptInRange('0', '9') < 0)
                {
                    Fail(number, "sbc-config-joined-word", $"\"{Shown(word)}\" lacks a blank after \"{known}\"");
                    return true;
                }

                if (tail is "end" or "exit" or "config" || table.Knows(tail))
                {
                    Fail(number, "sbc-config-joined-lines", $"\"{Shown(word)}\" is \"{known}\" and \"{tail}\": two lines were joined");
                    return true;
                }
            }

            if (known.Length > 4 && IsOneEditAway(word, known))
            {
                Fail(number, "sbc-config-misspelled", $"\"{Shown(word)}\" is no word here; \"{known}\" is");
                return true;
            }
        }

        return false;
    }

    // What stands in a text may be meant for the terminal that shows the sentence.
    private static string Shown(ReadOnlySpan<char> text) =>
        text.Length <= Quoted ? CliLine.Printable(text.ToString()) : CliLine.Printable(text[..Quoted].ToString()) + "...";

    private void Fail(int line, string code, string sentence) => _found.Add(new(line, code, sentence, FindingSeverity.Error));

    private void Warn(int line, string code, string sentence) => _found.Add(new(line, code, sentence, FindingSeverity.Warning));

    private void Note(int line, string code, string sentence) => _found.Add(new(line, code, sentence, FindingSeverity.Info));

    private static bool IsOneEditAway(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        if (Math.Abs(a.Length - b.Length) > 1)
        {
            return false;
        }

        var same = a.CommonPrefixLength(b);
        if (same == Math.Max(a.Length, b.Length))
        {
            return false;
        }

        var restA = a[same..];
        var restB = b[same..];
        return a.Length == b.Length ? restA[1..].SequenceEqual(restB[1..])
            : a.Length > b.Length ? restA[1..].SequenceEqual(restB)
            : restA.SequenceEqual(restB[1..]);
    }
}
