using System.Net;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Options;
using Orleans.Clustering.Redis;
using Orleans.Configuration;
using Orleans.Serialization;
using StackExchange.Redis;
using TrunkBot.Acceptance;
using TrunkBot.Alarms;
using TrunkBot.Alerts;
using TrunkBot.Audit;
using TrunkBot.Changes;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Locks;
using TrunkBot.Changes.Plans;
using TrunkBot.Changes.Redaction;
using TrunkBot.Chat;
using TrunkBot.Chat.Alerts;
using TrunkBot.Chat.Cards;
using TrunkBot.Chat.People;
using TrunkBot.Chat.Places;
using TrunkBot.Chat.Ports;
using TrunkBot.Chat.Turns;
using TrunkBot.CommandLine;
using TrunkBot.Diagnostics;
using TrunkBot.Diagnostics.Alarms;
using TrunkBot.Diagnostics.Calls;
using TrunkBot.Grains;
using TrunkBot.Health;
using TrunkBot.Intake;
using TrunkBot.Metaswitch;
using TrunkBot.Metrics;
using TrunkBot.Perimeta;
using TrunkBot.Perimeta.Dialects;
using TrunkBot.Secrets;
using TrunkBot.SignIn;
using TrunkBot.Sip;
using TrunkBot.Sites;
using TrunkBot.Slack;
using TrunkBot.Storage;
using TrunkBot.Teams;
using TrunkBot.Trunks.Edges;
using TrunkBot.Trunks.Sites;
using TrunkBot.Twilio;
using TrunkBot.WebChat;

namespace TrunkBot.Hosting;

/// <summary>The only place that knows every room.</summary>
internal static class Composition
{
    /// <summary>For silo and web server to stop in, after the running work.</summary>
    private static readonly TimeSpan ForTheRest = TimeSpan.FromSeconds(8);

    public static void AddTrunkBot(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        AddSecretsFile(builder.Configuration);
        var settings = Settings.Read(builder.Configuration);

        services.AddSingleton(settings.Cluster);
        AddSystems(services, settings);
        services.AddDiagnostics(builder.Configuration);
        services.AddSingleton<ITrunkProbe>(provider => new CallGate(
            new RecordedProbe(provider.GetRequiredService<TrunkProbe>(), provider.GetRequiredService<HealthLog>()), provider.GetRequiredService<ICallBudget>(), provider.GetRequiredService<TimeProvider>()));
        services.AddChanges();
        services.AddSingleton<ITrunkAcceptance, TrunkAcceptance>();
        services.AddSingleton(settings.Storage);
        AddStorage(services, settings.Storage);

        // What the bot seals must open after a restart and in every silo. The keys lie beside the database, or in a folder that the silos share, never in it: a
        // copy of the database alone opens nothing.
        services.AddDataProtection().SetApplicationName("TrunkBot").PersistKeysToFileSystem(new DirectoryInfo(settings.Storage.KeysPath));
        services.AddChat(builder.Configuration);
        services.PostConfigure<ChatOptions>(chat => chat.CardsDirectory = Path.Combine(AppContext.BaseDirectory, chat.CardsDirectory));
        services.AddBotFramework();
        services.AddSlack();
        services.AddWebChat();
        services.AddSignIn();

        builder.AddGrains(settings.Cluster);
        // After the silo, so that it stops before: running work may still call grains.
        services.AddSingleton<BackgroundWork>();
        services.AddSingleton<IBackgroundWork>(provider => provider.GetRequiredService<BackgroundWork>());
        services.AddHostedService(provider => provider.GetRequiredService<BackgroundWork>());
        services.AddSingleton<HealthLog>();
        services.AddHostedService(provider => provider.GetRequiredService<HealthLog>());
        services.AddSingleton<TurnIntake>();
        services.AddSingleton<ITurnIntake>(provider => provider.GetRequiredService<TurnIntake>());
        services.AddSingleton<IAlertBell, GrainAlertBell>();
        services.AddOptions<AlertWebhookOptions>().BindConfiguration(AlertWebhookOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<AlertWebhooks>();
        AddAlarms(services, settings.Storage);
        services.AddOptions<MetricsOptions>().BindConfiguration(MetricsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<TrunkMetrics>();
        services.AddHostedService<OnePersonLabs>();
        services.AddHostedService<BackgroundDuties>();
        services.AddSingleton(settings.Audit);
        services.AddSingleton(settings.Storage);
        services.AddHostedService<AuditWatch>();
        services.AddHealthChecks().AddCheck<StoreHealth>("store");
    }

    private static void AddGrains(this WebApplicationBuilder builder, ClusterOptions cluster)
    {
        builder.Services.AddSingleton<IChangeService, GrainChangeService>();
        builder.Services.AddSingleton<IChangeObserver, FleetBell>();

        // The engine takes locks through the element's grain; the store's own locks stay the truth behind it.
        var store = builder.Services.Last(d => d.ServiceType == typeof(IElementLocks));
        builder.Services.Remove(store);
        builder.Services.AddKeyedSingleton(typeof(IElementLocks), ElementGrain.Store, store.ImplementationType!);
        builder.Services.AddSingleton<IElementLocks, GrainElementLocks>();

        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(cluster.DrainSeconds) + ForTheRest);
        if (cluster.IsShared)
        {
            builder.Services.AddSingleton<ICardBell, GrainCardBell>().AddSingleton<INoticeBell, GrainNoticeBell>();
        }

        builder.Host.UseOrleans(silo => silo.AsConfigured(cluster));
    }

    private static void AddStorage(IServiceCollection services, StorageOptions storage)
    {
        if (storage.Provider == StorageProvider.PostgreSQL)
        {
            services.AddPostgresStorage(storage.ConnectionString, provider => SecretSetting.Reveal(storage.Password, provider.GetRequiredService<ISecrets>()));
        }
        else
        {
            services.AddStorage(storage.DataDirectory);
        }
    }

    /// <summary>Before the silo and the store end: the listeners were added after them.</summary>
    private static void AddAlarms(IServiceCollection services, StorageOptions storage)
    {
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<AlarmOptions>>().Value);
        services.AddSingleton(provider => new UnmappedAlarms(UnmappedAlarms.FileIn(storage.DataDirectory), provider.GetRequiredService<AlarmOptions>().KeepUnmapped));
        services.AddSingleton<AlarmCounts>();
        services.AddSingleton<AlarmIntake>();
        services.AddHostedService(provider => provider.GetRequiredService<AlarmIntake>());
        services.AddSingleton<AlarmListeners>();
        services.AddHostedService(provider => provider.GetRequiredService<AlarmListeners>());
    }

