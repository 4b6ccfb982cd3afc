using TrunkBot.Changes.Inventory;
using TrunkBot.Changes.Plans;
using TrunkBot.Perimeta.Tests.Steps;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Findings;

namespace TrunkBot.Perimeta.Tests.Inventory;

/// <summary>A trunk that a person typed into the lab's SBC is found, taken under management without a line, changed and removed.</summary>
public sealed class AdoptTests : IAsyncLifetime
{
    private readonly LabFixture _lab = new();

    [Fact]
    public async Task An_adopted_trunk_needs_no_step_and_nothing_was_sent_for_it()
    {
        await BuildAsync();
        var before = _lab.Running;

        var trunk = await AdoptAsync();

        var plan = await _lab.PlanAsync(new TrunkGoal(trunk.Intent) { Owned = trunk });
        Assert.Empty(plan.Steps);
        Assert.DoesNotContain(plan.Findings, f => f.Severity == FindingSeverity.Error || f.Code is "adjacency-drifted" or "adjacency-extra-lines");
        Assert.Empty(await DriftAsync(trunk));
        Assert.Equal(before, _lab.Running);
    }

    [Fact]
    public async Task An_edge_is_added_to_it_and_taken_away_again_and_what_people_built_is_not_touched()
    {
        await BuildAsync();
        var before = _lab.Running;
        var trunk = await AdoptAsync();
        var goal = new TrunkGoal(trunk.Intent with { Edges = [.. trunk.Intent.Edges, EdgeCatalogue.Shipped.Find("tokyo")!] }) { Owned = trunk };

        var steps = await ApplyAsync(goal);

        Assert.Equal(["perimeta.whitelist", "perimeta.adjacency.Twilio-jp1.build", "perimeta.adjacency.Twilio-jp1.activate"], steps.Select(s => s.Id));
        Assert.Contains("service-address GeneralPeering-01", _lab.Running, StringComparison.Ordinal);
        Assert.Empty((await _lab.PlanAsync(goal)).Steps);
        await _lab.UndoAllAsync(steps);
        Assert.Equal(before, _lab.Running);
    }

    [Fact]
    public async Task A_value_of_it_is_changed_with_the_lines_of_people_kept_and_the_way_back_is_exact()
    {
        await BuildAsync();
        var before = _lab.Running;
        var trunk = await AdoptAsync();
        var goal = new TrunkGoal(trunk.Intent with { LocalPort = 5080 }) { Owned = trunk };

        var steps = await ApplyAsync(goal);

        Assert.Equal(["config", "sbc", "signaling", "adjacency sip Twilio-us2", "no activate", "signaling-local-port 5080", "activate", "end"], steps[0].Sends);
        Assert.Equal(before.Replace("signaling-local-port 5070", "signaling-local-port 5080", StringComparison.Ordinal), _lab.Running);
        Assert.Empty((await _lab.PlanAsync(goal)).Steps);
        await _lab.UndoAllAsync(steps);
        Assert.Equal(before, _lab.Running);
    }

    [Fact]
    public async Task It_is_removed_with_its_whitelist_lines_and_built_again_line_by_line_by_the_undo()
    {
        var factory = _lab.Running;
        await BuildAsync();
        var before = _lab.Running;
        var trunk = await AdoptAsync();

        var steps = await ApplyAsync(new TrunkGoal(trunk.Intent) { Removes = true, Owned = trunk });

        Assert.Equal(factory, _lab.Running);
        await _lab.UndoAllAsync(steps);
        Assert.Equal(before, _lab.Running);
    }

