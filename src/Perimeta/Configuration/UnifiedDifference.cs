namespace TrunkBot.Perimeta.Configuration;

/// <summary>
/// Two configurations side by side as a unified difference: a part for each section that differs, with the path of its modes as the header.
/// Lines are compared by meaning, so one that only moved, or is written with other blanks or quotes, is no difference.
/// </summary>
public static class UnifiedDifference
{
    /// <summary>Lines shown around a difference.</summary>
    private const int Around = 3;

    /// <summary>Lines of the difference, without line ends; none when nothing differs.</summary>
    public static IEnumerable<string> Between(ConfigTree running, ConfigTree intended)
    {
        var (before, after) = (SectionsOf(running), SectionsOf(intended));
        foreach (var path in before.Keys.Concat(after.Keys.Where(path => !before.ContainsKey(path))))
        {
            var lines = Merge(before.GetValueOrDefault(path) ?? [], after.GetValueOrDefault(path) ?? []);
            foreach (var line in Hunks(path, lines))
            {
                yield return line;
            }
        }
    }

    // The lines directly inside each mode, a mode that is written twice being one; in the order read, each line once.
    private static Dictionary<string, List<string>> SectionsOf(ConfigTree tree)
    {
        var sections = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var seen = new HashSet<(string Path, string Line)>();
        Collect(tree.Root, "");
        return sections;

        void Collect(ConfigNode parent, string path)
        {
            foreach (var child in parent.Children)
            {
                if (child.Kind is LineKind.Blank or LineKind.Comment or LineKind.Move)
                {
                    continue;
                }

                var line = child.Kind == LineKind.Unknown ? child.Text : child.Meaning;
                if (seen.Add((path, line)))
                {
                    if (!sections.TryGetValue(path, out var lines))
                    {
                        sections.Add(path, lines = []);
                    }

                    lines.Add(line);
                }

                if (child.Opens is not null || child.Kind == LineKind.Unknown)
                {
                    Collect(child, path.Length == 0 ? line : $"{path} / {line}");
                }
            }
        }
    }

    /// <summary>The lines of both, those of one alone marked. What is new stands after the line after which it stands in the intended text.</summary>
    private static List<(char Mark, string Line)> Merge(List<string> before, List<string> after)
    {
        var (old, wanted) = (before.ToHashSet(StringComparer.Ordinal), after.ToHashSet(StringComparer.Ordinal));
        var added = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var anchor = "";
        foreach (var line in after)
        {
            if (old.Contains(line))
            {
                anchor = line;
                continue;
            }

            if (!added.TryGetValue(anchor, out var lines))
            {
                added.Add(anchor, lines = []);
            }

            lines.Add(line);
        }

        var merged = new List<(char, string)>();
        var open = "";
        foreach (var line in before)
        {
            if (wanted.Contains(line))
            {
                Add(open);
                open = line;
            }

            merged.Add((wanted.Contains(line) ? ' ' : '-', line));
        }

        Add(open);
        return merged;

        void Add(string after) => merged.AddRange((added.GetValueOrDefault(after) ?? []).Select(line => ('+', line)));
    }

    private static IEnumerable<string> Hunks(string path, List<(char Mark, string Line)> lines)
    {
        var shown = -1;
        for (var at = 0; at < lines.Count; at++)
        {
            if (lines[at].Mark == ' ')
            {
                continue;
            }

            if (shown < 0 || at - Around > shown + 1)
            {
                yield return $"@@ {(path.Length == 0 ? "(top)" : path)} @@";
                shown = Math.Max(shown, at - Around - 1);
            }

            // Up to the next difference or the lines shown around this one, whichever comes first.
            for (var next = shown + 1; next <= Math.Min(at + Around, lines.Count - 1) && (next <= at || lines[next].Mark == ' '); next++)
            {
                yield return lines[next].Mark + lines[next].Line;
                shown = next;
            }
        }
    }
}
