using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using TrunkBot.Changes.Audit;
using TrunkBot.Storage.Database;

namespace TrunkBot.Storage.Audit;

/// <summary>Who did or tried what: append-only, and each record chained to the last.</summary>
internal sealed class AuditStore(IDatabase database) : IAuditTrail, IAuditChain
{
    /// <summary>Records that are read at once.</summary>
    private const int Page = 500;

    public async Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        using var turn = await database.TakeTurnAsync(cancellationToken);
        await using var context = database.Open();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context.AppendAuditAsync(entry, null, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<AuditEntry>> ListAsync(string changeId, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        var rows = await Acts(context).Where(a => a.ChangeId == changeId).OrderBy(a => a.Sequence).ToListAsync(cancellationToken);
        return [.. rows.Select(r => r.Entry())];
    }

    public async Task<IReadOnlyList<AuditRecord>> FindAsync(AuditQuery query, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        var acts = Acts(context);
        acts = query.ChangeId is { } changeId ? acts.Where(a => a.ChangeId == changeId) : acts;
        acts = query.Trunk is { } trunk ? acts.Where(a => a.Trunk == trunk) : acts;
        acts = query.Who is { } who ? acts.Where(a => a.Who == who || a.FromUser == who) : acts;
        acts = query.Before is { } before ? acts.Where(a => a.Sequence < before) : acts;
        return await acts.OrderByDescending(a => a.Sequence).Take(query.Limit).ToListAsync(cancellationToken);
    }

    public async IAsyncEnumerable<AuditRecord> ReadAsync(DateTimeOffset? from, DateTimeOffset? before, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var first = from is { } f ? AuditRecord.TimeOf(f) : "";
        var end = before is { } b ? AuditRecord.TimeOf(b) : null;
        var last = 0L;
        while (true)
        {
            await using var context = database.Open();
            var page = await context.Audit.AsNoTracking()
                .Where(a => a.Sequence > last && string.Compare(a.At, first) >= 0 && (end == null || string.Compare(a.At, end) < 0))
                .OrderBy(a => a.Sequence).Take(Page).ToListAsync(cancellationToken);
            foreach (var record in page)
            {
                yield return record;
                last = record.Sequence;
            }

            if (page.Count < Page)
            {
                yield break;
            }
        }
    }

    public async Task<AuditVerdict> VerifyAsync(string? expected, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        var began = await HeadAsync(context, cancellationToken);
        var cut = await context.Audit.AsNoTracking().Where(a => a.What == Cut).OrderByDescending(a => a.Sequence).FirstOrDefaultAsync(cancellationToken);
        var walk = new AuditWalk(AuditHead.Before(cut));
        var covered = new CoveredRows(context);
        var isExpected = expected is null;
        var last = 0L;
        while (true)
        {
            var page = await context.Audit.AsNoTracking().Where(a => a.Sequence > last).OrderBy(a => a.Sequence).Take(Page).ToListAsync(cancellationToken);
            var good = new List<AuditRecord>(page.Count);
            foreach (var record in page)
            {
                if (walk.Take(record) is { } broken)
                {
                    return await covered.AgainstAsync(good, cancellationToken) is { } earlier ? Broken(walk, earlier) : new(walk.Good, walk.Last, broken);
                }

                last = record.Sequence;
                if (walk.Last != record)
                {
                    continue;
                }

                if (record.Sequence == began?.Sequence && record.Hash != began.Hash)
                {
                    return new(walk.Good - 1, null, new("audit-moved", record.Sequence, $"It is not the record that was written as {record.Sequence}: that had hash {began.Hash}."));
                }

                good.Add(record);
                isExpected |= record.Hash == expected;
            }

            if (await covered.AgainstAsync(good, cancellationToken) is { } differs)
            {
                return Broken(walk, differs);
            }

            if (page.Count < Page)
            {
                break;
            }
        }

        // Others write meanwhile: what was the newest at the beginning must be there; what came since is known to the newest now.
        var ended = await HeadAsync(context, cancellationToken);
        var newest = began is not null && ended is not null && walk.Last is { } seen && seen.Sequence >= began.Sequence && seen.Sequence < ended.Sequence ? new AuditHead(seen.Sequence, seen.Hash) : ended;
        var end = walk.End(newest) ?? await covered.StrangerAsync(cancellationToken);
        return end is null && !isExpected
            ? new(walk.Good, walk.Last, new("audit-hash-unknown", (walk.Last?.Sequence ?? 0) + 1, $"No record has the hash {expected}: the end was cut off and written anew, or the record was cut off by age, or the hash is of another trail."))
            : new(walk.Good, walk.Last, end);
    }

    public async Task<AuditRecord?> LastBeforeAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        var time = AuditRecord.TimeOf(before);

        // Times need not be in the order of the records: the first that must stay ends what may go.
        var stays = await context.Audit.Where(a => string.Compare(a.At, time) >= 0).OrderBy(a => a.Sequence).Select(a => (long?)a.Sequence).FirstOrDefaultAsync(cancellationToken);
        return await context.Audit.AsNoTracking().Where(a => stays == null || a.Sequence < stays).OrderByDescending(a => a.Sequence).FirstOrDefaultAsync(cancellationToken);
    }

    public async Task CutAsync(AuditRecord last, string detail, DateTimeOffset at, CancellationToken cancellationToken)
    {
        using var turn = await database.TakeTurnAsync(cancellationToken);
        await using var context = database.Open();
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var entry = new AuditEntry(at, AuditEntry.Program, Cut, null, null, detail);
        await context.AppendAuditAsync(entry, new Evidence($"{Evidence.Records}:{last.Sequence}", last.Hash), cancellationToken);

        if (!await context.Audit.AnyAsync(a => a.Sequence == last.Sequence && a.Hash == last.Hash, cancellationToken))
        {
            // Another process was first.
            return;
        }

        // This opens the way through the trigger that refuses deletions: for these records, and for good.
        await context.AuditHeads.ExecuteUpdateAsync(set => set.SetProperty(h => h.CutTo, last.Sequence), cancellationToken);
        await context.Audit.Where(a => a.Sequence <= last.Sequence).ExecuteDeleteAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Of the record that stands for those that were cut off.</summary>
    private const string Cut = "audit-cut";

    private static IQueryable<AuditRecord> Acts(BotDatabase context) => context.Audit.AsNoTracking().Where(a => !a.What.StartsWith(AuditEntry.OfTickets));

    private static async Task<AuditHead?> HeadAsync(BotDatabase context, CancellationToken cancellationToken) =>
        await context.AuditHeads.AsNoTracking().Select(h => new AuditHead(h.Sequence, h.Hash)).SingleOrDefaultAsync(cancellationToken);

    private static AuditVerdict Broken(AuditWalk walk, AuditBreak at) => new(walk.Good - (walk.Last!.Sequence - at.Sequence!.Value) - 1, null, at);
}

/// <summary>The newest record, kept apart from it: the next one follows on this, and an end that is cut off is missed. One row.</summary>
internal sealed class AuditHeadRow
{
    public int Id { get; set; }

    public long Sequence { get; set; }

    public required string Hash { get; set; }

    /// <summary>The records up to this one may be deleted.</summary>
    public long CutTo { get; set; }

    /// <summary>Counted up before the newest is read: with it a writer has the row, and the others wait.</summary>
    public long Writes { get; set; }
}
