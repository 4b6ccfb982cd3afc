using TrunkBot.Changes.Plans;
using TrunkBot.Trunks.Findings;

namespace TrunkBot.Changes.Life;

/// <summary>What the read-back of each system found, as lines of the acceptance report.</summary>
internal static class ReadBack
{
    public const string Group = "Read back";

    /// <param name="again">The plan made anew from what was read back: what is as planned is left alone in it.</param>
    public static IEnumerable<AcceptanceLine> Lines(TrunkPlan again) => again.Systems.Select(Line);

    private static AcceptanceLine Line(SystemPlan system)
    {
        List<string> different =
        [
            .. system.Findings.Where(f => f.Severity == FindingSeverity.Error).Select(f => f.Code),
            .. system.Steps.Where(s => !s.IsManual).Select(s => s.Title),
        ];
        if (different.Count > 0)
        {
            return Of(system, $"{system.Element} is different: {string.Join("; ", different)}", AcceptanceState.Failed);
        }

        var compared = system.Objects.Count(o => o.Action == PlannedAction.LeaveAlone);
        var byHand = system.Objects.Count(o => o.Action == PlannedAction.Manual);
        var unseen = byHand == 0 ? "" : $"; {byHand} by a person can't be read back";
        return compared == 0
            ? Of(system, $"{system.Element}: nothing could be compared{unseen}", AcceptanceState.NotMeasured)
            : Of(system, $"{system.Element}: {(compared == 1 ? "1 object" : $"{compared} objects")} compared, all as planned{unseen}", AcceptanceState.Passed);
    }

    private static AcceptanceLine Of(SystemPlan system, string value, AcceptanceState state) => new(Group, system.Title, value, state);
}
