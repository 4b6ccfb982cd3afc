using System.Text;
using TrunkBot.Perimeta.Configuration;

namespace TrunkBot.Perimeta.Steps;

/// <summary>What the journal keeps of a long answer: other people's configuration has no place there, and would fill it.</summary>
internal static class Excerpt
{
    /// <summary>An answer up to this length may be an error text and is kept as it came.</summary>
    private const int ShortLines = 10;

    /// <summary>The answer without the adjacencies of other names.</summary>
    public static string OfAdjacency(string answer, string name) =>
        IsShort(answer) ? answer : OfAdjacencies(answer, ConfigTree.Read(answer), adjacency => adjacency.Name == name);

    /// <summary>The answer without the adjacencies that are not wanted.</summary>
    /// <param name="tree">The answer, read.</param>
    public static string OfAdjacencies(string answer, ConfigTree tree, Func<Adjacency, bool> wanted)
    {
        var (text, others) = (new StringBuilder(), 0);
        Append(tree.Root);
        return others == 0 ? answer : text.Append($"! ({others} other adjacencies are not kept here)\n").ToString();

        void Append(ConfigNode node)
        {
            foreach (var child in node.Children.Where(child => child.Kind != LineKind.Implied || !child.Children.IsEmpty))
            {
                if (child.Opens?.Name == "adjacency" && !wanted(new Adjacency(child)))
                {
                    others++;
                    continue;
                }

                text.Append(child.Kind == LineKind.Implied ? "" : child.Raw);
                Append(child);
            }
        }
    }

    /// <summary>The lines of the answer that contain one of some texts.</summary>
    public static string OfLines(string answer, params IReadOnlyCollection<string> texts)
    {
        var lines = answer.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var kept = lines.Where(line => texts.Any(text => line.Contains(text, StringComparison.Ordinal))).ToList();
        return IsShort(answer) ? answer : string.Concat(kept.Select(line => line + "\n")) + $"! ({lines.Length - kept.Count} other lines are not kept here)\n";
    }

    private static bool IsShort(string answer) => answer.Count(letter => letter == '\n') <= ShortLines;
}
