using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Systems;
using TrunkBot.Trunks;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Metaswitch.Tests;

/// <summary>A trunk, a site and the services as the host builds them, with defaults that pass every check.</summary>
internal static class Given
{
    public const string Secret = "s3cr3t/+word";

    public static TrunkIntent Intent { get; } = new()
    {
        Name = "acme-east",
        Site = "denver",
        Edges = EdgeCatalogue.Shipped.Edges,
        Transport = SipTransport.Udp,
        TerminationName = "acme",
        PublicAddresses = [IPNetwork.Parse("203.0.113.16/28")],
        ServiceNetwork = 2,
        ServiceAddress = "TwilioAddress",
        Realm = "Twilio",
        LocalPort = 5060,
        AdjacencyNamePattern = "{name}-{legacy}",
        InteropProfile = "ManagedAccess",
        AdjacencyType = "preset-access",
        CoreProxyAddress = IPAddress.Parse("10.20.0.5"),
        CoreProxyPort = 5060,
        MediaGatewayModel = "Twilio",
        BindingName = "TwilioBinding",
        PollingIntervalSeconds = 30,
        SipTrunkName = "TwilioTrunk",
        TestNumber = "16504894546",
        Origination = false,
        Numbers = [],
        HostStyle = EdgeHostStyle.Legacy,
    };

    public static IReadOnlyList<TwilioEdge> Umatilla { get; } = [EdgeCatalogue.Shipped.Find("umatilla")!];

    public static SiteProfile Site(Uri? url = null) => new()
    {
        Name = "denver",
        Title = "Denver",
        Perimeta = new() { Element = "sbc-den", Host = "192.0.2.1", KnownHosts = "known_hosts", CoreAddresses = ["10.20.0.5"] },
        Metaswitch = new()
        {
            Element = "cfs-den",
            MetaSwitchName = "CFS-1",
            Url = url is null ? new("http://127.0.0.1:8087/mvweb/services/ShService") : new Uri(url, "/mvweb/services/ShService"),
            User = "trunkbot",
            Password = new("denver-metaview"),
            StatusGroupProven = true,
            AlarmsGroupProven = true,
        },
        Twilio = new()
        {
            Element = "twilio-den",
            AccountSid = "AC0123456789abcdef0123456789abcdef",
            ApiKeySid = "SK0123456789abcdef0123456789abcdef",
            Secret = new("denver-twilio"),
            ApiBaseUrl = url ?? new("https://api.twilio.com"),
            TrunkingBaseUrl = url ?? new("https://trunking.twilio.com"),
        },
        Tests = new(),
        Approval = new() { Approvers = ["webchat:ben"], Channel = "approvals" },
    };

    /// <summary>The room as the host composes it, without pauses between requests.</summary>
    public static ServiceProvider Services(string secret = Secret, params (string Key, string Value)[] settings)
    {
        (string Key, string Value)[] quick =
        [
            ("Metaswitch:RequestPauseMilliseconds", "0"),
            ("Twilio:RetryDelayMilliseconds", "0"),
            ("Twilio:AuthTypePollMilliseconds", "0"),
        ];
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(quick.Concat(settings).Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)))
            .Build());
        services.AddSingleton<ISecrets>(new OneSecret(secret));
        services.AddSingleton<ITrunkStore>(new KnownTrunks());
        services.AddMetaswitch();
        return services.BuildServiceProvider();
    }

    private sealed class OneSecret(string value) : ISecrets
    {
        public string Reveal(SecretReference reference) => value.Length > 0 ? value : throw new SecretNotFoundException(reference);
    }
}

/// <summary>The trunks that the bot provisioned: what a test says, at first none.</summary>
internal sealed class KnownTrunks : ITrunkStore
{
    public ManagedTrunk? Only { get; set; }

    public Task<IReadOnlyList<ManagedTrunk>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ManagedTrunk>>(Only is null ? [] : [Only]);

    public Task<ManagedTrunk?> FindAsync(string name, CancellationToken cancellationToken) => Task.FromResult(Only?.Intent.Name == name ? Only : null);

    public Task SaveAsync(ManagedTrunk trunk, CancellationToken cancellationToken)
    {
        Only = trunk;
        return Task.CompletedTask;
    }

    public Task RemoveAsync(string name, CancellationToken cancellationToken)
    {
        Only = null;
        return Task.CompletedTask;
    }
}

/// <summary>Runs steps as the engine of changes does, and keeps what was recorded.</summary>
internal sealed class Journey(INetworkSystem system, TrunkIntent intent, SiteProfile site)
{
    private readonly Dictionary<string, string> _facts = [];

    public List<WireExchange> Journal { get; } = [];

    public INetworkSystem System { get; } = system;

    public IReadOnlyDictionary<string, string> Facts => _facts;

    public StepContext Context => new() { Intent = intent, Site = site, Facts = _facts, Ticket = "T-1", Record = Journal.Add };

    public string JournalText => string.Join('\n', Journal.Select(j => j.Text));

    public async Task<SystemPlan> PlanAsync() =>
        System.Plan(intent, site, await System.ReadAsync(intent, site, TestContext.Current.CancellationToken));

    public async Task<StepResult> ApplyAsync(PlannedStep step)
    {
        var result = await System.ApplyAsync(step, Context, TestContext.Current.CancellationToken);
        foreach (var (name, value) in result.Facts)
        {
            _facts[name] = value;
        }

        return result;
    }

    public Task<StepObservation> ObserveAsync(PlannedStep step) => System.ObserveAsync(step, Context, TestContext.Current.CancellationToken);

    public Task<StepResult> UndoAsync(PlannedStep step) => System.UndoAsync(step, Context, TestContext.Current.CancellationToken);

    /// <summary>Applies every automatic step; each must succeed.</summary>
    public async Task<SystemPlan> ApplyAllAsync()
    {
        var plan = await PlanAsync();
        foreach (var step in plan.Steps.Where(s => !s.IsManual))
        {
            var result = await ApplyAsync(step);
            Assert.True(result.Succeeded, $"{step.Id}: {result.FailureCode} {result.Sentence}");
        }

        return plan;
    }
}
