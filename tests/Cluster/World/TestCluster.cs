using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Changes.Journal;
using TrunkBot.Changes.Life;
using TrunkBot.Storage;
using TrunkBot.Tests.Support;

namespace TrunkBot.Cluster.Tests.World;

/// <summary>Addresses of the parts; in a test that cuts something off, each has its own.</summary>
internal sealed record Addresses(string Postgres, string Redis, string Elements, string Silos)
{
    public static Addresses Loopback { get; } = new("127.0.0.1", "127.0.0.1", "127.0.0.1", "127.0.0.1");
}

/// <summary>Real silos in processes of their own, on a real PostgreSQL and a real Redis, over simulated elements.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private readonly string _directory;
    private readonly PrivatePostgres _postgres;
    private readonly PrivateRedis _redis;
    private readonly ServiceProvider _store;
    private readonly Dictionary<string, string> _settings;
    private readonly Addresses _addresses;

    private TestCluster(string directory, PrivatePostgres postgres, PrivateRedis redis, Elements elements, string database, Addresses addresses)
    {
        (_directory, _postgres, _redis, Elements, _addresses, Database) = (directory, postgres, redis, elements, addresses, database);
        _store = new ServiceCollection().AddPostgresStorage(postgres.ConnectionString(database), _ => postgres.Password).BuildServiceProvider();
        _settings = new()
        {
            ["Storage__Provider"] = "PostgreSQL",
            ["Storage__ConnectionString"] = postgres.ConnectionString(database, addresses.Postgres),
            ["Storage__Password"] = "secret:database",
            ["Storage__KeysDirectory"] = Path.Combine(directory, "keys"),
            ["Secrets__database"] = postgres.Password,
            ["Cluster__Redis"] = $"{addresses.Redis}:{redis.Port},abortConnect=false",
            ["Cluster__RedisPassword"] = "secret:redis",
            ["Secrets__redis"] = redis.Password,
            ["Cluster__ProbeTimeoutSeconds"] = "2",
            ["Cluster__MissedProbes"] = "2",
            ["Cluster__DutySeconds"] = "2",
            ["Sites__Directory"] = "sites",
            ["Health__IntervalSeconds"] = "0",
            ["Secrets__lab-perimeta"] = "x",
            ["Secrets__lab-twilio"] = "x",
            ["Secrets__lab-subscriber"] = "x",
            ["SIMULATOR"] = $"http://{addresses.Elements}:{elements.Port}",
        };
    }

    public Elements Elements { get; }

    public List<Silo> Silos { get; } = [];

    public string Database { get; }

    public PrivatePostgres Postgres => _postgres;

    public static async Task<TestCluster> StartAsync(int elements, TimeSpan work, Addresses? addresses = null)
    {
        var where = addresses ?? Addresses.Loopback;
        var directory = Directory.CreateTempSubdirectory("trunkbot-cluster-").FullName;
        var postgres = new PrivatePostgres(isDurable: true) { Listens = where.Postgres == "127.0.0.1" ? "127.0.0.1" : $"127.0.0.1,{where.Postgres}" };
        await postgres.InitializeAsync();
        var redis = await PrivateRedis.StartAsync(where.Redis);
        WriteSites(directory, elements);
        return new TestCluster(directory, postgres, redis, await Elements.StartAsync(work, where.Elements), await postgres.CreateAsync(), where);
    }

    /// <summary>Starts one more silo.</summary>
    public async Task<Silo> AddSiloAsync(string? address = null, string? networkNamespace = null)
    {
        var silo = new Silo($"silo-{Silos.Count + 1}", _directory, address ?? _addresses.Silos, networkNamespace, _settings);
        Silos.Add(silo);
        await silo.StartAsync();
        return silo;
    }

    /// <summary>Starts several: the first, which makes the tables, alone, and then the others together.</summary>
    public async Task AddSilosAsync(int count)
    {
        await AddSiloAsync();
        await Task.WhenAll(Enumerable.Range(1, count - 1).Select(_ => AddSiloAsync()));
    }

    public async Task<Change> ChangeAsync(string id) => (await _store.GetRequiredService<IChangeStore>().FindAsync(id, CancellationToken.None))!.Change;

    public Task<IReadOnlyList<JournalTicket>> TicketsAsync(string id) => _store.GetRequiredService<IJournal>().TicketsAsync(id, CancellationToken.None);

    /// <summary>People who ask for a trunk and approve it, and try again when the element is busy, through whichever silo answers.</summary>
    /// <returns>The change when it is at rest for good: done, or failed for another reason than a busy element.</returns>
    public async Task<Change> CarryOutAsync(string trunk, string site, Silo? through, CancellationToken cancellationToken)
    {
        string? id = null;
        while (id is null)
        {
            id = await Next(through).AskAsync($"/test/plan?trunk={trunk}&site={site}");
            await BreatheAsync(cancellationToken);
        }

        while (true)
        {
            var change = await ChangeAsync(id);
            switch (change.State)
            {
                case ChangeState.Planned:
                    await Next(through).AskAsync($"/test/{id}/submit");
                    break;
                case ChangeState.WaitingForApproval:
                    await Next(through).AskAsync($"/test/{id}/approve");
                    break;
                case ChangeState.Failed when change.Trouble!.Code is "element-locked" or "lock-store-unreachable":
                    await Next(through).AskAsync($"/test/{id}/retry");
                    break;
                case ChangeState.Done or ChangeState.Failed or ChangeState.Stuck or ChangeState.Expired or ChangeState.Cancelled:
                    return change;
            }

            await BreatheAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in Silos)
        {
            await silo.DisposeAsync();
        }

        await _store.DisposeAsync();
        await Elements.DisposeAsync();
        await _redis.DisposeAsync();
        await _postgres.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private Silo Next(Silo? through) => through ?? Silos[Random.Shared.Next(Silos.Count)];

    private static Task BreatheAsync(CancellationToken cancellationToken) => Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System, cancellationToken);

    private static void WriteSites(string directory, int elements)
    {
        var sites = Directory.CreateDirectory(Path.Combine(directory, "sites")).FullName;
        var denver = JsonNode.Parse(File.ReadAllText(Path.Combine(Tables.Root, "src/Lab/Site/denver.json")), documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip })!;
        for (var i = 1; i <= elements; i++)
        {
            var site = denver.DeepClone();
            site["name"] = $"site-{i}";
            site["perimeta"]!["element"] = $"SBC-{i}";
            site["metaswitch"]!["element"] = $"CFS-{i}";
            site["twilio"]!["element"] = $"twilio-{i}";
            File.WriteAllText(Path.Combine(sites, $"site-{i}.json"), site.ToJsonString());
        }
    }
}
