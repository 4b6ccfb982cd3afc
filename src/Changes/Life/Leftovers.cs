using TrunkBot.Changes.Plans;

namespace TrunkBot.Changes.Life;

/// <summary>What stays behind when a change can't be taken back wholly, in words.</summary>
internal static class Leftovers
{
    /// <summary>Everything that the change did and that is not taken back, last first, for one and the same reason.</summary>
    public static IReadOnlyList<Leftover> Of(Change change, string why) =>
    [
        .. change.Plan.Steps.Reverse()
            .Where(s => change.ProgressOf(s.Id).State != StepProgressState.Undone && !change.IsUntouched(s) && (s.IsManual || s.UndoSends.Count > 0))
            .Select(s => Of(s, why)),
    ];

    public static Leftover Of(PlannedStep step, string why) =>
        new(step.Id, step.System, step.Element, step.Title, why, step.Worksheet is { } sheet ? [sheet.Undo] : step.UndoSends);

    public static ChangeTrouble Trouble(IReadOnlyList<Leftover> left) => new(
        "undo-incomplete",
        $"Not everything could be undone. Left: {string.Join("; ", left.Select(l => $"{l.Title} on {l.Element} ({string.Join(" / ", l.Lines)})"))}.",
        "Do what is listed by hand, in this order, or mend what stood in the way; then undo again.");
}
