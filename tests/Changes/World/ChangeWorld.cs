using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Journal;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Locks;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Requests;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Changes.Tests.World;

/// <summary>The engine with three fake systems and stores in memory. The default change has six automatic steps and no manual one.</summary>
internal sealed class ChangeWorld : ISites, ISecrets, IChangeObserver, ITrunkAcceptance
{
    public const string Secret = "hunter2/very secret";

    public ChangeWorld(params FakeObject[] onSwitch)
    {
        Twilio = new FakeSystem("twilio", "twilio-denver", new FakeObject("acl", StepPhase.Twilio), new FakeObject("trunk", StepPhase.Twilio), new FakeObject("origination", StepPhase.Inbound));
        Perimeta = new FakeSystem("perimeta", "den-sbc-1", new FakeObject("whitelist", StepPhase.Whitelist), new FakeObject("adjacency", StepPhase.AdjacencyBuild));
        Metaswitch = new FakeSystem("metaswitch", "den-cfs-1", [new FakeObject("binding", StepPhase.Binding), .. onSwitch]);
        Stores = new MemoryStores(Kill);
        Engine = NewEngine();
    }

    public FakeSystem Twilio { get; }

    public FakeSystem Perimeta { get; }

    public FakeSystem Metaswitch { get; }

    public IReadOnlyList<FakeSystem> Systems => [Metaswitch, Perimeta, Twilio];

    public KillSwitch Kill { get; } = new();

    public MemoryStores Stores { get; }

    public FakeTimeProvider Time { get; } = new(Sample.Start);

    public ChangeEngine Engine { get; private set; }

    public SiteProfile Site { get; set; } = Sample.Site();

    public List<Change> Seen { get; } = [];

    public bool ObserverFails { get; set; }

    public LogLines Log { get; } = new();

    public Func<Action<string>, Task<AcceptanceReport>> Tests { get; set; } = _ => Task.FromResult(Passed);

    /// <summary>In place of <see cref="Tests"/> when not null.</summary>
    public Func<Action<string>, CancellationToken, Task<AcceptanceReport>>? TestsWithStop { get; set; }

    public int TestRuns { get; private set; }

    public static AcceptanceReport Passed { get; } = new(
        true, "The call heard its own voice both ways.", [new AcceptanceLine("Test call", "Answer", "200", AcceptanceState.Passed)]);

    public IReadOnlyList<string> State => [.. Systems.SelectMany(s => s.Holds.Select(h => $"{s.Name} {h}"))];

    /// <summary>A new process on the same stores.</summary>
    public void Restart()
    {
        Kill.Revive();
        Engine = NewEngine();
    }

    public ChangeEngine NewEngine() => new ServiceCollection()
        .AddLogging(logging => logging.AddProvider(Log))
        .AddSingleton<TimeProvider>(Time)
        .AddSingleton<ISites>(this).AddSingleton<ISecrets>(this).AddSingleton<IChangeObserver>(this).AddSingleton<ITrunkAcceptance>(this)
        .AddSingleton<IChangeStore>(Stores).AddSingleton<IJournal>(Stores).AddSingleton<IElementLocks>(Stores)
        .AddSingleton<ITrunkStore>(Stores).AddSingleton<IAuditTrail>(Stores)
        .AddSingleton<INetworkSystem>(Metaswitch).AddSingleton<INetworkSystem>(Perimeta).AddSingleton<INetworkSystem>(Twilio)
        .AddChanges()
        .BuildServiceProvider()
        .GetRequiredService<ChangeEngine>();

    public Task<Change> PlanAsync() => Engine.PlanAsync(new(Sample.Intent()), Sample.Values, Sample.Ana, Ct);

    public async Task<Change> SubmittedAsync()
    {
        var change = await PlanAsync();
        return (await Engine.AskAsync(change.Id, new Submit(), Sample.Ana, Ct)).Change!;
    }

    public async Task<Change> ApprovedAsync()
    {
        var change = await SubmittedAsync();
        return (await Engine.AskAsync(change.Id, new Approve(change.Plan.Hash), Sample.Ben, Ct)).Change!;
    }

    /// <summary>Planned, submitted, approved by Ben and run until it rests.</summary>
    public async Task<Change> RunAsync()
    {
        var change = await ApprovedAsync();
        return await RunAsync(change.Id);
    }

    public async Task<Change> RunAsync(string changeId)
    {
        await Engine.RunAsync(changeId, Ct);
        return await NowAsync(changeId);
    }

    public async Task<Change> RetryAsync(string changeId)
    {
        Assert.True((await Engine.AskAsync(changeId, new Retry(), Sample.Ana, Ct)).Accepted);
        return await RunAsync(changeId);
    }

    public async Task<Change> UndoAsync(string changeId)
    {
        Assert.True((await Engine.AskAsync(changeId, new Undo(), Sample.Ana, Ct)).Accepted);
        return await RunAsync(changeId);
    }

    public async Task<Change> NowAsync(string changeId) => (await Engine.FindAsync(changeId, Ct))!;

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    IReadOnlyList<SiteProfile> ISites.All => [Site];

    SiteProfile? ISites.Find(string name) => name == Site.Name ? Site : null;

    string ISecrets.Reveal(SecretReference reference) =>
        reference.Name == "denver-perimeta" ? Secret : throw new SecretNotFoundException(reference);

    Task IChangeObserver.ChangedAsync(Change change, CancellationToken cancellationToken)
    {
        Seen.Add(change);
        return ObserverFails ? throw new InvalidOperationException("the channel is away") : Task.CompletedTask;
    }

    Task<AcceptanceReport> ITrunkAcceptance.RunAsync(TrunkIntent intent, Action<string> progress, CancellationToken cancellationToken)
    {
        TestRuns++;
        return TestsWithStop?.Invoke(progress, cancellationToken) ?? Tests(progress);
    }
}
