using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Npgsql;
using TrunkBot.Storage.Database;

namespace TrunkBot.Storage.Postgres;

/// <summary>
/// A database on a PostgreSQL server, for one silo or many. Transactions read what is committed (the server's default), and every guard of the stores is one
/// statement or a unique key, which hold between silos as between threads. Nothing is tried again in here: an answer that was lost may be a write that was made,
/// and only the caller can look.
/// </summary>
internal sealed class PostgresServer : IDatabase, IAsyncDisposable
{
    /// <summary>Only one silo migrates at a time. Any number that nobody else on this database uses will do.</summary>
    private const long MigrationLock = 0x7472756E6B626F74;

    /// <summary>A server takes 100 connections unless it is told otherwise: enough for three silos and whoever looks.</summary>
    private const int MostConnections = 30;

    /// <summary>Of these connections, those that may wait for their turn at the audit trail at once.</summary>
    private const int MostInLine = 8;

    private readonly SemaphoreSlim _line = new(MostInLine);
    private readonly NpgsqlDataSource _source;
    private readonly PooledDbContextFactory<PostgresDatabase> _contexts;

    /// <param name="connectionString">Without a password.</param>
    /// <exception cref="StorageException">The connection string can't be read.</exception>
    public PostgresServer(string connectionString, string? password)
    {
        var builder = Read(connectionString);
        builder.Password = password;
        builder.ApplicationName ??= "TrunkBot";

        // The journal says what was sent before the next line is: a server that is gone must be noticed in seconds.
        builder.KeepAlive = builder.KeepAlive == 0 ? 10 : builder.KeepAlive;
        builder.MaxPoolSize = connectionString.Contains("Pool", StringComparison.OrdinalIgnoreCase) ? builder.MaxPoolSize : MostConnections;
        _source = new NpgsqlDataSourceBuilder(builder.ConnectionString).Build();
        _contexts = new(new DbContextOptionsBuilder<PostgresDatabase>().UseNpgsql(_source).Options);
    }

    /// <inheritdoc/>
    public string HoldTicket => "SELECT 1 FROM journal_tickets WHERE \"Ticket\" = {0} FOR UPDATE";

    public BotDatabase Open() => _contexts.CreateDbContext();

    public async Task<IDisposable?> TakeTurnAsync(CancellationToken cancellationToken)
    {
        await _line.WaitAsync(cancellationToken);
        return new Turn(_line);
    }

    public bool IsDuplicate(DbUpdateException exception) => exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var context = Open();
            await context.Database.OpenConnectionAsync(cancellationToken);
            await RefuseLossyAsync(context, cancellationToken);
            await context.Database.ExecuteSqlAsync($"SELECT pg_advisory_lock({MigrationLock})", cancellationToken);
            try
            {
                await SchemaAge.UpdateAsync(context, cancellationToken);
            }
            finally
            {
                await context.Database.ExecuteSqlAsync($"SELECT pg_advisory_unlock({MigrationLock})", CancellationToken.None);
            }
        }
        catch (NpgsqlException e) when (e is PostgresException { SqlState: "28P01" or "28000" or "3D000" or "42501" } || e.InnerException is SocketException or TimeoutException)
        {
            throw new StorageException($"the PostgreSQL database can't be used: {(e as PostgresException)?.MessageText ?? e.InnerException?.Message ?? e.Message}", e);
        }
    }

    public ValueTask DisposeAsync()
    {
        _line.Dispose();
        return _source.DisposeAsync();
    }

    /// <exception cref="StorageException">It can't be read, or holds a password.</exception>
    public static NpgsqlConnectionStringBuilder Read(string connectionString)
    {
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(connectionString);
            return builder switch
            {
                { Password: { Length: > 0 } } => throw new StorageException("a password must not stand here: name it in Storage:Password as secret:NAME"),
                { Host: null or "" } => throw new StorageException("it must name a Host, such as Host=db.example.net;Database=trunkbot;Username=trunkbot"),
                _ => builder,
            };
        }
        catch (ArgumentException)
        {
            // The driver's own message may quote a part of it.
            throw new StorageException("it can't be read; it must be like Host=db.example.net;Database=trunkbot;Username=trunkbot");
        }
    }

    // A ticket must outlive a power cut: with a commit that is not on the disk yet, what was sent could be forgotten, and be sent again.
    private static async Task RefuseLossyAsync(BotDatabase context, CancellationToken cancellationToken)
    {
        var commits = await context.Database.SqlQuery<string>($"SELECT current_setting('synchronous_commit') AS \"Value\"").SingleAsync(cancellationToken);
        if (commits == "off")
        {
            throw new StorageException("the PostgreSQL database has synchronous_commit = off, so that it could forget what was sent to a device; set it to on (or local, remote_write, remote_apply)");
        }
    }

    private sealed class Turn(SemaphoreSlim line) : IDisposable
    {
        public void Dispose() => line.Release();
    }
}
