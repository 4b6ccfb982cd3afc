using System.Text;
using TrunkBot.Chat.Language;
using TrunkBot.Chat.Templates;
using TrunkBot.Trunks;

namespace TrunkBot.Chat.Commands;

/// <summary>What a typed text means: a command with its arguments, or a sentence that says what to type instead.</summary>
internal sealed record Reading(Command? Command, IReadOnlyList<string> Arguments, string Rest, string? Problem);

/// <summary>
/// Reads typed texts against the table of commands: the commands' own words; else words that mean one (<see cref="Phrases"/>); else their
/// beginnings, such as <c>n t</c>. Case is ignored; quotes, straight or typographic, hold words together.
/// </summary>
internal sealed class CommandGrammar(IReadOnlyList<Command> commands, Phrases phrases)
{
    public Reading Read(string text)
    {
        var line = Line.Of(text).Without(phrases.Openings, phrases.Closings);
        var command = Named(line);
        var own = command is null ? null : ReadAs(command, command.Name.Split(' ').Length, line);
        if (own is { Problem: null } && command!.Fits?.Invoke(own.Arguments) != false)
        {
            return own;
        }

        return ReadPhrase(line) ?? own ?? ReadAbbreviation(line) ?? new Reading(null, [], "", Unknown(Line.Of(text)));
    }

    /// <summary>Whether the text begins with the words of a command. Other words that mean one do not count: while a dialog waits they are its answer.</summary>
    public bool IsCommand(string text) => Named(Line.Of(text)) is not null;

    /// <summary>The command that a name was meant to be, whole or abbreviated; null when there is none, or more than one.</summary>
    public Command? Find(string name)
    {
        var line = Line.Of(name);
        return commands.FirstOrDefault(c => string.Equals(c.Name, string.Join(' ', line.Words), StringComparison.OrdinalIgnoreCase))
            ?? (Abbreviated(line).Where(c => c.Name.Split(' ').Length == line.Words.Count).ToList() is [var only] ? only : null);
    }

    /// <summary>The command that a text was probably meant to begin with; null when none is near.</summary>
    public string? NearestTo(string text) => NearestTo(Line.Of(text).Words);

    private Command? Named(Line line) => commands.Where(c => Begins(line.Words, c, string.Equals)).MaxBy(c => c.Name.Length);

    private static Reading ReadAs(Command command, int own, Line line)
    {
        IReadOnlyList<string> arguments = [.. line.Words.Skip(own)];
        var rest = own < line.Starts.Count ? line.Text[line.Starts[own]..] : "";
        return new Reading(command, arguments, rest, arguments.Count < command.Least || arguments.Count > command.Most ? Localized.Text($"Say it like this: {command.Usage}")
            : line.IsOpen && !command.ReadsRest ? Localized.Text($"A quote in \"{ShownText.Cut(rest, 60)}\" is opened and not closed. Close it, or leave it out. (quote-open)")
            : null);
    }

    private Reading? ReadPhrase(Line line)
    {
        foreach (var phrase in phrases.All)
        {
            if (Phrases.MatchAll(phrase.Said, line.Words) is { } names)
            {
                var meant = phrase.Meant.Split(' ');
                var command = commands.Where(c => Begins(meant, c, string.Equals)).MaxBy(c => c.Name.Length);
                return command is null ? null : new Reading(command, [.. meant.Skip(command.Name.Split(' ').Length).Select(a => names.GetValueOrDefault(a, a))], "", null);
            }
        }

        return null;
    }

    private Reading? ReadAbbreviation(Line line)
    {
        // What acts is never abbreviated, so it does not stand in the way of what only looks.
        var all = Abbreviated(line);
        List<Command> candidates = all.Any(c => !c.Acts) ? [.. all.Where(c => !c.Acts)] : all;
        return candidates switch
        {
            [] => null,
            [{ Acts: true } one] => new Reading(null, [], "", Localized.Text($"Did you mean {one.Name}? It changes something, so say the whole word.")),
            [var one] => ReadAs(one, one.Name.Split(' ').Length, line),
            _ => new Reading(null, [], "", Localized.Text($"\"{ShownText.Cut(line.Words[0], 60)}\" could be {string.Join(Localized.Text(" or "), candidates.Select(c => c.Name))}. Say more of it.")),
        };
    }

    private List<Command> Abbreviated(Line line) =>
        [.. commands.Where(c => Begins(line.Words, c, (name, typed, comparison) => typed.Length > 0 && name.StartsWith(typed, comparison)))];

    private string? NearestTo(List<string> words) => Enumerable.Range(1, 2).Where(n => n <= words.Count)
        .Select(n => Nearest.To(string.Join(' ', words.Take(n)), commands.Select(c => c.Name)))
        .LastOrDefault(n => n is not null);

    private string Unknown(Line line)
    {
        var nearest = NearestTo(line.Words);
        var shown = ShownText.Cut(string.Join(' ', line.Words), 60);
        return nearest is null
            ? Localized.Text($"I don't know \"{shown}\". Say help for everything I can do.")
            : Localized.Text($"I don't know \"{shown}\". Did you mean {nearest}? Say help for everything I can do.");
    }

    private static bool Begins(IReadOnlyList<string> words, Command command, Func<string, string, StringComparison, bool> isWord)
    {
        var own = command.Name.Split(' ');
        return words.Count >= own.Length && own.Zip(words).All(p => isWord(p.First, p.Second, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>A text in words, and where each begins in it.</summary>
    /// <param name="IsOpen">A quote was opened and not closed.</param>
    private sealed record Line(string Text, List<string> Words, List<int> Starts, bool IsOpen)
    {
        public static Line Of(string text)
        {
            var words = new List<string>();
            var starts = new List<int>();
            var word = new StringBuilder();
            var start = -1;
            var quoted = false;
            for (var at = 0; at <= text.Length; at++)
            {
                var ends = at == text.Length || (!quoted && char.IsWhiteSpace(text[at]));
                if (ends && start >= 0)
                {
                    words.Add(word.ToString());
                    starts.Add(start);
                    word.Clear();
                    start = -1;
                }
                else if (!ends)
                {
                    start = start < 0 ? at : start;
                    if (text[at] is '"' or '\u201C' or '\u201D')
                    {
                        quoted = !quoted;
                    }
                    else
                    {
                        // A phone writes the apostrophe of "what's" its own way.
                        word.Append(text[at] == '\u2019' ? '\'' : text[at]);
                    }
                }
            }

            return new Line(text, words, starts, quoted);
        }

        /// <summary>Without what people say around a request: a please before or behind it, a mark at its end.</summary>
        public Line Without(IReadOnlyList<string> openings, IReadOnlyList<string> closings)
        {
            var first = 0;
            while (openings.Max(o => Phrases.EndOf(o, Words, first) ?? first) is var end && end > first && end < Words.Count)
            {
                first = end;
            }

            var words = Words.Skip(first).ToList();
            while (words.Count > 1 && closings.Contains(words[^1].TrimEnd('?', '!', '.', ','), StringComparer.OrdinalIgnoreCase))
            {
                words.RemoveAt(words.Count - 1);
            }

            if (words.Count > 0)
            {
                words[^1] = words[^1].TrimEnd('?', '!', '.', ',');
                if (words[^1].Length == 0 && words.Count > 1)
                {
                    words.RemoveAt(words.Count - 1);
                }
            }

            return this with { Words = words, Starts = [.. Starts.Skip(first).Take(words.Count)] };
        }
    }
}
