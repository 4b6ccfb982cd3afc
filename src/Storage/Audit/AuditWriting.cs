using Microsoft.EntityFrameworkCore;
using TrunkBot.Changes.Audit;
using TrunkBot.Storage.Database;

namespace TrunkBot.Storage.Audit;

internal static class AuditWriting
{
    private const string Taken = """UPDATE audit_head SET "Writes" = "Writes" + 1 RETURNING *""";

    // PostgreSQL lets any of those who wait for a row have it next, so that one may wait for ever; who waits for an advisory lock gets it in turn.
    private const string TakenInTurn =
        """WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock(8390898172853056868)) UPDATE audit_head SET "Writes" = "Writes" + 1 FROM turn RETURNING audit_head.*""";

    /// <summary>
    /// Writes the record of an act in the transaction in which the act is written. Call it last: from here to the end of the transaction every other writer of
    /// the trail waits, in whatever process, so that the chain never forks and nobody has to try again. That no two records follow on the same one is also
    /// held by a unique index.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no transaction, or the row that keeps the newest record is gone: nothing may be done then.</exception>
    public static async Task AppendAuditAsync(this BotDatabase context, AuditEntry entry, Evidence? evidence, CancellationToken cancellationToken)
    {
        if (context.Database.CurrentTransaction is null)
        {
            throw new InvalidOperationException("An audit record belongs into the transaction of its act.");
        }

        var head = (await context.AuditHeads.FromSqlRaw(context.Database.IsNpgsql() ? TakenInTurn : Taken).ToListAsync(cancellationToken)).SingleOrDefault()
            ?? throw new InvalidOperationException("The row of the table audit_head is gone, so no act can be recorded and none is done. docs/audit.md says how to put it back.");
        var record = AuditRecord.After(head.Sequence, head.Hash, entry, evidence);
        context.Audit.Add(record);
        (head.Sequence, head.Hash) = (record.Sequence, record.Hash);
        await context.SaveChangesAsync(cancellationToken);
    }
}
