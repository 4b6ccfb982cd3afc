namespace TrunkBot.Perimeta.Configuration;

/// <summary>How lines are sent, and what of a configuration a change is about.</summary>
public sealed record ConfigChangeOptions
{
    /// <summary>Word that enters configuration; empty where login already leads there.</summary>
    public string Enter { get; init; } = "config";

    /// <summary>Word that leaves configuration altogether.</summary>
    public string Leave { get; init; } = "end";

    /// <summary>Command that saves after each block; null: lines persist as they are taken.</summary>
    public string? Save { get; init; }

    /// <summary>Keywords of an adjacency that may stand several times.</summary>
    public IReadOnlyList<string> Repeatable { get; init; } = [];

    /// <summary>Whether an active adjacency is taken out of service before its lines are changed: a device may refuse otherwise (domain document, 10.9).</summary>
    public bool DeactivateBeforeEdit { get; init; } = true;

    /// <summary>The intended text holds only the objects to change: an object that it does not name stays as it is.</summary>
    public bool Fragment { get; init; }
}

/// <summary>Lines that belong together, from the word that enters configuration to the one that leaves it: one object, so that a nesting mistake can't leak.</summary>
/// <param name="Object">The modes that lead to the object, such as <c>sbc / signaling / adjacency sip A</c>.</param>
/// <param name="Purpose">What the block does, such as <c>build</c>.</param>
public sealed record ConfigBlock(string Object, string Purpose, IReadOnlyList<string> Lines);

/// <summary>A difference that no line is sent for, with the reason.</summary>
public sealed record LeftToPerson(string Object, string Line, string Reason);

/// <summary>
/// The lines that lead from a running configuration to an intended one, and the lines that lead from what then is there back to the running one
/// (the idea of hier_config). By meaning: the order of keywords, comments, quotes and blanks do not matter, the order inside one argument does.
/// </summary>
/// <param name="Left">What differs afterwards: unknown lines, and names and values that are read and never written.</param>
/// <param name="LeftAfterUndo">What would differ from the running configuration after the undo.</param>
public sealed record ConfigChange(
    IReadOnlyList<ConfigBlock> Send, IReadOnlyList<ConfigBlock> Undo, IReadOnlyList<LeftToPerson> Left, IReadOnlyList<LeftToPerson> LeftAfterUndo)
{
    public static ConfigChange Between(ConfigTree running, ConfigTree intended, ConfigChangeOptions? options = null)
    {
        options ??= new();
        var left = new List<LeftToPerson>();
        var before = State(running, options, left);
        var wanted = State(intended, options, left);
        var forward = new ConfigChangeWriter(options, options.Fragment);
        forward.Write(before, wanted);
        left.AddRange(forward.Left);

        // What is there afterwards is what was there with the lines sent, not what was intended: some of it may be left to a person.
        var after = State(running, options, []);
        foreach (var lines in forward.Inner)
        {
            after.Take(ConfigTree.Read(string.Join('\n', lines)).Root, options.Repeatable);
        }

        var back = new ConfigChangeWriter(options, fragment: false);
        back.Write(after, before);
        return new ConfigChange(forward.Blocks, back.Blocks, left, back.Left);
    }

    private static ConfigSection State(ConfigTree tree, ConfigChangeOptions options, List<LeftToPerson> left)
    {
        var top = new ConfigSection(KeywordTable.Published.Top, "");
        top.Take(tree.Root, options.Repeatable, (section, line) => left.Add(new(
            section.Opener,
            Session.CliLine.Printable(line.Text),
            $"{line.Keyword} stands more than once and is not known to repeat: the last one counts")));
        return top;
    }
}
