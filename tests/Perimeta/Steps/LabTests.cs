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

    [Fact]
    public async Task A_site_that_permits_all_edges_sends_thirty_two_lines_in_one_session_and_takes_its_own_back()
    {
        var site = _lab.Perimeta with { WhitelistAllEdges = true };
        await _lab.TypedByAnotherAsync("config", "system", "ip-access-control", "trusted-sources", "permit-peer service-network 2 ipv4 54.171.127.193", "end");
        var before = _lab.Running;
        var logins = _lab.Logins;
        var plan = await _lab.PlanAsync(Sample.Intent(), site);

        var result = await _lab.ApplyAsync(plan.Steps[0], site);

        Assert.True(result.Succeeded, result.Sentence);
        Assert.Equal("31 addresses are permitted on service network 2.", result.Sentence);
        Assert.Equal(32, _lab.Running.Split('\n').Count(line => line.Contains("permit-peer service-network 2 ipv4", StringComparison.Ordinal) && !line.Contains("198.51.100.", StringComparison.Ordinal)));
        Assert.Equal(logins + 1, _lab.Logins);
        Assert.True((await _lab.UndoAsync(plan.Steps[0])).Succeeded);
        Assert.Equal(before, _lab.Running);
    }

    public ValueTask InitializeAsync() => _lab.InitializeAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();
}
