namespace TrunkBot.Chat.Commands;

/// <summary>The nearest of some names to a mistyped one (Damerau-Levenshtein distance: wrong, missing, added and swapped letters).</summary>
internal static class Nearest
{
    /// <summary>Null when none is near: more than one letter in three would have to be wrong.</summary>
    public static string? To(string typed, IEnumerable<string> names)
    {
        // Beyond this no name is near, and the cost grows with the square.
        if (typed.Length > 60)
        {
            return null;
        }

        return names.Select(n => (Name: n, Distance: Distance(typed.ToLowerInvariant(), n.ToLowerInvariant())))
            .Where(n => n.Distance <= Math.Max(1, Math.Max(typed.Length, n.Name.Length) / 3))
            .OrderBy(n => n.Distance).ThenBy(n => n.Name, StringComparer.Ordinal)
            .Select(n => n.Name)
            .FirstOrDefault();
    }

    /// <summary>Letters to change, add, drop or swap with a neighbour to get from one word to the other.</summary>
    public static int Distance(string one, string other)
    {
        var distance = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
        {
            for (var j = 0; j <= other.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    distance[i, j] = i + j;
                    continue;
                }

                var cost = one[i - 1] == other[j - 1] ? 0 : 1;
                distance[i, j] = Math.Min(Math.Min(distance[i - 1, j], distance[i, j - 1]) + 1, distance[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                {
                    distance[i, j] = Math.Min(distance[i, j], distance[i - 2, j - 2] + 1);
                }
            }
        }

        return distance[one.Length, other.Length];
    }
}
