namespace TrunkBot.Lab.Perimeta.Configuration;

/// <summary>What came of one configuration line.</summary>
/// <param name="Path">The lines of the modes that are open afterwards, outermost first.</param>
/// <param name="Changed">Whether the configuration is now another one and must be written.</param>
/// <param name="Error">Invented text, without the leading <c>% Error:</c>; null when the line was accepted.</param>
/// <param name="Notes">Remarks shown as <c>!</c> lines; the line was accepted all the same.</param>
internal sealed record Edit(IReadOnlyList<string> Path, bool Changed, string? Error, IReadOnlyList<string> Notes);

/// <summary>
/// Applies one line. A word that the open mode does not know climbs to the nearest ancestor that knows it, as public operator
/// scripts rely on; a line that is refused leaves both the configuration and the open mode as they were.
/// </summary>
internal static class Editor
{
    public static Edit Apply(RunningConfig config, IReadOnlyList<string> path, string line)
    {
        if (Words.Split(line) is not { Count: > 0 } words)
        {
            return Refuse(path, "a quote is left open or a word follows a quote without a blank");
        }

        var negated = words[0] == "no";
        if (negated)
        {
            words = [.. words.Skip(1)];
            if (words.Count == 0)
            {
                return Refuse(path, "'no' needs the line to remove after it");
            }
        }

        if (config.Follow(path) is not { } nodes)
        {
            return Refuse([], "the object that was open has been removed by another session; now at the top of the configuration");
        }

        for (var level = nodes.Count - 1; level >= 0; level--)
        {
            var mode = ModeOf(nodes[level]);
            if (mode.Knows(words[0]))
            {
                var target = new Target(config, [.. nodes.Take(level + 1)], mode, [.. path.Take(level)]);
                var edit = negated ? Remove(target, words) : Enter(target, words);
                return edit.Error is null ? edit : edit with { Path = path };
            }
        }

        return Refuse(path, $"unknown word '{words[0]}' in {ModeOf(nodes[^1]).Name} and in every mode above it");
    }

    public static Mode ModeOf(ConfigNode node) => node.Command?.Opens ?? Grammar.Top;

    private static Edit Enter(Target target, IReadOnlyList<string> words)
    {
        if (RunningConfig.Find(target.Mode, words) is not { Reading.Line: { } line } match)
        {
            return Refuse(target.Path, RunningConfig.Find(target.Mode, words)!.Reading.Complaint!);
        }

        var parent = target.Nodes[^1];
        var command = match.Command;
        var after = command.Opens is null ? target.Path : [.. target.Path, line];
        if (parent.Child(line) is { Negated: false })
        {
            return new Edit(after, false, null, []);
        }

        if (Refusals.OfEntering(target, command, line) is { } refusal)
        {
            return Refuse(target.Path, refusal);
        }

        var notes = Notes.Of(target.Config, command, line);
        parent.Put(new ConfigNode(command, line), target.Mode);
        return new Edit(after, true, null, notes);
    }

    private static Edit Remove(Target target, IReadOnlyList<string> words)
    {
        var parent = target.Nodes[^1];
        var typed = string.Join(' ', words);
        var alone = target.Mode.Commands.FirstOrDefault(command => !command.IsToldApartByItsValues && command.FixedPart == typed);
        if (alone is { Keeping: Keeping.Toggles })
        {
            var already = parent.Child(typed) is { Negated: true };
            parent.Put(new ConfigNode(alone, typed, negated: true), target.Mode);
            return new Edit(target.Path, !already, null, []);
        }

        string? complaint = null;
        if (alone is null)
        {
            var reading = RunningConfig.Find(target.Mode, words)!.Reading;
            (typed, complaint) = (reading.Line ?? typed, reading.Complaint);
        }

        if (complaint is not null)
        {
            return Refuse(target.Path, complaint);
        }

        if ((alone is null ? parent.Child(typed) : parent.ChildOf(alone.FixedPart)) is not { } doomed)
        {
            return Refuse(target.Path, $"there is no '{typed}' here to remove");
        }

        if (Refusals.OfRemoving(target, doomed) is { } refusal)
        {
            return Refuse(target.Path, refusal);
        }

        parent.Remove(doomed);
        return new Edit(target.Path, true, null, []);
    }

    private static Edit Refuse(IReadOnlyList<string> path, string error) => new(path, false, error, []);
}

/// <summary>Where a line landed after climbing.</summary>
/// <param name="Nodes">The open objects from the top to the one that takes the line.</param>
internal sealed record Target(RunningConfig Config, IReadOnlyList<ConfigNode> Nodes, Mode Mode, IReadOnlyList<string> Path)
{
    /// <summary>The adjacency that the line is about, if it stands in one, however deep.</summary>
    public ConfigNode? Adjacency => Nodes.FirstOrDefault(node => node.Command?.FixedPart == Grammar.Adjacency);
}
