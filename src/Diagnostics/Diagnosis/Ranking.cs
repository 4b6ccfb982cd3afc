using TrunkBot.Trunks.Language;

namespace TrunkBot.Diagnostics.Diagnosis;

/// <summary>Puts what is wrong in order: causes first, what they bring about behind them. Pure.</summary>
internal static class Ranking
{
    public static IReadOnlyList<Cause> Of(IReadOnlyList<Cause> wrong)
    {
        var merged = wrong.GroupBy(c => (c.Code, c.Edge, Object: c.Where == CallFindings.Where ? "" : c.What.ToString())).Select(Merge).ToList();
        merged = [.. merged.Where(c => c.Where != CallFindings.Where || !merged.Any(other => other.Where != CallFindings.Where && other.Code == c.Code)).Select(c => Joined(c, merged))];
        return
        [
            .. merged.Select(c => c with { BroughtAboutBy = CauseOf(c, merged) })
                .OrderBy(c => c.BroughtAboutBy is not null)
                .ThenBy(c => c.Finding.Severity)
                .ThenBy(c => c.Finding.Place),
        ];
    }

    /// <summary>The same thing seen twice is one cause with more evidence.</summary>
    private static Cause Merge(IEnumerable<Cause> same)
    {
        var all = same.ToList();
        return all[0] with { MoreEvidence = [.. all.Skip(1).Select(Elsewhere)] };
    }

    /// <summary>A call that fails by what a configuration shows already is evidence for it.</summary>
    private static Cause Joined(Cause cause, List<Cause> all) => cause.Where == CallFindings.Where
        ? cause
        : cause with { MoreEvidence = [.. cause.MoreEvidence, .. all.Where(c => c.Where == CallFindings.Where && c.Code == cause.Code).Select(Elsewhere)] };

    private static Sentence Elsewhere(Cause cause) => $"{cause.Where}, {cause.What}: {cause.Sentence}";

    /// <summary>
    /// The first on the call's way that brings it about. What itself is brought about by something explains nothing further: its own cause does, or does not.
    /// One edge's trouble explains nothing of another's.
    /// </summary>
    private static string? CauseOf(Cause cause, List<Cause> all) => all
        .Where(other => Explains(other, cause) && !all.Any(before => before != cause && Explains(before, other)))
        .OrderBy(other => other.Finding.Severity)
        .ThenBy(other => other.Finding.Place)
        .FirstOrDefault()?.Code;

    private static bool Explains(Cause other, Cause cause) =>
        !ReferenceEquals(other, cause) && cause.Finding.IsBroughtAboutBy(other.Code) && (other.Edge is null || cause.Edge is null || other.Edge == cause.Edge);
}
