using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Diagnostics;
using TrunkBot.Lab;
using TrunkBot.Lab.Perimeta;
using TrunkBot.Perimeta.Planning;
using TrunkBot.Perimeta.Session;
using TrunkBot.Perimeta.Steps;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Findings;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Tests.Steps;

/// <summary>The driver against the lab's SBC, which shares no parser with it, over a password login.</summary>
public sealed class LabTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lab");
    private readonly List<WireExchange> _wire = [];
    private readonly Dictionary<string, string> _facts = [];
    private LabHost _lab = null!;
    private ServiceProvider _services = null!;

    [Fact]
    public async Task Eight_edges_are_provisioned_over_one_login_and_undone_without_a_trace()
    {
        var intent = Sample.Intent("ashburn", "umatilla", "dublin", "frankfurt", "tokyo", "singapore", "sydney", "sao-paulo");
        var site = Site;
        var driver = _services.GetRequiredService<INetworkSystem>();
        var facts = new Dictionary<string, string>();
        var context = new StepContext { Intent = intent, Site = site, Facts = facts, Ticket = "T", Record = _wire.Add };
        var token = TestContext.Current.CancellationToken;
        var before = await driver.ReadAsync(new(intent), site, token);
        var plan = driver.Plan(new(intent), site, before);
        Assert.Equal(17, plan.Steps.Count);

        foreach (var step in plan.Steps)
        {
            var result = await driver.ApplyAsync(step, context, token);
            Assert.True(result.Succeeded, result.Sentence);
            foreach (var (name, value) in result.Facts)
            {
                facts[name] = value;
            }
        }

        Assert.All(await _services.GetRequiredService<IStatusReader>().ReadAsync(intent, site, token), line => Assert.Equal(HealthState.Ok, line.State));
        Assert.Empty(driver.Plan(new(intent), site, await driver.ReadAsync(new(intent), site, token)).Steps);

        foreach (var step in plan.Steps.Reverse())
        {
            var result = await driver.UndoAsync(step, context, token);
            Assert.True(result.Succeeded, result.Sentence);
        }

        Assert.Equal(before.Content, (await driver.ReadAsync(new(intent), site, token)).Content);
        Assert.DoesNotContain(_wire, exchange => exchange.Text.Contains(_lab.Context.Secrets[LabSecrets.Perimeta], StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_trunk_is_removed_with_what_its_changes_added_and_nothing_else_and_the_removal_can_be_undone()
    {
        var before = await ReadAllAsync();
        await ApplyAsync(new(Sample.Intent("umatilla", "dublin")));
        var provisioned = await ReadAllAsync();
        var removal = new TrunkGoal(Sample.Intent("umatilla", "dublin")) { Removes = true, Owned = new(Sample.Intent("umatilla", "dublin"), _facts.ToDictionary()) };

        var steps = await ApplyAsync(removal);

        Assert.Equal(
            [
                "perimeta.adjacency.acme-east-ie1.deactivate", "perimeta.adjacency.acme-east-us2.deactivate",
                "perimeta.adjacency.acme-east-ie1.remove", "perimeta.adjacency.acme-east-us2.remove", "perimeta.whitelist.retire",
            ],
            steps.Select(s => s.Id));
        Assert.Equal(before, await ReadAllAsync());
        Assert.Empty((await PlanAsync(removal)).Steps);

        await UndoAsync(steps);
        Assert.Equal(provisioned, await ReadAllAsync());
    }

    [Fact]
    public async Task Whitelist_lines_that_were_there_before_or_that_another_adjacency_needs_stay()
    {
        var umatilla = Sample.Intent();
        await ApplyAsync(new(umatilla));
        var facts = _facts.ToDictionary();
        var other = Sample.Intent() with { Name = "beta", TerminationName = "beta", ServiceAddress = "GeneralPeering-02" };
        await SendAsync(["sbc", "signaling", "adjacency sip beta-us2", .. Lines(other)]);

        // Somebody else's line, which no fact of the trunk speaks of.
        facts.Remove("perimeta.permit.2.54.244.51.3");
        var steps = await ApplyAsync(new(umatilla) { Removes = true, Owned = new(umatilla, facts) });

        Assert.Equal(["perimeta.adjacency.acme-east-us2.deactivate", "perimeta.adjacency.acme-east-us2.remove"], steps.Select(s => s.Id));
        Assert.Contains("permit-peer service-network 2 ipv4 54.244.51.0", await ReadAllAsync(), StringComparison.Ordinal);
        Assert.Contains("adjacency sip beta-us2", await ReadAllAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_edge_is_added_before_the_one_that_goes_is_taken_down_and_the_way_back_is_exact()
    {
        var first = Sample.Intent();
        await ApplyAsync(new(first));
        var before = await ReadAllAsync();
        var goal = new TrunkGoal(Sample.Intent("dublin")) { Owned = new(first, _facts.ToDictionary()) };

        var steps = await ApplyAsync(goal);

        Assert.Equal(
            [
                "perimeta.whitelist", "perimeta.adjacency.acme-east-ie1.build", "perimeta.adjacency.acme-east-ie1.activate",
                "perimeta.adjacency.acme-east-us2.deactivate", "perimeta.adjacency.acme-east-us2.remove", "perimeta.whitelist.retire",
            ],
            steps.Select(s => s.Id));
        var after = await ReadAllAsync();
        Assert.Contains("signaling-peer acme-east.pstn.ie1.twilio.com", after, StringComparison.Ordinal);
        Assert.DoesNotContain("54.244.51.", after, StringComparison.Ordinal);
        Assert.Empty((await PlanAsync(goal)).Steps);

        await UndoAsync(steps);
        Assert.Equal(before, await ReadAllAsync());
    }

    [Fact]
    public async Task A_port_is_changed_in_place_with_the_adjacency_out_of_service_meanwhile_and_changed_back()
    {
        var first = Sample.Intent();
        await ApplyAsync(new(first));
        var before = await ReadAllAsync();
        var goal = new TrunkGoal(first with { LocalPort = 5080 }) { Owned = new(first, _facts.ToDictionary()) };

        var step = Assert.Single(await ApplyAsync(goal));

        Assert.Equal("perimeta.adjacency.acme-east-us2.edit", step.Id);
        Assert.Equal(["config", "sbc", "signaling", "adjacency sip acme-east-us2", "no activate", "signaling-local-port 5080", "activate", "end"], step.Sends);
        Assert.Equal(["config", "sbc", "signaling", "adjacency sip acme-east-us2", "no activate", "signaling-local-port 5060", "activate", "end"], step.UndoSends);
        var own = before.IndexOf("adjacency sip acme-east-us2", StringComparison.Ordinal);
        Assert.Equal(before[..own] + before[own..].Replace("signaling-local-port 5060", "signaling-local-port 5080", StringComparison.Ordinal), await ReadAllAsync());
        await UndoAsync([step]);
        Assert.Equal(before, await ReadAllAsync());
    }

    [Fact]
    public async Task An_adjacency_that_somebody_changed_since_the_plan_is_neither_deactivated_nor_changed()
    {
        var first = Sample.Intent();
        await ApplyAsync(new(first));
        var owned = new OwnedTrunk(first, _facts.ToDictionary());
        var removal = (await PlanAsync(new(first) { Removes = true, Owned = owned })).Steps;
        var edit = Assert.Single((await PlanAsync(new(first with { LocalPort = 5080 }) { Owned = owned })).Steps);
        await SendAsync("sbc", "signaling", "adjacency sip acme-east-us2", "signaling-local-port 5070");
        var touched = await ReadAllAsync();

        var results = new[] { await Driver.ApplyAsync(removal[0], Context(first), Ct), await Driver.ApplyAsync(edit, Context(first), Ct) };

        Assert.All(results, r => Assert.Equal((false, "adjacency-changed-by-others"), (r.Succeeded, r.FailureCode)));
        Assert.Equal("adjacency-active-again", (await Driver.ApplyAsync(removal[1], Context(first), Ct)).FailureCode);
        Assert.Equal(touched, await ReadAllAsync());
        Assert.Contains((await PlanAsync(new(first with { LocalPort = 5080 }) { Owned = owned })).Findings, f => f.Code == "adjacency-drifted" && f.Sentence.Contains("signaling-local-port 5070 instead of signaling-local-port 5060", StringComparison.Ordinal));
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private INetworkSystem Driver => _services.GetRequiredService<INetworkSystem>();

    private SiteProfile Site => Sample.Site(Sample.Perimeta() with
    {
        Port = _lab.SshPort,
        Password = new SecretReference(LabSecrets.Perimeta),
        KnownHosts = Path.Combine(_folder.FullName, "known_hosts"),
    });

    private StepContext Context(TrunkIntent intent) => new() { Intent = intent, Site = Site, Facts = _facts, Ticket = "T", Record = _wire.Add };

    private async Task<SystemPlan> PlanAsync(TrunkGoal goal) => Driver.Plan(goal, Site, await Driver.ReadAsync(goal, Site, Ct));

    private async Task<IReadOnlyList<PlannedStep>> ApplyAsync(TrunkGoal goal)
    {
        var plan = await PlanAsync(goal);
        Assert.DoesNotContain(plan.Findings, f => f.Severity == FindingSeverity.Error);
        IReadOnlyList<PlannedStep> steps = [.. plan.Steps.OrderBy(s => s.Phase)];
        foreach (var step in steps)
        {
            Assert.Equal(StepState.NotBegun, (await Driver.ObserveAsync(step, Context(goal.Intent), Ct)).State);
            var result = await Driver.ApplyAsync(step, Context(goal.Intent), Ct);
            Assert.True(result.Succeeded, $"{step.Id}: {result.Sentence}");
            Assert.Equal(StepState.Done, (await Driver.ObserveAsync(step, Context(goal.Intent), Ct)).State);
            foreach (var (name, value) in result.Facts)
            {
                _facts[name] = value;
            }
        }

        return steps;
    }

    private async Task UndoAsync(IReadOnlyList<PlannedStep> steps)
    {
        foreach (var step in steps.Reverse())
        {
            var result = await Driver.UndoAsync(step, Context(Sample.Intent()), Ct);
            Assert.True(result.Succeeded, $"{step.Id}: {result.Sentence}");
            Assert.Equal(StepState.NotBegun, (await Driver.ObserveAsync(step, Context(Sample.Intent()), Ct)).State);
        }
    }

    private static IEnumerable<string> Lines(TrunkIntent intent) => CommandBlocks.AdjacencyLines(intent, intent.Edges[0]);

    /// <summary>What another administrator does.</summary>
    private async Task SendAsync(params string[] lines)
    {
        using var lease = await _services.GetRequiredService<SbcSessions>().LeaseAsync(Site.Perimeta, static (_, _) => { }, Ct);
        await new ElementCli(lease.Session, lease.Dialect).SendAsync(["config", .. lines, "end"], Ct);
    }

    private async Task<string> ReadAllAsync()
    {
        using var lease = await _services.GetRequiredService<SbcSessions>().LeaseAsync(Site.Perimeta, static (_, _) => { }, Ct);
        return await lease.Session.AskAsync("show config", Ct);
    }

    public async ValueTask InitializeAsync()
    {
        _lab = await LabHost.StartAsync(LabOptions.OnFreePorts(_folder.FullName), [PerimetaServer.Part], TestContext.Current.CancellationToken);
        var services = new ServiceCollection();
        services.AddSingleton<ISecrets>(new LabPasswords(_lab.Context.Secrets));
        services.AddPerimeta();
        _services = services.BuildServiceProvider();
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _lab.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private sealed class LabPasswords(LabSecrets secrets) : ISecrets
    {
        public string Reveal(SecretReference reference) => secrets[reference.Name];
    }
}
