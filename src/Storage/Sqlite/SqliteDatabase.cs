using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using TrunkBot.Storage.Database;

namespace TrunkBot.Storage.Sqlite;

/// <summary>The bot's database as one SQLite file. Its migrations are beside it.</summary>
internal sealed class SqliteDatabase(DbContextOptions<SqliteDatabase> options) : BotDatabase(options);

/// <summary>The file <c>trunkbot.db</c> in the data folder, in WAL mode, every commit on the disk before it counts.</summary>
internal sealed class SqliteFile : IDatabase
{
    // Constraint violations: a unique index, a primary key (https://sqlite.org/rescode.html).
    private const int UniqueViolation = 2067;
    private const int PrimaryKeyViolation = 1555;

    private readonly string _folder;
    private readonly PooledDbContextFactory<SqliteDatabase> _contexts;

    public SqliteFile(string folder)
    {
        _folder = folder;
        _contexts = new(OptionsFor(new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(folder, "trunkbot.db"),
            ForeignKeys = true,
        }.ToString()));
    }

    public BotDatabase Open() => _contexts.CreateDbContext();

    /// <summary>Who writes is alone here from its first statement, and readers have connections of their own.</summary>
    public Task<IDisposable?> TakeTurnAsync(CancellationToken cancellationToken) => Task.FromResult<IDisposable?>(null);

    public bool IsDuplicate(DbUpdateException exception) =>
        exception.InnerException is SqliteException { SqliteExtendedErrorCode: UniqueViolation or PrimaryKeyViolation };

    /// <inheritdoc/>
    public string? HoldTicket => null;

    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        CreateFolder();
        await using var context = Open();
        await context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL", cancellationToken);
        await SchemaAge.UpdateAsync(context, cancellationToken);
        await UnchainedAudit.ChainAsync(context, TimeProvider.System, cancellationToken);
    }

    // Plans name addresses and elements of a network: the folder is the owner's alone.
    private void CreateFolder()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(_folder);
        }
        else
        {
            const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            Directory.CreateDirectory(_folder, OwnerOnly);
            try
            {
                // Somebody may have made it before, open to all.
                File.SetUnixFileMode(_folder, OwnerOnly);
            }
            catch (UnauthorizedAccessException)
            {
                // It is another user's, as a mounted volume may be: then its owner decides who reads it.
            }
        }
    }

    private static DbContextOptions<SqliteDatabase> OptionsFor(string connection) =>
        new DbContextOptionsBuilder<SqliteDatabase>().UseSqlite(connection).AddInterceptors(new Durability(), new OneWriter()).Options;

    /// <summary>A ticket must outlive a power cut, not only a crash: WAL alone would not sync it.</summary>
    private sealed class Durability : DbConnectionInterceptor
    {
        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA synchronous=FULL";
            command.ExecuteNonQuery();
        }

        public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            ConnectionOpened(connection, eventData);
            return Task.CompletedTask;
        }
    }

    /// <summary>For the migration tool only: <c>dotnet ef migrations add NAME --project src/Storage --context SqliteDatabase -o Sqlite/Migrations</c>.</summary>
    internal sealed class DesignTime : IDesignTimeDbContextFactory<SqliteDatabase>
    {
        public SqliteDatabase CreateDbContext(string[] args) => new(OptionsFor("Data Source=design.db"));
    }
}
