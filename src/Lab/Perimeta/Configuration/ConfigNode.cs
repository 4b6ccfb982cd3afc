namespace TrunkBot.Lab.Perimeta.Configuration;

/// <summary>One line of the running configuration with all that stands inside it.</summary>
/// <param name="command">Null for a line that the grammar does not know, found in the file and kept as it is.</param>
/// <param name="line">The line in canonical form, without <c>no</c>.</param>
internal sealed class ConfigNode(Command? command, string line, bool negated = false)
{
    private readonly List<ConfigNode> _children = [];

    public Command? Command { get; } = command;

    public string Line { get; } = line;

    /// <summary>True for a kept <c>no</c> form (<c>no activate</c>).</summary>
    public bool Negated { get; } = negated;

    /// <summary>Comment lines that stand before this one.</summary>
    public IReadOnlyList<string> Comments { get; init; } = [];

    public IReadOnlyList<ConfigNode> Children => _children;

    public string Shown => Negated ? $"no {Line}" : Line;

    /// <summary>Whether the last of <c>activate</c> and <c>no activate</c> was <c>activate</c>.</summary>
    public bool IsActive => _children.Any(child => child is { Line: "activate", Negated: false });

    public ConfigNode? Child(string line) => _children.Find(child => child.Line == line);

    /// <summary>The child of a keyword, whatever its value.</summary>
    public ConfigNode? ChildOf(string fixedPart) => _children.Find(child => child.Command?.FixedPart == fixedPart);

    /// <summary>The words after the fixed part of a child, or null when there is no such child.</summary>
    public string? Value(string fixedPart) => ChildOf(fixedPart)?.Line[(fixedPart.Length + 1)..];

    /// <summary>Every node below, in the order shown.</summary>
    public IEnumerable<ConfigNode> Descendants() => _children.SelectMany(child => child.Descendants().Prepend(child));

    /// <summary>Puts a line where the mode's order has it, in place of the one it replaces.</summary>
    public void Put(ConfigNode child, Mode mode)
    {
        if (child.Command is not { } command)
        {
            _children.Add(child);
            return;
        }

        var replaced = command.IsToldApartByItsValues
            ? _children.FindIndex(other => other.Line == child.Line)
            : _children.FindIndex(other => other.Command == command);
        if (replaced >= 0)
        {
            _children[replaced] = child;
            return;
        }

        var rank = Rank(command, mode);
        var after = _children.FindLastIndex(other => other.Command is { } known && Rank(known, mode) <= rank);
        _children.Insert(after + 1, child);
    }

    public void Remove(ConfigNode child) => _children.Remove(child);

    private static int Rank(Command command, Mode mode)
    {
        for (var rank = 0; rank < mode.Commands.Count; rank++)
        {
            if (ReferenceEquals(mode.Commands[rank], command))
            {
                return rank;
            }
        }

        return mode.Commands.Count;
    }
}
