using TrunkBot.Changes.Plans;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Findings;

namespace TrunkBot.Perimeta.Tests.Steps;

/// <summary>The ticket of a change in the descriptions of its adjacencies, at the lab's SBC, which shares no parser with the driver. The word for it is the lab's invention.</summary>
public sealed class DescriptionLabTests : IAsyncLifetime
{
    private readonly LabFixture _lab = new();

    [Fact]
    public async Task A_trunk_is_built_with_its_ticket_and_undone_without_a_trace()
    {
        var before = _lab.Running;
        var goal = new TrunkGoal(Sample.Intent()) { Ticket = "CHG0012345" };

        var steps = await ApplyAsync(goal);

        Assert.Contains("    adjacency sip acme-east-us2\n      lab-invented-description \"acme-east CHG0012345\"\n      deactivation-mode normal\n", _lab.Running, StringComparison.Ordinal);
        var again = await _lab.PlanAsync(goal);
        Assert.Empty(again.Steps);
        Assert.DoesNotContain(again.Findings, f => f.Code == "adjacency-extra-lines");
        await _lab.UndoAllAsync(steps);
        Assert.Equal(before, _lab.Running);
    }

    [Fact]
    public async Task A_change_with_another_ticket_names_it_in_the_adjacencies_that_it_edits_and_its_undo_the_one_before()
    {
        await ApplyAsync(new(Sample.Intent()) { Ticket = "CHG0000001" });
        var before = _lab.Running;
        var moved = Sample.Intent() with { LocalPort = 5080 };

        var step = Assert.Single(await ApplyAsync(Change(moved, "CHG0000002")));

        Assert.Equal(
            ["config", "sbc", "signaling", "adjacency sip acme-east-us2", "no activate", "lab-invented-description \"acme-east CHG0000002\"", "signaling-local-port 5080", "activate", "end"],
            step.Sends);
        Assert.Equal(
            ["config", "sbc", "signaling", "adjacency sip acme-east-us2", "no activate", "lab-invented-description \"acme-east CHG0000001\"", "signaling-local-port 5060", "activate", "end"],
            step.UndoSends);
        Assert.Contains("lab-invented-description \"acme-east CHG0000002\"\n", _lab.Running, StringComparison.Ordinal);
        Assert.DoesNotContain("CHG0000001", _lab.Running, StringComparison.Ordinal);
        await _lab.UndoAllAsync([step]);
        Assert.Equal(before, _lab.Running);
    }

    [Fact]
    public async Task A_change_without_a_ticket_leaves_the_description_and_neither_plan_nor_drift_speaks_of_it()
    {
        await ApplyAsync(new(Sample.Intent()) { Ticket = "CHG0000001" });
        var moved = Sample.Intent() with { LocalPort = 5080 };
        var goal = Change(moved, null);

        Assert.DoesNotContain((await _lab.PlanAsync(goal)).Findings, f => f.Code is "adjacency-extra-lines" or "adjacency-drifted");
        await ApplyAsync(goal);

        Assert.Contains("lab-invented-description \"acme-east CHG0000001\"\n", _lab.Running, StringComparison.Ordinal);
        Assert.Empty(await DriftAsync(moved));
    }

    [Fact]
    public async Task The_ticket_of_a_later_change_is_no_drift_and_what_a_person_writes_over_it_is()
    {
        await ApplyAsync(new(Sample.Intent()) { Ticket = "CHG0000001" });
        Assert.Empty(await DriftAsync(Sample.Intent()));
        var moved = Sample.Intent() with { LocalPort = 5080 };
        await ApplyAsync(Change(moved, "CHG0000002"));
        Assert.Empty(await DriftAsync(moved));

        await SendAsync("sbc", "signaling", "adjacency sip acme-east-us2", "lab-invented-description \"ask Jim first\"");

        Assert.Equal(["adjacency acme-east-us2, lab-invented-description | \"acme-east CHG0000002\" | \"ask Jim first\""], await DriftAsync(moved));
    }

    [Fact]
    public async Task A_ticket_alone_changes_nothing()
    {
        await ApplyAsync(new(Sample.Intent()) { Ticket = "CHG0000001" });

        Assert.Empty((await _lab.PlanAsync(Change(Sample.Intent(), "CHG0000002"))).Steps);
    }

