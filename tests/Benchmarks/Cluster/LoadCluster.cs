using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using TrunkBot.Benchmarks.Load;
using TrunkBot.Benchmarks.World;
using TrunkBot.Changes.Life;
using TrunkBot.Cluster.Tests.World;
using TrunkBot.Lab;
using TrunkBot.Storage;
using TrunkBot.Tests.Support;
using TrunkBot.Trunks.Parameters;
using TrunkBot.Trunks.Sites;

namespace TrunkBot.Benchmarks.Cluster;

/// <summary>
/// What every run shares: a PostgreSQL that syncs to the disk with the trunks in a database to be copied, the simulated platforms, and the lab, which every
/// site names as its systems: what is read live (<c>status</c>) is read from its sshd, SOAP, REST and SIP.
/// </summary>
internal sealed class LoadCluster : IAsyncDisposable
{
    /// <summary>Conversations in which the approvers are asked; a platform takes only so much in one.</summary>
    private const int ApprovalChats = 20;

    private const int WritersAtOnce = 16;

    private static readonly DateTimeOffset Since = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly string _folder;
    private readonly LoadShape _shape;
    private readonly PrivatePostgres _postgres;
    private readonly LabHost _lab;
    private readonly string _template;

    private LoadCluster(string folder, LoadShape shape, PrivatePostgres postgres, Cloud cloud, LabHost lab, string template) =>
        (_folder, _shape, _postgres, Cloud, _lab, _template) = (folder, shape, postgres, cloud, lab, template);

    public Cloud Cloud { get; }

    public static async Task<LoadCluster> StartAsync(string folder, LoadShape shape)
    {
        var lab = await LabHost.StartAsync(LabOptions.OnFreePorts(Path.Combine(folder, "lab-data")));
        var postgres = new PrivatePostgres(isDurable: true);
        await postgres.InitializeAsync();
        var cluster = new LoadCluster(folder, shape, postgres, await Cloud.StartAsync(folder), lab, await postgres.CreateAsync());
        cluster.WriteSites();
        await cluster.FillAsync();
        return cluster;
    }

