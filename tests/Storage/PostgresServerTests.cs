using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using TrunkBot.Changes.Audit;
using TrunkBot.Changes.Life;
using TrunkBot.Storage.Database;
using TrunkBot.Storage.Tests.World;

namespace TrunkBot.Storage.Tests;

/// <summary>What several silos that start and stop find.</summary>
public sealed class PostgresServerTests(Server server)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Silos_that_start_at_once_on_an_empty_database_migrate_it_once()
    {
        var database = await server.CreateAsync(isEmpty: true);
        var silos = Enumerable.Range(0, 5).Select(_ => Silo(database)).ToList();

        await Task.WhenAll(silos.Select(s => s.MigrateAsync(Ct)));

        Assert.Empty(await silos[4].GetRequiredService<ITrunkStore>().ListAsync(Ct));
        Assert.Equal(await server.ExecuteAsync(database, "SELECT count(DISTINCT \"MigrationId\") FROM \"__EFMigrationsHistory\""), await server.ExecuteAsync(database, "SELECT count(*) FROM \"__EFMigrationsHistory\""));
        foreach (var silo in silos)
        {
            await silo.DisposeAsync();
        }
    }

    [Fact]
    public async Task Acts_that_wait_for_the_audit_trail_leave_connections_to_those_who_read()
    {
        var database = await server.CreateAsync();
        await using var silo = Silo(database);
        await using var other = NpgsqlDataSource.Create($"{server.ConnectionString(database)};Password={server.Password};Application Name=other");
        await using var connection = await other.OpenConnectionAsync(Ct);
        await using var transaction = await connection.BeginTransactionAsync(Ct);
        await using var hold = new NpgsqlCommand("UPDATE audit_head SET \"Writes\" = \"Writes\" + 1", connection, transaction);
        await hold.ExecuteNonQueryAsync(Ct);
        var trail = silo.GetRequiredService<IAuditTrail>();
        var acts = Enumerable.Range(0, 60).Select(i => trail.AppendAsync(new(Sample.Start, "ana", $"act-{i}", "CHG-1", null, ""), Ct)).ToList();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (await WaitingAsync(limit.Token) < 8)
        {
            await Task.Yield();
        }

        // More than there are connections, so all of them are in use if every act that waits has one.
        Assert.All(await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => silo.GetRequiredService<ITrunkStore>().ListAsync(Ct))), Assert.Empty);
        Assert.Equal(8, await WaitingAsync(Ct));

        await transaction.RollbackAsync(Ct);
        await Task.WhenAll(acts);
        Assert.Equal(60, (await trail.ListAsync("CHG-1", Ct)).Count);

        async Task<long> WaitingAsync(CancellationToken cancellationToken)
        {
            await using var command = other.CreateCommand("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'TrunkBot' AND wait_event_type = 'Lock'");
            return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        }
    }

    [Fact]
    public async Task A_program_goes_on_with_a_database_that_a_newer_one_has_added_to()
    {
        var database = await server.CreateAsync();
        await server.ExecuteAsync(database, "ALTER TABLE changes ADD \"Colour\" text NOT NULL DEFAULT 'none'; INSERT INTO \"__EFMigrationsHistory\" VALUES ('20990101000000_Colours', '10.0.0')");
        await using var silo = Silo(database);

        await silo.MigrateAsync(Ct);

        var (change, version) = await silo.GetRequiredService<IChangeStore>().AddAsync(Sample.Draft(), new(Sample.Start, "ana", "planned", null, "hash", ""), Ct);
        Assert.Equal(version + 1, await silo.GetRequiredService<IChangeStore>().UpdateAsync(change, version, null, Ct));
    }

    [Fact]
    public async Task A_program_does_not_start_on_a_database_that_a_newer_one_has_made_unfit_for_it()
    {
        var database = await server.CreateAsync();
        await server.ExecuteAsync(database, "INSERT INTO \"__EFMigrationsHistory\" VALUES ('20990101000000_LocksByRegionBreaksOlder', '10.0.0')");
        await using var silo = Silo(database);

        var e = await Assert.ThrowsAsync<StorageException>(() => silo.MigrateAsync(Ct));

        Assert.Equal(
            "the database was changed by a newer version of the program (migration 20990101000000_LocksByRegionBreaksOlder) so that this one can't work with it; "
            + "start the newer version, or restore the backup from before the upgrade",
            e.Message);
    }

    [Fact]
    public async Task A_database_that_may_forget_a_ticket_is_refused()
    {
        var database = await server.CreateAsync();
        await server.ExecuteAsync("postgres", $"ALTER DATABASE {database} SET synchronous_commit = off");
        await using var silo = Silo(database);

        Assert.StartsWith("the PostgreSQL database has synchronous_commit = off", (await Assert.ThrowsAsync<StorageException>(() => silo.MigrateAsync(Ct))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_password_is_said_without_it()
    {
        await using var silo = new ServiceCollection().AddPostgresStorage(server.ConnectionString("postgres"), _ => "wr0ng-one").BuildServiceProvider();

        var e = await Assert.ThrowsAsync<StorageException>(() => silo.MigrateAsync(Ct));

        Assert.Equal("the PostgreSQL database can't be used: password authentication failed for user \"trunkbot\"", e.Message);
        Assert.DoesNotContain("wr0ng-one", e.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=db;Password=hunter2", "a password must not stand here: name it in Storage:Password as secret:NAME")]
    [InlineData("Database=trunkbot", "it must name a Host, such as Host=db.example.net;Database=trunkbot;Username=trunkbot")]
    [InlineData("Host=db;Pasword=hunter2", "it can't be read; it must be like Host=db.example.net;Database=trunkbot;Username=trunkbot")]
    public void A_connection_string_is_refused_without_being_quoted(string connection, string fault) =>
        Assert.Equal(fault, StorageRegistration.FaultOf(connection));

    private ServiceProvider Silo(string database) => new ServiceCollection().AddPostgresStorage(server.ConnectionString(database), _ => server.Password).BuildServiceProvider();
}
