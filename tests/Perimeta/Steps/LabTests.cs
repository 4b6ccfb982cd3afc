using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Changes.Systems;
using TrunkBot.Diagnostics;
using TrunkBot.Lab;
using TrunkBot.Lab.Perimeta;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Tests.Steps;

/// <summary>The driver against the lab's SBC, which shares no parser with it, over a password login.</summary>
public sealed class LabTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lab");
    private readonly List<WireExchange> _wire = [];
    private LabHost _lab = null!;
    private ServiceProvider _services = null!;

    [Fact]
    public async Task Eight_edges_are_provisioned_over_one_login_and_undone_without_a_trace()
    {
        var intent = Sample.Intent("ashburn", "umatilla", "dublin", "frankfurt", "tokyo", "singapore", "sydney", "sao-paulo");
        var site = Sample.Site(Sample.Perimeta() with
        {
            Port = _lab.SshPort,
            Password = new SecretReference(LabSecrets.Perimeta),
            KnownHosts = Path.Combine(_folder.FullName, "known_hosts"),
        });
        var driver = _services.GetRequiredService<INetworkSystem>();
        var facts = new Dictionary<string, string>();
        var context = new StepContext { Intent = intent, Site = site, Facts = facts, Ticket = "T", Record = _wire.Add };
        var token = TestContext.Current.CancellationToken;
        var before = await driver.ReadAsync(intent, site, token);
        var plan = driver.Plan(intent, site, before);
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
        Assert.Empty(driver.Plan(intent, site, await driver.ReadAsync(intent, site, token)).Steps);

        foreach (var step in plan.Steps.Reverse())
        {
            var result = await driver.UndoAsync(step, context, token);
            Assert.True(result.Succeeded, result.Sentence);
        }

        Assert.Equal(before.Content, (await driver.ReadAsync(intent, site, token)).Content);
        Assert.DoesNotContain(_wire, exchange => exchange.Text.Contains(_lab.Context.Secrets[LabSecrets.Perimeta], StringComparison.Ordinal));
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
