using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using TrunkBot.Changes;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Locks;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Requests;
using TrunkBot.Changes.Systems;
using TrunkBot.Chat.Alerts;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.Conversation;
using TrunkBot.Chat.Insights;
using TrunkBot.Chat.People;
using TrunkBot.Chat.Places;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Schedules;
using TrunkBot.Chat.Turns;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Alerts;
using TrunkBot.Diagnostics.Calls;
using TrunkBot.Diagnostics.Insights;
using TrunkBot.Diagnostics.Schedules;
using TrunkBot.Grains;
using TrunkBot.Hosting;
using TrunkBot.Intake;
using TrunkBot.Storage;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Bot.Tests.World;

/// <summary>The real silo with the bot's grains, the real store of changes, one system that takes everything, and a fake chat.</summary>
internal sealed class TestSilo : ISites, ISecrets, IChangeObserver, ITrunkAcceptance, INetworkSystem, IElementLocks, IChangeCards, IAlertDesk, ITrunkProbe, ICallInsights, IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("trunkbot-silo-").FullName;
    private readonly Channel<Change> _seen = System.Threading.Channels.Channel.CreateUnbounded<Change>();
    private readonly SiteProfile _site = SiteProfileReader.Read(File.ReadAllText(Path.Combine(Repository.Root, "src/Lab/Site/denver.json")), "denver.json");
    private readonly HashSet<string> _holds = [];
    private readonly ConcurrentDictionary<string, ElementLock> _locks = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _called = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IHost? _host;
    private bool _isStopped;

    public FakeChat Chat { get; } = new();

    public MemoryInbox Inbox { get; } = new();

    /// <summary>The list of locks can't be read this many times.</summary>
    public int LockFailures { get; set; }

    public List<string> Creates { get; } = [];

    /// <summary>Runs while a step is being sent.</summary>
    public Func<CancellationToken, Task> WhileSending { get; set; } = _ => Task.CompletedTask;

    public static async Task<TestSilo> StartAsync()
    {
        var silo = new TestSilo();
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        var cluster = new ClusterOptions { SiloPort = 0 };
        builder.UseOrleans(orleans => orleans.OnThisMachine(cluster));
        builder.Services
            .AddSingleton(cluster).AddSingleton(TimeProvider.System)
            .AddSingleton<ISites>(silo).AddSingleton<ISecrets>(silo).AddSingleton<IChangeObserver>(silo).AddSingleton<ITrunkAcceptance>(silo).AddSingleton<INetworkSystem>(silo).AddSingleton<IChangeCards>(silo)
            .AddStorage(Path.Combine(silo._directory, "data"))
            .AddChanges()
            .AddSingleton<IElementLocks>(silo)
            .AddSingleton<Speech>().AddSingleton<Followers>().AddSingleton<IAlertDesk>(silo)
            .AddSingleton<ITrunkProbe>(silo).AddSingleton<ICallInsights>(silo).AddSingleton(new InsightsOptions { Enabled = false }).AddSingleton(new Accounts(new PeopleOptions())).AddSingleton<InsightsWatch>().AddSingleton(p => ActivatorUtilities.CreateInstance<ScheduledTests>(p, new ScheduleOptions { SpreadOver = TimeSpan.Zero }, (TimeProvider)silo.TestClock))
            .AddSingleton<IInbox>(silo.Inbox).AddSingleton<ITurnHandler>(silo.Chat).AddSingleton<IChannel>(silo.Chat)
            .AddSingleton<BackgroundWork>().AddSingleton<IBackgroundWork>(p => p.GetRequiredService<BackgroundWork>()).AddHostedService(p => p.GetRequiredService<BackgroundWork>())
            .AddSingleton<TurnIntake>().AddSingleton<IChangeService, GrainChangeService>();
        silo._host = builder.Build();
        await silo._host.Services.MigrateAsync(TestContext.Current.CancellationToken);
        await silo._host.StartAsync(TestContext.Current.CancellationToken);
        return silo;
    }

    /// <summary>How often the cards were asked to catch up.</summary>
    public int CatchUps { get; private set; }

    public Task CatchUpAsync(CancellationToken cancellationToken)
    {
        CatchUps++;
        return Task.CompletedTask;
    }

    public void Draw(string changeId)
    {
    }

    Task IAlertDesk.CatchUpAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<int> TakeAsync(IReadOnlyList<Alert> arrived, CancellationToken cancellationToken) => Task.FromResult(0);

    public Task DrawAsync(string id, CancellationToken cancellationToken) => Task.CompletedTask;

    public T Get<T>()
        where T : notnull => _host!.Services.GetRequiredService<T>();

    public Task StopAsync()
    {
        _isStopped = true;
        return _host!.StopAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Planned by Ana, approved by Ben, through this service; the id.</summary>
    public static async Task<string> ApproveAsync(IChangeService changes)
    {
        var ct = TestContext.Current.CancellationToken;
        var change = await changes.PlanAsync(new(Intent), [], new Actor("ana", "Ana"), ct);
        await changes.AskAsync(change.Id, new Submit(), new Actor("ana", "Ana"), ct);
        Assert.True((await changes.AskAsync(change.Id, new Approve(change.Plan.Hash), new Actor("ben", "Ben"), ct)).Accepted);
        return change.Id;
    }

    /// <summary>The next time that a change is seen in that state.</summary>
    public async Task<Change> SeeAsync(ChangeState state)
    {
        while (true)
        {
            var change = await _seen.Reader.ReadAsync(TestContext.Current.CancellationToken);
            if (change.State == state)
            {
                return change;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isStopped)
        {
            await _host!.StopAsync(CancellationToken.None);
        }

        _host!.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    public IReadOnlyList<SiteProfile> All => [_site];

    public string Name => "perimeta";

    public string Title => "Perimeta";

    public SiteProfile? Find(string name) => name == "denver" ? _site : null;

    public string Reveal(SecretReference reference) => throw new SecretNotFoundException(reference);

    public Task ChangedAsync(Change change, CancellationToken cancellationToken)
    {
        _seen.Writer.TryWrite(change);
        return Task.CompletedTask;
    }

    public Task<AcceptanceReport> RunAsync(TrunkIntent intent, Action<string> progress, CancellationToken cancellationToken) =>
        Task.FromResult(new AcceptanceReport(true, "Heard both ways.", []));

    public string ElementOf(SiteProfile site) => site.Perimeta.Element;

    public Task<SystemSnapshot> ReadAsync(TrunkGoal goal, SiteProfile site, CancellationToken cancellationToken) =>
        Task.FromResult(new SystemSnapshot(Name, ElementOf(site), default, string.Join('\n', _holds.Order()), $"fingerprint of {_holds.Count}"));

    public SystemPlan Plan(TrunkGoal goal, SiteProfile site, SystemSnapshot snapshot) => new()
    {
        System = Name,
        Title = Title,
        Element = ElementOf(site),
        Fingerprint = snapshot.Fingerprint,
        Objects = [],
        Findings = [],
        Steps = [.. new[] { "one", "two" }.Where(id => !snapshot.Content.Split('\n').Contains(id)).Select(id => new PlannedStep
        {
            Id = id,
            System = Name,
            Element = ElementOf(site),
            Phase = StepPhase.Whitelist,
            Title = $"Create {id}",
            Sends = [$"create {id}"],
            UndoSends = [$"delete {id}"],
            Proof = "it is there",
        })],
    };

    public async Task<StepResult> ApplyAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken)
    {
        await WhileSending(cancellationToken);
        Creates.Add(step.Id);
        _holds.Add(step.Id);
        return StepResult.Done("It is there.");
    }

    public Task<StepObservation> ObserveAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken) =>
        Task.FromResult(_holds.Contains(step.Id) ? new StepObservation(StepState.Done, "Seen.") : new StepObservation(StepState.NotBegun, "Not there."));

    public Task<StepResult> UndoAsync(PlannedStep step, StepContext context, CancellationToken cancellationToken)
    {
        _holds.Remove(step.Id);
        return Task.FromResult(StepResult.Done("Gone."));
    }

    public Task<ElementLock> TakeAsync(ElementLock wanted, CancellationToken cancellationToken) => Task.FromResult(_locks.GetOrAdd(wanted.Element, wanted));

    public Task ReleaseAsync(string holder, CancellationToken cancellationToken)
    {
        foreach (var held in _locks.Where(l => l.Value.Holder == holder))
        {
            _locks.TryRemove(held);
        }

        return Task.CompletedTask;
    }

    public Task ReleaseAsync(ElementLock standing, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<IReadOnlyList<ElementLock>> ListAsync(CancellationToken cancellationToken) =>
        LockFailures-- > 0 ? throw new TimeoutException("the store is away") : Task.FromResult<IReadOnlyList<ElementLock>>([.. _locks.Values]);

    public Task<CallInsights> FindAsync(TrunkIntent intent, SiteProfile site, TestCall call, CancellationToken cancellationToken) => throw new NotSupportedException();

    public FakeTimeProvider TestClock { get; } = new(new(2026, 11, 24, 12, 0, 30, TimeSpan.Zero));

    /// <summary>Test calls that were begun, and for whom.</summary>
    public ConcurrentQueue<string> TestCalls { get; } = [];

    public TaskCompletionSource TestCallMayEnd { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task TestCallBegins => _called.Task;

    public async Task<TestCall> CallAsync(TestCallOrder order, TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken)
    {
        TestCalls.Enqueue($"{intent.Name} for {order.Origin?.By}{(order.Origin is { IsScheduled: true } ? ", scheduled" : "")}");
        _called.TrySetResult();
        await TestCallMayEnd.Task.WaitAsync(cancellationToken);
        return new TestCall { To = intent.TestNumber, StartedAt = TestClock.GetUtcNow(), Outcome = CallOutcome.Answered, Audio = AudioVerdict.TwoWay, Sentence = "Heard both ways." };
    }

    public Task<IReadOnlyList<EdgeProbe>> OptionsAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<EdgeAddresses>> AddressesAsync(TrunkIntent intent, SiteProfile site, CancellationToken cancellationToken) => throw new NotSupportedException();

    public static TrunkIntent Intent => new()
    {
        Name = "acme-east",
        Site = "denver",
        Edges = [EdgeCatalogue.Shipped.Find("umatilla")!],
        Transport = SipTransport.Udp,
        TerminationName = "acme",
        PublicAddresses = [IPNetwork.Parse("203.0.113.8/29")],
        ServiceNetwork = 20,
        ServiceAddress = "TwilioSA",
        Realm = "twilio",
        LocalPort = 5060,
        AdjacencyNamePattern = "{name}-{legacy}",
        InteropProfile = "ManagedAccess",
        AdjacencyType = "preset-access",
        CoreProxyAddress = IPAddress.Parse("10.0.0.5"),
        CoreProxyPort = 5060,
        MediaGatewayModel = "Twilio",
        BindingName = "acme-east",
        SipTrunkName = "acme-east",
        TestNumber = "16504894546",
        Origination = false,
        Numbers = [],
        HostStyle = EdgeHostStyle.Legacy,
    };
}

internal static class Repository
{
    /// <summary>The folder that holds Bot.sln.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Bot.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("the tests do not run inside the repository");
        }

        return folder.FullName;
    }
}
