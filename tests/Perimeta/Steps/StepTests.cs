using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Diagnostics;
using TrunkBot.Perimeta.Tests.Session;

namespace TrunkBot.Perimeta.Tests.Steps;

public sealed class StepTests
{
    [Fact]
    public async Task A_trunk_is_provisioned_read_back_and_undone_to_the_last_letter()
    {
        await using var device = await TestDevice.StartAsync();
        var before = await device.Driver.ReadAsync(new(Sample.Intent()), device.Site, TestContext.Current.CancellationToken);
        var plan = await device.PlanAsync(Sample.Intent());

        foreach (var step in plan.Steps)
        {
            Succeeded(await device.ApplyAsync(step));
            Assert.Equal(StepState.Done, (await device.ObserveAsync(step)).State);
        }

        Assert.Empty((await device.PlanAsync(Sample.Intent())).Steps);
        Assert.All(await device.Status.ReadAsync(Sample.Intent(), device.Site, TestContext.Current.CancellationToken), line => Assert.Equal(HealthState.Ok, line.State));

        foreach (var step in plan.Steps.Reverse())
        {
            Succeeded(await device.UndoAsync(step));
            Assert.Equal(StepState.NotBegun, (await device.ObserveAsync(step)).State);
        }

        var after = await device.Driver.ReadAsync(new(Sample.Intent()), device.Site, TestContext.Current.CancellationToken);
        Assert.Equal(before.Content, after.Content);
        Assert.Equal(before.Fingerprint, after.Fingerprint);
    }

