using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Diagnostics;
using TrunkBot.Perimeta.Tests.Session;

namespace TrunkBot.Perimeta.Tests.Steps;

/// <summary>Answers that a step can't go on with: not understood, refused, in another mode, or none.</summary>
public sealed class AnswerTests
{
    [Theory]
    [InlineData("published", "System busy, try again")]
    [InlineData("published", "system busy")]
    [InlineData("published", "% Invalid input")]
    [InlineData("lab-invented", "Temporarily unavailable")]
    public async Task Undo_does_not_take_an_answer_that_it_does_not_understand_for_an_absence(string dialect, string words)
    {
        await using var device = await TestDevice.StartAsync();
        device.Use(site => site with { Dialect = dialect });
        var plan = await device.PlanAsync(Sample.Intent());
        foreach (var step in plan.Steps)
        {
            Succeeded(await device.ApplyAsync(step));
        }

        device.Fault("busy", words);
        foreach (var step in plan.Steps.Reverse())
        {
            var result = await device.UndoAsync(step);
            Assert.Equal("sbc-answer-not-understood", result.FailureCode);
            Assert.Contains(words, result.Sentence, StringComparison.Ordinal);
            Assert.Equal(StepState.CannotTell, (await device.ObserveAsync(step)).State);
        }

        device.Mend("busy");
        foreach (var step in plan.Steps.Reverse())
        {
            Succeeded(await device.UndoAsync(step));
        }

        Assert.DoesNotContain("54.244.51", device.Running, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_and_planning_do_not_take_it_for_an_absence_either()
    {
        await using var device = await TestDevice.StartAsync();
        device.Fault("busy", "Temporarily unavailable");

        var line = Assert.Single(await device.Status.ReadAsync(Sample.Intent(), device.Site, TestContext.Current.CancellationToken));

        Assert.Equal((HealthState.Failed, "sbc-answer-not-understood"), (line.State, line.Code));
        Assert.Equal("sbc-answer-not-understood", (await Assert.ThrowsAsync<SystemFailureException>(() => device.PlanAsync(Sample.Intent()))).Code);
    }

    [Fact]
    public async Task Existence_is_read_one_mode_above_the_adjacency()
    {
        await using var device = await TestDevice.StartAsync();
        var step = Build(await device.PlanAsync(Sample.Intent()));
        var received = device.Received.Count;

        Assert.Equal(StepState.NotBegun, (await device.ObserveAsync(step)).State);

        Assert.Equal(["config", "sbc", "signaling", "show config here", "end"], device.Received.Skip(received));
    }

    [Fact]
    public async Task A_refused_activation_leaves_the_adjacency_inactive()
    {
        await using var device = await TestDevice.StartAsync();
        var plan = await device.PlanAsync(Sample.Intent());
        Succeeded(await device.ApplyAsync(Build(plan)));
        device.Fault("refuse", "activate");

        var result = await device.ApplyAsync(plan.Steps[^1]);

        Assert.Equal("sbc-line-refused", result.FailureCode);
        Assert.EndsWith("Taken back: adjacency acme-east-us2 is inactive; nothing had to be deactivated.", result.Sentence, StringComparison.Ordinal);
        Assert.Contains("      no activate\n", device.Running, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_who_may_only_read_is_refused_at_config_and_nothing_else_is_sent()
    {
        await using var device = await TestDevice.StartAsync();
        var step = (await device.PlanAsync(Sample.Intent())).Steps[0];
        var received = device.Received.Count;
        device.Fault("refuse", "config");

        var result = await device.ApplyAsync(step);

        Assert.Equal(("sbc-line-refused", true), (result.FailureCode, result.OutcomeKnown));
        Assert.Equal(["show config include permit-peer", "config"], device.Received.Skip(received).Take(2));
        Assert.DoesNotContain(device.Received, line => line.StartsWith("permit-peer", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_line_that_lands_in_another_mode_stops_the_step_with_its_outcome_open()
    {
        await using var device = await TestDevice.StartAsync();
        var step = Build(await device.PlanAsync(Sample.Intent()));
        device.Fault("stray", "adjacency sip acme-east-us2");

        var result = await device.ApplyAsync(step);

        Assert.Equal(("sbc-mode-unexpected", false), (result.FailureCode, result.OutcomeKnown));
        Assert.Contains("TEST-SBC(config)#", result.Sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("deactivation-mode normal", device.Received);
    }

    [Theory]
    [InlineData("no adjacency sip acme-east-us2", 1, "is still there after it was removed")]
    [InlineData("no activate", 2, "is still active after it was deactivated")]
    [InlineData("no permit-peer service-network 2 ipv4 54.244.51.1", 0, "are still there after they were removed: 54.244.51.1")]
    public async Task An_undo_that_the_device_took_and_forgot_is_no_success(string line, int at, string words)
    {
        await using var device = await TestDevice.StartAsync();
        var plan = await device.PlanAsync(Sample.Intent());
        foreach (var step in plan.Steps)
        {
            Succeeded(await device.ApplyAsync(step));
        }

        foreach (var step in plan.Steps.Skip(at + 1).Reverse())
        {
            Succeeded(await device.UndoAsync(step));
        }

        device.Fault("lose", line);
        var result = await device.UndoAsync(plan.Steps[at]);

        Assert.Equal("sbc-undo-incomplete", result.FailureCode);
        Assert.Contains(words, result.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_leaving_fails_as_well_the_refusal_is_told()
    {
        await using var device = await TestDevice.StartAsync();
        var step = Build(await device.PlanAsync(Sample.Intent()));
        device.Fault("refuse", "privacy trusted");
        device.Recorded = exchange =>
        {
            if (exchange is { Direction: WireDirection.Sent, Text: "privacy trusted" })
            {
                device.Fault("drop", "end");
            }
        };

        var result = await device.ApplyAsync(step);

        Assert.Equal(("sbc-line-refused", false), (result.FailureCode, result.OutcomeKnown));
        Assert.Contains("\"privacy trusted\": % Error: refused for the test.", result.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_that_is_stopped_in_the_middle_of_a_line_can_go_on_over_a_new_session()
    {
        await using var device = await TestDevice.StartAsync();
        var step = (await device.PlanAsync(Sample.Intent())).Steps[0];
        using var stop = new CancellationTokenSource();
        device.Fault("hang", "permit-peer service-network 2 ipv4 54.244.51.1");
        device.Recorded = exchange =>
        {
            if (exchange is { Direction: WireDirection.Sent, Text: "permit-peer service-network 2 ipv4 54.244.51.1" })
            {
                stop.Cancel();
            }
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => device.ApplyAsync(step, stop.Token));
        device.Mend("hang");
        device.Recorded = static _ => { };

        Assert.Equal(StepState.Partly, (await device.ObserveAsync(step)).State);
        Succeeded(await device.ApplyAsync(step));
    }

    private static PlannedStep Build(SystemPlan plan) => plan.Steps.Single(step => step.Phase == StepPhase.AdjacencyBuild);

    private static void Succeeded(StepResult result) => Assert.True(result.Succeeded, $"{result.FailureCode}: {result.Sentence}");
}