    [Fact]
    public async Task What_others_change_afterwards_is_drift_and_a_plan_puts_it_right()
    {
        await BuildAsync();
        var trunk = await AdoptAsync();

        await _lab.TypedByAnotherAsync(
            "config", "sbc", "signaling", "adjacency sip Twilio-us2", "no activate", "account Other", "signaling-local-port 5099", "privacy untrusted", "force-signaling-peer all-requests", "end",
            "config", "system", "ip-access-control", "trusted-sources", "no permit-peer service-network 2 ipv4 54.244.51.2", "end",
            "config", "sbc", "signaling", "adjacency sip Twilio-ie1", "no activate", "end",
            "config", "sbc", "signaling", "no adjacency sip Twilio-ie1", "end");

        Assert.Equal(
            [
                new("adjacency Twilio-us2, signaling-local-port", "5070", "5099"),
                new("adjacency Twilio-us2, account", "Acme", "Other"),
                new("adjacency Twilio-us2, force-signaling-peer", "none", "all-requests"),
                new("adjacency Twilio-us2, privacy", "none", "untrusted"),
                new("adjacency Twilio-us2, activation", "active", "inactive"),
                new("adjacency Twilio-ie1", "there", "missing"),
                new("permit-peer service-network 2 ipv4 54.244.51.2", "there", "missing"),
            ],
            await DriftAsync(trunk));
        var goal = new TrunkGoal(trunk.Intent) { Owned = trunk };
        var plan = await _lab.PlanAsync(goal);
        Assert.Equal(
            ["perimeta.whitelist", "perimeta.adjacency.Twilio-us2.edit", "perimeta.adjacency.Twilio-ie1.build", "perimeta.adjacency.Twilio-us2.activate", "perimeta.adjacency.Twilio-ie1.activate"],
            plan.Steps.Select(s => s.Id));
        Assert.Equal(
            "Adjacency Twilio-us2 has further lines, which are left alone: extra: account Other; extra: force-signaling-peer all-requests; extra: privacy untrusted.",
            Assert.Single(plan.Findings, f => f.Code == "adjacency-extra-lines").Sentence);
        await ApplyAsync(goal);

        // What the plan showed and people approved to leave there is no drift any more.
        Assert.Empty(await DriftAsync(trunk with { Facts = trunk.Facts.Concat(_lab.Facts).GroupBy(f => f.Key).ToDictionary(f => f.Key, f => f.Last().Value) }));
    }

    private async Task BuildAsync() => await _lab.TypedByAnotherAsync(
    [
        "config", "system", "ip-access-control", "trusted-sources", .. Brownfield.Permits("54.244.51", 3), .. Enumerable.Range(192, 4).Select(at => $"permit-peer service-network 2 ipv4 54.171.127.{at}"), "end",
        "config", "sbc", "signaling", .. Brownfield.Umatilla, "end",
        "config", "sbc", "signaling", .. Brownfield.Dublin, "end",
    ]);

    private async Task<OwnedTrunk> AdoptAsync()
    {
        var site = Sample.Site(_lab.Perimeta);
        var part = Assert.Single(await _lab.Inventory.FindAsync(site, new Dictionary<string, string> { ["name"] = "twilio-west", ["termination"] = "acme" }, TestContext.Current.CancellationToken));
        Assert.DoesNotContain(part.Findings, f => f.Severity == FindingSeverity.Error);
        return Brownfield.Adopt(part, "twilio-west", site);
    }

    private async Task<IReadOnlyList<ObjectDifference>> DriftAsync(OwnedTrunk trunk)
    {
        var site = Sample.Site(_lab.Perimeta);
        var snapshot = await _lab.Driver.ReadAsync(new TrunkGoal(trunk.Intent) { Owned = trunk }, site, TestContext.Current.CancellationToken);
        Assert.Empty(await _lab.Inventory.ChangesSinceAsync(trunk, site, DateTimeOffset.UnixEpoch, TestContext.Current.CancellationToken));
        return _lab.Inventory.Compare(trunk, site, snapshot);
    }

    private async Task<IReadOnlyList<PlannedStep>> ApplyAsync(TrunkGoal goal) => await _lab.ApplyAllAsync((await _lab.PlanAsync(goal)).Steps);

    public ValueTask InitializeAsync() => _lab.InitializeAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();
}
