using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using TrunkBot.Changes.Audit;
using TrunkBot.Storage.Audit;
using TrunkBot.Storage.Database;

namespace TrunkBot.Storage.Sqlite;

/// <summary>
/// Puts what older versions wrote into the chain, once, at the first start: in its order, then a record that says so. Up to that record the hashes prove only
/// that nothing was touched since then. All or nothing: a process that dies on the way does it at the next start.
/// </summary>
internal static class UnchainedAudit
{
    public static async Task ChainAsync(BotDatabase context, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (await context.Database.SqlQuery<int>($"SELECT COUNT(*) AS Value FROM sqlite_master WHERE type = 'table' AND name = 'audit_unchained'").SingleAsync(cancellationToken) == 0)
        {
            return;
        }

        var old = await ReadAsync(context, transaction, cancellationToken);
        var head = await context.AuditHeads.SingleAsync(cancellationToken);
        var now = time.GetUtcNow();
        IEnumerable<AuditEntry> entries = old.Count == 0 ? [] :
        [
            .. old, new AuditEntry(now, AuditEntry.Program, AuditRecordKinds.ChainBegan, null, null, $"The {old.Count} records before this one were written by a version that chained none."),
        ];
        foreach (var entry in entries)
        {
            var record = AuditRecord.After(head.Sequence, head.Hash, entry, null);
            context.Audit.Add(record);
            (head.Sequence, head.Hash) = (record.Sequence, record.Hash);
        }

        await context.SaveChangesAsync(cancellationToken);
        await context.Database.ExecuteSqlAsync($"DROP TABLE audit_unchained", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task<List<AuditEntry>> ReadAsync(BotDatabase context, IDbContextTransaction transaction, CancellationToken cancellationToken)
    {
        var connection = context.Database.GetDbConnection();
        await using var command = connection.CreateCommand();
        command.Transaction = transaction.GetDbTransaction();
        command.CommandText =
            """
            SELECT a.At, a.Who, a.What, a.ChangeId, a.PlanHash, a.Detail, c.TrunkName
            FROM audit_unchained a LEFT JOIN changes c ON a.ChangeId = 'CHG-' || c.Number ORDER BY a.Sequence
            """;
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var read = new List<AuditEntry>();
        while (await rows.ReadAsync(cancellationToken))
        {
            read.Add(new(rows.GetFieldValue<DateTimeOffset>(0), rows.GetString(1), rows.GetString(2), Text(rows, 3), Text(rows, 4), rows.GetString(5)) { Trunk = Text(rows, 6) });
        }

        return read;
    }

    private static string? Text(DbDataReader rows, int column) => rows.IsDBNull(column) ? null : rows.GetString(column);
}