    /// <summary>The rules for what devices say, as the settings have them now, for a command that ends.</summary>
    /// <param name="file">Where the messages without a rule are kept.</param>
    /// <exception cref="SettingsException">A setting is wrong; a rule shows when the rules are asked for.</exception>
    public static ServiceProvider AlarmsAlone(out string file)
    {
        var configuration = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory }).Configuration;
        SettingsCheck.Bind<AlarmOptions>(configuration, AlarmOptions.Section);
        file = UnmappedAlarms.FileIn(SettingsCheck.Bind<StorageOptions>(configuration, StorageOptions.Section).DataDirectory);
        return new ServiceCollection().AddDiagnostics(configuration).BuildServiceProvider();
    }

    /// <summary>The sites and the systems' drivers as the bot has them, for a command that asks a system and ends: no store, no silo, no web server.</summary>
    public static ServiceProvider SystemsAlone()
    {
        var configuration = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory }).Configuration;
        AddSecretsFile(configuration);
        var services = new ServiceCollection();
        services.AddLogging().AddSingleton<IConfiguration>(configuration);
        AddSystems(services, Settings.Read(configuration));
        services.AddSingleton<Planner>().AddSingleton<Redactor>().AddSingleton<ITrunkStore, NoTrunks>();
        services.AddDiagnostics(configuration);
        services.AddSingleton<ICallBudget, SharedBudget>();
        services.AddSingleton<ITrunkProbe>(provider =>
            new CallGate(provider.GetRequiredService<TrunkProbe>(), provider.GetRequiredService<ICallBudget>(), provider.GetRequiredService<TimeProvider>()));
        return services.BuildServiceProvider();
    }

    /// <summary>The store as the bot has it, for a command that reads and ends.</summary>
    /// <exception cref="SettingsException">A setting is wrong, or there is no file of a database yet. What a server says shows when it is first asked.</exception>
    public static ServiceProvider StoreAlone()
    {
        var configuration = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory }).Configuration;
        AddSecretsFile(configuration);
        var storage = SettingsCheck.Bind<StorageOptions>(configuration, StorageOptions.Section);
        if (storage.Provider == StorageProvider.Sqlite && Path.GetFullPath(storage.DataDirectory) is var folder && !File.Exists(Path.Combine(folder, "trunkbot.db")))
        {
            throw new SettingsException($"Storage:DataDirectory: there is no database in {folder}; start this where the bot is started, or set Storage__DataDirectory");
        }

        var services = new ServiceCollection();
        services.AddLogging().AddSingleton<IConfiguration>(configuration).AddSingleton<ISecrets, ConfiguredSecrets>();
        AddStorage(services, storage);
        return services.BuildServiceProvider();
    }

    private static void AddSystems(IServiceCollection services, Settings settings)
    {
        UseEdges(settings.Twilio);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<ISecrets, ConfiguredSecrets>();
        var dialects = ReadDialects(settings.Perimeta);
        services.AddSingleton<ISites>(ReadSites(settings.Sites, dialects, new Accounts(settings.People)));

        // The order in which a plan lists its systems.
        services.AddTwilio();
        services.AddPerimeta(dialects);
        services.AddMetaswitch();
        services.AddSingleton<TrunkProbe>();
    }

    /// <summary>The silo: one of several, or alone on this machine.</summary>
    internal static void AsConfigured(this ISiloBuilder silo, ClusterOptions cluster)
    {
        if (cluster.IsShared)
        {
            silo.InACluster(cluster);
        }
        else
        {
            silo.OnThisMachine(cluster);
        }
    }

    /// <summary>
    /// Redis says only which silos live, nothing that would be missed when it is lost: changes, timers, dialogs and cards are in the database. So there are no
    /// reminders: what is due stands there, and every silo looks.
    /// </summary>
    private static void InACluster(this ISiloBuilder silo, ClusterOptions cluster)
    {
        silo.Configure<Orleans.Configuration.ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (cluster.ClusterId, cluster.ServiceId));
        silo.ConfigureEndpoints(
            IPAddress.Parse(cluster.AdvertisedAddress), cluster.SiloPort == 0 ? FreePort.Take() : cluster.SiloPort, cluster.GatewayPort, listenOnAnyHostAddress: false);
        silo.UseRedisClustering(_ => { });
        silo.Services.AddOptions<RedisClusteringOptions>().Configure<ISecrets>((options, secrets) =>
        {
            var redis = ConfigurationOptions.Parse(cluster.Redis);
            redis.Password = SecretSetting.Reveal(cluster.RedisPassword, secrets);
            options.ConfigurationOptions = redis;
        });
        silo.Configure<ClusterMembershipOptions>(options =>
        {
            options.ProbeTimeout = TimeSpan.FromSeconds(cluster.ProbeTimeoutSeconds);
            options.NumMissedProbesLimit = cluster.MissedProbes;
        });
        silo.SpeakingJson();
    }

    /// <summary>The silo: alone on this machine.</summary>
    internal static void OnThisMachine(this ISiloBuilder silo, ClusterOptions cluster)
    {
        silo.UseLocalhostClustering(cluster.SiloPort == 0 ? FreePort.Take() : cluster.SiloPort, gatewayPort: 0);
        silo.SpeakingJson();
    }

    private static void SpeakingJson(this ISiloBuilder silo)
    {
        // What goes to a grain is records of ours: JSON, as they are stored, rather than a second contract.
        silo.Services.AddSerializer(serializer => serializer.AddJsonSerializer(
            type => type.Namespace?.StartsWith("TrunkBot", StringComparison.Ordinal) == true));
    }

    private static void AddSecretsFile(ConfigurationManager configuration)
    {
        if (configuration["SecretsFile"] is not { Length: > 0 } file)
        {
            return;
        }

        if (!File.Exists(file))
        {
            throw new SettingsException($"SecretsFile: there is no file {Path.GetFullPath(file)}");
        }

        // First of all sources, so that the environment and user secrets win over the file.
        var source = new JsonConfigurationSource { Path = Path.GetFullPath(file), Optional = false, ReloadOnChange = false };
        source.ResolveFileProvider();
        ((IConfigurationBuilder)configuration).Sources.Insert(0, source);
    }

    private static void UseEdges(TwilioOptions twilio)
    {
        if (twilio.EdgeCatalogueFile.Length == 0)
        {
            return;
        }

        const string Key = $"{TwilioOptions.Section}:{nameof(TwilioOptions.EdgeCatalogueFile)}";
        var path = Path.GetFullPath(twilio.EdgeCatalogueFile);
        try
        {
            EdgeCatalogue.Use(EdgeCatalogue.Parse(File.ReadAllText(path)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new SettingsException($"{Key}: {path}: {e.Message}");
        }
    }

    private static DialectCatalogue ReadDialects(PerimetaOptions perimeta)
    {
        const string key = $"{PerimetaOptions.Section}:{nameof(PerimetaOptions.DialectDirectory)}";
        if (perimeta.DialectDirectory.Length > 0 && !Directory.Exists(perimeta.DialectDirectory))
        {
            throw new SettingsException($"{key}: there is no folder {Path.GetFullPath(perimeta.DialectDirectory)}");
        }

        try
        {
            return new DialectCatalogue(perimeta.DialectDirectory.Length > 0 ? perimeta.DialectDirectory : null);
        }
        catch (DialectFormatException e)
        {
            throw new SettingsException($"{key}: {e.Message}");
        }
    }

    private static SiteFiles ReadSites(SitesOptions sites, DialectCatalogue dialects, Accounts accounts)
    {
        const string Example = "put one JSON file a site into it (an example is src/Lab/Site/denver.json)";
        if (!Directory.Exists(sites.Directory))
        {
            throw new SettingsException($"Sites:Directory: there is no folder {Path.GetFullPath(sites.Directory)}; make it and {Example}");
        }

        var files = new SiteFiles(sites.Directory, dialects.Names, accounts);
        return files.All.Count > 0 ? files : throw new SettingsException($"Sites:Directory: the folder {Path.GetFullPath(sites.Directory)} holds no site; {Example}");
    }
}
