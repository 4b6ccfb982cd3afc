using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using TrunkBot.Chat.Places;
using TrunkBot.Storage.Conversations;
using TrunkBot.Storage.Database;

namespace TrunkBot.Storage.Places;

/// <summary>Notices that were not said yet, and the last value of what is told when it changes.</summary>
internal sealed class NoticeStore(IDatabase database) : INoticeStore
{
    private const int Tries = 10;

    public async Task AddAsync(IReadOnlyList<Notice> notices, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        context.Notices.AddRange(notices.Select(n => new NoticeRow { Json = JsonSerializer.Serialize(n, ChatJson.Options) }));
        await context.SaveChangesAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<Notice>> ListAsync(CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        var rows = await context.Notices.AsNoTracking().OrderBy(n => n.Sequence).ToListAsync(cancellationToken);
        return [.. rows.Select(r => JsonSerializer.Deserialize<Notice>(r.Json, ChatJson.Options)! with { Sequence = r.Sequence })];
    }

    public async Task RemoveAsync(IReadOnlyList<Notice> notices, CancellationToken cancellationToken)
    {
        var said = notices.Select(n => n.Sequence).ToList();
        await using var context = database.Open();
        await context.Notices.Where(n => said.Contains(n.Sequence)).ExecuteDeleteAsync(cancellationToken);
    }

    public async Task<MarkMove> MoveMarkAsync(string subject, string value, DateTimeOffset now, Func<Mark?, bool> allows, CancellationToken cancellationToken)
    {
        for (var i = 1; ; i++)
        {
            await using var context = database.Open();
            var row = await context.Marks.FindAsync([subject], cancellationToken);
            var before = row is null ? null : new Mark(row.Value, row.At);
            if (!allows(before))
            {
                return new MarkMove(false, before);
            }

            if (row is null)
            {
                row = new MarkRow { Subject = subject, Value = value };
                context.Marks.Add(row);
            }

            (row.Value, row.At) = (value, now);
            row.Version++;
            try
            {
                await context.SaveChangesAsync(cancellationToken);
                return new MarkMove(true, before);
            }
            catch (DbUpdateException e) when (i < Tries && (e is DbUpdateConcurrencyException || database.IsDuplicate(e)))
            {
                // Somebody else was first: whether it is still news is asked again.
            }
        }
    }
}

internal sealed class NoticeRow
{
    public long Sequence { get; set; }

    public required string Json { get; set; }
}

internal sealed class MarkRow
{
    /// <summary>Such as <c>health:ACME-EAST</c>.</summary>
    public required string Subject { get; set; }

    public required string Value { get; set; }

    public DateTimeOffset At { get; set; }

    public long Version { get; set; }
}
