using Microsoft.EntityFrameworkCore;
using TrunkBot.Changes.Audit;
using TrunkBot.Storage.Database;

namespace TrunkBot.Storage.Audit;

/// <summary>Who did or tried what: append-only.</summary>
internal sealed class AuditStore(IDatabase database) : IAuditTrail
{
    public async Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        context.Audit.Add(AuditRow.Of(entry));
        await context.SaveChangesAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<AuditEntry>> ListAsync(string changeId, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        var rows = await context.Audit.AsNoTracking().Where(a => a.ChangeId == changeId).OrderBy(a => a.Sequence).ToListAsync(cancellationToken);
        return [.. rows.Select(r => new AuditEntry(r.At, r.Who, r.What, r.ChangeId, r.PlanHash, r.Detail))];
    }
}

internal sealed class AuditRow
{
    public long Sequence { get; set; }

    public DateTimeOffset At { get; set; }

    public required string Who { get; set; }

    public required string What { get; set; }

    public string? ChangeId { get; set; }

    public string? PlanHash { get; set; }

    public required string Detail { get; set; }

    public static AuditRow Of(AuditEntry entry) => new()
    {
        At = entry.At,
        Who = entry.Who,
        What = entry.What,
        ChangeId = entry.ChangeId,
        PlanHash = entry.PlanHash,
        Detail = entry.Detail,
    };
}
