using TrunkBot.Changes.Journal;
using TrunkBot.Changes.Life;
using TrunkBot.Faults.Tests.World;
using TrunkBot.Tests.Support;

namespace TrunkBot.Faults.Tests.Unwind;

/// <summary>
/// Every step of every kind of change fails in turn: before it was sent, after all of it was sent, and so that nobody knows. A manual step is left undone, and done.
/// After the undo the SBC, the switch and the Twilio account hold exactly what they held before, and the trunk is under management as it was.
/// </summary>
public sealed class UnwindTests
{
    private const string Trunk = "name=acme-west edges=umatilla,dublin origination=yes numbers=+13035550188";

    /// <summary>Each kind of change of a trunk that stands.</summary>
    public static TheoryData<string> Changes =>
    [
        "edges=+tokyo,-dublin",
        "transport=tcp",
        "numbers=-+13035550188",
        "origination=no numbers=-+13035550188",
        "acl=203.0.113.0/28,198.51.100.128/29",
        "local-port=5070",
        "polling=30",
    ];

    [Fact]
    public Task A_set_up_that_fails_at_any_step_leaves_nothing_behind() => SetUpUnwindsAsync(everyWay: false);

    [Theory]
    [MemberData(nameof(Changes))]
    public Task A_change_that_fails_at_any_step_leaves_the_trunk_as_it_was(string line) => ChangeUnwindsAsync(line, everyWay: false);

    [Fact]
    public Task A_removal_that_fails_at_any_step_leaves_the_trunk_as_it_was() => RemovalUnwindsAsync(everyWay: false);

    [LongFact]
    public Task A_set_up_is_unwound_in_whichever_way_a_step_fails() => SetUpUnwindsAsync(everyWay: true);

    [LongFact]
    public async Task Every_kind_of_change_is_unwound_in_whichever_way_a_step_fails()
    {
        foreach (var line in Changes)
        {
            await ChangeUnwindsAsync(line.Data, everyWay: true);
        }
    }

    [LongFact]
    public Task A_removal_is_unwound_in_whichever_way_a_step_fails() => RemovalUnwindsAsync(everyWay: true);

    private static async Task SetUpUnwindsAsync(bool everyWay)
    {
        await using var bed = await Bed.StartAsync();
        await UnwindsAsync(bed, "set-up", () => bed.PlanNewAsync(Trunk), everyWay);
        Assert.Null(await bed.TrunkAsync("acme-west"));
    }

    private static Task ChangeUnwindsAsync(string line, bool everyWay) => StandingTrunkUnwindsAsync(line, bed => bed.PlanChangeAsync("acme-west", line), everyWay);

    private static Task RemovalUnwindsAsync(bool everyWay) => StandingTrunkUnwindsAsync("removal", bed => bed.PlanRemovalAsync("acme-west"), everyWay);

    private static async Task StandingTrunkUnwindsAsync(string kind, Func<Bed, Task<Change>> planAsync, bool everyWay)
    {
        await using var bed = await Bed.StartAsync();
        var setUp = await bed.ThroughAsync(await bed.PlanNewAsync(Trunk));
        Assert.True(setUp.State == ChangeState.Done, $"{setUp.Trouble}");
        await UnwindsAsync(bed, kind, () => planAsync(bed), everyWay);
        Assert.Equal(setUp.Id, (await bed.TrunkAsync("acme-west"))!.ChangeId);
    }

    /// <param name="everyWay">Whether each step fails in every way; otherwise in one of them, the next step in the next.</param>
    private static async Task UnwindsAsync(Bed bed, string kind, Func<Task<Change>> planAsync, bool everyWay)
    {
        var before = bed.World();
        var rows = new List<(string Way, string Difference)>();
        var steps = (await planAsync()).Plan.Steps;
        Assert.NotEmpty(steps);
        for (var at = 0; at < steps.Count; at++)
        {
            var isManual = steps[at].IsManual;
            string[] ways = isManual ? ["left undone", "done"] : [nameof(Failure.Lost), nameof(Failure.After), nameof(Failure.Before)];
            foreach (var way in everyWay ? ways : [ways[at % ways.Length]])
            {
                // SIDs of what was undone and made again are others, so is then a step's id that holds one.
                var planned = await planAsync();
                var step = planned.Plan.Steps[at];
                var what = $"{kind}, {step.Id}, {way}";
                TestContext.Current.TestOutputHelper?.WriteLine($"{TimeProvider.System.GetUtcNow():T} {what}");
                if (!isManual)
                {
                    bed.Trap.Arm(step.Id, TicketPurpose.Apply, Enum.Parse<Failure>(way));
                }

                var stopped = await bed.ThroughAsync(planned, stopAt: step.Id);
                Assert.True(bed.Trap.Sprung, what);
                if (isManual && way == "done" && stopped.State == ChangeState.Paused)
                {
                    await bed.WorkAsync(step, back: false);
                }

                // A manual step that the program sees to be done, or does itself, asks nobody: then the change is at its end.
                Assert.True(stopped.State == (!isManual ? ChangeState.Failed : ChangeState.Paused) || isManual && stopped.State == ChangeState.Done, $"{what}: {stopped.State} {stopped.Trouble}");
                var undone = await bed.UndoAsync(stopped);

                Assert.True(undone.State == ChangeState.Undone, $"{what}: {undone.State} {undone.Trouble}");
                var difference = LabWorld.Difference(before, bed.World());
                Assert.True(difference.Length == 0, $"{what}:\n{difference}");
                Assert.Equal(0, await bed.LocksAsync());
                rows.Add((way, difference));
            }
        }

        Tables.Write($"unwind-{(everyWay ? "every-way-" : "")}{new string([.. kind.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')])}", $"Unwind: {kind}, {steps.Count} steps", ["the step", "attempts", "as before"],
            [.. rows.GroupBy(r => r.Way).Select(g => (IReadOnlyList<string>)[g.Key, $"{g.Count()}", $"{g.Count(r => r.Difference.Length == 0)}"])]);
    }
}
