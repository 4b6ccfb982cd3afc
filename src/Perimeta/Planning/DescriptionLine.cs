using System.Text.RegularExpressions;
using TrunkBot.Changes.Plans;
using TrunkBot.Perimeta.Configuration;
using TrunkBot.Perimeta.Dialects;
using TrunkBot.Perimeta.Session;

namespace TrunkBot.Perimeta.Planning;

/// <summary>
/// The line that says in an adjacency by which ticket it was built or last changed. Whether there is such a line, and how it is written, only the dialect knows. Which
/// ticket it names is no value of the trunk: it is a further line of the adjacency (<see cref="Steps.ExtraLines"/>), so that no plan without a ticket asks for it.
/// </summary>
internal static partial class DescriptionLine
{
    private const string Ticket = "{ticket}";
    private const string Trunk = "{trunk}";

    /// <summary>The line of a change; null when it has none.</summary>
    public static string? Of(TrunkGoal goal, Dialect dialect)
    {
        if (dialect.AdjacencyDescription is not { } pattern || goal.Ticket is not { } ticket)
        {
            return null;
        }

        // A trunk called "turkey" would make a line that is struck out wherever it is read, and could not be put back.
        var line = pattern.Replace(Trunk, goal.Intent.Name, StringComparison.Ordinal).Replace(Ticket, ticket, StringComparison.Ordinal);
        return SecretLines.Mask(line) == line ? line : null;
    }

    /// <summary>Lines of an adjacency with the keyword of <paramref name="line"/>, outside of blocks that the program does not know.</summary>
    public static IReadOnlyList<ConfigNode> There(ConfigNode adjacency, string line)
    {
        var keyword = ConfigWords.First(line).ToString();
        return [.. Own(adjacency).Where(node => !node.Negated && node.Keyword == keyword)];

        static IEnumerable<ConfigNode> Own(ConfigNode block) => block.Children.SelectMany(child => child.Kind == LineKind.Unknown ? [child] : Own(child));
    }

    /// <summary>Whether some lines hold one with the keyword of <paramref name="line"/>: a site's template has a description of its own.</summary>
    public static bool StandsIn(IEnumerable<string> lines, string line)
    {
        var keyword = ConfigWords.First(line).ToString();
        return lines.Any(other => ConfigWords.First(other).SequenceEqual(keyword));
    }

    /// <summary>Whether a line is one that some change of the trunk may have written; any other is a person's.</summary>
    public static bool IsOfTrunk(string line, string trunk, Dialect dialect) => dialect.AdjacencyDescription is { } pattern && Regex.IsMatch(
        line,
        $@"\A{Regex.Escape(pattern).Replace(Regex.Escape(Trunk), Regex.Escape(trunk), StringComparison.Ordinal).Replace(Regex.Escape(Ticket), "[A-Za-z0-9][A-Za-z0-9_.#/-]*", StringComparison.Ordinal)}\z",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    /// <summary>What is wrong with the dialect's pattern, or null.</summary>
    public static string? Fault(Dialect dialect)
    {
        const string place = "adjacencyDescription";
        if (dialect.AdjacencyDescription is not { } pattern)
        {
            return null;
        }

        if (!CliLine.IsSafe(pattern) || pattern.Contains('?', StringComparison.Ordinal))
        {
            return $"{place} holds ?, a control character or a letter that is not ASCII, or is longer than {CliLine.Longest} characters";
        }

        if (!pattern.Contains(Ticket, StringComparison.Ordinal))
        {
            return $"{place} has no {Ticket}, which is what it is for";
        }

        if (Hole().Replace(pattern, "").AsSpan().ContainsAny('{', '}') || ConfigWords.First(pattern).Contains('{'))
        {
            return $"{place} begins with the device's word, and its holes are {Trunk} and {Ticket}";
        }

        var plain = Hole().Replace(pattern, "A");
        if (CommandBlocks.Intended("A", [plain]).Children.ToList() is not [{ Kind: LineKind.Unknown, Negated: false } line]
            || line.Keyword is "exit" or "end" or "config" || line.Keyword == dialect.Words.Enter || line.Keyword == dialect.Words.Leave)
        {
            return $"{place} must be one line of an adjacency, with a word that the bot does not use itself";
        }

        if (line.Meaning != plain)
        {
            return $"{place} needs one blank between words, and quotes only around what has blanks: {line.Meaning}";
        }

        return dialect.Repeatable.Contains(line.Keyword) ? $"{place} stands once, so that {line.Keyword} can't be among repeatable"
            : SecretLines.Mask(plain) != plain ? $"{place} looks like a secret, which would be struck out wherever it is read"
            : null;
    }

    [GeneratedRegex(@"\{(trunk|ticket)\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Hole();
}
