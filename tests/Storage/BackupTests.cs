using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Journal;
using TrunkBot.Changes.Life;
using TrunkBot.Changes.Systems;
using TrunkBot.Storage.Database;
using TrunkBot.Storage.Tests.World;

namespace TrunkBot.Storage.Tests;

/// <summary>Backup and restore as docs/operations.md says it, while the bot writes.</summary>
public sealed class BackupTests(Server server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_SQLite_database_is_backed_up_while_it_is_written_and_put_back()
    {
        var folder = Directory.CreateTempSubdirectory("trunkbot-backup-").FullName;
        var (data, backup) = (Path.Combine(folder, "data"), Path.Combine(folder, "backup.db"));
        await using (var bot = new ServiceCollection().AddStorage(data).BuildServiceProvider())
        {
            await bot.MigrateAsync(Ct);
            await WriteWhileAsync(bot, async () =>
            {
                await using var connection = new SqliteConnection($"Data Source={Path.Combine(data, "trunkbot.db")};Pooling=False");
                await connection.OpenAsync(Ct);
                await using var command = connection.CreateCommand();
                command.CommandText = $"VACUUM INTO '{backup}'";
                await command.ExecuteNonQueryAsync(Ct);
            });
        }

        // The disk is lost: an empty folder, and the file put back under its name.
        SqliteConnection.ClearAllPools();
        Directory.Delete(data, recursive: true);
        Directory.CreateDirectory(data);
        File.Move(backup, Path.Combine(data, "trunkbot.db"));
        await using (var bot = new ServiceCollection().AddStorage(data).BuildServiceProvider())
        {
            await CheckAsync(bot);
        }

        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_PostgreSQL_database_is_backed_up_while_it_is_written_and_put_back()
    {
        var file = Path.Combine(Path.GetTempPath(), $"trunkbot-{Guid.NewGuid():N}.dump");
        var database = await server.CreateAsync();
        await using (var bot = Bot(database))
        {
            await WriteWhileAsync(bot, () => server.ToolAsync("pg_dump", "-Fc", "-f", file, database));
        }

        await server.ExecuteAsync("postgres", $"DROP DATABASE {database} WITH (FORCE)");
        var restored = await server.CreateAsync(isEmpty: true);
        await server.ToolAsync("pg_restore", "--exit-on-error", "--no-owner", "-d", restored, file);
        await using (var bot = Bot(restored))
        {
            await CheckAsync(bot);
        }

        File.Delete(file);
    }

    private ServiceProvider Bot(string database) => new ServiceCollection().AddPostgresStorage(server.ConnectionString(database), _ => server.Password).BuildServiceProvider();

    /// <summary>Writes changes, tickets and lines until the backup is made, and at least ten of them before.</summary>
    private static async Task WriteWhileAsync(IServiceProvider bot, Func<Task> backUp)
    {
        var enough = new TaskCompletionSource();
        using var made = new CancellationTokenSource();
        var writing = Task.Run(
            async () =>
            {
                for (var i = 1; !made.IsCancellationRequested; i++)
                {
                    await WriteAsync(bot);
                    if (i == 10)
                    {
                        enough.SetResult();
                    }
                }
            },
            Ct);
        await await Task.WhenAny(enough.Task, writing);
        await backUp();
        await made.CancelAsync();
        await writing;
    }

    private static async Task WriteAsync(IServiceProvider bot)
    {
        var (change, version) = await bot.GetRequiredService<IChangeStore>().AddAsync(Sample.Draft(), new AuditEntry(Sample.Start, "ana", "planned", null, "hash", ""), Ct);
        var ticket = new JournalTicket(change.Id, "trunk", TicketPurpose.Apply, 1, Sample.Start);
        await bot.GetRequiredService<IJournal>().OpenAsync(ticket, version, Ct);
        bot.GetRequiredService<IJournal>().Record(ticket.Id, new WireExchange(Sample.Start, WireDirection.Sent, "create"));
    }

    /// <summary>What was written before the backup is there, whole, is as protected as before, and goes on.</summary>
    private static async Task CheckAsync(IServiceProvider bot)
    {
        await bot.MigrateAsync(Ct);
        var changes = await bot.GetRequiredService<IChangeStore>().ListAsync([ChangeState.Planned], Ct);
        Assert.True(changes.Count >= 10, $"{changes.Count} changes came back");
        for (var i = 1; i <= 10; i++)
        {
            Assert.Equal("create", Assert.Single(await bot.GetRequiredService<IJournal>().LinesAsync($"CHG-{i}", Ct)).Exchange.Text);
        }

        await WriteAsync(bot);
        Assert.Equal(changes.Count + 1, (await bot.GetRequiredService<IChangeStore>().ListAsync([ChangeState.Planned], Ct)).Count);
        await using var context = bot.GetRequiredService<IDatabase>().Open();
        var refused = await Assert.ThrowsAnyAsync<DbException>(() => context.Database.ExecuteSqlRawAsync("DELETE FROM journal_exchanges", Ct));
        Assert.Contains("append-only", refused.Message, StringComparison.Ordinal);
    }
}
