using System.Text;

namespace TrunkBot.Trunks.Parameters;

/// <summary>The one-line form of parameters: <c>name=acme-east site=denver edges="umatilla, ashburn"</c>.</summary>
public static class ParameterLine
{
    /// <summary>Writes the typed values, so that reading the line gives the same intent.</summary>
    public static string Write(IEnumerable<ParameterValue> values) =>
        string.Join(' ', values.Where(v => v.Origin == ValueOrigin.Typed).Select(v => $"{v.Key}={Quote(v.Text)}"));

    /// <summary>Reads a line. A word without <c>=</c> and an unclosed quote are errors; a key given twice is an error.</summary>
    public static (IReadOnlyDictionary<string, string> Values, IReadOnlyList<string> Errors) Read(string line)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var errors = new List<string>();
        var before = "";
        var position = 0;
        while (NextWord(line, ref position, out var closed) is { } word)
        {
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            if (!closed)
            {
                errors.Add($"the quote in {ParameterChecks.Show(word)} is not closed");
            }
            else if (equals <= 0)
            {
                errors.Add($"{ParameterChecks.Show(word)} is not of the form key=value"
                    + (before.Length == 0 ? "" : $"; if it belongs to {before}, put the whole value in quotes"));
            }
            else if (!values.TryAdd(word[..equals], word[(equals + 1)..]))
            {
                errors.Add($"{ParameterChecks.Show(word[..equals])} is given twice");
            }

            before = closed && equals > 0 && TrunkParameters.Find(word[..equals]) is { } parameter ? parameter.Key : before;
        }

        return (values, errors);
    }

    private static string? NextWord(string line, ref int position, out bool closed)
    {
        closed = true;
        while (position < line.Length && char.IsWhiteSpace(line[position]))
        {
            position++;
        }

        if (position == line.Length)
        {
            return null;
        }

        var word = new StringBuilder();
        var quoted = false;
        for (; position < line.Length && (quoted || !char.IsWhiteSpace(line[position])); position++)
        {
            var c = line[position];
            if (IsQuote(c))
            {
                quoted = !quoted;
            }
            else
            {
                word.Append(c);
            }
        }

        closed = !quoted;
        return word.ToString();
    }

    /// <summary>Chat clients turn straight quotes into typographic ones as people type.</summary>
    private static bool IsQuote(char c) => c is '"' or '\u201C' or '\u201D';

    private static string Quote(string text) => text.Any(char.IsWhiteSpace) || text.Length == 0 ? $"\"{text}\"" : text;
}
