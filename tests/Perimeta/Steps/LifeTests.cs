using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Perimeta.Planning;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Findings;

namespace TrunkBot.Perimeta.Tests.Steps;

/// <summary>A trunk that is there is changed and removed, at the lab's SBC, which shares no parser with the driver.</summary>
public sealed class LifeTests : IAsyncLifetime
{
    private readonly LabFixture _lab = new();

    [Fact]
    public async Task A_trunk_is_removed_with_what_its_changes_added_and_nothing_else_and_the_removal_can_be_undone()
    {
        var before = _lab.Running;
        await ApplyAsync(new(Sample.Intent("umatilla", "dublin")));
        var provisioned = _lab.Running;
        var removal = new TrunkGoal(Sample.Intent("umatilla", "dublin")) { Removes = true, Owned = new(Sample.Intent("umatilla", "dublin"), _lab.Facts) };

        var steps = await ApplyAsync(removal);

        Assert.Equal(
            [
                "perimeta.adjacency.acme-east-ie1.deactivate", "perimeta.adjacency.acme-east-us2.deactivate",
                "perimeta.adjacency.acme-east-ie1.remove", "perimeta.adjacency.acme-east-us2.remove", "perimeta.whitelist.retire",
            ],
            steps.Select(s => s.Id));
        Assert.Equal(before, _lab.Running);
        Assert.Empty((await _lab.PlanAsync(removal)).Steps);

        await _lab.UndoAllAsync(steps);
        Assert.Equal(provisioned, _lab.Running);
    }

