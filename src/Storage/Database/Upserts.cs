using Microsoft.EntityFrameworkCore;

namespace TrunkBot.Storage.Database;

/// <summary>A row with a key of its own that is replaced as a whole. Its version makes a lost update visible.</summary>
internal interface IVersionedRow
{
    long Version { get; set; }
}

internal static class Upserts
{
    private const int Tries = 10;

    /// <summary>Writes the row under its key; when somebody else writes at the same time, one after the other. What is there already is not written again.</summary>
    public static async Task UpsertAsync<TRow>(
        this IDatabase database, string key, Func<TRow> create, Action<TRow> change, CancellationToken cancellationToken)
        where TRow : class, IVersionedRow
    {
        for (var i = 1; ; i++)
        {
            await using var context = database.Open();
            var row = await context.Set<TRow>().FindAsync([key], cancellationToken);
            if (row is null)
            {
                row = create();
                context.Add(row);
            }

            change(row);
            if (!context.ChangeTracker.HasChanges())
            {
                return;
            }

            row.Version++;
            try
            {
                await context.SaveChangesAsync(cancellationToken);
                return;
            }
            catch (DbUpdateException e) when (i < Tries && (e is DbUpdateConcurrencyException || database.IsDuplicate(e)))
            {
                // Somebody else was first: read again, write on top.
            }
        }
    }

    /// <summary>Changes the row under a key on top of whatever others change at the same time.</summary>
    /// <param name="change">Changes the newest; false: leave it. Asked again when somebody else was first.</param>
    /// <returns>False when there is no such row, or nothing was to be changed.</returns>
    public static async Task<bool> ChangeAsync<TRow>(this IDatabase database, string key, Func<TRow, bool> change, CancellationToken cancellationToken)
        where TRow : class, IVersionedRow
    {
        for (var i = 1; ; i++)
        {
            await using var context = database.Open();
            if (await context.Set<TRow>().FindAsync([key], cancellationToken) is not { } row || !change(row))
            {
                return false;
            }

            row.Version++;
            try
            {
                await context.SaveChangesAsync(cancellationToken);
                return true;
            }
            catch (DbUpdateConcurrencyException) when (i < Tries)
            {
                // Somebody else was first: whether it is still to be changed is asked again.
            }
        }
    }
}
