namespace TrunkBot.Perimeta.Configuration;

/// <summary>
/// Where the command line stands: the open modes, and the climb from a mode to the nearest ancestor that knows a word
/// (published in operator scripts as habit; the rule itself is inferred). Used for reading text and for following a session.
/// </summary>
public sealed class ModePath(KeywordTable table)
{
    private readonly List<ConfigMode> _open = [table.Top];

    /// <summary>The innermost open mode.</summary>
    public ConfigMode Current => _open[^1];

    /// <summary>Open modes including the top: at least 1.</summary>
    public int Depth => _open.Count;

    /// <summary>Every open mode, the top first.</summary>
    public IReadOnlyList<ConfigMode> Open => _open;

    /// <summary>The depth of the nearest mode that knows the word: <see cref="Depth"/> for the innermost, 1 for the top, 0 when none does.</summary>
    public int DepthKnowing(ReadOnlySpan<char> word, out ConfigMode? opens) => DepthKnowing(table.NumberOf(word), _open.Count, out opens);

    /// <param name="word">Number of the word in the table.</param>
    /// <param name="from">Depth at which the search begins, outward.</param>
    internal int DepthKnowing(int word, int from, out ConfigMode? opens)
    {
        for (var depth = from; depth > 0; depth--)
        {
            if (_open[depth - 1].Knows(word, out opens))
            {
                return depth;
            }
        }

        opens = null;
        return 0;
    }

    public void Push(ConfigMode mode) => _open.Add(mode);

    public void PopTo(int depth) => _open.RemoveRange(depth, _open.Count - depth);

    /// <summary>Follows one line that the device accepted. A word that is not known leaves the mode as it is.</summary>
    /// <param name="enter">The dialect's word that enters configuration; may be empty.</param>
    /// <param name="leave">The dialect's word that leaves it altogether.</param>
    /// <returns>Whether its word is known, so that the mode is known too; a line of a site's template may open a mode that only the device knows.</returns>
    public bool Follow(string line, string enter, string leave)
    {
        if (line == enter || line == leave)
        {
            PopTo(1);
            return true;
        }

        var words = ConfigWords.Split(line);
        if (words is not [var first, ..])
        {
            return false;
        }

        var negated = first == "no" && words.Length > 1;
        var depth = DepthKnowing(negated ? words[1] : first, out var opens);
        if (depth == 0)
        {
            return false;
        }

        PopTo(depth);
        if (opens is not null && !negated)
        {
            Push(opens);
        }

        return true;
    }
}
