using TrunkBot.Diagnostics;

namespace TrunkBot.Perimeta.Tests.Steps;

/// <summary>The driver against the lab's SBC, which shares no parser with it, over a password login.</summary>
public sealed class LabTests : IAsyncLifetime
{
    private readonly LabFixture _lab = new();

    [Fact]
    public async Task Eight_edges_are_provisioned_over_one_login_and_undone_without_a_trace()
    {
        var intent = Sample.Intent("ashburn", "umatilla", "dublin", "frankfurt", "tokyo", "singapore", "sydney", "sao-paulo");
        var before = _lab.Running;
        var plan = await _lab.PlanAsync(intent);
        Assert.Equal(17, plan.Steps.Count);

        foreach (var step in plan.Steps)
        {
            var result = await _lab.ApplyAsync(step);
            Assert.True(result.Succeeded, result.Sentence);
        }

        Assert.All(
            await _lab.Status.ReadAsync(intent, Sample.Site(_lab.Perimeta), TestContext.Current.CancellationToken),
            line => Assert.Equal(HealthState.Ok, line.State));
        Assert.Empty((await _lab.PlanAsync(intent)).Steps);

        foreach (var step in plan.Steps.Reverse())
        {
            var result = await _lab.UndoAsync(step);
            Assert.True(result.Succeeded, result.Sentence);
        }

        Assert.Equal(before, _lab.Running);
        Assert.Equal(1, _lab.Logins);
        Assert.DoesNotContain(_lab.Wire, exchange => exchange.Text.Contains(_lab.Password, StringComparison.Ordinal));
    }

    public ValueTask InitializeAsync() => _lab.InitializeAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();
}
