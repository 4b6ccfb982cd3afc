using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using TrunkBot.Audit;
using TrunkBot.Bot.Tests.CommandLine;
using TrunkBot.Changes.Audit;
using TrunkBot.Chat.Alerts;
using TrunkBot.Diagnostics.Alerts;
using TrunkBot.Hosting;
using TrunkBot.Storage;

namespace TrunkBot.Bot.Tests.Audit;

/// <summary>The nightly check and the commands on a real database.</summary>
public sealed class AuditWatchTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 11, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly TrunkBotProcess trunkbot = new();
    private readonly FakeTimeProvider time = new(Start);
    private readonly Desk desk = new();
    private readonly AuditOptions options = new();
    private ServiceProvider services = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(trunkbot.Directory, "data");

    private IAuditChain Chain => services.GetRequiredService<IAuditChain>();

    public async ValueTask InitializeAsync()
    {
        services = new ServiceCollection().AddStorage(Data).BuildServiceProvider();
        await services.MigrateAsync(Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        SqliteConnection.ClearAllPools();
        trunkbot.Dispose();
    }

    [Fact]
    public async Task A_trail_is_checked_at_start_and_once_a_night_and_a_broken_one_is_a_critical_alert()
    {
        await ActAsync("planned", 3);
        var watch = Watch();
        await watch.LookAsync(Ct);
        await TamperAsync("UPDATE audit SET Who = 'eve' WHERE Sequence = 2");
        await watch.LookAsync(Ct);
        Assert.Empty(desk.Taken);

        time.Advance(TimeSpan.FromHours(16));
        await watch.LookAsync(Ct);
        await watch.LookAsync(Ct);

        var alert = Assert.Single(desk.Taken);
        Assert.Equal(("trunkbot:audit-trail", Severities.Critical, "The audit trail was touched", "audit-trail:2026-11-03:audit-edited:2"), (alert.Key, alert.Severity, alert.Title, alert.Event));
        Assert.StartsWith("The audit trail is broken at record 2: ", alert.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_older_than_a_site_keeps_goes_to_a_file_that_verifies_by_itself()
    {
        options.KeepDays = 365;
        await ActAsync("planned", 3);
        time.Advance(TimeSpan.FromDays(200));
        await ActAsync("newer", 1);
        await Watch().LookAsync(Ct);
        Assert.False(Directory.Exists(Path.Combine(Data, "audit")));

        time.Advance(TimeSpan.FromDays(166));
        await Watch().LookAsync(Ct);

        var file = Path.Combine(Data, "audit", "audit-000000001-000000003.jsonl");
        Assert.Equal([file], Directory.GetFiles(Path.Combine(Data, "audit")));
        var digest = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file, Ct)));
        var left = await Chain.ReadAsync(null, null, Ct).ToListAsync(Ct);
        Assert.Equal(["4 newer ", $"5 audit-cut 3 records to audit-000000001-000000003.jsonl, SHA-256 {digest}"], left.Select(r => $"{r.Sequence} {r.What} {r.Detail}"));
        Assert.True((await Chain.VerifyAsync(null, Ct)).IsWhole);
        var (output, error, code) = await trunkbot.RunAsync("audit", "verify", "--file", file);
        Assert.Equal(($"The audit trail is whole: 3 records, the newest 3 of 2026-11-02T12:00:00.000000Z with hash {left[1].Digest}.\n", "", 0), (output, error, code));
    }

    [Fact]
    public async Task A_broken_trail_is_not_cut()
    {
        options.KeepDays = 365;
        await ActAsync("planned", 3);
        await TamperAsync("DELETE FROM audit WHERE Sequence = 1");
        time.Advance(TimeSpan.FromDays(400));

        await Watch().LookAsync(Ct);

        Assert.Single(desk.Taken);
        Assert.Equal(2, (await Chain.ReadAsync(null, null, Ct).ToListAsync(Ct)).Count);
    }

    [Fact]
    public async Task The_command_line_ends_with_0_for_a_whole_trail_and_with_1_for_a_broken_one()
    {
        await ActAsync("planned", 3);
        var newest = (await Chain.VerifyAsync(null, Ct)).Newest!;

        Assert.Equal(($"The audit trail is whole: 3 records, the newest 3 of 2026-11-02T12:00:00.000000Z with hash {newest.Hash}.\n", "", 0), await trunkbot.RunAsync("audit", "verify", "--expect", newest.Hash));
        Assert.Equal(1, (await trunkbot.RunAsync("audit", "verify", "--expect", new string('0', 64))).Code);

        await TamperAsync("UPDATE audit SET Detail = 'nothing to see' WHERE Sequence = 2");
        var (output, _, code) = await trunkbot.RunAsync("audit", "verify");
        Assert.Equal(1, code);
        Assert.StartsWith("audit-edited: The audit trail is broken at record 2: One or more of its fields were edited after it was written", output, StringComparison.Ordinal);
        Assert.EndsWith("1 record before it is good.\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_of_the_command_line_verifies_and_an_edited_line_is_found()
    {
        await ActAsync("planned", 3);
        var (export, error, code) = await trunkbot.RunAsync("audit", "export", "--from", "2026-11-02");
        Assert.Equal(("", 0, 3), (error, code, export.Count(c => c == '\n')));

        trunkbot.Put("part.jsonl", export[(export.IndexOf('\n') + 1)..]);
        trunkbot.Put("edited.jsonl", export.Replace("\"who\":\"ana\",\"what\":\"planned-2\"", "\"who\":\"eve\",\"what\":\"planned-2\"", StringComparison.Ordinal));

        Assert.Equal(0, (await trunkbot.RunAsync("audit", "verify", "--file", "part.jsonl")).Code);
        var (output, _, broken) = await trunkbot.RunAsync("audit", "verify", "--file", "edited.jsonl");
        Assert.Equal((1, "audit-edited: The audit trail is broken at record 3: Its fields are not those that its hash was made of. 2 records before it are good.\n"), (broken, output));
    }

    [Fact]
    public async Task Without_a_database_the_command_line_says_where_it_looked()
    {
        var (_, error, code) = await trunkbot.RunAsync("audit", "verify", "--file", "nothing.jsonl");
        Assert.Equal((2, "trunkbot: there is no file \"nothing.jsonl\"\n"), (code, error));
    }

    [Theory]
    [InlineData("364", false)]
    [InlineData("365", true)]
    [InlineData("0", true)]
    [InlineData("-1", false)]
    public void Less_than_a_year_is_refused(string days, bool isTaken)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Audit:KeepDays", days)]).Build();

        var refusal = Record.Exception(() => { SettingsCheck.Bind<AuditOptions>(configuration, AuditOptions.Section); });

        Assert.Equal(isTaken, refusal is null);
    }

    private AuditWatch Watch() => new(Chain, desk, options, new StorageOptions { DataDirectory = Data }, time, NullLogger<AuditWatch>.Instance);

    private async Task ActAsync(string what, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await services.GetRequiredService<IAuditTrail>().AppendAsync(new AuditEntry(time.GetUtcNow(), "ana", count == 1 ? what : $"{what}-{i}", null, null, ""), Ct);
        }
    }

    private async Task TamperAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(Data, "trunkbot.db")};Pooling=False");
        await connection.OpenAsync(Ct);
        await using var command = connection.CreateCommand();
        command.CommandText = "DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete; " + sql;
        await command.ExecuteNonQueryAsync(Ct);
    }

    private sealed class Desk : IAlertDesk
    {
        public List<Alert> Taken { get; } = [];

        public Task<int> TakeAsync(IReadOnlyList<Alert> arrived, CancellationToken cancellationToken)
        {
            Taken.AddRange(arrived);
            return Task.FromResult(arrived.Count);
        }

        public Task DrawAsync(string id, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task CatchUpAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