    [Fact]
    public async Task Applying_a_step_again_sends_nothing()
    {
        await using var device = await TestDevice.StartAsync();
        var step = (await device.PlanAsync(Sample.Intent())).Steps[0];
        Succeeded(await device.ApplyAsync(step));
        var received = device.Received.Count(line => line.StartsWith("permit-peer", StringComparison.Ordinal));

        Succeeded(await device.ApplyAsync(step));

        Assert.Equal(4, received);
        Assert.Equal(4, device.Received.Count(line => line.StartsWith("permit-peer", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Undoing_what_was_never_done_succeeds_and_sends_no_configuration()
    {
        await using var device = await TestDevice.StartAsync();
        var plan = await device.PlanAsync(Sample.Intent());

        foreach (var step in plan.Steps.Reverse())
        {
            Succeeded(await device.UndoAsync(step));
        }

        Assert.DoesNotContain(device.Received, line => line.StartsWith("no ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refused_line_stops_the_build_there_and_takes_back_what_was_built()
    {
        await using var device = await TestDevice.StartAsync();
        var step = Build(await device.PlanAsync(Sample.Intent()));
        device.Fault("refuse", "privacy trusted");

        var result = await device.ApplyAsync(step);

        Assert.Equal("sbc-line-refused", result.FailureCode);
        Assert.True(result.OutcomeKnown);
        Assert.Contains("\"privacy trusted\": % Error: refused for the test.", result.Sentence, StringComparison.Ordinal);
        Assert.Contains("Taken back: adjacency acme-east-us2 was removed.", result.Sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("realm GeneralPeeringMedia1", device.Received);
        Assert.DoesNotContain("acme-east-us2", device.Running, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_permit_takes_back_only_the_permits_of_this_step()
    {
        await using var device = await TestDevice.StartAsync();
        var step = (await device.PlanAsync(Sample.Intent())).Steps[0];
        device.Fault("refuse", "permit-peer service-network 2 ipv4 54.244.51.2");

        var result = await device.ApplyAsync(step);

        Assert.Equal(
            $"{device.Perimeta.Element} refused the line \"permit-peer service-network 2 ipv4 54.244.51.2\": % Error: refused for the test. Nothing more was sent. Taken back: 2 permit-peer lines were removed.",
            result.Sentence);
        Assert.DoesNotContain("54.244.51", device.Running, StringComparison.Ordinal);
        Assert.Contains("permit-peer service-network 2 ipv4 198.51.100.20", device.Running, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_drops_at_a_line_leaves_the_outcome_open_and_the_step_can_go_on()
    {
        await using var device = await TestDevice.StartAsync();
        var step = Build(await device.PlanAsync(Sample.Intent()));
        device.Fault("drop", "privacy trusted");

        var dropped = await device.ApplyAsync(step);
        device.Mend("drop");

        Assert.Equal("sbc-connection-lost", dropped.FailureCode);
        Assert.False(dropped.OutcomeKnown);
        Assert.Equal(StepState.Partly, (await device.ObserveAsync(step)).State);
        Succeeded(await device.ApplyAsync(step));
        Assert.Equal(StepState.Done, (await device.ObserveAsync(step)).State);
    }

    [Fact]
    public async Task A_line_without_an_answer_leaves_the_outcome_open()
    {
        await using var device = await TestDevice.StartAsync();
        device.Use(site => site with { Dialect = "impatient" });
        var step = (await device.PlanAsync(Sample.Intent())).Steps[0];
        device.Fault("hang", "permit-peer service-network 2 ipv4 54.244.51.1");

        var result = await device.ApplyAsync(step);

        Assert.Equal(("sbc-prompt-not-seen", false), (result.FailureCode, result.OutcomeKnown));
    }

    [Fact]
    public async Task A_line_that_was_taken_and_lost_is_found_by_the_read_back()
    {
        await using var device = await TestDevice.StartAsync();
        var step = Build(await device.PlanAsync(Sample.Intent()));
        device.Fault("lose", "signaling-local-port 5060");

        var result = await device.ApplyAsync(step);

        Assert.Equal("adjacency-differs-after-build", result.FailureCode);
        Assert.Contains("missing: signaling-local-port 5060", result.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_adjacency_that_somebody_changed_is_neither_activated_nor_removed()
    {
        await using var device = await TestDevice.StartAsync();
        var plan = await device.PlanAsync(Sample.Intent());
        Succeeded(await device.ApplyAsync(Build(plan)));
        device.Edit("privacy trusted", "privacy untrusted");

        Assert.Equal("adjacency-changed-since-build", (await device.ApplyAsync(plan.Steps[^1])).FailureCode);
        Assert.Equal("adjacency-changed-by-others", (await device.UndoAsync(Build(plan))).FailureCode);
        Assert.DoesNotContain("activate", device.Received.Where(line => line == "activate"));
        Assert.Contains("adjacency sip acme-east-us2", device.Running, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Undo_keeps_a_permit_that_another_adjacency_needs()
    {
        await using var device = await TestDevice.StartAsync();
        var step = (await device.PlanAsync(Sample.Intent())).Steps[0];
        Succeeded(await device.ApplyAsync(step));
        device.Edit(
            "    adjacency sip MetasphereCFS\n",
            "    adjacency sip Other\n      service-address GeneralPeering-01\n      remote-address-range ipv4 54.244.51.2 prefix-len 32\n    adjacency sip MetasphereCFS\n");

        var result = await device.UndoAsync(step);

        Succeeded(result);
        Assert.Contains("Kept, because another adjacency needs them: 54.244.51.2.", result.Sentence, StringComparison.Ordinal);
        Assert.Contains("ipv4 54.244.51.2\n", device.Running, StringComparison.Ordinal);
        Assert.DoesNotContain("permit-peer service-network 2 ipv4 54.244.51.1", device.Running, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_with_a_line_end_is_refused_before_anything_is_sent()
    {
        await using var device = await TestDevice.StartAsync();
        var step = Build(await device.PlanAsync(Sample.Intent()));
        var received = device.Received.Count;

        var result = await device.ApplyAsync(step with { Sends = ["config", "sbc", "privacy trusted\nno adjacency sip MetasphereCFS"] });

        Assert.Equal(("cli-line-unsafe", true), (result.FailureCode, result.OutcomeKnown));
        Assert.Equal(received, device.Received.Count);
    }

    [Fact]
    public async Task Everything_sent_and_received_is_recorded_in_order()
    {
        await using var device = await TestDevice.StartAsync();
        var step = (await device.PlanAsync(Sample.Intent())).Steps[0];

        Succeeded(await device.ApplyAsync(step));

        var sent = device.Wire.Where(exchange => exchange.Direction == WireDirection.Sent && exchange.Text.Length > 0).Select(exchange => exchange.Text).ToList();
        Assert.Equal(["show config include permit-peer", .. step.Sends, "show config include permit-peer"], sent);
        var answer = device.Wire[device.Wire.ToList().FindIndex(exchange => exchange.Text == "config") + 1];
        Assert.Equal((WireDirection.Received, "TEST-SBC(config)# "), (answer.Direction, answer.Text));
    }

    private static PlannedStep Build(SystemPlan plan) => plan.Steps.Single(step => step.Phase == StepPhase.AdjacencyBuild);

    private static void Succeeded(StepResult result) => Assert.True(result.Succeeded, $"{result.FailureCode}: {result.Sentence}");
}
