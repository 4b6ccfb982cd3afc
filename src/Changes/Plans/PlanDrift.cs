using TrunkBot.Changes.Systems;
using TrunkBot.Trunks.Language;

namespace TrunkBot.Changes.Plans;

/// <summary>Says in words how what the systems hold now differs from what was planned against.</summary>
internal static class PlanDrift
{
    private const int LinesShown = 5;

    /// <summary>One sentence per system that drifted; empty when the plan is still good.</summary>
    public static IReadOnlyList<Sentence> Describe(
        TrunkPlan planned, IReadOnlyList<SystemSnapshot> before, TrunkPlan now, IReadOnlyList<SystemSnapshot> read)
    {
        var drift = new List<Sentence>();
        foreach (var old in planned.Systems)
        {
            var snapshot = read.FirstOrDefault(s => s.System == old.System);
            var current = now.Systems.FirstOrDefault(s => s.System == old.System);
            if (snapshot is null || current is null)
            {
                drift.Add($"{old.Title} is not part of this installation any more.");
            }
            else if (old.Element != current.Element)
            {
                drift.Add($"{old.Title} was {old.Element} and is {current.Element} now: the site profile changed.");
            }
            else if (old.Fingerprint != snapshot.Fingerprint)
            {
                drift.Add($"{old.Title} ({old.Element}) changed since it was planned: {Difference(before.FirstOrDefault(s => s.System == old.System), snapshot, old, current)}.");
            }
            else if (PlanHash.Canonical(old.Steps) != PlanHash.Canonical(current.Steps))
            {
                drift.Add($"{old.Title} ({old.Element}) is as it was, but its steps would be others now: the site profile or the program changed.");
            }
        }

        return drift;
    }

    private static string Difference(SystemSnapshot? before, SystemSnapshot now, SystemPlan old, SystemPlan current)
    {
        var text = before is null ? [] : Lines(ReadableContent.Lines(before.Content, now.Content), ReadableContent.Lines(now.Content, before.Content), "gone", "new");
        return text.Count > 0
            ? string.Join("; ", text)
            : string.Join("; ", Lines(Objects(old), Objects(current), "planned then", "planned now")) is { Length: > 0 } objects
                ? objects
                : "its fingerprint differs";
    }

    private static List<string> Lines(IReadOnlyList<string> old, IReadOnlyList<string> current, string gone, string added) =>
        [.. Only(old, current, gone), .. Only(current, old, added)];

    private static IEnumerable<string> Only(IReadOnlyList<string> these, IReadOnlyList<string> others, string label)
    {
        var rest = others.GroupBy(l => l, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        var only = new List<string>();
        foreach (var line in these)
        {
            if (rest.TryGetValue(line, out var count) && count > 0)
            {
                rest[line] = count - 1;
            }
            else
            {
                only.Add(line);
            }
        }

        return only.Count == 0
            ? []
            : [$"{label}: {string.Join(" | ", only.Take(LinesShown))}{(only.Count > LinesShown ? $" | and {only.Count - LinesShown} more lines" : "")}"];
    }

    private static List<string> Objects(SystemPlan plan) => [.. plan.Objects.Select(o => $"{o.Action} {o.What} {o.Detail}".Trim())];
}
