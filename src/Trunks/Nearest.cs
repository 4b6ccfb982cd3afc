namespace TrunkBot.Trunks;

/// <summary>
/// The nearest of some names to a mistyped one: wrong, missing, added and swapped letters (Damerau-Levenshtein distance), words joined or
/// parted, and a name of which only the beginning was typed. Case, blanks, hyphens and underscores are ignored.
/// </summary>
public static class Nearest
{
    /// <summary>Null when none is near: more than one letter in three would have to be wrong, and it is not the beginning of a name either.</summary>
    public static string? To(string typed, IEnumerable<string> names)
    {
        var wanted = Bare(typed);

        // Beyond this no name is near, and the cost grows with the square.
        if (wanted.Length is 0 or > 60)
        {
            return null;
        }

        return names.Select(n => (Name: n, Rank: Rank(wanted, Bare(n))))
            .Where(n => n.Rank is not null)
            .OrderBy(n => n.Rank).ThenBy(n => n.Name, StringComparer.Ordinal)
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

    /// <summary>Lower is nearer; a name that is only begun comes after every mistyped one.</summary>
    private static int? Rank(string wanted, string name)
    {
        var distance = Distance(wanted, name);
        return distance <= Math.Max(1, Math.Max(wanted.Length, name.Length) / 3) ? distance
            : wanted.Length >= 3 && name.StartsWith(wanted, StringComparison.Ordinal) ? 1000 + name.Length
            : null;
    }

    private static string Bare(string text) =>
        new([.. text.ToLowerInvariant().Where(c => !char.IsWhiteSpace(c) && c is not ('-' or '_'))]);
}
