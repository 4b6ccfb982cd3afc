using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Perimeta.Tests.Steps;
using TrunkBot.Trunks.Findings;

namespace TrunkBot.Perimeta.Tests.Inventory;

/// <summary>A site at which the bot sends nothing: a person types what the worksheets show at the lab's SBC, and the bot looks.</summary>
public sealed class ByHandTests : IAsyncLifetime
{
    private readonly LabFixture _lab = new();

    [Fact]
    public async Task Each_step_is_a_worksheet_whose_lines_make_it_done_and_whose_undo_takes_it_back()
    {
        var before = _lab.Running;
        var intent = Sample.Intent("umatilla", "dublin");
        var plan = await PlanAsync(new(intent));
        Assert.Equal(5, plan.Steps.Count);
        Assert.Single(plan.Findings, f => f is { Code: "applied-by-hand", Severity: FindingSeverity.Info });
        foreach (var step in plan.Steps)
        {
            Assert.True(step is { IsManual: true, Sends.Count: 0, UndoSends.Count: 0 });
            Assert.Equal("step-is-manual", (await _lab.ApplyAsync(step)).FailureCode);
            Assert.Equal(StepState.NotBegun, (await _lab.ObserveAsync(step)).State);
            await TypeAsync(step);
            Assert.Equal(StepState.Done, (await _lab.ObserveAsync(step)).State);
        }

        Assert.Empty((await PlanAsync(new(intent))).Steps);
        foreach (var step in plan.Steps.Reverse())
        {
            await TakeBackAsync(step);
            Assert.Equal(StepState.NotBegun, (await _lab.ObserveAsync(step)).State);
        }

        Assert.Equal(before, _lab.Running);
        Assert.DoesNotContain(_lab.Wire, w => w.Direction == WireDirection.Sent && w.Text.Contains("permit-peer service", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_worksheet_shows_the_lines_in_order_how_they_are_checked_and_the_way_back()
    {
        var sheet = (await PlanAsync(new(Sample.Intent()))).Steps[^1].Worksheet!;

        Assert.Equal("The command line of LAB-SBC-01, with rights to configure", sheet.Place);
        Assert.Equal(
            ["line 1: config", "line 2: sbc", "line 3: signaling", "line 4: adjacency sip acme-east-us2", "line 5: activate", "line 6: end"],
            sheet.Rows.Select(r => $"{r.Label}: {r.Value}"));
        Assert.Equal("Read back by the bot when you press Done: the adjacency read back is unchanged and active.", sheet.Verification);
        Assert.EndsWith(":\nconfig\nsbc\nsignaling\nadjacency sip acme-east-us2\nno activate\nend", sheet.Undo, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_typed_by_hand_is_the_trunks_own_and_goes_with_it_by_hand()
    {
        var before = _lab.Running;
        var intent = Sample.Intent();
        await ByHandAsync(new(intent));
        Assert.Equal("54.244.51.0 54.244.51.1 54.244.51.2 54.244.51.3", _lab.Facts["perimeta.whitelist.sent"]);
        Assert.Equal("added", _lab.Facts["perimeta.permit.2.54.244.51.3"]);

        var steps = await ByHandAsync(new(intent) { Removes = true, Owned = new(intent, _lab.Facts) });

        Assert.Equal(["perimeta.adjacency.acme-east-us2.deactivate", "perimeta.adjacency.acme-east-us2.remove", "perimeta.whitelist.retire"], steps.Select(s => s.Id));
        Assert.Equal(before, _lab.Running);
        Assert.Equal("", _lab.Facts["perimeta.permit.2.54.244.51.3"]);
        foreach (var step in steps.Reverse())
        {
            await TakeBackAsync(step);
            Assert.Equal(StepState.NotBegun, (await _lab.ObserveAsync(step)).State);
        }

        Assert.Empty((await PlanAsync(new(intent))).Steps);
        Assert.Equal("added", _lab.Facts["perimeta.permit.2.54.244.51.3"]);
    }

    [Fact]
    public async Task Half_a_worksheet_is_not_done()
    {
        var step = (await PlanAsync(new(Sample.Intent()))).Steps[0];
        await _lab.TypedByAnotherAsync([.. step.Worksheet!.Rows.Take(6).Select(r => r.Value), "end"]);

        var seen = await _lab.ObserveAsync(step);

        Assert.Equal((StepState.Partly, "2 of 4 addresses are not permitted yet."), (seen.State, seen.Sentence));
        Assert.Null(seen.Facts);
    }

    private Task<SystemPlan> PlanAsync(TrunkGoal goal) => _lab.PlanAsync(goal, _lab.Perimeta with { ApplyByHand = true });

    private async Task<IReadOnlyList<PlannedStep>> ByHandAsync(TrunkGoal goal)
    {
        IReadOnlyList<PlannedStep> steps = [.. (await PlanAsync(goal)).Steps.OrderBy(s => s.Phase)];
        foreach (var step in steps)
        {
            await TypeAsync(step);
            Assert.Equal(StepState.Done, (await _lab.ObserveAsync(step)).State);
        }

        return steps;
    }

    private Task TypeAsync(PlannedStep step) => _lab.TypedByAnotherAsync([.. step.Worksheet!.Rows.Select(r => r.Value)]);

    private Task TakeBackAsync(PlannedStep step) => _lab.TypedByAnotherAsync([.. step.Worksheet!.Undo.Split('\n')[1..]]);

    public ValueTask InitializeAsync() => _lab.InitializeAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();
}
