using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Perimeta.Tests.Session;

namespace TrunkBot.Perimeta.Tests.Steps;

/// <summary>Other people work on the same device between the steps of a change.</summary>
public sealed class OthersTests
{
    private const string Wide = "remote-address-range ipv4 0.0.0.0 prefix-len 0";

    [Theory]
    [InlineData(Wide)]
    [InlineData("service-network 3")]
    public async Task A_line_that_was_added_after_the_build_stops_the_activation(string line)
    {
        await using var device = await TestDevice.StartAsync();
        var plan = await BuiltAsync(device);
        device.Edit("      privacy trusted\n", $"      privacy trusted\n      {line}\n");

        var result = await device.ApplyAsync(plan.Steps[^1]);

        Assert.Equal("adjacency-changed-since-build", result.FailureCode);
        Assert.Contains(line, result.Sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("activate", device.Received);
    }

    [Fact]
    public async Task A_line_that_the_device_added_with_the_build_does_not_stop_the_activation()
    {
        await using var device = await TestDevice.StartAsync();
        var plan = await device.PlanAsync(Sample.Intent());
        device.Recorded = exchange =>
        {
            // The block is complete; the read-back comes next.
            if (exchange is { Direction: WireDirection.Sent, Text: "show config here" } && device.Received.Contains("no activate") && !device.Running.Contains("account Own", StringComparison.Ordinal))
            {
                device.Edit("      privacy trusted\n", "      privacy trusted\n      account Own\n");
            }
        };

        Assert.Contains("extra: account Own", (await device.ApplyAsync(Build(plan))).Sentence, StringComparison.Ordinal);
        Assert.Equal("extra: account Own", device.Facts["perimeta.adjacency.acme-east-us2.extras"]);
        Succeeded(await device.ApplyAsync(plan.Steps[^1]));
        Assert.Equal(StepState.Done, (await device.ObserveAsync(plan.Steps[^1])).State);
    }

    [Fact]
    public async Task An_active_adjacency_that_somebody_widened_is_not_seen_as_done()
    {
        await using var device = await TestDevice.StartAsync();
        var plan = await BuiltAsync(device);
        Succeeded(await device.ApplyAsync(plan.Steps[^1]));
        device.Edit("      privacy trusted\n", $"      privacy trusted\n      {Wide}\n");

        var seen = await device.ObserveAsync(plan.Steps[^1]);

        Assert.Equal(StepState.Partly, seen.State);
        Assert.Contains(Wide, seen.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_ranges_repeat_a_new_one_stops_the_activation_as_well()
    {
        await using var device = await TestDevice.StartAsync();
        device.Use(site => site with { Dialect = "ranges-repeat" });
        var plan = await BuiltAsync(device);
        device.Edit("      privacy trusted\n", $"      privacy trusted\n      {Wide}\n");

        Assert.Contains($"extra: {Wide}", (await device.ApplyAsync(plan.Steps[^1])).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_permit_that_somebody_else_added_meanwhile_survives_the_undo()
    {
        await using var device = await TestDevice.StartAsync();
        var step = (await device.PlanAsync(Sample.Intent())).Steps[0];
        device.Edit("      permit-peer", "      permit-peer service-network 2 ipv4 54.244.51.1\n      permit-peer");
        Succeeded(await device.ApplyAsync(step));
        Assert.Equal("54.244.51.0 54.244.51.2 54.244.51.3", device.Facts["perimeta.whitelist.sent"]);

        var result = await device.UndoAsync(step);

        Assert.Equal("3 permit-peer lines were removed. Kept, because this change did not add them: 54.244.51.1.", result.Sentence);
        Assert.Contains("permit-peer service-network 2 ipv4 54.244.51.1\n", device.Running, StringComparison.Ordinal);
        Assert.DoesNotContain("54.244.51.2", device.Running, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_permit_whose_answer_got_lost_counts_as_sent()
    {
        await using var device = await TestDevice.StartAsync();
        var step = (await device.PlanAsync(Sample.Intent())).Steps[0];
        device.Fault("drop", "permit-peer service-network 2 ipv4 54.244.51.2");

        var dropped = await device.ApplyAsync(step);
        device.Mend("drop");

        Assert.False(dropped.OutcomeKnown);
        Assert.Equal("54.244.51.0 54.244.51.1 54.244.51.2", device.Facts["perimeta.whitelist.sent"]);
        Succeeded(await device.ApplyAsync(step));
        Assert.Equal("54.244.51.0 54.244.51.1 54.244.51.2 54.244.51.3", device.Facts["perimeta.whitelist.sent"]);
        Assert.Equal("4 permit-peer lines were removed.", (await device.UndoAsync(step)).Sentence);
    }

    [Fact]
    public async Task The_journal_keeps_nothing_of_other_peoples_configuration()
    {
        await using var device = await TestDevice.StartAsync();
        var plan = await device.PlanAsync(Sample.Intent());
        foreach (var step in plan.Steps)
        {
            Succeeded(await device.ApplyAsync(step));
        }

        foreach (var step in plan.Steps.Reverse())
        {
            Succeeded(await device.UndoAsync(step));
        }

        Assert.Contains(device.Wire, exchange => exchange.Text.Contains("! (1 other adjacencies are not kept here)\nTEST-SBC(config-sbc-sig)# ", StringComparison.Ordinal));
        Assert.Contains(device.Wire, exchange => exchange.Direction == WireDirection.Received && exchange.Text.Contains("signaling-peer acme-east.pstn.us2.twilio.com", StringComparison.Ordinal));
        Assert.DoesNotContain(device.Wire, exchange => exchange.Text.Contains("preset-core", StringComparison.Ordinal) && exchange.Text.Split('\n').Length > 12);
    }

    [Fact]
    public async Task A_failover_between_build_and_activate_stops_the_change_until_the_other_nodes_key_is_pinned()
    {
        await using var device = await TestDevice.StartAsync();
        var plan = await BuiltAsync(device);
        await device.FailOverAsync();

        var stopped = await device.ApplyAsync(plan.Steps[^1]);
        var words = File.ReadAllText(device.Path("host_other.pub")).Split(' ');
        File.AppendAllText(device.Path("known_hosts"), $"[127.0.0.1]:{device.Perimeta.Port} {words[0]} {words[1]}\n");

        Assert.Equal(("sbc-host-key-unknown", true), (stopped.FailureCode, stopped.OutcomeKnown));
        Assert.DoesNotContain("activate", device.Received);
        Succeeded(await device.ApplyAsync(plan.Steps[^1]));
    }

    [Fact]
    public async Task After_a_crash_without_a_record_undo_removes_what_the_plan_added()
    {
        await using var device = await TestDevice.StartAsync();
        var step = (await device.PlanAsync(Sample.Intent())).Steps[0];
        Succeeded(await device.ApplyAsync(step));
        device.Facts.Clear();

        Assert.Equal("4 permit-peer lines were removed.", (await device.UndoAsync(step)).Sentence);
    }

    private static async Task<SystemPlan> BuiltAsync(TestDevice device)
    {
        var plan = await device.PlanAsync(Sample.Intent());
        Succeeded(await device.ApplyAsync(Build(plan)));
        return plan;
    }

    private static PlannedStep Build(SystemPlan plan) => plan.Steps.Single(step => step.Phase == StepPhase.AdjacencyBuild);

    private static void Succeeded(StepResult result) => Assert.True(result.Succeeded, $"{result.FailureCode}: {result.Sentence}");
}
