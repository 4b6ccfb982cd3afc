namespace TrunkBot.Metaswitch.Shadow;

/// <summary>Finds columns by how their names end: group name, underscore, field in some tables, bare names in others (published: shadow readers).</summary>
internal static class ShadowColumns
{
    private const string Group = "baseinformation_";

    /// <summary>The column that holds a field; null when none does, or more than one might.</summary>
    /// <param name="loosely">Whether an ending within a word counts too, as <c>siptrunkname</c> for <c>TrunkName</c>.</param>
    public static string? Find(IReadOnlyCollection<string> columns, string field, string? hint, bool loosely = false)
    {
        if (hint is not null)
        {
            return Only(c => Same(c, hint));
        }

        return Only(c => Same(c, Group + field)) ?? Only(c => Same(c, field)) ?? Only(c => Ends(c, "_" + field)) ?? (loosely ? Only(c => Ends(c, field)) : null);

        string? Only(Func<string, bool> fits) => columns.Where(fits).Take(2).ToList() is [var one] ? one : null;
    }

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static bool Ends(string column, string ending) => column.EndsWith(ending, StringComparison.OrdinalIgnoreCase);
}
