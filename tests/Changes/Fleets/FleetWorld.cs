using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Fleets;
using TrunkBot.Changes.Journal;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Locks;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Changes.Tests.World;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Parameters;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Changes.Tests.Fleets;

/// <summary>Two sites with one SBC each, trunks under management, and one system that holds lines.</summary>
internal sealed class FleetWorld : ISites, ISecrets, ITrunkAcceptance, IFleetStore
{
    private readonly Dictionary<string, (Fleet Fleet, long Version)> _fleets = [];
    private readonly List<SiteProfile> _sites = [SiteOf("austin", "webchat:cem"), SiteOf("denver", "webchat:ben")];

    public FleetWorld()
    {
        Stores = new MemoryStores(new KillSwitch());
        var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<TimeProvider>(Time)
            .AddSingleton<ISites>(this).AddSingleton<ISecrets>(this).AddSingleton<ITrunkAcceptance>(this).AddSingleton<IFleetStore>(this)
            .AddSingleton<IChangeStore>(Stores).AddSingleton<IJournal>(Stores).AddSingleton<IElementLocks>(Stores)
            .AddSingleton<ITrunkStore>(Stores).AddSingleton<IAuditTrail>(Stores)
            .AddSingleton<INetworkSystem>(Sbc)
            .AddSingleton<IChangeService>(p => p.GetRequiredService<ChangeEngine>())
            .AddChanges()
            .BuildServiceProvider();
        Engine = services.GetRequiredService<ChangeEngine>();
        Fleets = services.GetRequiredService<Changes.Fleets.Fleets>();
    }

    public FakeTimeProvider Time { get; } = new(Sample.Start);

    public MemoryStores Stores { get; }

    public LineSystem Sbc { get; } = new();

    public ChangeEngine Engine { get; }

    public Changes.Fleets.Fleets Fleets { get; }

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    public IReadOnlyList<SiteProfile> All => _sites;

    public static FleetGoal Refresh(string selector = "*", int batchSize = 2, string? canary = null) => new(selector, null, new Dictionary<string, string>(), canary, batchSize);

    public static FleetGoal Edit(string key, string value, int batchSize = 2) => new("*", null, new Dictionary<string, string> { [key] = value }, null, batchSize);

    /// <summary>Trunks that stand as they were set up.</summary>
    public async Task ManageAsync(string site, params string[] names)
    {
        foreach (var name in names)
        {
            var reading = IntentReader.Read(
                new Dictionary<string, string> { ["name"] = name, ["site"] = site, ["edges"] = "umatilla", ["termination"] = name }, Find);
            Assert.Empty(reading.Errors);
            Sbc.Of(site).UnionWith(LineSystem.Wanted(reading.Intent!, Sbc.Whitelist));
            await Stores.SaveAsync(new ManagedTrunk(reading.Intent!, reading.Values, "CHG-0", Sample.Start), Ct);
        }
    }

    public async Task<Fleet> PlanAsync(FleetGoal goal)
    {
        var (fleet, against) = await Fleets.PlanAsync(goal, goal.Selector, string.Join(' ', goal.Edits.Select(e => $"{e.Key}={e.Value}")), Sample.Ana, (_, _) => { }, Ct);
        Assert.Null(against);
        return fleet!;
    }

    /// <summary>Planned, submitted and approved by the approvers of both sites.</summary>
    public async Task<Fleet> ApprovedAsync(FleetGoal goal)
    {
        var fleet = await PlanAsync(goal);
        Assert.True((await Fleets.SubmitAsync(fleet.Id, Sample.Ana, Ct)).Accepted);
        Assert.True((await Fleets.ApproveAsync(fleet.Id, fleet.Hash, Sample.Ben, Ct)).Accepted);
        if (fleet.Members.Any(m => m.Site == "austin"))
        {
            Assert.True((await Fleets.ApproveAsync(fleet.Id, fleet.Hash, Sample.Cem, Ct)).Accepted);
        }

        return (await Fleets.FindAsync(fleet.Id, Ct))!;
    }

    /// <summary>What the host does: runs every change that may run, then tends the fleet; until nothing moves any more.</summary>
    /// <returns>Which changes ran together, round by round.</returns>
    public async Task<IReadOnlyList<string>> DriveAsync(string fleetId)
    {
        var rounds = new List<string>();
        for (var i = 0; i < 50; i++)
        {
            var fleet = (await Fleets.FindAsync(fleetId, Ct))!;
            var before = (await Fleets.MembersAsync(fleet, Ct)).ToDictionary(c => c.Id, c => c.State);
            foreach (var change in before.Keys)
            {
                await Engine.RunAsync(change, Ct);
            }

            var moved = (await Fleets.MembersAsync(fleet, Ct)).Where(c => c.State != before[c.Id]).Select(c => $"{c.Plan.Intent.Name} {c.State}").ToList();
            await Fleets.TendAsync(fleetId, Ct);
            if (moved.Count == 0)
            {
                return rounds;
            }

            rounds.Add(string.Join(", ", moved));
        }

        throw new InvalidOperationException("It moves without end.");
    }

