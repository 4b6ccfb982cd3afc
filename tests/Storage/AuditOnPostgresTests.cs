using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using TrunkBot.Changes.Audit;
using TrunkBot.Storage.Tests.World;

namespace TrunkBot.Storage.Tests;

/// <summary>The chain on PostgreSQL: writers of several processes, and what the database itself refuses. What verify finds is shown in full on SQLite.</summary>
public sealed class AuditOnPostgresTests : Folder
{
    protected override bool IsOnPostgres => true;

    [Fact]
    public async Task Writers_of_two_processes_make_one_chain()
    {
        await using var other = Another();
        IAuditTrail[] trails = [Get<IAuditTrail>(), other.GetRequiredService<IAuditTrail>()];

        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => Task.Run(() => trails[i % 2].AppendAsync(Act($"act-{i}"), Ct), Ct)));

        var verdict = await Get<IAuditChain>().VerifyAsync(null, Ct);
        Assert.True(verdict.IsWhole, verdict.Sentence);
        Assert.Equal(60, verdict.Good);
    }

    [Theory]
    [InlineData("UPDATE audit SET Detail = 'x' WHERE Sequence = 2")]
    [InlineData("DELETE FROM audit WHERE Sequence = 2")]
    [InlineData("TRUNCATE audit")]
    [InlineData("DELETE FROM audit_head")]
    public async Task The_database_refuses_to_rewrite_it(string sql)
    {
        await ActsAsync();

        await Assert.ThrowsAsync<PostgresException>(() => SqlAsync(sql));

        Assert.True((await Get<IAuditChain>().VerifyAsync(null, Ct)).IsWhole);
    }

    [Theory]
    [InlineData("UPDATE audit SET Detail = 'x' WHERE Sequence = 2", "audit-edited", 2)]
    [InlineData("DELETE FROM audit WHERE Sequence = 2", "audit-missing", 2)]
    [InlineData("DELETE FROM audit WHERE Sequence = 3", "audit-missing", 3)]
    public async Task What_an_owner_of_the_database_did_is_found(string sql, string code, int sequence)
    {
        await ActsAsync();

        await SqlAsync($"ALTER TABLE audit DISABLE TRIGGER ALL; {sql}");

        var verdict = await Get<IAuditChain>().VerifyAsync(null, Ct);
        Assert.Equal((code, sequence), (verdict.Break?.Code, verdict.Break?.Sequence));
    }

    [Fact]
    public async Task What_is_old_is_cut_off_and_the_rest_still_verifies()
    {
        await ActsAsync();
        var last = await Get<IAuditChain>().LastBeforeAsync(Sample.Start.AddDays(1), Ct);

        await Get<IAuditChain>().CutAsync(last!, "to a file", Sample.Start.AddDays(3), Ct);

        var verdict = await Get<IAuditChain>().VerifyAsync(null, Ct);
        Assert.True(verdict.IsWhole, verdict.Sentence);
        Assert.Equal("1", await SqlAsync("SELECT COUNT(*) FROM audit"));
    }

    private static AuditEntry Act(string what) => new(Sample.Start, "ana", what, "CHG-1", null, "");

    private async Task ActsAsync()
    {
        foreach (var what in new[] { "planned", "approved", "began" })
        {
            await Get<IAuditTrail>().AppendAsync(Act(what), Ct);
        }
    }
}
