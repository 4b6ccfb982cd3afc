using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Fleets;
using TrunkBot.Changes.Journal;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Locks;
using TrunkBot.Chat.Alerts;
using TrunkBot.Chat.Insights;
using TrunkBot.Chat.Places;
using TrunkBot.Chat.Ports;
using TrunkBot.Diagnostics.Calls;
using TrunkBot.Diagnostics.Health;
using TrunkBot.Diagnostics.Schedules;
using TrunkBot.Storage.Alerts;
using TrunkBot.Storage.Audit;
using TrunkBot.Storage.Calls;
using TrunkBot.Storage.Conversations;
using TrunkBot.Storage.Database;
using TrunkBot.Storage.Fleets;
using TrunkBot.Storage.Health;
using TrunkBot.Storage.Installs;
using TrunkBot.Storage.Journal;
using TrunkBot.Storage.Life;
using TrunkBot.Storage.Locks;
using TrunkBot.Storage.Managed;
using TrunkBot.Storage.Places;
using TrunkBot.Storage.Postgres;
using TrunkBot.Storage.Sqlite;

namespace TrunkBot.Storage;

public static class StorageRegistration
{
    /// <summary>Adds every store, kept in the file <c>trunkbot.db</c> in that folder. Await <see cref="MigrateAsync"/> before anything uses them.</summary>
    /// <param name="dataDirectory">Made when it is not there, for its owner alone.</param>
    public static IServiceCollection AddStorage(this IServiceCollection services, string dataDirectory) =>
        services.AddSingleton<IDatabase>(new SqliteFile(Path.GetFullPath(dataDirectory))).AddStores();

    /// <summary>Adds every store, kept in a PostgreSQL database, which must be there. Await <see cref="MigrateAsync"/> before anything uses them.</summary>
    /// <param name="connectionString">Npgsql's, without a password.</param>
    /// <param name="password">Reveals the password when the database is first used; null: none.</param>
    public static IServiceCollection AddPostgresStorage(this IServiceCollection services, string connectionString, Func<IServiceProvider, string?> password) =>
        services.AddSingleton<IDatabase>(provider => new PostgresServer(connectionString, password(provider))).AddStores();

    /// <summary>Says what is wrong with a connection string; null when nothing is. Never quotes it.</summary>
    public static string? FaultOf(string connectionString)
    {
        try
        {
            PostgresServer.Read(connectionString);
            return null;
        }
        catch (StorageException e)
        {
            return e.Message;
        }
    }

    /// <summary>Brings the database to the newest schema; SQLite's is made where it is not there.</summary>
    /// <exception cref="StorageException">The database can't be used, or is of a newer program.</exception>
    public static Task MigrateAsync(this IServiceProvider services, CancellationToken cancellationToken) =>
        services.GetRequiredService<IDatabase>().MigrateAsync(cancellationToken);

    private static IServiceCollection AddStores(this IServiceCollection services) => services
        .AddSingleton<IChangeStore, ChangeStore>()
        .AddSingleton<IJournal, JournalStore>()
        .AddSingleton<IElementLocks, ElementLockStore>()
        .AddSingleton<ITrunkStore, TrunkStore>()
        .AddSingleton<IFleetStore, FleetStore>()
        .AddSingleton<AuditStore>()
        .AddSingleton<IAuditTrail>(services => services.GetRequiredService<AuditStore>())
        .AddSingleton<IAuditChain>(services => services.GetRequiredService<AuditStore>())
        .AddSingleton<IInbox, Inbox>()
        .AddSingleton<IDialogStore, DialogStore>()
        .AddSingleton<ICardStore, CardStore>()
        .AddSingleton<IConversationStore, ConversationStore>()
        .AddSingleton<IPeopleStore, PeopleStore>()
        .AddSingleton<IInstallStore, InstallStore>()
        .AddSingleton<IPlaceStore, PlaceStore>()
        .AddSingleton<INoticeStore, NoticeStore>()
        .AddSingleton<IAlertStore, AlertStore>()
        .AddSingleton<ISilenceStore, SilenceStore>()
        .AddSingleton<IHealthHistory, HealthStore>()
        .AddSingleton<ICallBudget, CallBudgetStore>()
        .AddSingleton<ITestSchedules, TestScheduleStore>()
        .AddSingleton<IInsightsSearches, InsightsSearchStore>();
}