    [Fact]
    public async Task A_description_that_a_person_wrote_is_named_before_it_goes_and_comes_back_with_the_undo()
    {
        await ApplyAsync(new(Sample.Intent()));
        await SendAsync("sbc", "signaling", "adjacency sip acme-east-us2", "lab-invented-description \"ask Jim first\"");
        var before = _lab.Running;
        var goal = Change(Sample.Intent() with { LocalPort = 5080 }, "CHG0000002");

        var plan = await _lab.PlanAsync(goal);
        var steps = await ApplyAsync(goal);

        Assert.Equal(
            (FindingSeverity.Warning, "Adjacency acme-east-us2 has a description that no change of this trunk wrote, \"lab-invented-description \"ask Jim first\"\": this change writes its ticket in its place."),
            plan.Findings.Where(f => f.Code == "adjacency-description-replaced").Select(f => (f.Severity, f.Sentence.ToString())).Single());
        Assert.Contains(plan.Objects, o => o.Detail!.Contains("lab-invented-description \"ask Jim first\" instead of lab-invented-description \"acme-east CHG0000002\"", StringComparison.Ordinal));
        await _lab.UndoAllAsync(steps);
        Assert.Equal(before, _lab.Running);
    }

    [Fact]
    public async Task A_description_that_somebody_writes_between_plan_and_apply_is_not_written_over()
    {
        await ApplyAsync(new(Sample.Intent()) { Ticket = "CHG0000001" });
        var step = Assert.Single((await _lab.PlanAsync(Change(Sample.Intent() with { LocalPort = 5080 }, "CHG0000002"))).Steps);
        await SendAsync("sbc", "signaling", "adjacency sip acme-east-us2", "lab-invented-description \"ask Jim first\"");
        var before = _lab.Running;

        var result = await _lab.ApplyAsync(step);

        Assert.Equal("adjacency-changed-by-others", result.FailureCode);
        Assert.Equal(before, _lab.Running);
    }

    [Fact]
    public async Task An_adjacency_out_of_service_is_edited_with_the_ticket_and_then_activated()
    {
        await ApplyAsync(new(Sample.Intent()) { Ticket = "CHG0000001" });
        await SendAsync("sbc", "signaling", "adjacency sip acme-east-us2", "no activate");
        var moved = Sample.Intent() with { LocalPort = 5080 };

        var steps = await ApplyAsync(Change(moved, "CHG0000002"));

        Assert.Equal(["perimeta.adjacency.acme-east-us2.edit", "perimeta.adjacency.acme-east-us2.activate"], steps.Select(s => s.Id));
        Assert.Empty(await DriftAsync(moved));
    }

    [Fact]
    public async Task A_description_that_changes_after_the_build_keeps_the_adjacency_out_of_service()
    {
        var plan = await _lab.PlanAsync(new TrunkGoal(Sample.Intent()) { Ticket = "CHG0000001" });
        foreach (var step in plan.Steps.SkipLast(1))
        {
            Assert.True((await _lab.ApplyAsync(step)).Succeeded);
        }

        await SendAsync("sbc", "signaling", "adjacency sip acme-east-us2", "lab-invented-description \"ask Jim first\"");

        Assert.Equal("adjacency-changed-since-build", (await _lab.ApplyAsync(plan.Steps[^1])).FailureCode);
    }

    [Fact]
    public async Task A_removal_takes_the_description_with_it_and_its_undo_brings_it_back()
    {
        var before = _lab.Running;
        await ApplyAsync(new(Sample.Intent()) { Ticket = "CHG0000001" });
        var provisioned = _lab.Running;

        var steps = await ApplyAsync(Change(Sample.Intent(), "CHG0000002") with { Removes = true });

        Assert.Equal(before, _lab.Running);
        await _lab.UndoAllAsync(steps);
        Assert.Equal(provisioned, _lab.Running);
    }

    private TrunkGoal Change(TrunkIntent intent, string? ticket) => new(intent) { Owned = new(Sample.Intent(), _lab.Facts), Ticket = ticket };

    private async Task<IReadOnlyList<string>> DriftAsync(TrunkIntent intent)
    {
        var site = Sample.Site(_lab.Perimeta);
        var trunk = new OwnedTrunk(intent, _lab.Facts);
        var read = await _lab.Driver.ReadAsync(new TrunkGoal(intent) { Owned = trunk }, site, TestContext.Current.CancellationToken);
        return [.. _lab.Inventory.Compare(trunk, site, read).Select(d => $"{d.What} | {d.Wanted} | {d.Found}")];
    }

    private async Task<IReadOnlyList<PlannedStep>> ApplyAsync(TrunkGoal goal) => await _lab.ApplyAllAsync((await _lab.PlanAsync(goal)).Steps);

    private Task SendAsync(params string[] lines) => _lab.TypedByAnotherAsync(["config", .. lines, "end"]);

    public ValueTask InitializeAsync() => _lab.InitializeAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();
}