    /// <summary>A cluster of so many silos over a database, a Redis and elements of its own.</summary>
    public async Task<RunningSilos> StartSilosAsync(int count)
    {
        var database = await _postgres.CreateAsync(_template);
        var redis = await PrivateRedis.StartAsync();
        var elements = await Elements.StartAsync(TimeSpan.FromSeconds(_shape.StepSeconds));
        var settings = SettingsOf(database, redis, elements);
        var silos = new List<Subject>();
        var source = new NpgsqlDataSourceBuilder($"{_postgres.ConnectionString(database)};Password={_postgres.Password};Maximum Pool Size=4").Build();
        var running = new RunningSilos(silos, elements, redis, source, Cloud);
        try
        {
            while (silos.Count < count)
            {
                var name = $"silo-{silos.Count + 1}";
                silos.Add(await Subject.StartAsync(
                    name,
                    "dotnet",
                    [Path.Combine(AppContext.BaseDirectory, "TrunkBot.ClusterSilo.dll")],
                    _folder,
                    "/healthz",
                    port => settings.Append(new("Urls", $"http://127.0.0.1:{port}")).Append(new("SILO", name))));
            }

            await MeetApproversAsync(running);
            return running;
        }
        catch
        {
            await running.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Cloud.DisposeAsync();
        await _lab.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    public static string TrunkName(int number) => $"trunk-{number:00000}";

    public static string SiteName(int number) => $"site-{number}";

    private static string ApprovalChat(int number) => $"approvals-{number}";

    private Dictionary<string, string> SettingsOf(string database, PrivateRedis redis, Elements elements)
    {
        var settings = Subject.Settings(Cloud);
        var more = new Dictionary<string, string>
        {
            ["Storage__Provider"] = "PostgreSQL",
            ["Storage__ConnectionString"] = _postgres.ConnectionString(database),
            ["Storage__Password"] = "secret:database",
            ["Storage__KeysDirectory"] = Path.Combine(_folder, "keys"),
            ["Secrets__database"] = _postgres.Password,
            ["Cluster__Redis"] = $"127.0.0.1:{redis.Port}",
            ["Cluster__RedisPassword"] = "secret:redis",
            ["Secrets__redis"] = redis.Password,
            ["Cluster__AdvertisedAddress"] = "127.0.0.1",
            ["Sites__Directory"] = Path.Combine(_folder, "sites"),
            ["SecretsFile"] = Path.Combine(_folder, "lab-data", "secrets.json"),
            ["SIMULATOR"] = elements.Url.AbsoluteUri,
            ["People__Accounts__ana__Name"] = "Ana Ortiz",
            ["People__Accounts__ana__Groups__0"] = "voice",
            ["People__Accounts__ana__EntraObjectId"] = Cloud.AnaInEntra,
            ["People__RolesOfGroups__voice__1"] = "engineer",
            ["Logging__Console__FormatterOptions__SingleLine"] = "true",
        };
        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }

        return settings;
    }

    /// <summary>One site a change in flight, since one change at a time holds an element; a busy carrier has fewer sites and its changes wait.</summary>
    private void WriteSites()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "sites")).FullName;
        var shipped = File.ReadAllText(Path.Combine(Subject.Repository(), "src/Lab/Site/denver.json"));
        var denver = JsonNode.Parse(shipped, documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip })!;
        denver["perimeta"]!["port"] = _lab.SshPort;
        denver["metaswitch"]!["url"] = $"http://127.0.0.1:{_lab.MetaViewPort}/services/ShService";
        denver["twilio"]!["apiBaseUrl"] = $"http://127.0.0.1:{_lab.TwilioPort}";
        denver["twilio"]!["trunkingBaseUrl"] = $"http://127.0.0.1:{_lab.TwilioPort}";
        denver["tests"]!["registrar"] = $"127.0.0.1:{_lab.SipPort}";
        denver["tests"]!["optionsProxy"] = $"127.0.0.1:{_lab.SipPort}";
        denver["tests"]!["dnsServer"] = $"127.0.0.1:{_lab.DnsPort}";
        for (var i = 1; i <= _shape.Changes; i++)
        {
            var site = denver.DeepClone();
            site["name"] = SiteName(i);
            site["perimeta"]!["element"] = $"SBC-{i}";
            site["metaswitch"]!["element"] = $"CFS-{i}";
            site["twilio"]!["element"] = $"twilio-{i}";
            site["approval"]!["channel"] = $"msteams:{ApprovalChat(i % ApprovalChats)}";
            File.WriteAllText(Path.Combine(folder, $"{SiteName(i)}.json"), site.ToJsonString());
        }
    }

    /// <summary>The trunks under management, through the bot's own store: each as a line that asks for it would have made it.</summary>
    private async Task FillAsync()
    {
        await using var services = new ServiceCollection().AddLogging().AddPostgresStorage(_postgres.ConnectionString(_template), _ => _postgres.Password).BuildServiceProvider();
        await services.MigrateAsync(CancellationToken.None);
        var trunks = services.GetRequiredService<ITrunkStore>();
        var profiles = Enumerable.Range(1, _shape.Changes).Select(Profile).ToDictionary(s => s.Name);
        await Parallel.ForEachAsync(Enumerable.Range(1, _shape.Trunks), new ParallelOptions { MaxDegreeOfParallelism = WritersAtOnce }, async (number, stop) =>
        {
            var reading = IntentReader.Read(
                new Dictionary<string, string> { ["name"] = TrunkName(number), ["site"] = SiteName((number % _shape.Changes) + 1), ["edges"] = "umatilla,ashburn" }, profiles.GetValueOrDefault);
            var intent = reading.Intent ?? throw new InvalidOperationException(string.Join("; ", reading.Errors));
            await trunks.SaveAsync(new ManagedTrunk(intent, TrunkParameters.OfTrunk(reading.Values), string.Create(CultureInfo.InvariantCulture, $"CHG-{number}"), Since), stop);
        });
    }

    private SiteProfile Profile(int number)
    {
        var file = Path.Combine(_folder, "sites", $"{SiteName(number)}.json");
        return SiteProfileReader.Read(File.ReadAllText(file), file);
    }

    /// <summary>The bot writes only where it was spoken to.</summary>
    private async Task MeetApproversAsync(RunningSilos silos)
    {
        using var door = new TeamsDoor(Cloud, silos.Silos[0], "groupChat");
        for (var i = 0; i < ApprovalChats; i++)
        {
            if (!await door.SayAsync(ApprovalChat(i), $"met-{i}-{Guid.NewGuid():N}", "whoami"))
            {
                throw new InvalidOperationException("The bot does not take what is said in the approvers' chats.");
            }
        }
    }
}

/// <summary>The silos of one run, and what is theirs.</summary>
internal sealed class RunningSilos(IReadOnlyList<Subject> silos, Elements elements, PrivateRedis redis, NpgsqlDataSource database, Cloud cloud) : IAsyncDisposable
{
    public IReadOnlyList<Subject> Silos => silos;

    public Elements Elements => elements;

    public NpgsqlDataSource Database => database;

    public Cloud Cloud => cloud;

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in silos)
        {
            await silo.DisposeAsync();
        }

        await database.DisposeAsync();
        await elements.DisposeAsync();
        await redis.DisposeAsync();
    }
}