    public SiteProfile? Find(string name) => _sites.FirstOrDefault(s => s.Name == name);

    string ISecrets.Reveal(SecretReference reference) => throw new SecretNotFoundException(reference);

    Task<AcceptanceReport> ITrunkAcceptance.RunAsync(TrunkIntent intent, Action<string> progress, CancellationToken cancellationToken) => Task.FromResult(ChangeWorld.Passed);

    Task<Fleet> IFleetStore.AddAsync(Fleet draft, CancellationToken cancellationToken)
    {
        var fleet = draft with { Id = $"FLT-{_fleets.Count + 1}" };
        _fleets[fleet.Id] = (fleet, 1);
        return Task.FromResult(fleet);
    }

    Task<(Fleet Fleet, long Version)?> IFleetStore.FindAsync(string fleetId, CancellationToken cancellationToken) =>
        Task.FromResult(_fleets.TryGetValue(fleetId, out var found) ? found : ((Fleet, long)?)null);

    Task<bool> IFleetStore.UpdateAsync(Fleet fleet, long version, CancellationToken cancellationToken)
    {
        var isFirst = _fleets[fleet.Id].Version == version;
        if (isFirst)
        {
            _fleets[fleet.Id] = (fleet, version + 1);
        }

        return Task.FromResult(isFirst);
    }

    Task<IReadOnlyList<Fleet>> IFleetStore.ListAsync(bool onlyOpen, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Fleet>>([.. _fleets.Values.Select(f => f.Fleet).Where(f => f.IsOpen || !onlyOpen).Reverse()]);

    private static SiteProfile SiteOf(string name, string approver) => Sample.Site(1, approver) with
    {
        Name = name,
        Defaults = new Dictionary<string, string>
        {
            ["acl"] = "203.0.113.0/28", ["service-network"] = "2", ["service-address"] = "SA", ["realm"] = "twilio", ["cfs-proxy"] = "10.20.0.5:5060",
        },
    };
}

/// <summary>An SBC for each site that holds lines: a whitelist that all trunks of it need, and one line for each trunk with its transport.</summary>
internal sealed class LineSystem : INetworkSystem
{
    private readonly Dictionary<string, SortedSet<string>> _lines = [];

    public List<string> Whitelist { get; } = ["permit 1"];

    public List<string> Sent { get; } = [];

    /// <summary>The line that is refused.</summary>
    public string? Refuses { get; set; }

    public string Name => "perimeta";

    public string Title => "Perimeta";

    public SortedSet<string> Of(string site) => _lines.TryGetValue(site, out var lines) ? lines : _lines[site] = new SortedSet<string>(StringComparer.Ordinal);

    public static IEnumerable<string> Wanted(TrunkIntent intent, IEnumerable<string> whitelist) => [.. whitelist, $"trunk {intent.Name} {intent.Transport}"];

    public string ElementOf(SiteProfile site) => $"{site.Name}-sbc";

    public Task<SystemSnapshot> ReadAsync(TrunkGoal goal, SiteProfile site, CancellationToken cancellationToken)
    {
        var content = string.Join('\n', Of(site.Name));
        return Task.FromResult(new SystemSnapshot(Name, ElementOf(site), Sample.Start, content, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))));
    }

    public SystemPlan Plan(TrunkGoal goal, SiteProfile site, SystemSnapshot snapshot)
    {
        var held = snapshot.Content.Split('\n');
        return new SystemPlan
        {
            System = Name,
            Title = Title,
            Element = ElementOf(site),
            Fingerprint = snapshot.Fingerprint,
            Objects = [.. Wanted(goal.Intent, Whitelist).Select(l => new PlannedObject(held.Contains(l) ? PlannedAction.LeaveAlone : PlannedAction.Create, l))],
            Steps = [.. Wanted(goal.Intent, Whitelist).Where(l => !held.Contains(l)).Select(l => new PlannedStep
            {
                Id = l, System = Name, Element = ElementOf(site), Phase = StepPhase.Whitelist, Title = l, Sends = [l], UndoSends = [$"no {l}"], Proof = "it is there",
            })],
            Findings = [],
        };
    }

    public Task<StepResult> ApplyAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken)
    {
        if (step.Id == Refuses)
        {
            return Task.FromResult(StepResult.Failed("refused", $"{step.Id} was refused.", "Ask it nicely."));
        }

        Sent.Add($"{context.Site.Name}: {step.Id}");
        Of(context.Site.Name).Add(step.Id);
        return Task.FromResult(StepResult.Done("It is there."));
    }

    public Task<StepObservation> ObserveAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken) =>
        Task.FromResult(new StepObservation(Of(context.Site.Name).Contains(step.Id) ? StepState.Done : StepState.NotBegun, "Seen."));

    public Task<StepResult> UndoAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken)
    {
        if (Of(context.Site.Name).Remove(step.Id))
        {
            Sent.Add($"{context.Site.Name}: no {step.Id}");
        }

        return Task.FromResult(StepResult.Done("It is gone."));
    }
}
