using System.Text;
using TrunkBot.Chat.Templates;
using TrunkBot.Trunks;

namespace TrunkBot.Chat.Commands;

/// <summary>What a typed text means: a command with its arguments, or a sentence that says what to type instead.</summary>
internal sealed record Reading(Command? Command, IReadOnlyList<string> Arguments, string Rest, string? Problem);

/// <summary>Reads typed texts against the table of commands. Case is ignored; quotes, straight or typographic, hold words together.</summary>
internal sealed class CommandGrammar(IReadOnlyList<Command> commands)
{
    public Reading Read(string text)
    {
        var (words, rests) = Words(text);
        var command = commands.Where(c => Begins(words, c)).MaxBy(c => c.Name.Length);
        if (command is null)
        {
            return new Reading(null, [], "", Unknown(words));
        }

        var own = command.Name.Split(' ').Length;
        IReadOnlyList<string> arguments = [.. words.Skip(own)];
        var rest = own < rests.Count ? text[rests[own]..] : "";
        var fits = arguments.Count >= command.Least && arguments.Count <= command.Most;
        return new Reading(command, arguments, rest, fits ? null : $"Say it like this: {command.Usage}");
    }

    /// <summary>Whether the text begins with the words of a command.</summary>
    public bool IsCommand(string text)
    {
        var (words, _) = Words(text);
        return commands.Any(c => Begins(words, c));
    }

    /// <summary>The command that a text was probably meant to begin with; null when none is near.</summary>
    public string? NearestTo(string text) => NearestTo(Words(text).Words);

    private string? NearestTo(List<string> words) => Enumerable.Range(1, 2).Where(n => n <= words.Count)
        .Select(n => Nearest.To(string.Join(' ', words.Take(n)), commands.Select(c => c.Name)))
        .LastOrDefault(n => n is not null);

    private string Unknown(List<string> words)
    {
        var nearest = NearestTo(words);
        var shown = ShownText.Cut(string.Join(' ', words), 60);
        return nearest is null
            ? $"I don't know \"{shown}\". Say help for everything I can do."
            : $"I don't know \"{shown}\". Did you mean {nearest}? Say help for everything I can do.";
    }

    private static bool Begins(List<string> words, Command command)
    {
        var own = command.Name.Split(' ');
        return words.Count >= own.Length && own.Zip(words).All(p => string.Equals(p.First, p.Second, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The words and where each begins in the text.</summary>
    private static (List<string> Words, List<int> Starts) Words(string text)
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
                    word.Append(text[at]);
                }
            }
        }

        return (words, starts);
    }
}
