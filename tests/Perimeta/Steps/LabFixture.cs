using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Changes.Inventory;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Diagnostics;
using TrunkBot.Lab;
using TrunkBot.Lab.Perimeta;
using TrunkBot.Perimeta.Session;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Perimeta.Tests.Steps;

/// <summary>The lab's SBC, the driver logged in by password, and a trunk's steps with what they found out.</summary>
public sealed class LabFixture : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lab");
    private readonly Dictionary<string, string> _facts = [];
    private readonly List<WireExchange> _wire = [];
    private LabHost _lab = null!;
    private ServiceProvider _services = null!;

    internal PerimetaSite Perimeta { get; private set; } = null!;

    internal IReadOnlyList<WireExchange> Wire => _wire;

    internal string Password => _lab.Context.Secrets[LabSecrets.Perimeta];

    internal IStatusReader Status => _services.GetRequiredService<IStatusReader>();

    /// <summary>How often somebody logged in, by the log of the lab's sshd.</summary>
    internal int Logins => File.ReadLines(Path.Combine(_folder.FullName, "perimeta", "login", "sshd.log")).Count(line => line.StartsWith("Accepted ", StringComparison.Ordinal));

    internal ITrunkInventory Inventory => _services.GetRequiredService<ITrunkInventory>();

    internal INetworkSystem Driver => _services.GetRequiredService<INetworkSystem>();

    /// <summary>The whole configuration, as it stands on the simulated device's disk.</summary>
    internal string Running => File.ReadAllText(Path.Combine(_folder.FullName, "perimeta", "running.config"));

    /// <summary>A disturbance of the lab (README of src/Lab): invented, as every one of them.</summary>
    internal void Fault(string kind, string text) =>
        File.WriteAllText(Path.Combine(_folder.FullName, "faults.json"), JsonSerializer.Serialize(new[] { new { kind, text } }));

    /// <summary>What the steps found out so far, as the trunk's own facts.</summary>
    internal Dictionary<string, string> Facts => _facts.ToDictionary();

    internal Task<SystemPlan> PlanAsync(TrunkIntent intent, PerimetaSite? perimeta = null) => PlanAsync(new TrunkGoal(intent), perimeta);

    internal async Task<SystemPlan> PlanAsync(TrunkGoal goal, PerimetaSite? perimeta = null)
    {
        var site = Sample.Site(perimeta ?? Perimeta);
        return Driver.Plan(goal, site, await Driver.ReadAsync(goal, site, TestContext.Current.CancellationToken));
    }

    internal async Task<StepResult> ApplyAsync(PlannedStep step, PerimetaSite? perimeta = null)
    {
        var result = await Driver.ApplyAsync(step, Context(perimeta), TestContext.Current.CancellationToken);
        Keep(result.Facts);
        return result;
    }

    internal Task<StepResult> UndoAsync(PlannedStep step) => Driver.UndoAsync(step, Context(null), TestContext.Current.CancellationToken);

    internal async Task<StepObservation> ObserveAsync(PlannedStep step)
    {
        var seen = await Driver.ObserveAsync(step, Context(null), TestContext.Current.CancellationToken);
        Keep(seen.Facts);
        return seen;
    }

    /// <summary>Another person types lines, over a session of her own.</summary>
    internal async Task TypedByAnotherAsync(params string[] lines)
    {
        using var lease = await _services.GetRequiredService<SbcSessions>()
            .LeaseAsync(Perimeta with { Element = "the session of another person" }, static (_, _) => { }, TestContext.Current.CancellationToken);
        await lease.Session.ConfigureAsync(lines, static _ => { }, TestContext.Current.CancellationToken);
    }

    /// <summary>Applies steps in the order of their phases; each was not begun before, and is done then.</summary>
    /// <returns>The steps in that order.</returns>
    internal async Task<IReadOnlyList<PlannedStep>> ApplyAllAsync(IEnumerable<PlannedStep> planned)
    {
        IReadOnlyList<PlannedStep> steps = [.. planned.OrderBy(s => s.Phase)];
        foreach (var step in steps)
        {
            Assert.Equal(StepState.NotBegun, (await ObserveAsync(step)).State);
            var result = await ApplyAsync(step);
            Assert.True(result.Succeeded, $"{step.Id}: {result.Sentence}");
            Assert.Equal(StepState.Done, (await ObserveAsync(step)).State);
        }

        return steps;
    }

    /// <summary>Undoes steps from the last to the first; each is as if it had not begun then.</summary>
    internal async Task UndoAllAsync(IEnumerable<PlannedStep> steps)
    {
        foreach (var step in steps.Reverse())
        {
            var result = await UndoAsync(step);
            Assert.True(result.Succeeded, $"{step.Id}: {result.Sentence}");
            Assert.Equal(StepState.NotBegun, (await ObserveAsync(step)).State);
        }
    }

    public async ValueTask InitializeAsync()
    {
        _lab = await LabHost.StartAsync(LabOptions.OnFreePorts(_folder.FullName), [PerimetaServer.Part], TestContext.Current.CancellationToken);
        var services = new ServiceCollection();
        services.AddSingleton<ISecrets>(new LabPasswords(_lab.Context.Secrets));
        services.AddPerimeta();
        _services = services.BuildServiceProvider();
        Perimeta = Sample.Perimeta() with
        {
            Port = _lab.SshPort,
            Password = new SecretReference(LabSecrets.Perimeta),
            KnownHosts = Path.Combine(_folder.FullName, "known_hosts"),
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _lab.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private void Keep(IReadOnlyDictionary<string, string>? facts)
    {
        foreach (var (name, value) in facts ?? new Dictionary<string, string>())
        {
            _facts[name] = value;
        }
    }

    private StepContext Context(PerimetaSite? perimeta) => new()
    {
        Intent = Sample.Intent(),
        Site = Sample.Site(perimeta ?? Perimeta),
        Facts = _facts,
        Ticket = "T",
        Record = _wire.Add,
    };

    private sealed class LabPasswords(LabSecrets secrets) : ISecrets
    {
        public string Reveal(SecretReference reference) => secrets[reference.Name];
    }
}
