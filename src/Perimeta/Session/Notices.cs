using System.Text.RegularExpressions;

namespace TrunkBot.Perimeta.Session;

/// <summary>Tells what a device writes by itself (log messages, alarms) from what it answers, by its dialect.</summary>
internal sealed class Notices(IReadOnlyList<Regex> patterns, CliPrompt prompt)
{
    /// <summary>More than any notice and the prompt before it.</summary>
    public const int Tail = 8000;

    /// <summary>The lines that are no notices. A notice may stand behind a prompt, where it came in between.</summary>
    public string Without(string text) => patterns.Count == 0 ? text : string.Join('\n', text.Split('\n').Where(line => !Is(line)));

    /// <summary>The prompt after which nothing but notices came, and which the device does not repeat; null when there is none.</summary>
    public string? CoveredPrompt(string tail)
    {
        var covered = false;
        foreach (var line in patterns.Count == 0 ? [] : tail.Split('\n').Reverse())
        {
            switch (line)
            {
                case var _ when PromptBefore(line) is { } before:
                    return before;
                case var _ when Is(line):
                    covered = true;
                    break;
                case var _ when !string.IsNullOrWhiteSpace(line):
                    return covered && prompt.Matches(line) ? line : null;
            }
        }

        return null;
    }

    private bool Is(string line) => IsAlone(line) || PromptBefore(line) is not null;

    private bool IsAlone(string line) => line.Trim() is { Length: > 0 } words && patterns.Any(pattern => pattern.IsMatch(words));

    private string? PromptBefore(string line)
    {
        // A prompt ends in one of these (see CliPrompt); only a host's own prompt counts, so that this is a handful of tries.
        for (var end = line.AsSpan().IndexOfAny('#', '>') + 1; end > 0 && end < line.Length && end < 200;)
        {
            if (prompt.Matches(line[..end]) && IsAlone(line[end..]))
            {
                return line[..end];
            }

            var next = line.AsSpan(end).IndexOfAny('#', '>') + 1;
            end = next == 0 ? 0 : end + next;
        }

        return null;
    }
}
