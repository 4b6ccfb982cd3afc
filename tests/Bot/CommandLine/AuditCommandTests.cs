using Microsoft.Extensions.DependencyInjection;
using TrunkBot.Changes.Audit;
using TrunkBot.Storage;
using TrunkBot.Tests.Support;

namespace TrunkBot.Bot.Tests.CommandLine;

/// <summary><c>trunkbot audit</c> over each kind of store, as the settings name it.</summary>
public sealed class AuditCommandTests(AuditCommandTests.Server server) : IClassFixture<AuditCommandTests.Server>, IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly TrunkBotProcess _bot = new();
    private string _database = "";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_whole_trail_is_verified_and_exported_and_the_export_verifies_by_itself(bool postgres)
    {
        await RecordAsync(postgres);

        var (said, error, code) = await _bot.RunAsync("audit", "verify");
        Assert.Equal(("", 0), (error, code));
        Assert.StartsWith("The audit trail is whole: 3 records, ", said, StringComparison.Ordinal);

        var (exported, _, _) = await _bot.RunAsync("audit", "export");
        Assert.Equal(["planned", "approved", "began"], exported.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => AuditJson.Read(line).What));
        _bot.Put("audit.jsonl", exported);
        Assert.Equal(0, (await _bot.RunAsync("audit", "verify", "--file", "audit.jsonl")).Code);
    }

    [Fact]
    public async Task What_an_owner_of_the_server_edited_is_found()
    {
        await RecordAsync(postgres: true);
        await server.ExecuteAsync(_database, """ALTER TABLE audit DISABLE TRIGGER ALL; UPDATE audit SET "Detail" = 'x' WHERE "Sequence" = 2""");

        var (said, _, code) = await _bot.RunAsync("audit", "verify");

        Assert.Equal(1, code);
        Assert.StartsWith("audit-edited: ", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_that_is_not_there_a_server_that_is_not_there_and_an_empty_database_are_each_said_in_a_line()
    {
        await RecordAsync(postgres: true);
        _bot.Environment["Secrets__store"] = "";
        Assert.Contains("Storage:Password: ", await ErrorAsync(), StringComparison.Ordinal);

        _bot.Environment["Secrets__store"] = "not the password";
        Assert.DoesNotContain("not the password", await ErrorAsync(), StringComparison.Ordinal);

        _bot.Environment["Secrets__store"] = server.Password;
        _bot.Environment["Storage__ConnectionString"] = server.ConnectionString(await server.CreateAsync());
        Assert.Contains("the database can't be read: ", await ErrorAsync(), StringComparison.Ordinal);

        _bot.Environment["Storage__ConnectionString"] = "Host=127.0.0.1;Port=1;Username=x;Database=x;Timeout=5";
        await ErrorAsync();
    }

    public void Dispose() => _bot.Dispose();

    public sealed class Server() : PrivatePostgres(isDurable: false);

    private async Task<string> ErrorAsync()
    {
        var (said, error, code) = await _bot.RunAsync("audit", "verify");
        Assert.True((said, code) == ("", 2), $"{code}: {said}{error}");
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        return error;
    }

    private async Task RecordAsync(bool postgres)
    {
        var services = new ServiceCollection().AddLogging();
        if (postgres)
        {
            _database = await server.CreateAsync();
            services.AddPostgresStorage(server.ConnectionString(_database), _ => server.Password);
            _bot.Environment["Storage__Provider"] = "PostgreSQL";
            _bot.Environment["Storage__ConnectionString"] = server.ConnectionString(_database);
            _bot.Environment["Storage__Password"] = "secret:store";
            _bot.Environment["Secrets__store"] = server.Password;
        }
        else
        {
            services.AddStorage(Path.Combine(_bot.Directory, "data"));
            _bot.Environment["Storage__DataDirectory"] = "data";
        }

        await using var store = services.BuildServiceProvider();
        await store.MigrateAsync(TestContext.Current.CancellationToken);
        foreach (var what in new[] { "planned", "approved", "began" })
        {
            await store.GetRequiredService<IAuditTrail>().AppendAsync(new(Noon, "ana", what, "CHG-1", null, ""), TestContext.Current.CancellationToken);
        }
    }
}
