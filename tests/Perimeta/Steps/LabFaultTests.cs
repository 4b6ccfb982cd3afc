using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Lab;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Tests.Steps;

/// <summary>
/// What goes wrong in the middle of a change, at the lab's SBC over its real sshd: nothing of a step that failed is left behind, and
/// nothing of anybody else's is touched. How the lab refuses and drops is invented.
/// </summary>
public sealed class LabFaultTests : IAsyncLifetime
{
    private readonly LabFixture _lab = new();

    [Fact]
    public async Task Whichever_line_is_refused_the_device_is_as_it_was_before_the_step()
    {
        foreach (var step in (await _lab.PlanAsync(Sample.Intent())).Steps)
        {
            var before = _lab.Running;
            foreach (var line in EffectiveLines(step))
            {
                _lab.Fault("refuse-line", line);

                var refused = await _lab.ApplyAsync(step);

                Assert.Equal(("sbc-line-refused", true), (refused.FailureCode, refused.OutcomeKnown));
                Assert.Contains($"refused the line \"{line}\": % Error: refused because a test asked for it. Nothing more was sent. Taken back: ", refused.Sentence, StringComparison.Ordinal);
                Assert.Equal(before, _lab.Running);
                Assert.Equal(StepState.NotBegun, (await _lab.ObserveAsync(step)).State);
            }

            Succeeded(await _lab.ApplyAsync(step));
        }
    }

    [Theory]
    [InlineData("drop-connection-at", "permit-peer service-network 2 ipv4 54.244.51.2", 0)]
    [InlineData("drop-connection-after", "permit-peer service-network 2 ipv4 54.244.51.2", 0)]
    [InlineData("drop-connection-at", "media-bypass-policy forbid", 1)]
    [InlineData("drop-connection-after", "no activate", 1)]
    [InlineData("drop-connection-at", "activate", 2)]
    [InlineData("drop-connection-after", "activate", 2)]
    public async Task A_connection_that_drops_at_a_line_leaves_the_outcome_open_and_the_step_goes_on_or_back(string kind, string line, int at)
    {
        var plan = await _lab.PlanAsync(Sample.Intent());
        var before = _lab.Running;
        foreach (var earlier in plan.Steps.Take(at))
        {
            Succeeded(await _lab.ApplyAsync(earlier));
        }

        _lab.Fault(kind, line);
        var dropped = await _lab.ApplyAsync(plan.Steps[at]);

        Assert.Equal(("sbc-connection-lost", false), (dropped.FailureCode, dropped.OutcomeKnown));
        Assert.Contains("may or may not have taken", dropped.Sentence, StringComparison.Ordinal);
        Succeeded(await _lab.ApplyAsync(plan.Steps[at]));
        Assert.Equal(StepState.Done, (await _lab.ObserveAsync(plan.Steps[at])).State);
        foreach (var step in plan.Steps.Take(at + 1).Reverse())
        {
            Succeeded(await _lab.UndoAsync(step));
        }

        Assert.Equal(before, _lab.Running);
    }

    [Fact]
    public async Task A_user_who_may_only_read_plans_and_is_refused_at_config()
    {
        var reader = _lab.Perimeta with { User = "defread", Password = new SecretReference(LabSecrets.PerimetaReadOnly) };
        var before = _lab.Running;
        var plan = await _lab.PlanAsync(Sample.Intent(), reader);

        var refused = await _lab.ApplyAsync(plan.Steps[0], reader);

        Assert.Equal(("sbc-line-refused", true), (refused.FailureCode, refused.OutcomeKnown));
        Assert.Contains("refused the line \"config\": % Error: user defread may not change the configuration.", refused.Sentence, StringComparison.Ordinal);
        Assert.Equal(before, _lab.Running);
    }

    [Theory]
    [InlineData("remote-address-range ipv4 198.51.100.0 prefix-len 24", "remote-address-range")]
    [InlineData("signaling-peer other.example", "signaling-peer")]
    [InlineData("account Other", "account")]
    public async Task What_another_person_types_between_build_and_activate_stops_the_activation(string line, string keyword)
    {
        var plan = await _lab.PlanAsync(Sample.Intent());
        foreach (var step in plan.Steps.SkipLast(1))
        {
            Succeeded(await _lab.ApplyAsync(step));
        }

        await _lab.TypedByAnotherAsync("config", "sbc", "signaling", "adjacency sip acme-east-us2", line, "end");
        var result = await _lab.ApplyAsync(plan.Steps[^1]);

        Assert.Equal("adjacency-changed-since-build", result.FailureCode);
        Assert.Contains(keyword, result.Sentence, StringComparison.Ordinal);
        Assert.Contains("nothing was sent", result.Sentence, StringComparison.Ordinal);
        Assert.Contains($"      {line}\n", _lab.Running, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_adjacency_that_another_person_removed_between_build_and_activate_is_missed()
    {
        var plan = await _lab.PlanAsync(Sample.Intent());
        foreach (var step in plan.Steps.SkipLast(1))
        {
            Succeeded(await _lab.ApplyAsync(step));
        }

        await _lab.TypedByAnotherAsync("config", "sbc", "signaling", "no adjacency sip acme-east-us2", "end");

        Assert.Equal("adjacency-missing", (await _lab.ApplyAsync(plan.Steps[^1])).FailureCode);
    }

    public ValueTask InitializeAsync() => _lab.InitializeAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    /// <summary>Without the words that only move between modes.</summary>
    private static IReadOnlyList<string> EffectiveLines(PlannedStep step) =>
        [.. step.Sends.Where(line => line is not ("config" or "end" or "system" or "ip-access-control" or "trusted-sources" or "sbc" or "signaling")).Distinct()];

    private static void Succeeded(StepResult result) => Assert.True(result.Succeeded, $"{result.FailureCode}: {result.Sentence}");
}
