using Microsoft.EntityFrameworkCore;
using TrunkBot.Changes.Locks;
using TrunkBot.Storage.Database;

namespace TrunkBot.Storage.Locks;

/// <summary>One row per held lock; its key decides who was first.</summary>
internal sealed class ElementLockStore(IDatabase database) : IElementLocks
{
    private const int Tries = 10;

    public async Task<ElementLock> TakeAsync(ElementLock wanted, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Tries; i++)
        {
            await using var context = database.Open();
            if (await context.Locks.AsNoTracking().SingleOrDefaultAsync(l => l.Element == wanted.Element, cancellationToken) is { } standing)
            {
                return standing.ToLock();
            }

            context.Locks.Add(new LockRow { Element = wanted.Element, Holder = wanted.Holder, Reason = wanted.Reason, Since = wanted.Since });
            try
            {
                await context.SaveChangesAsync(cancellationToken);
                return wanted;
            }
            catch (DbUpdateException e) when (database.IsDuplicate(e))
            {
                // Somebody else was first, and may be gone already when it is read.
            }
        }

        throw new TimeoutException($"The lock of {wanted.Element} is taken and given back all the time.");
    }

    public async Task ReleaseAsync(string holder, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        await context.Locks.Where(l => l.Holder == holder).ExecuteDeleteAsync(cancellationToken);
    }

    public async Task ReleaseAsync(ElementLock standing, CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        await context.Locks.Where(l => l.Element == standing.Element && l.Holder == standing.Holder && l.Since == standing.Since).ExecuteDeleteAsync(cancellationToken);
    }

    public async Task<IReadOnlyList<ElementLock>> ListAsync(CancellationToken cancellationToken)
    {
        await using var context = database.Open();
        var rows = await context.Locks.AsNoTracking().OrderBy(l => l.Element).ToListAsync(cancellationToken);
        return [.. rows.Select(r => r.ToLock())];
    }
}

internal sealed class LockRow
{
    public required string Element { get; set; }

    public required string Holder { get; set; }

    public required string Reason { get; set; }

    public DateTimeOffset Since { get; set; }

    public ElementLock ToLock() => new(Element, Holder, Reason, Since);
}
