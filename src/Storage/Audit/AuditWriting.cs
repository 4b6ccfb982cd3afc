using Microsoft.EntityFrameworkCore;
using TrunkBot.Changes.Audit;
using TrunkBot.Storage.Database;

namespace TrunkBot.Storage.Audit;

internal static class AuditWriting
{
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

        await context.AuditHeads.ExecuteUpdateAsync(set => set.SetProperty(h => h.Writes, h => h.Writes + 1), cancellationToken);
        var head = await context.AuditHeads.SingleOrDefaultAsync(cancellationToken)
            ?? throw new InvalidOperationException("The row of the table audit_head is gone, so no act can be recorded and none is done. docs/audit.md says how to put it back.");
        var record = AuditRecord.After(head.Sequence, head.Hash, entry, evidence);
        context.Audit.Add(record);
        (head.Sequence, head.Hash) = (record.Sequence, record.Hash);
        await context.SaveChangesAsync(cancellationToken);
    }
}