    [Fact]
    public async Task Whitelist_lines_that_were_there_before_or_that_another_adjacency_needs_stay()
    {
        var umatilla = Sample.Intent();
        await ApplyAsync(new(umatilla));
        var facts = _lab.Facts;
        var other = Sample.Intent() with { Name = "beta", TerminationName = "beta", ServiceAddress = "GeneralPeering-02" };
        await SendAsync(["sbc", "signaling", "adjacency sip beta-us2", .. Lines(other)]);

        // Somebody else's line, which no fact of the trunk speaks of.
        facts.Remove("perimeta.permit.2.54.244.51.3");
        var steps = await ApplyAsync(new(umatilla) { Removes = true, Owned = new(umatilla, facts) });

        Assert.Equal(["perimeta.adjacency.acme-east-us2.deactivate", "perimeta.adjacency.acme-east-us2.remove"], steps.Select(s => s.Id));
        Assert.Contains("permit-peer service-network 2 ipv4 54.244.51.0", _lab.Running, StringComparison.Ordinal);
        Assert.Contains("adjacency sip beta-us2", _lab.Running, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_edge_is_added_before_the_one_that_goes_is_taken_down_and_the_way_back_is_exact()
    {
        var first = Sample.Intent();
        await ApplyAsync(new(first));
        var before = _lab.Running;
        var goal = new TrunkGoal(Sample.Intent("dublin")) { Owned = new(first, _lab.Facts) };

        var steps = await ApplyAsync(goal);

        Assert.Equal(
            [
                "perimeta.whitelist", "perimeta.adjacency.acme-east-ie1.build", "perimeta.adjacency.acme-east-ie1.activate",
                "perimeta.adjacency.acme-east-us2.deactivate", "perimeta.adjacency.acme-east-us2.remove", "perimeta.whitelist.retire",
            ],
            steps.Select(s => s.Id));
        var after = _lab.Running;
        Assert.Contains("signaling-peer acme-east.pstn.ie1.twilio.com", after, StringComparison.Ordinal);
        Assert.DoesNotContain("54.244.51.", after, StringComparison.Ordinal);
        Assert.Empty((await _lab.PlanAsync(goal)).Steps);

        await _lab.UndoAllAsync(steps);
        Assert.Equal(before, _lab.Running);
    }

    [Fact]
    public async Task A_port_is_changed_in_place_with_the_adjacency_out_of_service_meanwhile_and_changed_back()
    {
        var first = Sample.Intent();
        await ApplyAsync(new(first));
        var before = _lab.Running;
        var goal = new TrunkGoal(first with { LocalPort = 5080 }) { Owned = new(first, _lab.Facts) };

        var step = Assert.Single(await ApplyAsync(goal));

        Assert.Equal("perimeta.adjacency.acme-east-us2.edit", step.Id);
        Assert.Equal(["config", "sbc", "signaling", "adjacency sip acme-east-us2", "no activate", "signaling-local-port 5080", "activate", "end"], step.Sends);
        Assert.Equal(["config", "sbc", "signaling", "adjacency sip acme-east-us2", "no activate", "signaling-local-port 5060", "activate", "end"], step.UndoSends);
        var own = before.IndexOf("adjacency sip acme-east-us2", StringComparison.Ordinal);
        Assert.Equal(before[..own] + before[own..].Replace("signaling-local-port 5060", "signaling-local-port 5080", StringComparison.Ordinal), _lab.Running);
        await _lab.UndoAllAsync([step]);
        Assert.Equal(before, _lab.Running);
    }

    [Fact]
    public async Task A_change_whose_second_line_is_refused_takes_back_the_first_and_nothing_else()
    {
        var first = Sample.Intent();
        await ApplyAsync(new(first));
        await SendAsync("sbc", "signaling", "adjacency sip acme-east-us2", "no privacy trusted", "no call-media-policy");
        var before = _lab.Running;
        var step = Assert.Single((await _lab.PlanAsync(new TrunkGoal(first) { Owned = new(first, _lab.Facts) })).Steps);
        _lab.Fault("refuse-line", "media-bypass-policy forbid");

        var result = await _lab.ApplyAsync(step);

        Assert.Equal("sbc-line-refused", result.FailureCode);
        Assert.Contains("Taken back: adjacency acme-east-us2 is as it was.", result.Sentence, StringComparison.Ordinal);
        Assert.Equal(StepState.NotBegun, (await _lab.ObserveAsync(step)).State);
        Assert.Equal(before, _lab.Running);
    }

    [Fact]
    public async Task A_site_that_edits_in_service_changes_a_port_without_taking_the_adjacency_out_of_it()
    {
        var first = Sample.Intent();
        await ApplyAsync(new(first));
        var before = _lab.Running;
        var plan = await _lab.PlanAsync(
            new TrunkGoal(first with { LocalPort = 5080 }) { Owned = new(first, _lab.Facts) }, _lab.Perimeta with { DeactivateBeforeEdit = false });

        var step = Assert.Single(plan.Steps);

        Assert.Equal(["config", "sbc", "signaling", "adjacency sip acme-east-us2", "signaling-local-port 5080", "end"], step.Sends);
        Assert.Equal(["config", "sbc", "signaling", "adjacency sip acme-east-us2", "signaling-local-port 5060", "end"], step.UndoSends);
        Assert.DoesNotContain(plan.Findings, f => f.Code == "adjacency-out-of-service-for-change");
        var sent = _lab.Wire.Count;
        Assert.True((await _lab.ApplyAsync(step)).Succeeded);
        Assert.Equal(StepState.Done, (await _lab.ObserveAsync(step)).State);
        await _lab.UndoAllAsync([step]);
        Assert.DoesNotContain(_lab.Wire.Skip(sent), w => w is { Direction: WireDirection.Sent, Text: "no activate" });
        Assert.Equal(before, _lab.Running);
    }

    [Fact]
    public async Task An_adjacency_that_rests_and_differs_is_changed_and_activated_by_one_plan()
    {
        var first = Sample.Intent();
        await ApplyAsync(new(first));
        var before = _lab.Running;
        await SendAsync("sbc", "signaling", "adjacency sip acme-east-us2", "no activate", "signaling-local-port 5070");

        var steps = await ApplyAsync(new TrunkGoal(first) { Owned = new(first, _lab.Facts) });

        Assert.Equal(["perimeta.adjacency.acme-east-us2.edit", "perimeta.adjacency.acme-east-us2.activate"], steps.Select(s => s.Id));
        Assert.Equal(before, _lab.Running);
    }

    [Fact]
    public async Task A_submode_that_somebody_took_away_is_put_back_with_its_lines()
    {
        var first = Sample.Intent();
        await ApplyAsync(new(first));
        await SendAsync("sbc", "signaling", "adjacency sip acme-east-us2", "no call-media-policy");

        var steps = await ApplyAsync(new TrunkGoal(first) { Owned = new(first, _lab.Facts) });

        Assert.Equal(["perimeta.adjacency.acme-east-us2.edit"], steps.Select(s => s.Id));
        Assert.Contains("early-media timeout 240", _lab.Running, StringComparison.Ordinal);
        await _lab.UndoAllAsync(steps);
        Assert.DoesNotContain("early-media timeout 240", _lab.Running, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_adjacency_that_somebody_changed_since_the_plan_is_neither_deactivated_nor_changed()
    {
        var first = Sample.Intent();
        await ApplyAsync(new(first));
        var owned = new OwnedTrunk(first, _lab.Facts);
        var removal = (await _lab.PlanAsync(new TrunkGoal(first) { Removes = true, Owned = owned })).Steps;
        var edit = Assert.Single((await _lab.PlanAsync(new TrunkGoal(first with { LocalPort = 5080 }) { Owned = owned })).Steps);
        await SendAsync("sbc", "signaling", "adjacency sip acme-east-us2", "signaling-local-port 5070");
        var touched = _lab.Running;

        var results = new[] { await _lab.ApplyAsync(removal[0]), await _lab.ApplyAsync(edit) };

        Assert.All(results, r => Assert.Equal((false, "adjacency-changed-by-others"), (r.Succeeded, r.FailureCode)));
        Assert.Equal("adjacency-active-again", (await _lab.ApplyAsync(removal[1])).FailureCode);
        Assert.Equal(touched, _lab.Running);
        Assert.Contains((await _lab.PlanAsync(new TrunkGoal(first with { LocalPort = 5080 }) { Owned = owned })).Findings, f => f.Code == "adjacency-drifted" && f.Sentence.ToString().Contains("signaling-local-port 5070 instead of signaling-local-port 5060", StringComparison.Ordinal));
    }

    private async Task<IReadOnlyList<PlannedStep>> ApplyAsync(TrunkGoal goal)
    {
        var plan = await _lab.PlanAsync(goal);
        Assert.DoesNotContain(plan.Findings, f => f.Severity == FindingSeverity.Error);
        return await _lab.ApplyAllAsync(plan.Steps);
    }

    private static IEnumerable<string> Lines(TrunkIntent intent) => CommandBlocks.AdjacencyLines(intent, intent.Edges[0], new());

    /// <summary>What another administrator does.</summary>
    private Task SendAsync(params string[] lines) => _lab.TypedByAnotherAsync(["config", .. lines, "end"]);

    public ValueTask InitializeAsync() => _lab.InitializeAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();
}
