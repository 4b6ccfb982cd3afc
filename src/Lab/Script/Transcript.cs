namespace TrunkBot.Lab.Script;

/// <summary>Prints who says what.</summary>
internal sealed class Transcript(TextWriter output, TimeProvider time)
{
    private readonly long _began = time.GetTimestamp();
    private readonly List<string> _botLines = [];

    /// <summary>The last line of the bot that holds the words; null when it never said them.</summary>
    public string? LastLineWith(string words) => _botLines.LastOrDefault(l => l.Contains(words, StringComparison.Ordinal));

    public void Says(string who, string text) => output.WriteLine($"[{Clock()}] {who}: {text}");

    public void Does(string who, string what) => output.WriteLine($"[{Clock()}] {who} {what}");

    /// <summary>A message of the bot, line by line.</summary>
    public void Bot(string toWhom, IReadOnlyList<string> lines)
    {
        output.WriteLine($"[{Clock()}] TrunkBot, to {toWhom}:");
        foreach (var line in lines.SelectMany(l => l.Split('\n')))
        {
            output.WriteLine($"    | {line}");
            _botLines.Add(line);
        }
    }

    public void Heading(string text)
    {
        output.WriteLine();
        output.WriteLine(text);
        output.WriteLine(new string('-', text.Length));
    }

    public void Line(string text) => output.WriteLine(text);

    private string Clock() => $"{time.GetElapsedTime(_began).TotalSeconds,6:0.0} s";
}
