using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Journal;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Locks;
using TrunkBot.Chat.Alerts;
using TrunkBot.Chat.Places;
using TrunkBot.Chat.Ports;
using TrunkBot.Storage.Alerts;
using TrunkBot.Storage.Audit;
using TrunkBot.Storage.Conversations;
using TrunkBot.Storage.Database;
using TrunkBot.Storage.Installs;
using TrunkBot.Storage.Journal;
using TrunkBot.Storage.Life;
using TrunkBot.Storage.Locks;
using TrunkBot.Storage.Managed;
using TrunkBot.Storage.Places;
using TrunkBot.Storage.Sqlite;

namespace TrunkBot.Storage;

public static class StorageRegistration
{
    /// <summary>Adds every store, kept in the file <c>trunkbot.db</c> in that folder. Await <see cref="MigrateAsync"/> before anything uses them.</summary>
    /// <param name="dataDirectory">Made when it is not there, for its owner alone.</param>
    public static IServiceCollection AddStorage(this IServiceCollection services, string dataDirectory) => services
        .AddSingleton<IDatabase>(new SqliteFile(Path.GetFullPath(dataDirectory)))
        .AddSingleton<IChangeStore, ChangeStore>()
        .AddSingleton<IJournal, JournalStore>()
        .AddSingleton<IElementLocks, ElementLockStore>()
        .AddSingleton<ITrunkStore, TrunkStore>()
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
        .AddSingleton<ISilenceStore, SilenceStore>();

    /// <summary>Creates the data folder and brings the database to the newest schema.</summary>
    public static Task MigrateAsync(this IServiceProvider services, CancellationToken cancellationToken) =>
        services.GetRequiredService<IDatabase>().MigrateAsync(cancellationToken);
}
